"""What runs beside the database in one installation: the pages, Prefect's server and the flow worker, as programs.

Prefect is named by its commands and settings only; its code stays in the flows.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jiecheng.cli import folder
from jiecheng.cli.child import Program
from jiecheng.settings import Settings

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Programs:
    web: Program
    prefect: Program
    worker: Program


def programs(settings: Settings, url: str) -> Programs:
    ours = {
        "JIECHENG_DATABASE_URL": url,
        "JIECHENG_DATA": str(settings.data),
        "JIECHENG_ROOT": str(settings.root),
        "JIECHENG_HTTPS": "1" if settings.https else "0",
        "JIECHENG_DISTRICT": settings.district,
        "PYTHONUNBUFFERED": "1",
    }
    port = free_port()
    prefect = {**silenced(), **prefect_environment(settings.data / "prefect", port)}
    return Programs(
        web=Program("web", "页面服务", web_command(settings), ours),
        prefect=Program("prefect", "流程调度", prefect_command(port), prefect),
        worker=Program("worker", "流程执行", (sys.executable, "-m", "jiecheng_flows.worker"), {**prefect, **ours}),
    )


def web_command(settings: Settings) -> tuple[str, ...]:
    options = f"--host {settings.host} --port {settings.port} --no-server-header --timeout-graceful-shutdown 3"
    return (sys.executable, "-m", "uvicorn", "--factory", "jiecheng.app:create_app", *options.split())


def prefect_command(port: int) -> tuple[str, ...]:
    return (sys.executable, "-m", "prefect", "server", "start", "--host", LOOPBACK, "--port", str(port))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        number: int = probe.getsockname()[1]
        return number


def silenced() -> Mapping[str, str]:
    """Settings of another Prefect in the user's shell are not for ours: an empty word counts as unset."""
    return {name: "" for name in os.environ if name.startswith("PREFECT_")}


def prefect_environment(home: Path, port: int) -> Mapping[str, str]:
    """A server of our own: this machine only, behind a random password, nothing sent out, little kept.

    Its run history is a convenience; what was owed and done stands in the product's database.
    """
    home.mkdir(mode=0o700, exist_ok=True)
    password = f"jiecheng:{folder.secret(home, 'password')}"
    return {
        "PREFECT_HOME": str(home),
        "PREFECT_PROFILES_PATH": str(home / "profiles.toml"),
        "PREFECT_API_URL": f"http://{LOOPBACK}:{port}/api",
        "PREFECT_API_AUTH_STRING": password,
        "PREFECT_SERVER_API_AUTH_STRING": password,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_UI_ENABLED": "false",
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
        "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
        "PREFECT_RUNNER_POLL_FREQUENCY": "20",  # it serves a nightly flow; what is urgent comes by the doorbell
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(14 * 24 * 3600),
        "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": "P2D",  # ISO: plain seconds stop the server
        "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED": "false",
    }
