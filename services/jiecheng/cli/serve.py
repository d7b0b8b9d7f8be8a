"""`jiecheng serve`: everything one installation needs, in one go; Ctrl-C ends all of it."""

from __future__ import annotations

import errno
import http.client
import signal
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from jiecheng.cases.deployment import DemoAccount, prepare
from jiecheng.cli import database, demo, folder, programs
from jiecheng.cli.child import Child, log_tail
from jiecheng.cli.supervisor import Supervisor
from jiecheng.cli.terminal import complain, say, step, table
from jiecheng.cli.trouble import Trouble
from jiecheng.settings import Settings, clock_warning

WEB_PATIENCE = 120.0
ACCOUNTS_SHOWN = 20
FAREWELLS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def serve(settings: Settings) -> int:
    """Start, announce, watch. Returns when somebody interrupts; raises Trouble when it cannot start."""
    require_free_port(settings.host, settings.port)
    say(f"街程正在启动（数据目录 {settings.data}）")
    folder.make_ready(settings.data)
    # SIGTERM (systemd, make) and a closed terminal end us the way Ctrl-C does, also when a script started us with &.
    for number in FAREWELLS:
        signal.signal(number, signal.default_int_handler)
    try:
        with folder.held(settings.data), ExitStack() as house:
            run(settings, house)
    except KeyboardInterrupt:
        pass
    say("街程已停止。")
    return 0


def run(settings: Settings, house: ExitStack) -> None:
    with step("数据库"):
        opened = house.enter_context(database.opened(settings))
        if settings.demo and demo.take_over(settings, opened.url):
            say("  取用了 make demo 存下的一年历史")
        database.migrate(opened.url)
    with step("流程版本与演示区" if settings.demo else "流程版本"):
        accounts = prepare(opened.url, settings.root, settings.demo, settings.profile)
    if settings.demo:
        demo.begin(settings, opened.url)
    supervisor = house.enter_context(supervised(settings))
    if opened.server:
        supervisor.adopt(opened.server)
    all_programs = programs.programs(settings, opened.url)
    with step("页面服务"):
        await_pages(settings, supervisor.start(all_programs.web))
    # After the pages: nobody waits for these, and on a small machine they would take the first seconds for themselves.
    supervisor.start(all_programs.prefect)
    supervisor.start(all_programs.worker)
    announce(settings, accounts)
    supervisor.watch()


@contextmanager
def supervised(settings: Settings) -> Iterator[Supervisor]:
    supervisor = Supervisor(settings.logs, settings.root)
    try:
        yield supervisor
    finally:
        # From here to the end a second Ctrl-C would only leave things half ended; it takes a few seconds at most.
        for number in FAREWELLS:
            signal.signal(number, signal.SIG_IGN)
        say("\n正在停止……")
        supervisor.end_all()


def require_free_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as problem:
        if problem.errno == errno.EADDRINUSE:
            advice = f"请结束占用它的程序，或换一个端口：make serve ARGS='--port {port + 1}'"
            raise Trouble(f"端口 {port} 已被占用。{advice}。") from problem
        if problem.errno == errno.EACCES:
            raise Trouble(f"没有权限使用端口 {port}。请用 1024 以上的端口，例如 --port 8720。") from problem
        raise Trouble(f"不能在 {host} 上监听（{problem.strerror}）。请检查 --host，本机查看用 127.0.0.1。") from problem


def await_pages(settings: Settings, web: Child) -> None:
    deadline = time.monotonic() + WEB_PATIENCE
    while time.monotonic() < deadline:
        if not web.alive:
            log = settings.logs / f"{web.program.key}.log"
            raise Trouble(f"页面服务没有启动（日志 {log}）：\n{log_tail(web.program, settings.logs)}")
        if answers(settings.host, settings.port):
            return
        time.sleep(0.05)
    raise Trouble(f"页面服务 {WEB_PATIENCE:.0f} 秒内没有应答。请看日志 {settings.logs / 'web.log'}。")


def answers(host: str, port: int) -> bool:
    """Any answer of HTTP counts; what it says is the pages' own affair."""
    connection = http.client.HTTPConnection(reachable(host), port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104


def address(settings: Settings) -> str:
    host = reachable(settings.host)
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}/"


def announce(settings: Settings, accounts: Sequence[DemoAccount]) -> None:
    say(f"\n街程已就绪：{address(settings)}")
    if settings.clock_offset_file:
        complain(clock_warning(settings.clock_offset_file))
    if accounts:
        say("\n演示账号：")
        show_accounts(settings, accounts)
    if settings.host not in {"127.0.0.1", "::1", "localhost"} and accounts:
        complain("演示账号的密码是公开的，而这个地址别的机器也能访问。正式使用请加 --no-demo。")
    say("\n按 Ctrl-C 停止。")


def show_accounts(settings: Settings, accounts: Sequence[DemoAccount]) -> None:
    """Those of the tour, in its order; all of them in a file beside the database."""
    lines = [(one.account, one.name, one.title) for one in accounts]
    shown = sum(one.on_tour for one in accounts) or ACCOUNTS_SHOWN
    head = ("账号", "姓名", "可以做什么")
    say(table(head, lines[:shown]))
    if len(lines) > shown:
        everyone = settings.data / "demo-accounts.txt"
        everyone.write_text(table(head, lines) + "\n", encoding="utf-8")
        say(f"  …… 全部 {len(lines)} 个见 {everyone}")
    say(f"密码都是：{accounts[0].password}")
