"""The command `jiecheng`. Each subcommand is a module with one story; here are only their names and options."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from jiecheng import settings
from jiecheng.cli.terminal import complain
from jiecheng.cli.trouble import Trouble
from jiecheng.model.errors import Invalid, JiechengError
from jiecheng.settings import Settings

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    try:
        command: Callable[[argparse.Namespace], int] = options.command
        return command(options)
    except Trouble as trouble:
        complain(trouble.message)
        return trouble.code
    except JiechengError as problem:
        complain(problem.message)
        for finding in problem.findings if isinstance(problem, Invalid) else ():
            complain(f"  {finding.place}：{finding.message}")
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(prog="jiecheng", description="街程：区与街镇之间的审批平台")
    commands = whole.add_subparsers(required=True, metavar="命令")

    serve = add(commands, "serve", "启动全部服务，打印地址和演示账号", run_serve)
    serve.add_argument("--port", type=int, help=f"端口（默认 {settings.DEFAULT_PORT}）")
    serve.add_argument("--host", help="监听地址（默认 127.0.0.1，只有本机能访问）")
    serve.add_argument("--no-demo", action="store_true", help="不建演示区和演示账号")
    serve.add_argument("--profile", metavar="口径", help="执行哪个市的政策口径：静安、西安、嘉兴、上海、福山")
    of_installation(serve)

    check = add(commands, "check", "检查 bpmn/ forms/ features/ 里的每个流程", run_check)
    check.add_argument("processes", nargs="*", metavar="流程", help="只检查这些流程（目录名）")

    rules = add(commands, "rules", "政策规则总表：规则、条款、图上元素、场景和结果", run_rules)
    rules.add_argument("report", type=Path, metavar="报告", help="场景运行的报告（make rules 会生成 build/gate.json）")
    rules.add_argument("--ask", action="store_true", help="只看报告是否属于现在的文件（退出码 0 或 3）")
    rules.add_argument("--brief", action="store_true", help="只说总数和没有做到的")
    rules.add_argument("--full", action="store_true", help="逐条列出条款、元素和场景的名称")

    demo = add(commands, "demo", "给演示区造一年的历史（真实办理，时钟拨动；服务停着时用）", run_demo)
    demo.add_argument("--cases", type=int, default=2000, metavar="件数", help="大约多少件（默认 2000）")
    demo.add_argument("--keep", action="store_true", help="另存整个演示库，以后新的演示区第一次启动时直接取用")
    of_installation(demo)

    profile = commands.add_parser("profile", help="政策口径：比较两个市，或改为执行另一个市的")
    ways = profile.add_subparsers(required=True, metavar="做法")
    diff = add(ways, "diff", "用文字列出两个市的不同：判定表和条款", run_profile_diff)
    diff.add_argument("first", metavar="口径", help="例如 嘉兴")
    diff.add_argument("second", metavar="另一口径", help="例如 福山")
    use = add(ways, "use", "从现在起新发起的办件按这个市的口径办", run_profile_use)
    use.add_argument("profile", metavar="口径")
    of_installation(use)

    verify = add(commands, "verify", "核验办件历史的链条，有问题时退出码为 1", run_verify)
    which = verify.add_mutually_exclusive_group()
    which.add_argument("--case", metavar="文号", help="只核验这一件（文号或内部编号）")
    which.add_argument("--all", action="store_true", help="核验全部办件（默认）")
    which.add_argument("--file", type=Path, metavar="export.jsonl", help="核验导出的文件，不需要数据库")
    of_installation(verify)

    directory = add(commands, "import-directory", "从表格导入机构、岗位和人员", run_import_directory)
    directory.add_argument("folder", type=Path, metavar="目录")
    of_installation(directory)

    password = add(
        commands, "set-password", "设置一个账号的登录密码（从终端读两遍，或从标准输入读一行）", run_set_password
    )
    password.add_argument("account", metavar="账号")
    of_installation(password)

    of_installation(add(commands, "migrate", "把数据库升级到本版本的结构", run_migrate))
    add_parts(commands)

    backup = add(commands, "backup", "把数据库备份成一个文件（pg_dump）", run_backup)
    backup.add_argument("file", type=Path, metavar="文件")
    of_installation(backup)
    return whole


def add_parts(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The parts of the scale form, each a process of its own."""
    of_installation(add(commands, "deploy", "升级数据库，登记流程版本和工作日（分开启动之前做一次）", run_deploy))

    web = add(commands, "web", "只启动页面服务", run_web)
    web.add_argument("--port", type=int, help=f"端口（默认 {settings.DEFAULT_PORT}）")
    web.add_argument("--host", help="监听地址（默认 127.0.0.1）")
    of_installation(web)

    of_installation(add(commands, "worker", "只启动流程执行", run_worker))

    scheduler = add(commands, "scheduler", "只启动流程调度（Prefect 服务端）", run_scheduler)
    scheduler.add_argument(
        "--port", type=int, dest="prefect_port", default=settings.PREFECT_PORT, help="端口（默认 %(default)s）"
    )
    scheduler.add_argument("--host", dest="prefect_host", default="127.0.0.1", help="监听地址（默认 %(default)s）")
    of_installation(scheduler)


def add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    sentence: str,
    command: Callable[[argparse.Namespace], int],
) -> argparse.ArgumentParser:
    found = commands.add_parser(name, help=sentence, description=sentence)
    found.set_defaults(command=command)
    return found


def of_installation(command: argparse.ArgumentParser) -> None:
    command.add_argument("--data", type=Path, help="数据目录（默认 ./data，或环境变量 JIECHENG_DATA）")


def told(options: argparse.Namespace) -> Settings:
    """The environment's settings, with what the command line says on top."""
    found = settings.read(os.environ)
    if getattr(options, "data", None):
        found = replace(found, data=options.data.resolve())
    if getattr(options, "port", None) is not None:
        found = replace(found, port=settings.port_number(str(options.port)))
    if getattr(options, "host", None):
        found = replace(found, host=options.host)
    if getattr(options, "profile", None):
        found = replace(found, profile=options.profile)
    if getattr(options, "no_demo", False):
        found = replace(found, demo=False)
    return found


# Each command brings its own weight only when it is called.


def run_serve(options: argparse.Namespace) -> int:
    from jiecheng.cli.serve import serve

    return serve(told(options))


def run_check(options: argparse.Namespace) -> int:
    from jiecheng.cli.check import check

    return check(told(options).root, options.processes)


def run_rules(options: argparse.Namespace) -> int:
    from jiecheng.cli import rules

    show = rules.Show.FULL if options.full else rules.Show.BRIEF if options.brief else rules.Show.TABLE
    return rules.rules(told(options).root, options.report, show=show, only_ask=options.ask)


def run_profile_diff(options: argparse.Namespace) -> int:
    from jiecheng.cli import profile

    return profile.difference(told(options).root, options.first, options.second)


def run_profile_use(options: argparse.Namespace) -> int:
    from jiecheng.cli import profile

    return profile.choose(told(options))


def run_demo(options: argparse.Namespace) -> int:
    from jiecheng.cli.demo import demo

    return demo(told(options), options.cases, keep=options.keep)


def run_verify(options: argparse.Namespace) -> int:
    from jiecheng.cli import verify

    if options.file:
        return verify.verify_file(options.file)
    return verify.verify_database(told(options), options.case)


def run_import_directory(options: argparse.Namespace) -> int:
    from jiecheng.cli.directory import import_directory

    return import_directory(told(options), options.folder)


def run_migrate(options: argparse.Namespace) -> int:
    from jiecheng.cli.maintenance import migrate

    return migrate(told(options))


def run_backup(options: argparse.Namespace) -> int:
    from jiecheng.cli.maintenance import backup

    return backup(told(options), options.file)


def run_set_password(options: argparse.Namespace) -> int:
    from jiecheng.cli.password import set_password

    return set_password(told(options), options.account)


def run_deploy(options: argparse.Namespace) -> int:
    from jiecheng.cli import single

    return single.deploy(told(options))


def run_web(options: argparse.Namespace) -> int:
    from jiecheng.cli import single

    return single.web(told(options))


def run_worker(options: argparse.Namespace) -> int:
    from jiecheng.cli import single

    return single.worker(told(options))


def run_scheduler(options: argparse.Namespace) -> int:
    from jiecheng.cli import single

    port = settings.port_number(str(options.prefect_port))
    return single.scheduler(told(options), options.prefect_host, port)
