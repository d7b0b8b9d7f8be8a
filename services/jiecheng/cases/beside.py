"""What stands beside the formal record, as one person sees it on the page of a case: who was shown it and read
it when, what was asked and answered.

Reads only; nothing of it is on the approval sheet.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from jiecheng import permissions, store
from jiecheng.cases import people
from jiecheng.cases.doors import Sight
from jiecheng.cases.open_case import OpenCase
from jiecheng.cases.passing import passage_at_work, passage_of, passing_facts
from jiecheng.cases.supervision import require_supervise
from jiecheng.cases.supervision_view import SupervisionView, supervisions_of
from jiecheng.model.actor import SYSTEM_IDENTITY, Actor
from jiecheng.model.case import CASE_LIFECYCLE
from jiecheng.model.errors import JiechengError
from jiecheng.store.circulation import CirculationRow
from jiecheng.store.question import QuestionRow


@dataclass(frozen=True, slots=True)
class CirculationView:
    """`sender`: in words; `rule`: the rule of the diagram that did it, "" where a person did."""

    id: int
    step: str
    sender: str
    rule: str
    reader: str
    words: str
    sent_at: datetime
    read_at: datetime | None
    withdrawn_at: datetime | None
    view: str
    viewed_at: datetime | None
    may_withdraw: bool
    may_view: bool


@dataclass(frozen=True, slots=True)
class QuestionView:
    """`heard`: whether this person may read the words; others see that there was a question, and to whom."""

    id: int
    step: str
    asker: str
    asked: str
    question: str
    asked_at: datetime
    answer: str
    answered_at: datetime | None
    heard: bool
    may_answer: bool


@dataclass(frozen=True, slots=True)
class Beside:
    circulations: Sequence[CirculationView] = ()
    may_circulate: bool = False
    questions: Sequence[QuestionView] = ()
    may_ask: bool = False
    supervisions: Sequence[SupervisionView] = ()
    may_supervise: bool = False


def beside_of(opened: OpenCase, sight: Sight) -> Beside:
    rows = store.circulation.of_case(opened.tx.db, opened.id)
    return Beside(
        circulations=[_circulation(opened, sight.actor, row) for row in rows if _sees(sight, row)],
        may_circulate=_allowed(lambda: _require_circulate(opened, sight.actor)),
        questions=[
            _question(opened, sight, row)
            for row in store.question.of_case(opened.tx.db, opened.id)
            if _sees_question(sight, row)
        ],
        may_ask=_allowed(lambda: _require_question(opened, sight.actor)),
        supervisions=supervisions_of(opened, sight),
        may_supervise=_allowed(lambda: require_supervise(opened, sight.actor)),
    )


def _sees(sight: Sight, row: CirculationRow) -> bool:
    """Who works on the case sees who was shown it; who was shown it sees his own copy."""
    if sight.grant.guest and sight.actor_is(row.reader):
        return row.withdrawn_at is None
    return sight.behind(row.compartment) and (not sight.grant.guest or sight.actor_is(row.sender))


def _circulation(opened: OpenCase, actor: Actor, row: CirculationRow) -> CirculationView:
    tx = opened.tx
    unread = row.read_at is None and row.withdrawn_at is None
    return CirculationView(
        id=row.id,
        step=row.name,
        sender="系统" if row.sender == SYSTEM_IDENTITY else people.label(tx, row.sender),
        rule=row.rule,
        reader=people.label(tx, row.reader),
        words=row.words,
        sent_at=row.sent_at,
        read_at=row.read_at,
        withdrawn_at=row.withdrawn_at,
        view=row.view,
        viewed_at=row.viewed_at,
        may_withdraw=unread and row.sender in actor.identities,
        may_view=row.withdrawn_at is None and not row.view and row.reader in actor.identities,
    )


def _sees_question(sight: Sight, row: QuestionRow) -> bool:
    if sight.hears((row.asker, row.asked)):
        return True
    return sight.behind(row.compartment) and not sight.grant.guest


def _question(opened: OpenCase, sight: Sight, row: QuestionRow) -> QuestionView:
    tx, heard = opened.tx, sight.hears((row.asker, row.asked))
    mine = sight.actor_is(row.asked) and row.answered_at is None
    return QuestionView(
        id=row.id,
        step=row.name,
        asker=people.label(tx, row.asker),
        asked=people.label(tx, row.asked),
        question=row.question if heard else "",
        asked_at=row.asked_at,
        answer=row.answer if heard else "",
        answered_at=row.answered_at,
        heard=heard,
        may_answer=mine and "answer_question" in CASE_LIFECYCLE[opened.case.state],
    )


def _require_circulate(opened: OpenCase, actor: Actor) -> None:
    permissions.require_circulate(actor, passing_facts(opened, passage_of(opened, actor)))


def _require_question(opened: OpenCase, actor: Actor) -> None:
    passage = passage_at_work(opened, actor)
    permissions.require_question(actor, passing_facts(opened, passage), at_work=passage.open)


def _allowed(check: Callable[[], object]) -> bool:
    try:
        check()
    except JiechengError:
        return False
    return True
