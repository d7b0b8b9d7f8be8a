"""Start a case, withdraw it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from jiecheng import directory, engine, permissions, store
from jiecheng.cases import facts, people, standing, submission
from jiecheng.cases.advance import advance, decider
from jiecheng.cases.deployed import Deployed
from jiecheng.cases.doors import door_title, outside_title
from jiecheng.cases.house import Tx
from jiecheng.cases.once import Answer, Holder, once
from jiecheng.cases.open_case import CLOSED_DOORS, OpenCase, open_case
from jiecheng.cases.place import Place
from jiecheng.cases.rehearsal import Forewarned, Rehearsal, rehearse
from jiecheng.model.actor import Actor
from jiecheng.model.case import CHINESE_CASE_STATES, Case, CaseState
from jiecheng.model.definition import FlowNode
from jiecheng.model.errors import NotFound, Refused
from jiecheng.model.ids import CaseId, IdentityId, OrganId, ProcessId, TaskId
from jiecheng.model.task import titled
from jiecheng.model.values import Value
from jiecheng.model.work_item import WorkItem


@dataclass(frozen=True, slots=True)
class StartCase:
    """`data`: field key -> what was typed, over all forms of the start. `confirmed`: the mark of the warning that the
    applicant has read, "" for none; None where nobody is there to be asked."""

    actor: Actor
    process: ProcessId
    data: Mapping[str, object] = field(default_factory=dict)
    operation: str = ""
    confirmed: str | None = None


@dataclass(frozen=True, slots=True)
class WithdrawCase:
    actor: Actor
    case: CaseId
    reason: str
    operation: str = ""


def start_case(tx: Tx, command: StartCase) -> Answer:
    """The actor's identity becomes the initiator; the newest release of the process holds for this case to its end.
    Raises Forewarned where he is to read a warning first."""
    content = {"start": command.process, "identity": command.actor.identity, "data": command.data}
    return once(tx, command.actor, command.operation, content, lambda: _start(tx, command))


def rehearse_start(tx: Tx, command: StartCase) -> Rehearsal:
    """What would come of it. Stores nothing; may be asked as often as one likes."""
    deployed, initiator = _startable(tx, command)
    return rehearse(tx, command.actor, deployed, initiator, command.data)


def withdraw_case(tx: Tx, command: WithdrawCase) -> Answer:
    """The applicant ends his own case while every open step allows it; nothing is deleted."""
    content = {"withdraw": command.case, "reason": command.reason}
    return once(tx, command.actor, command.operation, content, lambda: _withdraw(tx, command))


def starters(tx: Tx, deployed: Deployed, actor: Actor) -> Collection[IdentityId] | None:
    """Identities that may start the process today; None: every official."""
    assignment = deployed.definition.starters
    if assignment is None or (assignment.resolver == "anyone" and not assignment.parameters):
        return None
    known = {"initiator": people.describe(tx, actor.identity), "profile": tx.profile, "today": tx.today}
    name = deployed.definition.name
    parameters = {key: facts.evaluate(text, known, name) for key, text in assignment.parameters.items()}
    return directory.resolve(
        tx.organisation, assignment.resolver, parameters, on=tx.today, initiator=actor.identity
    ).identities


Waiting = Sequence[tuple[store.work_item.StepRow, WorkItem]]  # open items, each with the step it belongs to


def holders(opened: OpenCase, waiting: Waiting, actor: Actor | None = None) -> tuple[Holder, ...]:
    """Who has the case now, in words; behind closed doors only for an `actor` who is inside."""
    doors = opened.deployed.definition.has_doors and actor is not None
    grant = permissions.may_read_case(actor, read_facts(opened)) if doors and actor is not None else None
    found: dict[TaskId, tuple[store.work_item.StepRow, list[WorkItem]]] = {}
    for step, item in waiting:
        found.setdefault(item.task, (step, []))[1].append(item)
    shown = []
    for step, items in found.values():
        who = [one for item in items for one in standing.having(opened.tx, item)]
        inside = grant is not None and grant.opens(step.compartment)
        if not step.compartment or inside or (actor is not None and any(one in actor.identities for one in who)):
            shown.append(Holder(titled(step.name, step.label), _in_words(opened, items)))
        else:
            shown.append(Holder(door_title(opened, step.element, step.label), (CLOSED_DOORS,)))
    return tuple(shown)


def _in_words(opened: OpenCase, items: Sequence[WorkItem]) -> tuple[str, ...]:
    return tuple(words for item in items for words in standing.in_words(opened.tx, item))


def answer(opened: OpenCase, sentence: str, actor: Actor | None = None, waiting: Waiting | None = None) -> Answer:
    if waiting is None:
        waiting = store.work_item.waiting(opened.tx.db, opened.id)
    state = CHINESE_CASE_STATES[opened.case.state]
    return Answer(opened.id, opened.case.number, state, sentence, holders(opened, waiting, actor))


def start_linked(tx: Tx, command: StartCase, given: Mapping[str, Value], link: Callable[[OpenCase], None]) -> Answer:
    """Start a case that has to do with another one: `given` are variables it begins with, `link` records the other."""
    return _start(tx, command, given, link)


def _start(
    tx: Tx, command: StartCase, given: Mapping[str, Value] | None = None, link: Callable[[OpenCase], None] | None = None
) -> Answer:
    deployed, initiator = _startable(tx, command)
    if command.confirmed is not None:
        foreseen = rehearse(tx, command.actor, deployed, initiator, command.data, given or {})
        if foreseen.warns and foreseen.mark != command.confirmed:
            raise Forewarned(foreseen)
    opened = _insert(tx, command.actor, deployed, initiator, given or {})
    start = deployed.node(deployed.definition.start)
    place = Place(facts.case_facts(opened))
    handed_in = submission.accept(opened, start.forms, command.data, {}, place)
    submission.keep(opened, handed_in, {}, place)
    _write_start(opened, start, handed_in, command.actor)
    if link is not None:
        link(opened)
    advance(opened, engine.start(deployed.executable, facts.case_facts(opened), decider(opened)), cause=start.id)
    store.form.drop_drafts(tx.db, f"start:{command.process}", command.actor.identity)
    opened.close()
    waiting = store.work_item.waiting(tx.db, opened.id)
    return answer(opened, start_sentence(opened, waiting, command.actor), command.actor, waiting)


def _startable(tx: Tx, command: StartCase) -> tuple[Deployed, Mapping[str, object]]:
    """The release that would hold, and who starts it as expressions see him."""
    newest = tx.latest_releases().get(command.process)
    if newest is None:
        raise NotFound("没有这个流程，或者它还没有发布。请从「发起」页面选择。")
    deployed = tx.release(newest)
    permissions.require_start(command.actor, starters(tx, deployed, command.actor))
    initiator = people.describe(tx, command.actor.identity)
    if initiator is None:
        raise Refused("您当前的身份今天不在任，不能发起办件。请切换身份，或联系系统管理员。", rule="identity")
    return deployed, initiator


def start_sentence(opened: OpenCase, waiting: Waiting, actor: Actor) -> str:
    """What the applicant reads: on its way, or back on his own desk because a check found something."""
    number = opened.case.number
    if comes_back(waiting, actor):
        return f"已登记，编号 {number}。下一步仍由您办理，还没有交给别人；请打开待办，看清要做什么再继续。"
    return f"已发起，编号 {number}。"


def comes_back(waiting: Waiting, actor: Actor) -> bool:
    """Whether what this person has just handed in lies with himself again."""
    return any(who in actor.identities for _, item in waiting for who in item.candidates)


def _insert(
    tx: Tx, actor: Actor, deployed: Deployed, initiator: Mapping[str, object], given: Mapping[str, Value]
) -> OpenCase:
    kind, year = deployed.definition.number_kind, tx.today.year
    number = f"{kind}〔{year}〕{store.case.next_number(tx.db, kind, year)}号"
    case = store.case.add(
        tx.db,
        {
            "number": number, "process": deployed.release.process, "release_hash": deployed.release.hash,
            "state": CaseState.RUNNING, "title": deployed.definition.name, "initiator": actor.identity,
            "initiator_name": actor.name, "initiator_organ": initiator["organ"], "snapshot": {},
            "variables": {"initiator": initiator, "profile": tx.profile, **given}, "started_at": tx.now,
        },
    )  # fmt: skip
    return OpenCase(tx, store.case.lock(tx.db, case), deployed)


def _write_start(opened: OpenCase, start: FlowNode, handed_in: submission.Submission, actor: Actor) -> None:
    written = submission.outputs(opened, start, handed_in, {}, Place(facts.case_facts(opened)))
    opened.update(variables={**opened.case.variables, **written})
    definition = opened.deployed.definition
    title = facts.evaluate(definition.title, facts.case_facts(opened), definition.name) or definition.name
    opened.update(title=str(title)[:200])
    public: dict[str, Value] = {
        "number": opened.case.number, "process": opened.case.process, "version": opened.deployed.release.version,
        "profile": opened.case.variables["profile"], "element": start.id,
    }  # fmt: skip
    personal = {f"variables.{name}": value for name, value in written.items()}
    opened.record("case_started", actor, public, {**handed_in.changes, **personal, "title": opened.case.title})


def _withdraw(tx: Tx, command: WithdrawCase) -> Answer:
    opened = open_case(tx, command.case)
    permissions.require_withdraw(command.actor, withdraw_facts(opened))
    if not command.reason.strip():
        raise Refused("请写明撤销的原因。", rule="withdraw_reason")
    opened.record("case_withdrawn", command.actor, {}, {"reason": command.reason.strip()})
    advance(opened, engine.end(opened.deployed.executable, opened.case.snapshot), cause="withdraw_case")
    # The engine calls any end an end; the applicant's own is a withdrawal, and the record says so.
    opened.update(state=CaseState.WITHDRAWN, outcome="申请人撤销")
    opened.close()
    return answer(opened, f"{opened.case.number} 已撤销。", command.actor)


def withdraw_facts(opened: OpenCase) -> permissions.CaseFacts:
    tasks = store.task.open_of_case(opened.tx.db, opened.id)
    blocking = [outside_title(opened, task) for task in tasks if not opened.deployed.node(task.element).withdrawable]
    return permissions.CaseFacts(
        initiator=opened.case.initiator,
        state=opened.case.state,
        all_open_withdrawable=bool(tasks) and not blocking,
        blocking=blocking,
        read=read_facts(opened),
    )


def read_facts(opened: OpenCase) -> permissions.ReadFacts:
    participants = store.work_item.participants(opened.tx.db, opened.id)
    return permissions.ReadFacts(
        initiator=opened.case.initiator,
        participants=participants,
        compartments=compartments(opened),
        guests=[
            permissions.Guest(one.identity, one.ground, one.compartment)
            for one in store.guest.of_case(opened.tx.db, opened.id)
        ],
    )


def readable_in(tx: Tx, actor: Actor, found: Mapping[CaseId, Case]) -> Collection[CaseId]:
    """Which of these cases he may read, for a list: as many statements for many as for one. What is behind doors does not
    come into it."""
    taking_part, guests = store.work_item.participants_in(tx.db, found), store.guest.of_cases(tx.db, found)

    def may_read(case: Case) -> bool:
        shown = [permissions.Guest(one.identity, one.ground, one.compartment) for one in guests.get(case.id, ())]
        facts = permissions.ReadFacts(initiator=case.initiator, participants=taking_part[case.id], guests=shown)
        return permissions.may_read_case(actor, facts) is not None

    return {case.id for case in found.values() if may_read(case)}


def compartments(opened: OpenCase) -> dict[str, Collection[IdentityId]]:
    """Organ -> who is inside its closed doors today. Empty, without a look at rows, where the diagram has none."""
    if not opened.deployed.definition.has_doors:
        return {}
    tx = opened.tx
    organs = store.task.compartments(tx.db, opened.id)
    return {organ: directory.people_within(tx.organisation, OrganId(organ), tx.today) for organ in organs}
