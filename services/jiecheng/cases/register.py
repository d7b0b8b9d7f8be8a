"""Registers (台账): lists with filters, and their export. Only processes write them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from jiecheng import permissions, store
from jiecheng.cases.house import Tx
from jiecheng.cases.inbox import PAGE, Page
from jiecheng.model.actor import Actor
from jiecheng.model.errors import Invalid, NotFound
from jiecheng.store.register import EntryFilter, EntryRow

# Spreadsheet programs take a cell that begins so for a formula; a quote in front keeps it text.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class RegisterDefinition:
    """`columns`: key -> heading, in order. `tabs`: key -> (label, statuses)."""

    name: str
    title: str
    columns: Mapping[str, str]
    tabs: Mapping[str, tuple[str, tuple[str, ...]]]
    soon_days: int = 14


@dataclass(frozen=True, slots=True)
class RegisterView:
    definition: RegisterDefinition
    tab: str
    page: Page[EntryRow]
    counts: Mapping[str, int] = field(default_factory=dict)


# What a register is called and how its columns are headed. Which rows it has and what they say, only processes decide.
REGISTERS: Mapping[str, RegisterDefinition] = {
    "staff_loan": RegisterDefinition(
        name="staff_loan",
        title="借调台账",
        columns={
            "person_name": "被借调人", "street_name": "所在街镇", "borrower_name": "借用单位", "direction": "借调方向",
            "start_date": "起始日期", "end_date": "截止日期", "months": "月数", "returned_on": "实际归还",
        },
        tabs={
            "running": ("借调中", ("借调中", "逾期未还")),
            "due": ("即将到期", ("借调中",)),
            "overdue": ("逾期未还", ("逾期未还",)),
            "all": ("全部", ()),
        },
    ),
    "loan_stop": RegisterDefinition(
        name="loan_stop",
        title="擅自借调叫停台账",
        columns={
            "person_name": "被借人员", "street_name": "所在街镇", "borrower_name": "借用单位",
            "since_date": "借走日期", "return_deadline": "归还期限", "back_on": "到岗日期",
        },
        tabs={
            "ordered": ("责令归还", ("责令归还", "逾期未归")),
            "overdue": ("逾期未归", ("逾期未归",)),
            "back": ("已到岗", ("已到岗",)),
            "all": ("全部", ()),
        },
    ),
}  # fmt: skip


def list_entries(
    tx: Tx, actor: Actor, register: str, *, tab: str = "", text: str = "", key: str = "", limit: int = PAGE
) -> RegisterView:
    definition = _readable(tx, actor, register, "查看台账")
    tab = tab if tab in definition.tabs else next(iter(definition.tabs))
    if key and not key.isdecimal():
        raise Invalid("列表的翻页位置无效。请回到第一页。")
    filters = _filters(tx, definition, tab, text, actor)
    rows = store.register.list_entries(tx.db, register, filters, int(key) if key else None, limit + 1)
    more = str(rows[limit - 1].case) if len(rows) > limit else ""
    counts = {
        name: store.register.count_entries(tx.db, register, _filters(tx, definition, name, "", actor))
        for name in definition.tabs
    }
    return RegisterView(definition, tab, Page(rows[:limit], more), counts)


def export_csv(tx: Tx, actor: Actor, register: str, *, tab: str = "", text: str = "") -> str:
    """All rows of the tab as CSV, with a byte order mark so that a spreadsheet reads the Chinese."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    for row in _table(tx, actor, register, tab, text):
        writer.writerow([_text(value) for value in row])
    return out.getvalue()


def export_xlsx(tx: Tx, actor: Actor, register: str, *, tab: str = "", text: str = "") -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(REGISTERS[register].title if register in REGISTERS else register)
    for row in _table(tx, actor, register, tab, text):
        sheet.append([_text(value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _table(tx: Tx, actor: Actor, register: str, tab: str, text: str) -> Iterator[Sequence[object]]:
    definition = _readable(tx, actor, register, "导出台账")
    tab = tab if tab in definition.tabs else next(iter(definition.tabs))
    yield ["编号", "事项", "状态", *definition.columns.values()]
    before: int | None = None
    filters = _filters(tx, definition, tab, text, actor)
    while rows := store.register.list_entries(tx.db, register, filters, before, 500):
        for row in rows:
            yield [row.number, row.title, row.status, *(row.columns.get(name) for name in definition.columns)]
        before = rows[-1].case


def _filters(tx: Tx, definition: RegisterDefinition, tab: str, text: str, actor: Actor) -> EntryFilter:
    statuses = definition.tabs[tab][1]
    until = (tx.today + timedelta(days=definition.soon_days)).isoformat() if tab == "due" else ""
    return EntryFilter(statuses=statuses, text=text, end_before=until, equal=_compartment(tx, actor))


def _compartment(tx: Tx, actor: Actor) -> Mapping[str, str]:
    """A 街镇 sees its own rows, no other 街镇's (C12); the district's organs see all."""
    found = tx.organisation.directory.identities.get(actor.identity)
    if found is None or actor.roles or actor.is_system:
        return {}
    street = tx.organisation.organ_of(found).street
    return {"street": street} if street else {}


def _readable(tx: Tx, actor: Actor, register: str, action: str) -> RegisterDefinition:
    definition = REGISTERS.get(register)
    if definition is None:
        raise NotFound("没有这个台账。")
    facts = permissions.RegisterFacts(name=definition.title, readers=_readers(tx, actor))
    grant = permissions.require_register_read(actor, facts)
    if grant.recorded:
        store.account.log_access(tx.db, actor.person, actor.identity, f"{action}（{grant.ground}）", definition.title)
    return definition


def _readers(tx: Tx, actor: Actor) -> Sequence[Any]:
    """Officials in office read the register, each within his compartment."""
    found = tx.organisation.directory.identities.get(actor.identity)
    return [actor.identity] if found is not None and tx.organisation.in_office(found, tx.today) else []


def _text(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
