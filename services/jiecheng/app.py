"""The web application as uvicorn starts it: `uvicorn --factory jiecheng.app:create_app`. Settings in, application out."""

from __future__ import annotations

import atexit

from fastapi import FastAPI

from jiecheng import settings
from jiecheng.cases.house import House
from jiecheng.model.errors import Invalid
from jiecheng.web.site import SiteOptions, build_site


def create_app() -> FastAPI:
    """One house a process. The address of the database comes from `jiecheng serve` or, in production, from the unit."""
    found = settings.read()
    if not found.database_url:
        raise Invalid("缺少 JIECHENG_DATABASE_URL：页面服务要知道用哪一个数据库。单机请用 jiecheng serve 启动。")
    house = House(found.database_url)
    atexit.register(house.close)
    return build_site(house, SiteOptions(https=found.https, district=found.district))
