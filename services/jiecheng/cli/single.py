"""`jiecheng deploy`, `web`, `worker`, `scheduler`: the parts of an installation one by one, as the scale form starts them.

`serve` starts the same programs as its children. Here whoever started us (systemd, compose) keeps them alive.
"""

from __future__ import annotations

import os

from jiecheng.cases.deployment import prepare
from jiecheng.cli import database, folder, programs
from jiecheng.cli.child import Program
from jiecheng.cli.programs import PrefectServer
from jiecheng.cli.serve import require_free_port
from jiecheng.cli.terminal import complain, say
from jiecheng.cli.trouble import Trouble
from jiecheng.settings import Settings, clock_warning


def deploy(settings: Settings) -> int:
    """Once before the others start, and after every change of program or processes: tables, releases, working days."""
    with database.attached(settings) as url:
        accounts = prepare(url, settings.root, settings.demo, settings.profile)
    if settings.demo:
        complain(f"建了演示区：{len(accounts)} 个账号，密码是公开的。正式使用请设 JIECHENG_DEMO=0。")
    say("数据库已是本版本的结构，流程版本已就绪。")
    return 0


def web(settings: Settings) -> int:
    url = require_database(settings)
    require_free_port(settings.host, settings.port)
    folder.make_ready(settings.data)
    return become(programs.web(settings, url))


def worker(settings: Settings) -> int:
    url = require_database(settings)
    server = require_prefect(settings)
    folder.make_ready(settings.data)
    if settings.clock_offset_file:
        complain(clock_warning(settings.clock_offset_file))
    return become(programs.worker(settings, server, url))


def scheduler(settings: Settings, host: str, port: int) -> int:
    """Prefect's server. One for the whole installation: a second one would need Redis between them."""
    server = require_prefect(settings)
    require_free_port(host, port)
    folder.make_ready(settings.data)
    return become(programs.prefect(settings, server, host, port))


def require_database(settings: Settings) -> str:
    if not settings.database_url:
        raise Trouble(
            "单独启动要用 JIECHENG_DATABASE_URL 指定一台 PostgreSQL 服务器。只有一台机器时请用 jiecheng serve，它带着数据库。"
        )
    database.require_postgres(settings.database_url)
    return settings.database_url


def require_prefect(settings: Settings) -> PrefectServer:
    if not settings.prefect_url or not settings.prefect_password:
        raise Trouble(
            "缺少 JIECHENG_PREFECT_URL（例如 http://127.0.0.1:4200/api）或 JIECHENG_PREFECT_PASSWORD。"
            "流程调度和流程执行要写同一个地址、同一个密码。"
        )
    return PrefectServer(settings.prefect_url, settings.prefect_password)


def become(program: Program) -> int:
    """From here on we are that program: signals and exit code are its own."""
    os.execvpe(program.command[0], program.command, {**os.environ, **program.environment})  # noqa: S606 - our own words
