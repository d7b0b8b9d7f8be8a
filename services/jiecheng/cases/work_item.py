"""Claim, release and decide work items, and keep drafts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from jiecheng import directory, permissions, store, voting
from jiecheng.cases import before_meeting, effect, people, signing, standing, submission
from jiecheng.cases.case import answer, comes_back, read_facts
from jiecheng.cases.deployed import Deployed
from jiecheng.cases.house import Tx
from jiecheng.cases.once import Answer, once
from jiecheng.cases.open_item import OpenItem, open_item
from jiecheng.cases.place import place_of_task
from jiecheng.model.actor import Actor
from jiecheng.model.definition import FlowNode, OutcomeOption
from jiecheng.model.directory import MeetingBody
from jiecheng.model.errors import Invalid, Refused
from jiecheng.model.ids import BodyId, IdentityId, WorkItemId
from jiecheng.model.task import Task, TaskState
from jiecheng.model.values import Value
from jiecheng.model.voting import AGREE, DISAGREE, Ballot, MeetingOutcome, MeetingRule, Mode
from jiecheng.model.work_item import WorkItemState


@dataclass(frozen=True, slots=True)
class ClaimWorkItem:
    actor: Actor
    item: WorkItemId
    operation: str = ""


@dataclass(frozen=True, slots=True)
class ReleaseWorkItem:
    actor: Actor
    item: WorkItemId
    operation: str = ""


@dataclass(frozen=True, slots=True)
class DecideWorkItem:
    """`outcome`: one of the step's outcomes; for a meeting "agree" and "disagree" follow from the ballots and may be
    left out. `data`: field key -> what was typed."""

    actor: Actor
    item: WorkItemId
    outcome: str
    opinion: str = ""
    data: Mapping[str, object] = field(default_factory=dict)
    ballots: Sequence[Ballot] = ()
    operation: str = ""


def claim_work_item(tx: Tx, command: ClaimWorkItem) -> Answer:
    return once(tx, command.actor, command.operation, {"claim": command.item}, lambda: _claim(tx, command))


def release_work_item(tx: Tx, command: ReleaseWorkItem) -> Answer:
    return once(tx, command.actor, command.operation, {"release": command.item}, lambda: _release(tx, command))


def decide_work_item(tx: Tx, command: DecideWorkItem) -> Answer:
    """Check the person, the forms and the vote; then the engine moves on, and all of it is recorded or none."""
    content = {
        "decide": command.item, "outcome": command.outcome, "opinion": command.opinion, "data": command.data,
        "ballots": [(one.member, one.vote.value, one.reason) for one in command.ballots],
    }  # fmt: skip
    return once(tx, command.actor, command.operation, content, lambda: _decide(tx, command))


def save_draft(tx: Tx, actor: Actor, subject: str, data: Mapping[str, object]) -> None:
    """Never blocked by validation. `subject`: "item:17", "start:staff_loan", "message:17:return_early"."""
    store.form.save_draft(tx.db, actor.identity, subject, data)


def foresee_step(tx: Tx, item: WorkItemId) -> None:
    """Ask for `step_of`, and for the case that a command will lock, together with whatever comes first."""
    tx.db.foresee(store.work_item.asks_step(item), store.work_item.asks_case(item))


def step_of(tx: Tx, item: WorkItemId) -> tuple[Deployed, FlowNode]:
    """The step an item is for, before any command: no lock, no right is asked."""
    release, element = store.work_item.step_of(tx.db, item)
    deployed = tx.release(release)
    return deployed, deployed.node(element)


def item_facts(at: OpenItem) -> permissions.ItemFacts:
    tx, decided = at.opened.tx, at.item.state is WorkItemState.DECIDED
    who = at.item.decided_by if decided else at.item.assignee
    return permissions.ItemFacts(
        state=at.item.state,
        assignee=who,
        candidates=at.item.candidates,
        task_open=at.task.state is TaskState.OPEN,
        holder=standing.decider_in_words(tx, at.item) if decided else people.label(tx, who),
        since=people.moment(at.item.closed_at),
        case=lambda: read_facts(at.opened),
        case_state=at.opened.case.state,
        compartment=at.task.compartment,
        asked_by=people.label(at.opened.tx, at.item.asked_by),
        stand_ins=standing.current(tx, at.item),
        stood_in=standing.over(tx, at.item),
        signing=signing.signing_facts(at),
    )


def members(tx: Tx, task: Task) -> tuple[tuple[IdentityId, ...], tuple[IdentityId, ...]]:
    """The members of the body that decides this task, and those of them who must stand aside (回避)."""
    seated = directory.members(tx.organisation, BodyId(task.body), tx.today)
    return seated, people.same_persons(tx, task.recused, seated)


def _claim(tx: Tx, command: ClaimWorkItem) -> Answer:
    at = open_item(tx, command.item)
    permissions.require_claim(command.actor, item_facts(at))
    _take(at, command.actor)
    at.opened.close()
    return answer(at.opened, f"已签收「{at.name}」。", command.actor)


def _take(at: OpenItem, actor: Actor) -> None:
    own = (one for one in at.item.candidates if one == actor.identity or one in actor.identities)
    mine = next(own, None) or standing.principal_of(at.opened.tx, at.item, actor)
    assert mine is not None, "permitted to candidates and who stands in for one of them"
    store.work_item.claim(at.opened.tx.db, at.item.id, mine)
    public: dict[str, Value] = {
        "item": at.item.id,
        "task": at.task.id,
        "element": at.node.id,
        "name": at.name,
    }
    at.opened.record("work_item_claimed", actor, public, compartment=at.task.compartment)


def decision_of(at: OpenItem, actor: Actor) -> dict[str, object]:
    """Who decided the item and whose it was, as its row keeps it."""
    principal = standing.principal_of(at.opened.tx, at.item, actor)
    return {
        "decided_by": actor.identity, "decided_by_name": actor.name, "decided_for": principal,
        "assignee": at.item.assignee or principal or actor.identity,
    }  # fmt: skip


def _release(tx: Tx, command: ReleaseWorkItem) -> Answer:
    at = open_item(tx, command.item)
    permissions.require_release(command.actor, item_facts(at), handed=bool(store.handing.of_item(tx.db, at.item.id)))
    store.work_item.release(tx.db, at.item.id)
    public: dict[str, Value] = {
        "item": at.item.id,
        "task": at.task.id,
        "element": at.node.id,
        "name": at.name,
    }
    at.opened.record("work_item_released", command.actor, public, compartment=at.task.compartment)
    at.opened.close()
    return answer(at.opened, f"已释放「{at.name}」，其他承办人可以签收。", command.actor)


def _decide(tx: Tx, command: DecideWorkItem) -> Answer:
    at = open_item(tx, command.item)
    if at.item.advises:
        permissions.require_signature(command.actor, item_facts(at))
        return signing.sign(at, command.actor, command.outcome, command.opinion)
    at = require_decider(at, command.actor)
    unmet = before_meeting.is_before(at, command.outcome, command.ballots)
    meeting = None if unmet else _count(at, command)
    option = _option(at, command, meeting)
    place = place_of_task(at.opened, at.task)
    before = submission.filled_before(at.opened, place)
    # The forms of a meeting say when it was and what it found: without one there is nothing to fill in.
    asked = () if unmet else at.node.forms
    handed_in = submission.accept(at.opened, asked, command.data, before, place)
    submission.keep(at.opened, handed_in, before, place)
    awaited = signing.follow(at)
    _record_decision(at, command, option, handed_in, meeting, awaited)
    if awaited:
        at.opened.close()
        return answer(at.opened, f"「{at.name}」已办理：{option.label}。等{awaited}签完生效。", command.actor)
    tx.db.send()
    decided = effect.Decided(option.value, option.label, command.opinion.strip(), command.actor.name)
    counted = effect.take_effect(at, decided, handed_in, place)
    tx.db.foresee(store.work_item.asks_waiting(at.opened.id))
    at.opened.close()
    if counted is not None and counted.passed is None:
        return answer(at.opened, f"「{at.name}」已办理：{option.label}。{counted.sentence}。", command.actor)
    waiting = store.work_item.waiting(tx.db, at.opened.id)
    back = " 下一步仍由您办理，请打开待办继续。" if comes_back(waiting, command.actor) else ""
    tally = f"{counted.sentence}。" if counted is not None else ""
    return answer(at.opened, f"「{at.name}」已办理：{option.label}。{tally}{back}", command.actor, waiting)


def take_offered(at: OpenItem, actor: Actor) -> OpenItem:
    """Doing something with an offered item is taking it first; the record shows both."""
    known = item_facts(at)
    if at.item.state is not WorkItemState.OFFERED or not known.task_open:
        return at
    permissions.require_claim(actor, known)
    _take(at, actor)
    return replace(at, item=store.work_item.get(at.opened.tx.db, at.item.id))


def require_decider(at: OpenItem, actor: Actor) -> OpenItem:
    """Only who has the item decides it; pressing the decision on an offered one is taking it and deciding it. The item as
    it is then."""
    known = item_facts(at)
    if at.item.state is WorkItemState.OFFERED and known.task_open:
        permissions.require_claim(actor, known)
        permissions.require_nobody_awaited(known)
        _take(at, actor)
        return replace(at, item=store.work_item.get(at.opened.tx.db, at.item.id))
    permissions.require_decision(actor, known)
    return at


def _count(at: OpenItem, command: DecideWorkItem) -> MeetingOutcome | None:
    if at.node.mode is not Mode.MEETING:
        return None
    seated, aside = members(at.opened.tx, at.task)
    # What the diagram demands and what the body's own statute demands: the diagram's rule holds, and it was linted.
    rule = at.node.meeting or _statute(at.opened.tx.organisation.directory.bodies[BodyId(at.task.body)])
    try:
        return voting.count_meeting(rule, seated, command.ballots, aside)
    except Invalid as invalid:
        # The algebra knows members by id; the secretary knows them by name.
        named = {
            member: [
                f"{people.label(at.opened.tx, IdentityId(member)).split('（')[0]}：{sentence}" for sentence in said
            ]
            for member, said in invalid.fields.items()
        }
        ways = "”“".join(one.label for one in before_meeting.options(at))
        hint = f"还没有开会、要退回的，不用登记表决，写明意见后按“{ways}”。" if ways else ""
        raise Invalid(f"{invalid.message}{hint}", fields=named) from invalid


def _statute(body: MeetingBody) -> MeetingRule:
    return voting.read_rule(body.quorum, body.majority)


def _option(at: OpenItem, command: DecideWorkItem, meeting: MeetingOutcome | None) -> OutcomeOption:
    """The outcome that holds, or a refusal that says what is missing."""
    wanted = command.outcome
    if meeting is not None and not meeting.quorum_reached:
        raise Refused(
            f"{meeting.sentence}。未达到法定人数，这次会议不能形成决定；请另行召开会议后再录入。",
            rule="C7",
            clause="C7",
        )
    if meeting is not None and wanted in (AGREE, DISAGREE, ""):
        counted = AGREE if meeting.passed else DISAGREE
        if wanted and wanted != counted:
            raise Refused(
                f"表决结果与所选的决定不一致：{meeting.sentence}。决定以表决为准，请核对表决后重新提交。",
                rule="C7",
                clause="C7",
            )
        wanted = counted
    option = next((one for one in at.node.outcomes if one.value == wanted), None)
    if option is None:
        labels = "、".join(one.label for one in at.node.outcomes)
        raise Invalid(f"请选择一个决定：{labels}。", fields={"outcome": ["请选择一个决定。"]})
    if option.opinion_required and not command.opinion.strip():
        raise Invalid.at("opinion", f"选择「{option.label}」时必须写明意见，说明理由。")
    return option


def _record_decision(
    at: OpenItem,
    command: DecideWorkItem,
    option: OutcomeOption,
    handed_in: submission.Submission,
    meeting: MeetingOutcome | None,
    awaited: str,
) -> None:
    """`awaited`: whom it waits for before it holds, "" where it holds at once."""
    opened, opinion = at.opened, command.opinion.strip()
    values = {
        **decision_of(at, command.actor),
        "outcome": option.value, "outcome_label": option.label, "opinion": opinion,
    }  # fmt: skip
    keep = store.signer.pend if awaited else store.work_item.decide
    keep(opened.tx.db, at.item.id, values)
    public: dict[str, Value] = {
        "item": at.item.id, "task": at.task.id, "element": at.node.id, "name": at.name,
        "outcome": option.value, "outcome_label": option.label,
    }  # fmt: skip
    personal: dict[str, Value] = {**handed_in.changes, "opinion": opinion, "reason": at.task.reason}
    if awaited:
        personal["words"] = f"等{awaited}签完生效"
    if meeting is None and at.node.mode is Mode.MEETING:
        personal["words"] = before_meeting.SAID
    if meeting is not None:
        public |= {"meeting": _meeting_counts(meeting)}
        personal |= _record_votes(at, command.ballots)
        personal["meeting.sentence"] = meeting.sentence
    clause = " ".join(at.node.clauses)
    opened.record("work_item_decided", command.actor, public, personal, clause, at.task.compartment)


def _meeting_counts(meeting: MeetingOutcome) -> Value:
    return {
        "members": Decimal(meeting.members), "recused": meeting.recused, "present": meeting.present,
        "agree": meeting.agree, "disagree": meeting.disagree, "abstain": meeting.abstain, "passed": meeting.passed,
    }  # fmt: skip


def _record_votes(at: OpenItem, ballots: Sequence[Ballot]) -> dict[str, Value]:
    seated, aside = members(at.opened.tx, at.task)
    given = {one.member: one for one in ballots}
    rows, personal = [], {}
    for member in seated:
        ballot = given.get(member)
        vote = ballot.vote.value if ballot else "recused"
        name = people.label(at.opened.tx, member)
        row = {"member": member, "member_name": name, "vote": vote, "reason": ballot.reason if ballot else ""}
        rows.append(row)
        personal[f"meeting.votes.{member}"] = {"name": name, "vote": vote, "reason": row["reason"]}
    store.vote.add(at.opened.tx.db, at.item.id, rows)
    return {**personal, "meeting.must_stand_aside": list(aside)}
