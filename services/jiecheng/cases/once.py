"""One press of a button is one deed: the same operation key gives the first time's answer and changes nothing again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jiecheng import store
from jiecheng.cases.house import Tx
from jiecheng.model.actor import Actor
from jiecheng.model.errors import JiechengError
from jiecheng.model.ids import CaseId


@dataclass(frozen=True, slots=True)
class Holder:
    """A step that waits now, and who has it in words. `people` is empty when nobody was found."""

    step: str
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command says back. `holders`: who goes on with the case; empty when it ended or waits for a date."""

    case: CaseId
    number: str
    state: str
    sentence: str
    holders: tuple[Holder, ...] = ()


def once(tx: Tx, actor: Actor, key: str, content: Mapping[str, object], deed: Callable[[], Answer]) -> Answer:
    """Do the deed, or give the answer of the first time when this person has used the key before for the same content.

    An empty key means the caller does not ask for this. A twin that is in flight is waited for. Raises Refused when the
    key was used for something else.
    """
    if not key:
        return deed()
    fingerprint = hashlib.sha256(repr(sorted(content.items())).encode()).hexdigest()
    store.operation.begin(tx.db, actor.person, key, fingerprint)
    try:
        answer = _done(tx, deed)
    except store.operation.Repeated as earlier:
        return _read(earlier.answer)
    store.operation.finish(tx.db, actor.person, key, _kept(answer))
    return answer


def _done(tx: Tx, deed: Callable[[], Answer]) -> Answer:
    try:
        return deed()
    except JiechengError:
        # Refused before anything was asked of the database: the first time may have gone through all the same.
        tx.db.flush()
        raise


def _kept(answer: Answer) -> dict[str, Any]:
    """What `_read` reads back."""
    holders = [{"step": one.step, "people": list(one.people)} for one in answer.holders]
    told = {"case": answer.case, "number": answer.number, "state": answer.state, "sentence": answer.sentence}
    return {**told, "holders": holders}


def _read(raw: dict[str, Any]) -> Answer:
    holders = tuple(Holder(one["step"], tuple(one["people"])) for one in raw.pop("holders"))
    return Answer(**raw, holders=holders)
