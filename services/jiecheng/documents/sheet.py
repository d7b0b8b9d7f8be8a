"""The approval sheet 审批表: what was asked, who said what when, what the meeting found, sealed by the chain's digest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jiecheng.documents.printable import paragraphs
from jiecheng.documents.typeset import FAMILY, Rendered, Type, typeset

# Letters that find room in the narrowest column; longer words may be broken anywhere.
_NARROW = 4
# A row with more in it may be cut by the end of a page; a shorter one goes to the next page whole.
_LONG = 400
# Two short answers share a line of the form, as on a sheet filled in by hand.
_SHORT = 12


@dataclass(frozen=True, slots=True)
class SheetRow:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class SheetStep:
    """`at` as people read it: 2026年3月16日 09:30."""

    name: str
    person: str
    opinion: str
    outcome: str
    at: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """`meeting`: the collective decision, "" where none was held; `digest`: the head of the case's chain at `printed_at`."""

    title: str
    number: str
    organ: str
    rows: Sequence[SheetRow]
    steps: Sequence[SheetStep]
    meeting: Sequence[SheetRow]
    digest: str
    printed_at: datetime


def render_sheet(sheet: Sheet, *, fonts: Path, family: str = FAMILY) -> Rendered:
    """The sheet as PDF/A-2b, and as text. `printed_at` needs a time zone: it is shown as it stands."""
    type_ = Type(fonts, family)
    data = {
        "title": [type_.set(sheet.title)],
        "subject": type_.set(f"{sheet.title} {sheet.number}".strip()),
        "author": type_.set(sheet.organ),
        "organ": type_.set(sheet.organ),
        "number": type_.set(sheet.number),
        "rows": [_cells(pair, type_) for pair in _paired(sheet.rows)],
        "steps": [_step(step, type_) for step in sheet.steps],
        "meeting": [_cells([row], type_)[0] for row in sheet.meeting],
        "digest": [type_.set(part) for part in _in_eights(sheet.digest)],
        "printed": f"{sheet.printed_at:%Y-%m-%d %H:%M}",
        "first-page-numbered": True,
    }
    # PDF dates know seconds and nothing finer.
    pdf = typeset("sheet", data, type_, sheet.printed_at.replace(microsecond=0))
    return Rendered(pdf, "\n".join(_lines(sheet)), sheet.title, tuple(type_.lacking))


def _paired(rows: Sequence[SheetRow]) -> Iterator[Sequence[SheetRow]]:
    """Neighbours with short answers two by two, the others alone."""
    waiting: list[SheetRow] = []
    for row in rows:
        if len(row.value) > _SHORT or "\n" in row.value or len(row.label) > _SHORT // 2 + 1:
            yield from ([each] for each in waiting)
            waiting = []
            yield [row]
        elif waiting:
            yield [*waiting, row]
            waiting = []
        else:
            waiting = [row]
    yield from ([each] for each in waiting)


def _cells(rows: Sequence[SheetRow], type_: Type) -> list[dict[str, object]]:
    return [{"label": type_.set(row.label, _NARROW), "value": _lines_of(row.value, type_)} for row in rows]


def _step(step: SheetStep, type_: Type) -> dict[str, object]:
    one = {"name": step.name, "person": step.person, "outcome": step.outcome}
    day_and_time = [type_.set(each, len("2026-03-16")) for each in step.at.split()]
    return {
        **{key: type_.set(value, _NARROW) for key, value in one.items()},
        "opinion": _lines_of(step.opinion, type_),
        "at": day_and_time,
        "breakable": len(step.opinion) > _LONG,
    }


def _lines_of(text: str, type_: Type) -> list[str]:
    return [type_.set(each) for each in paragraphs(text)]


def _in_eights(digest: str) -> list[str]:
    """A digest that eyes can compare."""
    return [digest[start : start + 8] for start in range(0, len(digest), 8)]


def _lines(sheet: Sheet) -> Iterator[str]:
    yield sheet.title
    yield f"编号：{sheet.number}"
    yield from (f"{row.label}：{row.value}" for row in sheet.rows)
    for step in sheet.steps:
        yield "　".join(each for each in (step.name, step.person, step.opinion, step.outcome, step.at) if each)
    yield from (f"{row.label}：{row.value}" for row in sheet.meeting)
    yield f"存证摘要：{sheet.digest}"
