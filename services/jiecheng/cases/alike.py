"""Two applications about the same: what a case is about as one short key, and open cases of the process with the same.

The diagram says what makes two alike (jc:alike); the key is kept in the case's row, so that asking is one look at an
index. A double is warned of, never refused. Nothing is said of a case that one may not read but that there is one.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jiecheng import permissions, store
from jiecheng.cases import facts
from jiecheng.cases.house import Tx
from jiecheng.cases.open_case import OpenCase, read_case
from jiecheng.model.actor import Actor
from jiecheng.model.case import CaseState
from jiecheng.model.errors import Invalid
from jiecheng.model.ids import CaseId, ProcessId

MOST_NAMED = 5
LIVELY = (CaseState.RUNNING, CaseState.HELD)


@dataclass(frozen=True, slots=True)
class Alike:
    """An open case about the same. `case` None: this person may not read it, and learns no more than that it is there."""

    case: CaseId | None = None
    number: str = ""
    title: str = ""

    @property
    def sentence(self) -> str:
        if self.case is None:
            return "已有一件在办，由别的单位发起，您不能查看。"
        return f"已有一件在办：{self.number} {self.title}"


def key_of(opened: OpenCase) -> str:
    """ "" where the diagram names nothing that makes two cases alike, or it is not known yet."""
    definition = opened.deployed.definition
    if not definition.alike:
        return ""
    try:
        value = facts.evaluate(definition.alike, facts.case_facts(opened), definition.name)
    except Invalid:
        return ""
    if value in (None, "") or (isinstance(value, list | tuple) and not any(value)):
        return ""
    said = json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()


def keep_key(opened: OpenCase) -> None:
    """With whatever changes the variables: a correction may make it a case about something else."""
    if "variables" in opened.changes and (key := key_of(opened)) != opened.case.alike:
        opened.update(alike=key)


def open_ones(tx: Tx, actor: Actor, process: ProcessId, key: str) -> tuple[Alike, ...]:
    """The newest first, as far as this person may know them."""
    return _known(tx, actor, store.case.open_alike(tx.db, process, key, MOST_NAMED) if key else ())


def beside(opened: OpenCase, actor: Actor) -> tuple[Alike, ...]:
    """Others under way about the same as this one: two who handed in together could not be warned of each other."""
    if opened.case.state not in LIVELY:
        return ()
    case = opened.case
    return _known(opened.tx, actor, store.case.beside(opened.tx.db, case.id, case.process, case.alike))


def _known(tx: Tx, actor: Actor, cases: Sequence[CaseId]) -> tuple[Alike, ...]:
    from jiecheng.cases.case import read_facts

    tx.db.foresee(*(store.case.asks(case) for case in cases))
    with tx.db.ahead():
        for case in cases:
            store.work_item.participants(tx.db, case)
            store.guest.of_case(tx.db, case)
    found = []
    for case in cases:
        opened = read_case(tx, case)
        grant = permissions.may_read_case(actor, read_facts(opened))
        # A reading that is put on record (auditors, administrators) is not made by the way.
        known = grant is not None and not grant.recorded
        found.append(Alike(case, opened.case.number, opened.case.title) if known else Alike())
    return tuple(found)


def _plain(value: Any) -> Any:  # noqa: ANN401 - a value of FEEL
    """Spaces and full-width letters make no difference to what is meant."""
    if isinstance(value, str):
        return "".join(unicodedata.normalize("NFKC", value).split())
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value
