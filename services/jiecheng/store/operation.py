"""Idempotency: the same operation key from the same person gives the same answer, and nothing happens twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from jiecheng.model.errors import Refused
from jiecheng.model.ids import PersonId
from jiecheng.store.database import Transaction
from jiecheng.store.statement import Statement
from jiecheng.store.tables import operations

_BEGIN = Statement(
    insert(operations).on_conflict_do_nothing().returning(operations.c.key),
    *("person", "key", "fingerprint", "answer", "at"),
)
_OURS = (operations.c.person == bindparam("who"), operations.c.key == bindparam("deed"))
_EARLIER = Statement(select(operations).where(*_OURS))
_FINISH = Statement(update(operations).where(*_OURS), "answer")


class Repeated(Exception):
    """The deed was done already: the answer of the first time."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__()
        self.answer = answer


def begin(tx: Transaction, person: PersonId, key: str, fingerprint: str) -> None:
    """Take the key. It goes out before the deed's own first statement, and a twin in flight is waited for there:
    when the key was used before, whoever sends that statement hears `Repeated`, or Refused when it was for another deed.
    """

    def look(won: Sequence[Any]) -> None:
        if won:
            return
        row = tx.row(_EARLIER, who=person, deed=key)
        if row.fingerprint != fingerprint:
            raise Refused("同一个操作编号已用于另一项操作。请刷新页面后重试。", rule="operation-key", conflict=True)
        raise Repeated(dict(row.answer))

    tx.expect(look, _BEGIN, person=person, key=key, fingerprint=fingerprint, answer={}, at=tx.now)


def finish(tx: Transaction, person: PersonId, key: str, answer: Mapping[str, object]) -> None:
    tx.later(_FINISH, who=person, deed=key, answer=answer)
