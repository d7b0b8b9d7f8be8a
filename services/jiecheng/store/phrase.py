"""Rows of phrases for opinions (常用语): a person's own, and an organ's."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Text, and_, any_, bindparam, delete, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from jiecheng.model.errors import NotFound
from jiecheng.model.ids import PersonId
from jiecheng.store.database import Transaction
from jiecheng.store.statement import Statement
from jiecheng.store.tables import phrases


@dataclass(frozen=True, slots=True)
class PhraseRow:
    """`organ`: whose it is, "" for a person's own; `saved_by_name`: who wrote it last."""

    id: int
    person: PersonId
    organ: str
    words: str
    saved_by_name: str


_SEEN_BY = Statement(
    select(phrases)
    .where(
        or_(
            and_(phrases.c.organ == "", phrases.c.person == bindparam("person")),
            and_(phrases.c.organ != "", phrases.c.organ == any_(bindparam("organs", type_=ARRAY(Text)))),
        )
    )
    .order_by(phrases.c.organ != "", phrases.c.id)
)


def add(tx: Transaction, person: PersonId, organ: str, words: str, by: str) -> None:
    """The same words a second time change nothing."""
    values = {"person": person, "organ": organ, "words": words, "saved_by_name": by, "saved_at": tx.now}
    tx.connection.execute(insert(phrases).values(values).on_conflict_do_nothing())


def change(tx: Transaction, phrase: int, words: str, by: str) -> None:
    """Words that stand there already stay once."""
    row = get(tx, phrase)
    twin = and_(phrases.c.words == words, phrases.c.id != phrase, phrases.c.organ == row.organ)
    mine = twin if row.organ else and_(twin, phrases.c.person == row.person)
    if tx.connection.execute(select(phrases.c.id).where(mine)).first() is not None:
        remove(tx, phrase)
        return
    values = {"words": words, "saved_by_name": by, "saved_at": tx.now}
    tx.connection.execute(update(phrases).where(phrases.c.id == phrase).values(values))


def remove(tx: Transaction, phrase: int) -> None:
    tx.connection.execute(delete(phrases).where(phrases.c.id == phrase))


def get(tx: Transaction, phrase: int) -> PhraseRow:
    row = tx.connection.execute(select(phrases).where(phrases.c.id == phrase).with_for_update()).one_or_none()
    if row is None:
        raise NotFound("没有这条常用语，可能已经删掉了。请刷新页面。")
    return _row(row)


def seen_by(tx: Transaction, person: PersonId, organs: Collection[str]) -> Sequence[PhraseRow]:
    """One's own first, then the organs', each in the order in which they were written."""
    return [_row(row) for row in tx.rows(_SEEN_BY, person=person, organs=sorted(organs))]


def _row(row: Any) -> PhraseRow:  # noqa: ANN401 - columns by name
    return PhraseRow(row.id, PersonId(row.person), row.organ, row.words, row.saved_by_name)
