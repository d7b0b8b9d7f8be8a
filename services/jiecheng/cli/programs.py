"""The pages, Prefect's server and the flow worker as programs: `serve` starts them as its children, the scale form one by one.

Prefect is named by its commands and settings only; its code stays in the flows.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from jiecheng.cli import folder
from jiecheng.cli.child import Program
from jiecheng.settings import Settings

LOOPBACK = "127.0.0.1"
RUNS_KEPT_SECONDS = 14 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Programs:
    web: Program
    prefect: Program
    worker: Program


@dataclass(frozen=True, slots=True)
class PrefectServer:
    """Where the Prefect server is, and the word it asks everybody for."""

    url: str
    password: str


def programs(settings: Settings, url: str) -> Programs:
    """Those of one installation on one machine: Prefect on a free port of loopback, behind a random password."""
    home = prefect_home(settings)
    # On one machine it is made up; where there are several, all must be told the same.
    settings = replace(settings, secret_key=settings.secret_key or folder.secret(settings.data, "secret-key"))
    port = free_port()
    server = PrefectServer(f"http://{LOOPBACK}:{port}/api", folder.secret(home, "password"))
    return Programs(
        web=web(settings, url),
        prefect=prefect(settings, server, LOOPBACK, port),
        worker=worker(settings, server, url),
    )


def web(settings: Settings, url: str) -> Program:
    return Program("web", "页面服务", web_command(settings), ours(settings, url))


def prefect(settings: Settings, server: PrefectServer, host: str, port: int) -> Program:
    environment = {**prefect_environment(settings, server), **prefect_server_environment(settings, server)}
    return Program("prefect", "流程调度", prefect_command(host, port), environment)


def worker(settings: Settings, server: PrefectServer, url: str) -> Program:
    environment = {**prefect_environment(settings, server), **ours(settings, url)}
    return Program("worker", "流程执行", (sys.executable, "-m", "jiecheng_flows.worker"), environment)


def ours(settings: Settings, url: str) -> Mapping[str, str]:
    """What this program was told, for a child that reads its environment only."""
    return {
        "JIECHENG_DATABASE_URL": url,
        "JIECHENG_DATA": str(settings.data),
        "JIECHENG_ROOT": str(settings.root),
        "JIECHENG_DEMO": "1" if settings.demo else "0",
        "JIECHENG_HTTPS": "1" if settings.https else "0",
        "JIECHENG_DISTRICT": settings.district,
        "JIECHENG_SCRATCH_URL": settings.scratch_url,
        "JIECHENG_SCANNER": settings.scanner,
        "JIECHENG_SECRET_KEY": settings.secret_key,
        "PYTHONUNBUFFERED": "1",
    }


def web_command(settings: Settings) -> tuple[str, ...]:
    """Errors are logged; who opened which page is the access log's of the house, and of the proxy where there is one."""
    options = f"--host {settings.host} --port {settings.port} --no-server-header --no-access-log"
    stop = "--timeout-graceful-shutdown 3"
    return (sys.executable, "-m", "uvicorn", "--factory", "jiecheng.app:create_app", *options.split(), *stop.split())


def prefect_command(host: str, port: int) -> tuple[str, ...]:
    return (sys.executable, "-m", "prefect", "server", "start", "--host", host, "--port", str(port))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        number: int = probe.getsockname()[1]
        return number


def silenced() -> Mapping[str, str]:
    """Settings of another Prefect in the user's shell are not for ours: an empty word counts as unset."""
    return {name: "" for name in os.environ if name.startswith("PREFECT_")}


def prefect_home(settings: Settings) -> Path:
    home = settings.data / "prefect"
    home.mkdir(mode=0o700, exist_ok=True)
    return home


def prefect_environment(settings: Settings, server: PrefectServer) -> Mapping[str, str]:
    """For whoever speaks with the server: nothing is sent anywhere but to it."""
    home = prefect_home(settings)
    return {
        **silenced(),
        "PREFECT_HOME": str(home),
        "PREFECT_PROFILES_PATH": str(home / "profiles.toml"),
        "PREFECT_API_URL": server.url,
        "PREFECT_API_AUTH_STRING": authority(server),
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
        "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",
        # A server that is short of breath answers 500 or 504; asked again, it has the transition or makes it.
        "PREFECT_CLIENT_RETRY_EXTRA_CODES": "500,504",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
        "PREFECT_RUNNER_POLL_FREQUENCY": "20",  # it serves a nightly flow; what is urgent comes by the doorbell
    }


def prefect_server_environment(settings: Settings, server: PrefectServer) -> Mapping[str, str]:
    """A server that asks for a password, sends nothing out and keeps little.

    Its run history is a convenience; what was owed and done stands in the product's database.
    """
    return {
        "PREFECT_SERVER_API_AUTH_STRING": authority(server),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_ENABLED": "false",
        "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(RUNS_KEPT_SECONDS),
        "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": "P2D",  # ISO: plain seconds stop the server
        "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED": "false",
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": run_history(settings),
        # Seconds: by default a query that takes 10, or a connection that takes 5, is an error 500 for the run.
        "PREFECT_SERVER_DATABASE_TIMEOUT": "60",
        "PREFECT_SERVER_DATABASE_CONNECTION_TIMEOUT": "30",
    }


def authority(server: PrefectServer) -> str:
    return f"jiecheng:{server.password}"


def run_history(settings: Settings) -> str:
    """The address of Prefect's tables, as Prefect wants it; where none is named, a file. Here an empty word would not do."""
    url = settings.prefect_database_url
    if not url:
        return f"sqlite+aiosqlite:///{prefect_home(settings) / 'prefect.db'}"
    plain, _, rest = url.partition("://")
    return f"postgresql+asyncpg://{rest}" if plain in {"postgresql", "postgres"} else url
