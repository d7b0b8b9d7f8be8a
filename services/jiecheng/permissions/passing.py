"""Pass a case on to readers (传阅、沟通、督办): who may, to whom, and who may answer. Nobody gets behind a door this way."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from jiecheng.model.actor import Actor
from jiecheng.model.case import CASE_LIFECYCLE, CHINESE_CASE_STATES, CaseState
from jiecheng.model.errors import NotFound, Refused
from jiecheng.model.ids import IdentityId
from jiecheng.permissions.actor import is_among, is_separated, require_official, same_person
from jiecheng.permissions.facts import ReadFacts
from jiecheng.permissions.reading import NO_CASE, may_read_case


@dataclass(frozen=True, slots=True)
class PassingFacts:
    """A step somebody wants to pass on. `workers`: who works or worked on it, with the applicant where it is his own."""

    state: CaseState
    workers: Collection[IdentityId]
    read: ReadFacts


@dataclass(frozen=True, slots=True)
class ReaderFacts:
    """Somebody to whom it shall be passed on. `inside`: whether he belongs behind the door it lies behind."""

    name: str
    reader: Actor | None  # None: not in office today
    inside: bool
    recused: bool = False


@dataclass(frozen=True, slots=True)
class CirculationFacts:
    """One reader's copy, in words where a refusal speaks of it."""

    sender: IdentityId
    reader: IdentityId
    name: str
    read: bool
    withdrawn: bool
    viewed: bool


def require_circulate(actor: Actor, facts: PassingFacts) -> None:
    """Whoever works on a step, and the applicant for his own case; after its end too."""
    _require_worker(actor, facts, "传阅")
    if "circulate_case" not in CASE_LIFECYCLE[facts.state]:
        raise Refused(f"这件办件{CHINESE_CASE_STATES[facts.state]}，不能再传阅。", rule="case_closed", conflict=True)


def require_new_reader(actor: Actor, facts: ReaderFacts) -> None:
    """In office, with business of his own, not oneself, not recused, and never from behind a door to somebody before it."""
    name = facts.name
    if facts.reader is None:
        raise Refused(f"{name}现在不在任，收不到。请另选一位。", rule="reader_office")
    if same_person(facts.reader, actor.identity):
        raise Refused("不用发给您自己。请另选一位。", rule="reader_self")
    if is_separated(facts.reader):
        raise Refused(f"{name}是管理系统的人，不查看业务内容。请另选一位。", rule="separated_roles")
    if facts.recused:
        raise Refused(f"{name}在这件事上须回避，不能看这个环节。请另选一位。", rule="reader_recused")
    if not facts.inside:
        raise Refused(
            f"这是内部办理的环节，{name}不是这个机关的人，不能看。对外的内容请由外面的环节传阅。", rule="reader_inside"
        )


def require_withdrawal(actor: Actor, facts: CirculationFacts) -> None:
    """The sender takes it back while it is unread."""
    require_official(actor)
    if not same_person(actor, facts.sender):
        if same_person(actor, facts.reader) and not facts.withdrawn:
            raise Refused("只有发出的人可以撤回。", rule="circulation_sender")
        raise NotFound("没有这份传阅。请从办件页重新打开。")
    if facts.withdrawn:
        raise Refused(f"给{facts.name}的这份已经撤回了。", rule="circulation_withdrawn", conflict=True)
    if facts.read:
        raise Refused(f"{facts.name}已经看过了，不能撤回。", rule="circulation_read", conflict=True)


def require_view(actor: Actor, facts: CirculationFacts) -> None:
    """The reader says something about it, once; it decides nothing."""
    require_official(actor)
    if not same_person(actor, facts.reader) or facts.withdrawn:
        raise NotFound("没有这份传阅，或者它已经撤回。请从「待阅」页面重新打开。")
    if facts.viewed:
        raise Refused(
            "您已经写过阅办意见，写了就不再改。需要补充请直接与发出的人沟通。", rule="view_once", conflict=True
        )


def require_question(actor: Actor, facts: PassingFacts, *, at_work: bool) -> None:
    """Whoever works on a step now asks about it (沟通)."""
    _require_worker(actor, facts, "就它提问", "")
    if "ask_question" not in CASE_LIFECYCLE[facts.state]:
        raise Refused(f"这件办件{CHINESE_CASE_STATES[facts.state]}，不能再提问。", rule="case_closed", conflict=True)
    if not at_work:
        raise Refused("这一步您已经办完了，不能再就它提问。", rule="question_step", conflict=True)


def require_reply(actor: Actor, asked: IdentityId, state: CaseState, *, answered: str) -> None:
    """Whom it was put to answers it, once, however late. `answered`: when, in words, "" while it is open."""
    require_official(actor)
    if not same_person(actor, asked):
        raise NotFound("没有这个问题，或者不是问您的。请从「待答复」页面重新打开。")
    if answered:
        raise Refused(f"这个问题已于 {answered} 答复。", rule="question_answered", conflict=True)
    if "answer_question" not in CASE_LIFECYCLE[state]:
        raise Refused(f"这件办件{CHINESE_CASE_STATES[state]}，不需要再答复。", rule="case_closed", conflict=True)


def _require_worker(actor: Actor, facts: PassingFacts, deed: str, applicant: str = "和申请人本人") -> None:
    require_official(actor)
    if is_among(actor, facts.workers):
        return
    if may_read_case(actor, facts.read) is None:
        raise NotFound(NO_CASE)
    raise Refused(f"只有办理这个环节的人{applicant}可以{deed}。", rule="passing_workers")
