"""What this installation was told: read once from the environment, handed down as values. Nothing below reads the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jiecheng.model.errors import Invalid

DEFAULT_PORT = 8720


@dataclass(frozen=True, slots=True)
class Settings:
    root: Path  # the folder that holds bpmn/, forms/, features/
    data: Path  # database, secrets, logs of this installation
    database_url: str  # "" where the embedded PostgreSQL is meant
    host: str
    port: int
    demo: bool  # the demo district and its accounts
    https: bool  # browsers reach us by https, through a proxy that speaks it
    district: str  # the name in the pages' header

    @property
    def logs(self) -> Path:
        return self.data / "logs"


def read(environment: Mapping[str, str] = os.environ) -> Settings:
    """Every setting has a default that serves a first look on one's own machine."""
    return Settings(
        root=Path(environment.get("JIECHENG_ROOT") or ".").resolve(),
        data=Path(environment.get("JIECHENG_DATA") or "data").resolve(),
        database_url=environment.get("JIECHENG_DATABASE_URL", "").strip(),
        host=environment.get("JIECHENG_HOST") or "127.0.0.1",
        port=port_number(environment.get("JIECHENG_PORT") or str(DEFAULT_PORT)),
        demo=environment.get("JIECHENG_DEMO", "1") != "0",
        https=environment.get("JIECHENG_HTTPS", "0") == "1",
        district=environment.get("JIECHENG_DISTRICT") or "云川区",
    )


def port_number(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Invalid(f"端口应是 1 到 65535 之间的整数，收到的是“{text}”。请用 --port 8720 这样的写法。")
    return int(text)
