"""Registers (台账、清单): what pages read of them, and their export. Only processes write them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from jiecheng import permissions, store
from jiecheng.cases.case import read_facts
from jiecheng.cases.history import events_of
from jiecheng.cases.house import Tx
from jiecheng.cases.inbox import PAGE, Page
from jiecheng.cases.open_case import OpenCase
from jiecheng.model.actor import Actor
from jiecheng.model.errors import Invalid, NotFound
from jiecheng.model.history import HistoryEvent
from jiecheng.model.ids import CaseId, ElementId
from jiecheng.model.register import Register
from jiecheng.store.register import EntryFilter, EntryRow, Position
from jiecheng.store.register_version import VersionRow

# Spreadsheet programs take a cell that begins so for a formula; a quote in front keeps it text.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
STREET = "street"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a reader wants to see of a register. `street`: an organ's id; `on`: only rows in force on that day."""

    tab: str = ""
    text: str = ""
    category: str = ""
    street: str = ""
    on: str = ""


@dataclass(frozen=True, slots=True)
class CategoryCount:
    """How many different items each category holds, beside what a document counts (None: no document does)."""

    counts: Mapping[str, int]
    expected: Mapping[str, int] | None
    basis: str = ""

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def agrees(self) -> bool | None:
        """Whether every category has the number of the document; None where there is none to compare with."""
        if self.expected is None:
            return None
        return {key: number for key, number in self.counts.items() if number} == {
            key: number for key, number in self.expected.items() if number
        }


@dataclass(frozen=True, slots=True)
class RegisterView:
    definition: Register
    tab: str
    page: Page[EntryRow]
    counts: Mapping[str, int] = field(default_factory=dict)
    categories: CategoryCount | None = None
    category_choices: Sequence[str] = ()
    street_choices: Sequence[tuple[str, str]] = ()
    latest: VersionRow | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """A line of the list of registers; `rows` counts what this reader may see."""

    definition: Register
    rows: int
    latest: VersionRow | None


@dataclass(frozen=True, slots=True)
class EntryChange:
    """One time the row was written. `changes`: heading, old, new."""

    at: datetime
    step: str
    status: str
    changes: Sequence[tuple[str, Any, Any]]


@dataclass(frozen=True, slots=True)
class EntryStory:
    definition: Register
    row: EntryRow
    changes: Sequence[EntryChange]
    case_readable: bool


def list_registers(tx: Tx, actor: Actor) -> Sequence[Summary]:
    """All registers that the actor may read."""
    found = []
    for definition in tx.registers.values():
        if permissions.may_read_register(actor, _facts(tx, actor, definition)) is None:
            continue
        rows = store.register.count_entries(
            tx.db, definition.name, EntryFilter(equal=compartment(tx, actor, definition))
        )
        latest = store.register_version.of_register(tx.db, definition.name, 1) if definition.versioned else ()
        found.append(Summary(definition, rows, latest[0] if latest else None))
    return found


def list_entries(
    tx: Tx, actor: Actor, register: str, wish: Wish | None = None, *, key: str = "", limit: int = PAGE
) -> RegisterView:
    definition = readable(tx, actor, register, "查看台账")
    wish = _settled(tx, actor, definition, wish or Wish())
    filters = _filters(tx, actor, definition, wish)
    rows = store.register.list_entries(tx.db, register, filters, _position(key), limit + 1)
    more = f"{rows[limit - 1].case}:{rows[limit - 1].key}" if len(rows) > limit else ""
    counts = {name: _count(tx, actor, definition, name) for name in definition.tabs}
    category = definition.category
    latest = store.register_version.of_register(tx.db, register, 1) if definition.versioned else ()
    return RegisterView(
        definition,
        wish.tab,
        Page(rows[:limit], more),
        counts,
        _categories(tx, actor, definition) if category else None,
        store.register.values_of(tx.db, register, category) if category else (),
        _streets(tx, definition) if not compartment(tx, actor, definition) else (),
        latest[0] if latest else None,
    )


def show_entry(tx: Tx, actor: Actor, register: str, case: CaseId, key: str = "") -> EntryStory:
    """A row with every change that made it what it is."""
    definition = readable(tx, actor, register, "查看台账")
    row = store.register.entry(tx.db, register, case, key)
    own = compartment(tx, actor, definition)
    if row is None or any(row.columns.get(name) != value for name, value in own.items()):
        raise NotFound("台账里没有这一行，或者您无权查看。")
    found = store.case.get(tx.db, case)
    opened = OpenCase(tx, found, tx.release(found.release))
    written = [
        event
        for event in events_of(tx, case)
        if event.type == "register_entry_written"
        and event.public.get("register") == register
        and str(event.public.get("key", "")) == key
    ]
    may_open = permissions.may_read_case(actor, read_facts(opened)) is not None
    return EntryStory(definition, row, [_change(opened, definition, event) for event in written], may_open)


def export_csv(tx: Tx, actor: Actor, register: str, wish: Wish | None = None) -> str:
    """All rows of the wish as CSV, with a byte order mark so that a spreadsheet reads the Chinese."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    for row in _table(tx, actor, register, wish or Wish()):
        writer.writerow([cell(value) for value in row])
    return out.getvalue()


def export_xlsx(tx: Tx, actor: Actor, register: str, wish: Wish | None = None) -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title_of(tx, register))
    for row in _table(tx, actor, register, wish or Wish()):
        sheet.append([cell(value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def title_of(tx: Tx, register: str) -> str:
    definition = tx.registers.get(register)
    return definition.title if definition else register


def _table(tx: Tx, actor: Actor, register: str, wish: Wish) -> Iterator[Sequence[object]]:
    definition = readable(tx, actor, register, "导出台账")
    yield ["编号", "事项", "状态", *definition.headings.values()]
    after: Position | None = None
    filters = _filters(tx, actor, definition, _settled(tx, actor, definition, wish))
    while rows := store.register.list_entries(tx.db, register, filters, after, 500):
        for row in rows:
            yield [row.number, row.title, row.status, *(row.columns.get(name) for name in definition.headings)]
        after = (rows[-1].case, rows[-1].key)


def _settled(tx: Tx, actor: Actor, definition: Register, wish: Wish) -> Wish:
    """Who named no tab gets the first one with something in it."""
    if wish.tab in definition.tabs:
        return wish
    found = next((name for name in definition.tabs if _count(tx, actor, definition, name)), next(iter(definition.tabs)))
    return replace(wish, tab=found)


def _count(tx: Tx, actor: Actor, definition: Register, tab: str) -> int:
    return store.register.count_entries(tx.db, definition.name, _filters(tx, actor, definition, Wish(tab=tab)))


def _position(key: str) -> Position | None:
    """Where the page before ended: the case's id, and the row's key behind a colon."""
    if not key:
        return None
    case, _, rest = key.partition(":")
    if not case.isdecimal() or len(case) > 18:
        raise Invalid("列表的翻页位置无效。请回到第一页。")
    return CaseId(int(case)), rest


def _filters(tx: Tx, actor: Actor, definition: Register, wish: Wish) -> EntryFilter:
    tab = definition.tabs[wish.tab]
    equal = {}
    if wish.category and definition.category:
        equal[definition.category] = wish.category
    if wish.street and STREET in definition.columns:
        equal[STREET] = wish.street
    before = None
    if tab.within_days is not None and definition.deadline:
        before = (definition.deadline, (tx.today + timedelta(days=tab.within_days)).isoformat())
    # The compartment last: no wish may widen it.
    equal |= compartment(tx, actor, definition)
    return EntryFilter(tab.statuses, equal, wish.text, before, _day(wish.on))


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(f"“{text}”不是日期。请写成 2026-03-16 这样，再查询。") from None


def _categories(tx: Tx, actor: Actor, definition: Register) -> CategoryCount:
    filters = EntryFilter(statuses=definition.in_force, equal=compartment(tx, actor, definition))
    counts = store.register.count_by(tx.db, definition.name, filters, definition.category, definition.subject)
    expected = definition.expected
    if expected is None or (expected.profiles and tx.profile not in expected.profiles):
        return CategoryCount(counts, None)
    # In the order of the document; what it does not know stands behind.
    ordered = {key: counts.get(key, 0) for key in dict.fromkeys((*expected.counts, *counts))}
    return CategoryCount(ordered, expected.counts, expected.basis)


def _streets(tx: Tx, definition: Register) -> Sequence[tuple[str, str]]:
    if STREET not in definition.columns:
        return ()
    known = tx.organisation.directory.organs
    found = store.register.values_of(tx.db, definition.name, STREET)
    return [(one, _street_name(one, known)) for one in found]


def _street_name(street: str, organs: Mapping[Any, Any]) -> str:
    """The name of the 街镇: its office's, without the word for office."""
    office = next(
        (one for one in organs.values() if one.street == street and one.kind in ("街道办事处", "镇政府")), None
    )
    return office.name.removesuffix("办事处").removesuffix("人民政府") if office else street


def _change(opened: OpenCase, definition: Register, event: HistoryEvent) -> EntryChange:
    element = ElementId(str(event.public.get("element", "")))
    process = opened.deployed.definition
    # The row is for all who may read the register; which step of the inside wrote it is not.
    node = process.walls_around(element) or process.nodes.get(element)
    changes = []
    for key, heading in definition.headings.items():
        pair = event.personal.get(f"register.{key}")
        if isinstance(pair, Mapping) and pair.get("old") != pair.get("new"):
            changes.append((heading, pair.get("old"), pair.get("new")))
    return EntryChange(event.at, node.name if node else "", str(event.public.get("status", "")), changes)


def compartment(tx: Tx, actor: Actor, definition: Register) -> Mapping[str, str]:
    """A 街镇 sees its own rows, no other 街镇's (C12); the district's organs see all, and everybody what is public."""
    found = tx.organisation.directory.identities.get(actor.identity)
    if found is None or actor.roles or actor.is_system or definition.public or STREET not in definition.columns:
        return {}
    street = tx.organisation.organ_of(found).street
    return {STREET: street} if street else {}


def readable(tx: Tx, actor: Actor, register: str, action: str) -> Register:
    definition = tx.registers.get(register)
    if definition is None:
        raise NotFound("没有这个台账。")
    grant = permissions.require_register_read(actor, _facts(tx, actor, definition))
    if grant.recorded:
        store.account.log_access(tx.db, actor.person, actor.identity, f"{action}（{grant.ground}）", definition.title)
    return definition


def _facts(tx: Tx, actor: Actor, definition: Register) -> permissions.RegisterFacts:
    return permissions.RegisterFacts(definition.title, definition.public, _readers(tx, actor))


def _readers(tx: Tx, actor: Actor) -> Sequence[Any]:
    """Officials in office read the register, each within his compartment."""
    found = tx.organisation.directory.identities.get(actor.identity)
    return [actor.identity] if found is not None and tx.organisation.in_office(found, tx.today) else []


def cell(value: object) -> str:
    """A value as a cell of a table that a spreadsheet opens: nothing in it is taken for a formula."""
    if isinstance(value, list | tuple):
        return cell("、".join(str(one.get("name", one) if isinstance(one, Mapping) else one) for one in value))
    text = "" if value is None else str(value.get("name", value) if isinstance(value, Mapping) else value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
