"""The web application as uvicorn starts it: `uvicorn --factory jiecheng.app:create_app`. Settings in, application out."""

from __future__ import annotations

import atexit
import logging
from collections.abc import Sequence
from pathlib import Path

from fastapi import FastAPI

from jiecheng import settings
from jiecheng.cases.deployment import DISTRICT, DemoAccount, demo_accounts
from jiecheng.cases.house import House
from jiecheng.cases.vault import Vault
from jiecheng.model.errors import Invalid
from jiecheng.scanner import read_scanner
from jiecheng.web.site import SiteOptions, build_site


def create_app() -> FastAPI:
    """One house a process. The address of the database comes from `jiecheng serve` or, in production, from the unit."""
    found = settings.read()
    if not found.database_url:
        raise Invalid("缺少 JIECHENG_DATABASE_URL：页面服务要知道用哪一个数据库。单机请用 jiecheng serve 启动。")
    if found.clock_offset_file:
        logging.getLogger("uvicorn.error").warning(settings.clock_warning(found.clock_offset_file))
    house = House(found.database_url, found.clock, vault=Vault(found.secret_key))
    house.scanner = read_scanner(found.scanner)
    atexit.register(house.close)
    accounts = tour_accounts(house, found.root / DISTRICT) if found.demo else ()
    return build_site(house, SiteOptions(https=found.https, district=found.district, demo=accounts))


def tour_accounts(house: House, district: Path) -> Sequence[DemoAccount]:
    """What the login page of a demonstration offers."""
    with house.transaction() as tx:
        return [one for one in demo_accounts(tx, district) if one.on_tour]
