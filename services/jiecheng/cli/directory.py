"""`jiecheng import-directory`: tables of organs, posts and persons into the database, all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from jiecheng import directory, store
from jiecheng.cases.house import House
from jiecheng.cases.organisation import import_tables
from jiecheng.cli import database
from jiecheng.cli.terminal import say
from jiecheng.cli.trouble import Trouble
from jiecheng.directory import Rows
from jiecheng.model.errors import Finding, Invalid
from jiecheng.settings import Settings

READERS: Mapping[str, Callable[[bytes], Rows]] = {".csv": directory.parse_csv, ".xlsx": directory.parse_xlsx}
LINES_SHOWN = 40


def import_directory(settings: Settings, folder: Path) -> int:
    """Say what changes, then change it. Faulty tables change nothing and are listed by file, row and column."""
    tables = read_folder(folder)
    roles = tables.pop("roles.csv", None)
    wanted = directory.read_tables(tables)
    granted = directory.read_roles(roles, wanted) if roles is not None else {}
    with database.attached(settings) as url:
        house = House(url, settings.clock, pool=1)
        try:
            with house.transaction() as tx:
                changes = import_tables(tx, wanted)
                for person in wanted.persons.values():
                    if person.account in granted:
                        store.account.put_roles(tx.db, person.id, granted[person.account])
        finally:
            house.close()
    report(changes, len(granted))
    return 0


def read_folder(folder: Path) -> dict[str, Rows]:
    """organs.csv or organs.xlsx and so on, each under its .csv name."""
    if not folder.is_dir():
        raise Trouble(f"没有目录 {folder}。里面应有 organs、posts、persons、identities 等表（.csv 或 .xlsx）。")
    tables: dict[str, Rows] = {}
    for path in sorted(folder.iterdir()):
        reader = READERS.get(path.suffix.lower())
        if reader is None:
            continue
        try:
            tables[f"{path.stem}.csv"] = reader(path.read_bytes())
        except Invalid as fault:
            raise Invalid(f"{path.name}：{fault.message}", findings=[*placed(path, fault)]) from fault
    return tables


def placed(path: Path, fault: Invalid) -> list[Finding]:
    return [Finding(one.code, f"{path.name}:{one.place}", one.message) for one in fault.findings]


def report(changes: Sequence[str], granted: int) -> None:
    for line in changes[:LINES_SHOWN]:
        say(f"  {line}")
    if len(changes) > LINES_SHOWN:
        say(f"  …… 另有 {len(changes) - LINES_SHOWN} 处")
    told = f"组织机构已导入：{len(changes)} 处变动" if changes else "组织机构没有变动"
    say(f"{told}，写入 {granted} 个账号的角色。" if granted else f"{told}。")
