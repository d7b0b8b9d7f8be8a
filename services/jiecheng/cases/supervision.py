"""督办: a superior's own duty on a case, 立项→交办→签收→反馈→办结. It moves no token and decides no step.

Which step may follow which is `model.supervision`'s table; who takes it, `permissions`'.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from jiecheng import calendar, directory, permissions, store
from jiecheng.cases import escalated, people
from jiecheng.cases.case import answer, read_facts
from jiecheng.cases.house import Tx
from jiecheng.cases.once import Answer, once
from jiecheng.cases.open_case import OpenCase, open_case
from jiecheng.cases.passing import Passage, readers_named, require_readers
from jiecheng.cases.readers import tell
from jiecheng.cases.typed import words_of
from jiecheng.model.actor import Actor, Role
from jiecheng.model.command import COMMANDS
from jiecheng.model.errors import Invalid, Refused
from jiecheng.model.ids import CaseId, IdentityId
from jiecheng.model.supervision import SUPERVISION_LIFECYCLE, SupervisionState
from jiecheng.model.task import Task
from jiecheng.model.values import Value
from jiecheng.store.supervision import SupervisionRow

# Names of the posts that supervise whatever case, 、 between: a setting of the deployment.
INSPECTING_POSTS = ("supervision_posts", "督查专员、督查科科长、督查室主任")
_DEEDS = {
    "assign_supervision": "交办", "receive_supervision": "签收", "answer_supervision": "反馈",
    "return_supervision": "要求补充", "close_supervision": "办结",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SuperviseCase:
    """`demand`: what is to be answered. One of `days` (working days from the assignment) and `due` (a day). `task`: which
    open step, where several are; `to`: who is to answer it, where it is assigned in the same breath."""

    actor: Actor
    case: CaseId
    demand: str
    days: int | None = None
    due: date | None = None
    basis: str = ""
    operation: str = ""
    task: int | None = None
    to: str = ""


@dataclass(frozen=True, slots=True)
class AssignSupervision:
    """`to`: one person, by name, or an organ with one clerk."""

    actor: Actor
    supervision: int
    to: str
    words: str = ""
    operation: str = ""


@dataclass(frozen=True, slots=True)
class ReceiveSupervision:
    actor: Actor
    supervision: int
    operation: str = ""


@dataclass(frozen=True, slots=True)
class AnswerSupervision:
    actor: Actor
    supervision: int
    answer: str
    operation: str = ""


@dataclass(frozen=True, slots=True)
class ReturnSupervision:
    """`words`: what is missing; `days`: working days for the new answer."""

    actor: Actor
    supervision: int
    words: str
    days: int
    operation: str = ""


@dataclass(frozen=True, slots=True)
class CloseSupervision:
    actor: Actor
    supervision: int
    words: str
    operation: str = ""


def supervise_case(tx: Tx, command: SuperviseCase) -> Answer:
    content = {
        "supervise": command.case, "demand": command.demand, "days": command.days, "due": command.due,
        "basis": command.basis, "task": command.task, "to": command.to,
    }  # fmt: skip
    return once(tx, command.actor, command.operation, content, lambda: _open(tx, command))


def assign_supervision(tx: Tx, command: AssignSupervision) -> Answer:
    content = {"assign": command.supervision, "to": command.to, "words": command.words}
    return once(tx, command.actor, command.operation, content, lambda: _assign(tx, command))


def receive_supervision(tx: Tx, command: ReceiveSupervision) -> Answer:
    content = {"receive_supervision": command.supervision}
    return once(tx, command.actor, command.operation, content, lambda: _receive(tx, command))


def answer_supervision(tx: Tx, command: AnswerSupervision) -> Answer:
    content = {"answer_supervision": command.supervision, "words": command.answer}
    return once(tx, command.actor, command.operation, content, lambda: _answer(tx, command))


def return_supervision(tx: Tx, command: ReturnSupervision) -> Answer:
    content = {"return_supervision": command.supervision, "words": command.words, "days": command.days}
    return once(tx, command.actor, command.operation, content, lambda: _return(tx, command))


def close_supervision(tx: Tx, command: CloseSupervision) -> Answer:
    content = {"close_supervision": command.supervision, "words": command.words}
    return once(tx, command.actor, command.operation, content, lambda: _close(tx, command))


def require_supervise(opened: OpenCase, actor: Actor, task: int | None = None) -> Task:
    """Refuses, or says which open step it is about: the one that was chosen, else the one of whoever is below him, else
    the first."""
    tx, having = opened.tx, _having(opened)
    above = {one: escalated.superiors_of(tx, one) for _, found in having for one in found}
    facts = permissions.SuperviseFacts(
        state=opened.case.state,
        holders=list(above),
        superiors=[one for found in above.values() for one in found],
        inspectors=inspecting(tx, actor),
        read=read_facts(opened),
    )
    permissions.require_supervise(actor, facts)
    mine = [one for one, found in having if any(set(above[who]) & set(actor.identities) for who in found)]
    if task is None:
        return (mine or [one for one, found in having if found])[0]
    everybodys = bool(facts.inspectors) or Role.PROCESS_ADMINISTRATOR in actor.roles
    his = [one for one, found in having if found] if everybodys else mine
    chosen = [one for one in his if one.id == task]
    if not chosen:
        raise Refused("这一步已经办完了，或者换了人。请回到督办页面重新选。", rule="supervise_step", conflict=True)
    return chosen[0]


def _having(opened: OpenCase) -> Sequence[tuple[Task, Sequence[IdentityId]]]:
    """Each open step, with whoever has one of its items now."""
    found: dict[int, list[IdentityId]] = {}
    for _, item in store.work_item.waiting(opened.tx.db, opened.id):
        found.setdefault(item.task, []).extend(item.having)
    return [(task, found.get(task.id, ())) for task in store.task.open_of_case(opened.tx.db, opened.id)]


def _open(tx: Tx, command: SuperviseCase) -> Answer:
    opened, actor = open_case(tx, command.case), command.actor
    task = require_supervise(opened, actor, command.task)
    demand = words_of(command.demand, "demand", "请写明督办的要求：要办成什么、要答复什么。")
    if (command.days is None) == (command.due is None):
        raise Invalid.at("days", "请写明期限：几个工作日，或者哪一天，写一样。")
    if command.days is not None:
        calendar.add_working_days(tx.working_days, tx.today, command.days)  # refuses what is no limit
    if command.due is not None and command.due < tx.today:
        raise Invalid.at("due", "期限已经过去了，请写今天或以后的日期。")
    values = {
        **escalated.step_columns(opened, task, actor.identity), "case_id": opened.id, "owner": actor.identity,
        "demand": demand, "due_days": command.days, "basis": command.basis.strip(),
        "due_at": calendar.end_of_day(command.due) if command.due else None,
    }  # fmt: skip
    row = store.supervision.get(tx.db, store.supervision.add(tx.db, values))
    basis = f"（依据：{row.basis}）" if row.basis else ""
    _take(opened, row, "supervise_case", actor, f"{demand}{basis}")
    said = (
        _hand(opened, row, AssignSupervision(actor, row.id, command.to)) if command.to.strip() else "请交办给承办人。"
    )
    opened.close()
    return answer(opened, f"已立项督办。{said}", actor)


def _assign(tx: Tx, command: AssignSupervision) -> Answer:
    opened, row = _at(tx, command.actor, command.supervision, "assign_supervision")
    said = _hand(opened, row, command)
    opened.close()
    return answer(opened, said, command.actor)


def _hand(opened: OpenCase, row: SupervisionRow, command: AssignSupervision) -> str:
    tx = opened.tx
    named = readers_named(tx, command.to)
    if len(named) != 1:
        raise Invalid.at("to", f"督办要交给一个人。请写姓名，{'、'.join(people.labels(tx, named))}中选一位。")
    passage = Passage(row.element, row.name, row.instance_key, row.compartment)
    require_readers(opened, command.actor, passage, named)
    to = named[0]
    due = _due(tx, row, row.due_days)
    store.supervision.change(tx.db, row.id, {"handler": to, "due_at": due})
    escalated.arm(opened, row.id, row.due_days, due)
    added = f"：{command.words.strip()}" if command.words.strip() else "。"
    words = f"交办给{people.label(tx, to)}，{people.moment(due)} 前反馈{added}"
    _take(opened, row, "assign_supervision", command.actor, words)
    gone = [row.handler] if row.handler is not None and row.handler != to else []
    tell(opened, _key(opened, row), [to], f"「{row.name}」的督办交给您，{people.moment(due)} 前反馈：{row.demand}")
    tell(opened, f"{_key(opened, row)}:gone", gone, f"「{row.name}」的督办改由{people.label(tx, to)}承办。")
    return f"已交办给{people.label(tx, to)}，期限 {people.moment(due)}。"


def _receive(tx: Tx, command: ReceiveSupervision) -> Answer:
    opened, row = _at(tx, command.actor, command.supervision, "receive_supervision")
    _take(opened, row, "receive_supervision", command.actor, "签收。")
    opened.close()
    return answer(opened, "已签收督办，请按期反馈。", command.actor)


def _answer(tx: Tx, command: AnswerSupervision) -> Answer:
    opened, row = _at(tx, command.actor, command.supervision, "answer_supervision")
    words = words_of(command.answer, "answer", "请写明办理情况和结果。")
    store.reminder.cancel_of_supervision(tx.db, row.id)
    _take(opened, row, "answer_supervision", command.actor, words)
    tell(opened, _key(opened, row), [row.owner], f"「{row.name}」的督办有反馈：{words}")
    opened.close()
    return answer(opened, "已反馈，等候立项的人办结。", command.actor)


def _return(tx: Tx, command: ReturnSupervision) -> Answer:
    opened, row = _at(tx, command.actor, command.supervision, "return_supervision")
    words = words_of(command.words, "words", "请写明还要补充什么。")
    due = calendar.end_of_day(calendar.add_working_days(tx.working_days, tx.today, command.days).date)
    store.supervision.change(tx.db, row.id, {"due_at": due, "due_days": command.days})
    escalated.arm(opened, row.id, command.days, due)
    _take(opened, row, "return_supervision", command.actor, f"{words}（{people.moment(due)} 前补充）")
    assert row.handler is not None, "somebody answered"
    tell(opened, _key(opened, row), [row.handler], f"「{row.name}」的督办要求补充：{words}")
    opened.close()
    return answer(opened, f"已要求补充，期限 {people.moment(due)}。", command.actor)


def _close(tx: Tx, command: CloseSupervision) -> Answer:
    opened, row = _at(tx, command.actor, command.supervision, "close_supervision")
    words = words_of(command.words, "words", "请写明督办的结论。")
    store.supervision.change(tx.db, row.id, {"closed_at": tx.now})
    _take(opened, row, "close_supervision", command.actor, words)
    assert row.handler is not None, "somebody answered"
    tell(opened, _key(opened, row), [row.handler], f"「{row.name}」的督办已办结：{words}")
    opened.close()
    return answer(opened, "督办已办结。", command.actor)


def _at(tx: Tx, actor: Actor, supervision: int, command: str) -> tuple[OpenCase, SupervisionRow]:
    """The case first, then the row, then whether this person may do this now."""
    opened = open_case(tx, store.supervision.get(tx.db, supervision).case)
    row = store.supervision.get(tx.db, supervision)
    permissions.require_step(actor, command, step_facts(opened, actor, row, command))
    return opened, row


def step_facts(opened: OpenCase, actor: Actor, row: SupervisionRow, command: str) -> permissions.SupervisionFacts:
    known = permissions.may_read_case(actor, read_facts(opened)) is not None
    return permissions.SupervisionFacts(row.state, row.owner, row.handler, _DEEDS[command], known)


def _take(opened: OpenCase, row: SupervisionRow, command: str, actor: Actor, words: str) -> None:
    """Into the state the table says, the chain, and the history."""
    opens = command == "supervise_case"
    state = SupervisionState.FILED if opens else SUPERVISION_LIFECYCLE[row.state][command]
    if not opens:
        store.supervision.change(opened.tx.db, row.id, {"state": state})
    store.supervision.add_step(opened.tx.db, row.id, command, state, actor.identity, words)
    event = COMMANDS[command][0].event
    public: dict[str, Value] = {"element": row.element, "name": row.name, "supervision": row.id}
    opened.record(event, actor, public, {"words": words}, compartment=row.compartment)


def _due(tx: Tx, row: SupervisionRow, days: int | None) -> datetime:
    if days is not None:
        return calendar.end_of_day(calendar.add_working_days(tx.working_days, tx.today, days).date)
    assert row.due_at is not None, "a day was given"
    return row.due_at


def inspecting(tx: Tx, actor: Actor) -> Collection[IdentityId]:
    """This person's identities at a post that supervises whatever case."""
    names = set(store.setting.get(tx.db, *INSPECTING_POSTS).split("、"))
    known: Mapping[IdentityId, object] = tx.organisation.directory.identities
    told = {
        one: directory.describe_identity(tx.organisation, one, tx.today) for one in actor.identities if one in known
    }
    return [one for one, found in told.items() if found is not None and found["post_name"] in names]


def _key(opened: OpenCase, row: SupervisionRow) -> str:
    return f"supervision:{row.id}:{opened.case.seq + len(opened.events)}"
