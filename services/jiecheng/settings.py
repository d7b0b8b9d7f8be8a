"""What this installation was told: read once from the environment, handed down as values. Nothing below reads the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from jiecheng import store
from jiecheng.model.errors import Invalid

DEFAULT_PORT = 8720
PREFECT_PORT = 4200


@dataclass(frozen=True, slots=True)
class Settings:
    root: Path  # the folder that holds bpmn/, forms/, features/
    data: Path  # database, secrets, logs of this installation
    database_url: str  # "" where the embedded PostgreSQL is meant
    host: str
    port: int
    demo: bool  # the demo district and its accounts
    demo_cases: (
        int | None
    )  # how many lived cases a new demo district begins with; None: the year that was kept, or some
    profile: str  # the city's policy to follow from now on, "" to keep the one in force
    https: bool  # browsers reach us by https, through a proxy that speaks it
    district: str  # the name in the pages' header
    # Of the scale form, where every process is started by itself; `serve` makes its own up.
    prefect_url: str  # of the Prefect server's API, as workers reach it
    prefect_password: str
    prefect_database_url: str  # "": a file in the data folder
    scratch_url: str  # a PostgreSQL on which the studio's scenarios may make databases; "" for the product's own
    secret_key: str  # seals the passwords of channels; the same for every process of the installation
    scanner: str  # of viruses in attachments: "clamd:…" or "command:…", "" for none
    clock_offset_file: Path | None  # tests only: seconds added to the clock

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def clock(self) -> store.Clock:
        return shifted(self.clock_offset_file) if self.clock_offset_file else store.utc_now


def read(environment: Mapping[str, str] = os.environ) -> Settings:
    """Every setting has a default that serves a first look on one's own machine."""
    return Settings(
        root=Path(environment.get("JIECHENG_ROOT") or ".").resolve(),
        data=Path(environment.get("JIECHENG_DATA") or "data").resolve(),
        database_url=environment.get("JIECHENG_DATABASE_URL", "").strip(),
        host=environment.get("JIECHENG_HOST") or "127.0.0.1",
        port=port_number(environment.get("JIECHENG_PORT") or str(DEFAULT_PORT)),
        demo=environment.get("JIECHENG_DEMO", "1") != "0",
        demo_cases=int(number) if (number := environment.get("JIECHENG_DEMO_CASES", "").strip()) else None,
        profile=environment.get("JIECHENG_PROFILE", "").strip(),
        https=environment.get("JIECHENG_HTTPS", "0") == "1",
        district=environment.get("JIECHENG_DISTRICT") or "云川区",
        prefect_url=environment.get("JIECHENG_PREFECT_URL", "").strip().rstrip("/"),
        prefect_password=environment.get("JIECHENG_PREFECT_PASSWORD", "").strip(),
        prefect_database_url=environment.get("JIECHENG_PREFECT_DATABASE_URL", "").strip(),
        scratch_url=environment.get("JIECHENG_SCRATCH_URL", "").strip(),
        secret_key=environment.get("JIECHENG_SECRET_KEY", "").strip(),
        scanner=environment.get("JIECHENG_SCANNER", "").strip(),
        clock_offset_file=Path(offset).resolve() if (offset := environment.get("JIECHENG_CLOCK_OFFSET_FILE")) else None,
    )


def shifted(offset: Path) -> store.Clock:
    """The real clock plus the seconds in a file, which a test rewrites while the processes run."""

    def now() -> datetime:
        try:
            words = offset.read_text().strip()
        except FileNotFoundError:
            words = ""
        return store.utc_now() + timedelta(seconds=float(words or 0))

    return now


def clock_warning(offset: Path) -> str:
    return f"测试时钟：时间按 JIECHENG_CLOCK_OFFSET_FILE（{offset}）拨动。只用于测试，正式使用请去掉这个环境变量。"


def port_number(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Invalid(f"端口应是 1 到 65535 之间的整数，收到的是“{text}”。请用 --port 8720 这样的写法。")
    return int(text)
