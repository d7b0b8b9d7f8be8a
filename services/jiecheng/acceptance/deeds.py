"""What people do in a scenario, through `cases`: apply, decide, meet, speak up, withdraw; and the short ways to a state."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from jiecheng import cases, store
from jiecheng.acceptance import filling
from jiecheng.acceptance.clock import moment
from jiecheng.acceptance.failure import Cause, Unmet
from jiecheng.acceptance.world import World, actor, identity_of, move_to, open_items
from jiecheng.cases import facts, standing
from jiecheng.cases.open_case import OpenCase
from jiecheng.cases.views import Section
from jiecheng.cases.work_item import members
from jiecheng.forms import FormView, refill, view
from jiecheng.model.case import CaseState
from jiecheng.model.definition import FlowNode
from jiecheng.model.errors import JiechengError
from jiecheng.model.form import Right
from jiecheng.model.ids import CaseId, IdentityId, ProcessId, TaskId
from jiecheng.model.task import Task
from jiecheng.model.voting import Ballot, Vote
from jiecheng.model.work_item import WorkItem, WorkItemState

_MOST_ROUNDS = 5  # how often one step may come back on the way
_LONGEST_WAY = 80  # decisions; a fan-out over all streets has many
_VOTES = {"同意": Vote.AGREE, "不同意": Vote.DISAGREE, "弃权": Vote.ABSTAIN, "缺席": Vote.ABSENT, "回避": Vote.RECUSED}
_COUNTED = re.compile(r"(\d+)人(不同意|同意|弃权|缺席|回避)")
_NAMED = re.compile(r"([\u4e00-\u9fff]{2,4}?)(不同意|同意|弃权|缺席|回避)")


@dataclass(frozen=True, slots=True)
class Decision:
    """`outcome`: the label on the button, "" where the votes decide; `said`: what the sentence says of the form."""

    outcome: str
    opinion: str = ""
    said: Mapping[str, str] = field(default_factory=dict)
    votes: str = ""


def start_process(world: World, name: str, applicant: str, said: Mapping[str, str]) -> None:
    """Start the process of that name."""
    process, data = filled_start(world, name, applicant, said)
    start(world, process, applicant, data)


def filled_start(
    world: World, name: str, applicant: str, said: Mapping[str, str]
) -> tuple[ProcessId, Mapping[str, object]]:
    """The process of that name, its form filled in with what is said and the rest as a careful official would."""
    with world.transaction() as tx:
        names = {tx.release(one).definition.name: process for process, one in tx.latest_releases().items()}
        assert name in names, f"没有名为“{name}”的流程，已发布的有{'、'.join(names)}。"
        process, who = names[name], actor(world, tx, applicant)
        shown = _page(lambda typed: cases.show_start(tx, who, process, cases.Refill(typed)).sections)
        return process, _filled(world, shown, said, tx.today)


def start(world: World, process: str, applicant: str, data: Mapping[str, object]) -> None:
    """Hand in an application; the new case is the one spoken of from here on."""

    def deed(tx: cases.Tx) -> CaseId:
        command = cases.StartCase(actor(world, tx, applicant), ProcessId(process), data)
        return cases.start_case(tx, command).case

    started = world.attempt(deed)
    if started is not None:
        world.case = world.started[applicant] = started


def loan(world: World, person: str, start_on: date, end_on: date | None, reason: str = "") -> dict[str, object]:
    """The application form of a loan, filled in."""
    with world.transaction() as tx:
        data: dict[str, object] = {
            "borrowed": identity_of(world, tx, person),
            "start_date": start_on.isoformat(),
            "necessity": reason or filling.REASON,
            "work_content": "核对街镇财政数据，由用人科室安排工作。",
        }
    return data | ({"end_date": end_on.isoformat()} if end_on else {})


def decide(world: World, who: str, step: str, decision: Decision, applicant: str | None = None) -> None:
    """One person decides one open step."""
    case = world.of(applicant)

    def deed(tx: cases.Tx) -> None:
        found = open_items(tx, case, step)
        # Whoever waits for signers he added (加签) has his page all the same, and hears there why he must wait.
        found += open_items(tx, case, step, {WorkItemState.WAITING})
        if not found:
            standing_at = "、".join(task.title for task, _ in open_items(tx, case)) or "没有等待办理的环节"
            raise Unmet(f"现在没有等待办理的“{step}”。", Cause.STEP, f"“{step}”等待办理", standing_at)
        _decide(world, tx, who, his(world, tx, who, found), decision)

    world.case = case
    world.attempt(deed)


def send(world: World, who: str, message: str, said: Mapping[str, str]) -> None:
    """Hand in something the running case waits for: 提前归还, 申请续借 …"""
    case = world.current()

    def deed(tx: cases.Tx) -> None:
        found = store.case.get(tx.db, case)
        deployed = tx.release(found.release)
        nodes = [one for one in deployed.definition.nodes.values() if one.message and one.name == message]
        if not nodes:
            raise Unmet(f"流程里没有“{message}”这个事项。", Cause.STEP, f"可以提出“{message}”", "没有这个事项")
        data = _filled(world, lambda typed: _message_forms(tx, case, nodes[0], typed), said, tx.today)
        cases.correlate_message(tx, cases.CorrelateMessage(actor(world, tx, who), case, nodes[0].id, data))

    world.attempt(deed)


def withdraw(world: World, who: str, reason: str) -> None:
    case = world.current()
    world.attempt(lambda tx: cases.withdraw_case(tx, cases.WithdrawCase(actor(world, tx, who), case, reason)))


def carry_on_to(world: World, step: str) -> None:
    """Everybody agrees until the step waits ("": until nobody has work); each decision is a real one by the person it
    waits for."""
    rounds: dict[str, set[TaskId]] = {}
    for _ in range(_LONGEST_WAY):
        with world.transaction() as tx:
            waiting = open_items(tx, world.current())
        if not waiting or any(task.name == step for task, _ in waiting):
            break
        task, item = waiting[0]
        again = rounds.setdefault(task.title, set())
        again.add(task.id)
        if len(again) > _MOST_ROUNDS:
            break  # it comes back whatever he agrees to
        _agree(world, task, item)
    world.expect_no_refusal()
    with world.transaction() as tx:
        reached = [task.name for task, _ in open_items(tx, world.current())]
    if step not in reached if step else reached:
        there = "、".join(f"“{one}”" for one in reached) or "没有等待办理的环节"
        wanted = f"走到“{step}”" if step else "走到没有待办"
        raise Unmet(f"办件没有{wanted}，停在{there}。", Cause.STEP, wanted, there)


def lend(world: World, applicant: str, person: str, start_on: date, end_on: date) -> None:
    """A loan in force: applied for ten days before, agreed, filed, begun. Then the clock is back at today or later."""
    today = world.clock.now
    world.clock.now = min(today, moment(start_on - timedelta(days=10)))
    start(world, "staff_loan", applicant, loan(world, person, start_on, end_on))
    carry_on_to(world, "")
    move_to(world, moment(start_on))
    with world.transaction() as tx:
        found = store.case.get(tx.db, world.current())
    if found.state is not CaseState.RUNNING:
        ended = f"以“{found.outcome}”结束"
        raise Unmet(f"{applicant}借调{person}没有办成，办件{ended}。", Cause.STEP, "借调生效", ended)
    move_to(world, today)


def give_back(world: World, end_on: date) -> None:
    """The loan spoken of last ran to its end, and the 街镇 confirmed the return that evening."""
    today = world.clock.now
    world.clock.now = moment(end_on)
    move_to(world, moment(end_on, 18))
    with world.transaction() as tx:
        waiting = open_items(tx, world.current())
    for task, item in waiting:
        _agree(world, task, item)
    world.expect_no_refusal()
    with world.transaction() as tx:
        found = store.case.get(tx.db, world.current())
        there = "、".join(f"“{task.title}”" for task, _ in open_items(tx, found.id)) or "没有等待办理的环节"
    if found.state is CaseState.RUNNING:
        raise Unmet(f"借调没有归还，办件停在{there}。", Cause.STEP, "已经归还", there)
    world.clock.now = max(today, world.clock.now)


def _agree(world: World, task: Task, item: WorkItem) -> None:
    """The first person the work waits for takes the first, favourable outcome."""
    take(world, task, item)


def take(
    world: World, task: Task, item: WorkItem, label: str = "", opinion: str = "", said: Mapping[str, str] | None = None
) -> None:
    """The first person the work waits for chooses this outcome ("": the first one); a meeting votes as it decides."""

    def deed(tx: cases.Tx) -> None:
        name = tx.organisation.person_name(tx.organisation.identity(item.candidates[0]))
        node = tx.release(store.case.get(tx.db, item.case).release).node(task.element)
        chosen = next((one for one in node.outcomes if one.label == label), node.outcomes[0])
        seated = len(members(tx, task)[0]) - len(members(tx, task)[1]) if node.meeting else 0
        vote = "不同意" if chosen.value == "disagree" else "同意"
        votes = f"{seated}人{vote}" if node.meeting else ""
        _decide(world, tx, name, (task, item), Decision(chosen.label, opinion, said or {}, votes))

    world.attempt(deed)


def _decide(world: World, tx: cases.Tx, who: str, at: tuple[Task, WorkItem], decision: Decision) -> None:
    task, item = at
    deployed = tx.release(store.case.get(tx.db, item.case).release)
    node = deployed.node(task.element)
    outcome = next((one.value for one in node.outcomes if one.label == decision.outcome), "")
    if decision.outcome and not outcome:
        labels = "、".join(f"“{one.label}”" for one in node.outcomes) or "没有按钮"
        wanted = f"按钮“{decision.outcome}”"
        raise Unmet(f"环节“{task.name}”没有{wanted}，现有{labels}。", Cause.OUTCOME, wanted, labels)
    decider = actor(world, tx, who, item.candidates)

    def show(typed: Mapping[str, object]) -> Sequence[Section]:
        return cases.item_view.item_sections(tx, decider, item.id, cases.Refill(typed))

    command = cases.DecideWorkItem(
        actor=decider,
        item=item.id,
        outcome=outcome,
        opinion=decision.opinion,
        # A page on which there is nothing to fill in need not be opened.
        data=_filled(world, _page(show), decision.said, tx.today) if decision.said or _may_write(node) else {},
        ballots=ballots(tx, task, decision.votes) if decision.votes else (),
    )
    cases.decide_work_item(tx, command)


def _may_write(node: FlowNode) -> bool:
    return any(
        right in (Right.EDIT, Right.REQUIRED) for use in node.forms for right in (use.default, *use.rights.values())
    )


def his(world: World, tx: cases.Tx, who: str, found: Sequence[tuple[Task, WorkItem]]) -> tuple[Task, WorkItem]:
    """Of several open items of one step, the one that waits for this person."""
    known = tx.organisation

    def named(identities: Iterable[IdentityId]) -> bool:
        return any(known.person_name(known.identity(one)) == who for one in identities)

    if not found:
        raise Unmet("这个环节现在没有等待办理。", Cause.STEP, "这个环节等待办理", "办件不在这个环节")
    mine = [at for at in found if named(at[1].candidates)]
    lent = [at for at in found if named(standing.current(tx, at[1]))]
    return (mine or lent or found)[0]


def _page(sections: Callable[[Mapping[str, object]], Sequence[Section]]) -> filling.Show:
    """The forms of a page, for whatever was typed so far."""
    return lambda typed: [one.view for one in sections(typed)]


def _message_forms(tx: cases.Tx, case: CaseId, node: FlowNode, typed: Mapping[str, object]) -> list[FormView]:
    """The forms of a message. Whether the sender may read the rest of the case does not matter here."""
    opened = OpenCase(tx, found := store.case.get(tx.db, case), tx.release(found.release))
    context, lookup, shown = facts.case_facts(opened), facts.PeopleLookup(tx), []
    for use in node.forms:
        form, stored = opened.deployed.forms[use.form], store.form.of_case(tx.db, case).get(use.form, {})
        data = refill(form, use, typed, stored, context=context, lookup=lookup)
        shown.append(view(form, use, data if typed else stored, context=context, lookup=lookup))
    return shown


def _filled(world: World, show: filling.Show, said: Mapping[str, str], today: date) -> dict[str, object]:
    """What the person sends; somebody who may not open the page sends what he has, and the command says why not."""
    try:
        return filling.fill(show, filling.Said(said, world.posts), today)
    except JiechengError:
        return dict(said)


def ballots(tx: cases.Tx, task: Task, votes: str) -> Sequence[Ballot]:
    """ "5人同意，1人不同意，吴思齐回避" as a full record: named members first, the rest in the order of their seats.

    Those who must stand aside are left out, unless the sentence counts so many that they must have voted.
    """
    seated, aside = members(tx, task)
    known = tx.organisation
    named = {name: _VOTES[word] for name, word in _NAMED.findall(_COUNTED.sub("", votes))}
    counted = [_VOTES[word] for number, word in _COUNTED.findall(votes) for _ in range(int(number))]
    names: dict[IdentityId, str] = {one: known.person_name(known.identity(one)) for one in seated}
    free = [one for one in seated if names[one] not in named]
    if len(counted) < len(free):
        free = [one for one in free if one not in aside]
    assert len(counted) == len(free), f"会议有 {len(free)} 位成员待登记，句子里写了 {len(counted)} 票。"
    record = [Ballot(one, named[names[one]]) for one in seated if names[one] in named]
    return record + [Ballot(one, vote) for one, vote in zip(free, counted, strict=True)]
