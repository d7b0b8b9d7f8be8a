"""Rows of the full-text search. `refresh` belongs into every command that changes a case; `find` is one look, page by page.

A search costs the same in a district of a thousand cases and of a million: it goes from the newest case back, stretch by
stretch, and the mark of a stretch stands in the index beside the words, so that PostgreSQL meets no more than one stretch
at a time however common the words are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    Text,
    bindparam,
    cast,
    func,
    literal,
    not_,
    or_,
    select,
    union_all,
)
from sqlalchemy import case as sql_case
from sqlalchemy.dialects.postgresql import ARRAY, insert

from jiecheng.model.case import Case
from jiecheng.model.ids import CaseId
from jiecheng.model.search import fold, pairs
from jiecheng.store.case import of_ids, to_case
from jiecheng.store.database import Transaction
from jiecheng.store.guest import guests
from jiecheng.store.statement import Statement
from jiecheng.store.tables import attachments, candidates, cases, documents, search_rows, stand_ins, tasks, work_items

SHORT, LONG = 11, 16  # stretches of 2,048 and 65,536 cases
_READER, _GUEST = "reader", "guest"
_SHOWN = "旁:"  # before a reader who takes no part: he was shown the case, or this compartment of it
SUBSTITUTION = "substitution:"  # a reader named by the substitution that lets him read
TEXTS = ARRAY(Text)


@dataclass(frozen=True, slots=True)
class Sought:
    """`terms`: folded, each must occur. `readers`: the searcher's identities, and the substitutions in which he stands in
    now; `compartments`: whose doors are open to him.

    `oversees`: finds cases he takes no part in; `audits`: of those also what lies behind closed doors. Dates: from
    (inclusive) and to (exclusive) of the start."""

    terms: Sequence[str]
    readers: Collection[str]
    compartments: Collection[str] = ()
    oversees: bool = False
    audits: bool = False
    process: str = ""
    state: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """`texts`: kind and text of all that this searcher may find in the case."""

    case: Case
    texts: Sequence[tuple[str, str]]


def _sources() -> Select[Any]:
    """Everything besides the case's own row: kind, compartment, text."""
    case: BindParameter[int] = bindparam("case", type_=cases.c.id.type)
    nowhere = literal("")
    shown = guests(case).subquery("shown")
    return select(
        union_all(
            select(literal(_READER).label("kind"), nowhere.label("compartment"), candidates.c.identity.label("words"))
            .where(candidates.c.case_id == case)
            .distinct(),
            select(literal(_GUEST), shown.c.compartment, shown.c.identity).distinct(),
            select(literal(_READER), nowhere, _stand_in_reader())
            .where(stand_ins.c.case_id == case, or_(stand_ins.c.acted, stand_ins.c.listed))
            .distinct(),
            select(literal("opinion"), tasks.c.compartment, work_items.c.opinion)
            .join(tasks, tasks.c.id == work_items.c.task_id)
            .where(work_items.c.case_id == case, work_items.c.opinion != ""),
            select(literal("attachment"), attachments.c.compartment, attachments.c.name).where(
                attachments.c.case_id == case, attachments.c.removed_at.is_(None)
            ),
            select(literal("document"), documents.c.compartment, documents.c.title + "　" + documents.c.number).where(
                documents.c.case_id == case
            ),
        ).subquery("found")
    )


def _stand_in_reader() -> ColumnElement[str]:
    """Who acted in somebody's place finds the case for ever; who only stands in, by his substitution: at the moment it ends
    the searcher has no such word any more, whether the rows were written anew or not."""
    named = literal(SUBSTITUTION) + cast(stand_ins.c.substitution_id, Text)
    return sql_case((stand_ins.c.acted, stand_ins.c.identity), else_=named)


_SOURCES = Statement(_sources())
_COLUMNS = ("case_id", "compartment", "started_at", "texts", "folded", "grams", "readers")
_CHANGING = ("texts", "folded", "grams", "readers")
# A thousand pairs go as one text: none has a blank in it, and an array of them costs more to write than to index.
_PUT = Statement(
    (
        statement := insert(search_rows).values(
            grams=func.string_to_array(bindparam("pairs", type_=Text), literal(" "))
        )
    ).on_conflict_do_update(
        index_elements=[search_rows.c.case_id, search_rows.c.compartment],
        set_={name: statement.excluded[name] for name in _CHANGING},
        # An index entry per pair of characters: what did not change is not written.
        where=func.row(*[search_rows.c[name] for name in _CHANGING]).is_distinct_from(
            func.row(*[statement.excluded[name] for name in _CHANGING])
        ),
    ),
    *(name for name in _COLUMNS if name != "grams"),
)
_TOP = Statement(select(func.max(search_rows.c.case_id).label("top")))
_MISSING = Statement(
    select(cases)
    .where(cases.c.id > bindparam("after"))
    .where(~select(1).where(search_rows.c.case_id == cases.c.id).exists())
    .order_by(cases.c.id)
    .limit(500)
)


def found_in(tx: Transaction, case: CaseId) -> Sequence[Any]:
    """Rows of `kind`, `compartment`, `words`: all that can be found besides the case's own row, and who may find it."""
    return tx.rows(_SOURCES, case=case)


def refresh(tx: Transaction, case: Case) -> None:
    """What can be found of this case from the commit on. The caller holds its lock."""
    inside: dict[str, list[tuple[str, str]]] = {
        "": [("title", case.title), ("number", case.number), ("initiator", case.initiator_name)]
    }
    readers = {str(case.initiator)}
    shown_to: dict[str, set[str]] = {}
    for row in found_in(tx, case.id):
        if row.kind == _READER:
            readers.add(row.words)
        elif row.kind == _GUEST:
            for part in {"", row.compartment}:
                shown_to.setdefault(part, set()).add(_SHOWN + row.words)
        else:
            inside.setdefault(row.compartment, []).append((row.kind, row.words))
    marks = {f"#p:{case.process}", f"#s:{case.state.value}", *stretches(case.id)}
    for compartment, texts in sorted(inside.items()):
        shown = inside[""] + texts if compartment else texts
        folded = fold("\n".join(text for _, text in shown))
        tx.later(
            _PUT,
            case_id=case.id,
            compartment=compartment,
            started_at=case.started_at,
            texts=[list(one) for one in texts],
            folded=folded,
            pairs=" ".join(sorted(pairs(folded) | marks)),
            readers=sorted(readers | shown_to.get(compartment, set())),
        )


def missing(tx: Transaction, after: CaseId) -> Sequence[Case]:
    """Cases that were there before the search was, the oldest first, some hundred at a time."""
    return [to_case(row) for row in tx.rows(_MISSING, after=after)]


def find(tx: Transaction, sought: Sought, before: int | None, limit: int) -> Sequence[Hit]:
    """The newest cases that have all terms, as far as these readers may find them."""
    top = tx.row(_TOP).top
    found: list[CaseId] = []
    for mark, low, high in _walk((top or 0) + 1 if before is None else min(before, (top or 0) + 1)):
        statement = _matching(sought, mark).where(search_rows.c.case_id >= low, search_rows.c.case_id < high)
        ids = statement.order_by(search_rows.c.case_id.desc()).limit(limit - len(found))
        found += [CaseId(one) for one in tx.connection.execute(ids).scalars()]
        if len(found) >= limit:
            break
    return _hits(tx, sought, found)


def _matching(sought: Sought, mark: str) -> Select[Any]:
    marks = [
        mark,
        *([f"#p:{sought.process}"] if sought.process else []),
        *([f"#s:{sought.state}"] if sought.state else []),
    ]
    grams = sorted({*marks, *(gram for term in sought.terms for gram in pairs(term))})
    statement = _visible(select(search_rows.c.case_id).distinct(), sought)
    statement = statement.where(search_rows.c.grams.contains(cast(grams, TEXTS)))
    for term in sought.terms:
        statement = statement.where(search_rows.c.folded.contains(term, autoescape=True))
    if sought.since is not None:
        statement = statement.where(search_rows.c.started_at >= sought.since)
    if sought.until is not None:
        statement = statement.where(search_rows.c.started_at < sought.until)
    return statement


def _visible(statement: Select[Any], sought: Sought) -> Select[Any]:
    takes_part = search_rows.c.readers.overlap(cast(sorted(sought.readers), TEXTS))
    opened = search_rows.c.compartment.in_(["", *sorted(sought.compartments)])
    if not sought.oversees:
        near = [*sought.readers, *(_SHOWN + one for one in sought.readers)]
        statement = statement.where(search_rows.c.readers.overlap(cast(sorted(near), TEXTS)))
    # Nobody audits his own case: there he reads as one who takes part.
    return statement.where(or_(opened, not_(takes_part)) if sought.audits else opened)


def _hits(tx: Transaction, sought: Sought, found: Sequence[CaseId]) -> Sequence[Hit]:
    statement = _visible(select(search_rows.c.case_id, search_rows.c.texts), sought)
    texts: dict[int, list[tuple[str, str]]] = {}
    ordered = statement.where(search_rows.c.case_id.in_(found)).order_by(search_rows.c.compartment)
    for row in tx.connection.execute(ordered):
        texts.setdefault(row.case_id, []).extend((kind, text) for kind, text in row.texts)
    known = of_ids(tx, found)
    return [Hit(known[one], texts[one]) for one in found if one in texts]


def stretches(case: int) -> tuple[str, str]:
    """The marks of the stretches a case lies in."""
    return f"#a:{case >> SHORT}", f"#b:{case >> LONG}"


def _walk(high: int) -> Iterator[tuple[str, int, int]]:
    """Stretches below `high`: two short ones, for words that are common; then long ones, for words that are not."""
    for _ in range(2):
        low = (high - 1) >> SHORT << SHORT
        if high > 1:
            yield f"#a:{low >> SHORT}", low, high
            high = low
    while high > 1:
        low = (high - 1) >> LONG << LONG
        yield f"#b:{low >> LONG}", low, high
        high = low
