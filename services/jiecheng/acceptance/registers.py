"""What a scenario finds in the registers: the rows of its case, read as the register's page shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from jiecheng import store
from jiecheng.acceptance.judging import case_of
from jiecheng.acceptance.world import World
from jiecheng.model.register import Register
from jiecheng.store.register import EntryRow


def own_row(world: World) -> EntryRow | None:
    """The row of this case in the one register that its process keeps."""
    with world.transaction() as tx:
        nodes = tx.release(case_of(world, tx).release).definition.nodes.values()
    kept = {entry.register for node in nodes for entry in node.register_entries}
    assert len(kept) == 1, f"这个流程登记的台账有{sorted(kept)}，请写出台账的名称。"
    return next(iter(_rows(world, kept.pop())), None)


def rows(world: World, title: str) -> Sequence[EntryRow]:
    """The rows of this case in the register of that title."""
    return _rows(world, _definition(world, title).name)


def row_of(world: World, title: str, label: str) -> EntryRow:
    """The row that speaks of 青枫街道: it stands in one of its columns."""
    found = [row for row in rows(world, title) if label in _texts(row)]
    assert len(found) == 1, f"“{title}”里这件办件与“{label}”有关的有 {len(found)} 行。"
    return found[0]


def in_words(world: World, title: str, row: EntryRow) -> Mapping[str, str]:
    """Heading -> what stands there, as people write it."""
    columns = _definition(world, title).headings
    told = {heading: words(row.columns.get(key)) for key, heading in columns.items()}
    return {"编号": row.number, "事项": row.title, "状态": row.status, **told}


def words(value: Any) -> str:  # noqa: ANN401 - any value of a column
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping):
        return str(value.get("name", ""))
    if isinstance(value, list | tuple):
        return "、".join(words(one) for one in value)
    try:
        day = date.fromisoformat(str(value))
    except ValueError:
        return str(value)
    return f"{day.year}年{day.month}月{day.day}日"


def _rows(world: World, register: str) -> Sequence[EntryRow]:
    with world.transaction() as tx:
        found = store.register.of_case(tx.db, case_of(world, tx).id)
    return [row for row in found if row.register == register]


def _definition(world: World, title: str) -> Register:
    with world.transaction() as tx:
        known = {one.title: one for one in tx.registers.values()}
    assert title in known, f"没有名为“{title}”的台账，现有{'、'.join(known)}。"
    return known[title]


def _texts(row: EntryRow) -> set[str]:
    return {words(value) for value in row.columns.values()}
