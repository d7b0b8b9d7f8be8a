"""What an expression of the diagram means now: from which column of which table its value comes, and which it is here.

Only what is certain: a value that depends on the case is given with all its possibilities, one that is computed is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jiecheng import decisions, feel
from jiecheng.decisions import DecisionTable
from jiecheng.definitions.known import OPEN, value_of
from jiecheng.definitions.process import read_process
from jiecheng.definitions.profiles import SELECTOR
from jiecheng.model.errors import Invalid
from jiecheng.model.release import Bundle
from jiecheng.model.values import Value

_CHANGED = re.compile(r"由(“[^”]*”|空)改为(“[^”]*”|空)")
_QUOTED = re.compile(r"“(=[^”]*)”")
_MOST_VALUES = 4


@dataclass(frozen=True, slots=True)
class Column:
    """`values`: what the rows of this district answer, () where one of them computes."""

    table: str
    label: str
    values: tuple[str, ...]

    def said(self, profile: str) -> str:
        place = f"取自判定表「{self.table}」的“{self.label}”栏"
        if not profile or not self.values:
            return place
        here = f"现在{profile}是 {self.values[0]}"
        if len(self.values) > 1:
            shown = "、".join(self.values[:_MOST_VALUES]) + ("……" if len(self.values) > _MOST_VALUES else "")
            here = f"现在{profile}随情况是 {shown}"
        return f"{place}，{here}"


Book = Mapping[str, Column]  # "limits.opinion_days" -> where that comes from


def book_of(bundle: Bundle, profile: str) -> Book:
    """Every variable.column that a decision of this bundle gives."""
    try:
        nodes = read_process(bundle.bpmn, bundle.called).nodes.values()
        tables = decisions.combine([decisions.read_decisions(text) for text in bundle.dmn.values()])
    except Invalid:
        return {}
    return {
        name: column
        for node in nodes
        if node.decision and node.result_variable and node.decision in tables.decisions
        for one in (tables.decisions[node.decision],)
        if isinstance(one.logic, DecisionTable)
        for name, column in _columns(node.result_variable, one.label or one.name, one.logic, profile)
    }


def explained(line: str, before: Book, after: Book, profile: str) -> str:
    """A line of a difference, each expression in it with what it meant before and means now."""
    changed = _CHANGED.search(line)
    if changed is None:
        return _QUOTED.sub(lambda found: f"{found[0]}{_meaning(found[1], after, profile)}", line)
    old, new = (_QUOTED.sub(lambda found, book=book: f"{found[0]}{_meaning(found[1], book, profile)}", changed[at])
                for at, book in ((1, before), (2, after)))  # fmt: skip
    return f"{line[: changed.start()]}由{old}改为{new}{line[changed.end() :]}"


def _meaning(expression: str, book: Book, profile: str) -> str:
    named = [name for name in dict.fromkeys(re.findall(r"[a-z_]\w*\.[a-z_]\w*", expression)) if name in book]
    alone = len(named) == 1 and expression == f"={named[0]}"
    said = [f"{'' if alone else f'{name} '}{book[name].said(profile)}" for name in named]
    return f"（{'；'.join(said)}）" if said else ""


def _columns(variable: str, name: str, table: DecisionTable, profile: str) -> Iterator[tuple[str, Column]]:
    if len(table.outputs) < 2:
        return  # its result has no columns to be named
    for place, column in enumerate(table.outputs):
        yield f"{variable}.{column.name}", Column(name, column.label or column.name, _values(table, place, profile))


def _values(table: DecisionTable, place: int, profile: str) -> tuple[str, ...]:
    selector = next((at for at, one in enumerate(table.inputs) if one.expression.strip() == SELECTOR), None)
    found: dict[str, None] = {}
    for rule in table.rules:
        if selector is not None and not _holds(rule.tests[selector], profile):
            continue
        value = value_of(rule.outputs[place], {})
        if value is OPEN:
            return ()
        found[_said(value)] = None  # type: ignore[arg-type]  # not OPEN
    return tuple(found)


def _said(value: Value) -> str:
    words = {None: "空", True: "是", False: "否"}
    return words[value] if value is None or isinstance(value, bool) else str(value)


def _holds(test: str, profile: str) -> bool:
    try:
        return bool(feel.compile_unary_tests(test).matches(profile, {}))
    except feel.FeelError:
        return True
