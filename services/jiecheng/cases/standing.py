"""Who stands in for whom on the items of a case (代理): found anew whenever a command on the case closes.

1. A stand-in is found for the holders of an item only, never for another stand-in: there is no chain.
2. What he may do is asked of the moment (`current`), not of the rows: a row that nobody took back in time lets nobody in.
3. A person holds one item of a step, his own or in one other's place: nobody votes twice.

Never decides who may arrange a substitution (cases.substitution) nor what a stand-in must not do (permissions).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from jiecheng import directory, outbox, permissions, store
from jiecheng.cases import people
from jiecheng.cases.house import Tx
from jiecheng.cases.open_case import OpenCase
from jiecheng.model.actor import Actor
from jiecheng.model.errors import Refused
from jiecheng.model.ids import IdentityId, OrganId, PersonId, WorkItemId
from jiecheng.model.substitution import Substitution
from jiecheng.model.task import Task
from jiecheng.model.values import Value
from jiecheng.model.work_item import OPEN_ITEM_STATES, StandIn, WorkItem, WorkItemState

RULE = "代理"  # what stands in the history as the rule by which somebody stood in
ORGAN = "organ"
_JUST_OVER = "您代对方办理的时间刚刚提前结束，您这一次没有生效，这件事仍由对方本人办理。"


def current(tx: Tx, item: WorkItem) -> dict[IdentityId, IdentityId]:
    """Who may act on the item now, and in whose place."""
    return {
        one.identity: one.principal
        for one in item.stand_ins
        if one.holds_at(tx.now) and one.principal in item.having and _in_office(tx, one.identity, one.principal)
    }


def over(tx: Tx, item: WorkItem) -> dict[IdentityId, str]:
    """Who stood in and may not any more, each with the sentence that says why; "" where it is not for its time."""
    now = current(tx, item)
    return {one.identity: _why_over(tx, one) for one in item.stand_ins if one.identity not in now}


def _why_over(tx: Tx, one: StandIn) -> str:
    if tx.now < one.ends_at and _in_office(tx, one.identity, one.principal):
        return ""
    giver = name_of(tx, one.principal)
    until = people.moment(one.ends_at)
    return f"您代{giver}办理的时间已经结束（到{until}为止），这件事仍由{giver}本人办理。"


def principal_of(tx: Tx, item: WorkItem, actor: Actor) -> IdentityId | None:
    """In whose place he acts on this item; None: in his own."""
    if item.assignee in actor.identities:
        return None
    now = current(tx, item)
    return next((now[one] for one in (actor.identity, *actor.identities) if one in now), None)


def actor_in_words(tx: Tx, item: WorkItem, actor: Actor) -> str:
    """吕子衿（…）, or 吕子衿（…） 代 宋明理（…）."""
    principal = principal_of(tx, item, actor)
    who = people.label(tx, actor.identity)
    return f"{who} 代 {people.label(tx, principal)}" if principal else who


def having(tx: Tx, item: WorkItem) -> tuple[IdentityId, ...]:
    """Everybody who may work on it now, in whosever place."""
    return (*item.having, *current(tx, item))


def in_words(tx: Tx, item: WorkItem) -> tuple[str, ...]:
    """Whose the item is, or who decided it: 宋明理（…），由吕子衿代办; 吕子衿（…） 代 宋明理（…）."""
    if item.decided_by is not None:
        return (decider_in_words(tx, item),)
    lent = defaultdict(list)
    for who, principal in current(tx, item).items():
        lent[principal].append(name_of(tx, who))
    return tuple(
        people.label(tx, one) + (f"，由{'、'.join(lent[one])}代办" if one in lent else "") for one in item.holders
    )


def decider_in_words(tx: Tx, item: WorkItem) -> str:
    who = people.label(tx, item.decided_by)
    return f"{who} 代 {people.label(tx, item.decided_for)}" if item.decided_for is not None else who


def name_of(tx: Tx, identity: IdentityId) -> str:
    return people.label(tx, identity).split("（")[0]


def hand(opened: OpenCase, item: WorkItem) -> None:
    """Whatever is recorded of this command by somebody who stands in says in whose place he acts."""
    tx, found = opened.tx, current(opened.tx, item)
    if item.decided_by is not None and item.decided_for is not None and _still_stands(tx, item, item.decided_by):
        found[item.decided_by] = item.decided_for
    opened.acting |= {who: (item.id, principal) for who, principal in found.items()}


def taker_back(tx: Tx, item: WorkItem, actor: Actor) -> IdentityId | None:
    """Whose decision it is when it is asked who may take it back: its principal's always, his stand-in's while he is one."""
    if item.decided_for is None or item.decided_by is None:
        return item.decided_by
    own = item.decided_for in actor.identities or not _still_stands(tx, item, item.decided_by)
    return item.decided_for if own else item.decided_by


def _still_stands(tx: Tx, item: WorkItem, who: IdentityId) -> bool:
    rows = (one for one in item.stand_ins if one.identity == who)
    return any(one.starts_at <= tx.now < one.ends_at and _in_office(tx, who, one.principal) for one in rows)


def settle(opened: OpenCase) -> None:
    """Bring the stand-ins of the case in line with what holds at this moment. Cheap where nobody stands in."""
    tx = opened.tx
    for touched, who in sorted(opened.acted):
        if not store.substitution.mark_acted(tx.db, touched, who):
            raise Refused(_JUST_OVER, rule="substitution_over", conflict=True)
    opened.acted.clear()
    if not store.substitution.concerns(tx.db, opened.id):
        return
    tasks = {task.id: task for task in store.task.open_of_case(tx.db, opened.id)}
    items = {item.id: item for item in store.work_item.of_tasks(tx.db, list(tasks))}
    wanted = _wanted(opened, tasks.values(), items.values())
    items |= {one: store.work_item.get(tx.db, one) for one in store.substitution.listed(tx.db, opened.id)}
    for item in sorted(items.values(), key=lambda one: one.id):
        _line_up(opened, item, wanted.get(item.id, {}))


Found = Mapping[IdentityId, tuple[IdentityId, Substitution]]


def _line_up(opened: OpenCase, item: WorkItem, wanted: Found) -> None:
    """`wanted`: who shall stand in on it, in whose place, and by which substitution."""
    tx = opened.tx
    listed = {one.identity: one for one in item.stand_ins if one.listed}
    for who, row in listed.items():
        if who in wanted and wanted[who][0] == row.principal:
            continue
        store.substitution.take_back(tx.db, item.id, who)
        _over(opened, item, row)
    for who, (principal, by) in wanted.items():
        if who in listed and listed[who].principal == principal and listed[who].substitution == by.id:
            continue
        store.substitution.lend(tx.db, (item.case, item.id), who, (principal, by.id))
        if who not in listed or listed[who].principal != principal:
            days = f"{_day(by.first)}至{_day(by.last)}"
            told = f"由{people.label(tx, who)}代{people.label(tx, principal)}办理（{days}）"
            _record(opened, "stand_in_began", item, (principal, who), told)


def _over(opened: OpenCase, item: WorkItem, row: StandIn) -> None:
    """An item that is still open goes back to its holder with what was typed; of one that is decided the other learns."""
    tx, who, principal = opened.tx, row.identity, row.principal
    if item.state in OPEN_ITEM_STATES:
        known = tx.organisation
        mine = [one.id for one in known.identities_of_person.get(known.identity(who).person, ())]
        store.substitution.give_draft_back(tx.db, item.id, mine, principal)
        told = f"{people.label(tx, who)}不再代{people.label(tx, principal)}办理"
        _record(opened, "stand_in_ended", item, (principal, who), told)
        return
    if item.decided_by is None:
        return
    task = store.task.get(tx.db, item.task)
    by_himself = item.decided_for is None
    reader = who if by_himself else principal
    name = name_of(tx, item.decided_by)
    how = f"已由{name}本人办理，您不用再代办" if by_himself else f"已由{name}代您办理"
    text = f"{opened.case.number}「{task.title}」{how}：{item.outcome_label}。"
    payload = {"identities": [reader], "text": text}
    store.outbox.owe(tx.db, key=f"stand_in:{item.id}:{who}", kind=outbox.NOTICE, case=opened.id, payload=payload)


def _record(opened: OpenCase, event: str, item: WorkItem, whom: tuple[IdentityId, IdentityId], words: str) -> None:
    task = store.task.get(opened.tx.db, item.task)
    public: dict[str, Value] = {"item": item.id, "task": task.id, "element": task.element, "name": task.title}
    personal: dict[str, Value] = {"from": whom[0], "to": whom[1], "words": words}
    opened.record_consequence(event, RULE, public, personal, compartment=task.compartment)


def _wanted(opened: OpenCase, tasks: Iterable[Task], items: Iterable[WorkItem]) -> Mapping[WorkItemId, Found]:
    tx, waiting = opened.tx, [item for item in items if item.state in OPEN_ITEM_STATES]
    holders = {one for item in waiting for one in item.having}
    given = defaultdict(list)
    for one in store.substitution.holding(tx.db, holders) if holders else ():
        if _in_office(tx, one.giver, one.substitute):
            given[one.giver].append(one)
    of_task: dict[int, list[WorkItem]] = defaultdict(list)
    for item in items:
        of_task[item.task].append(item)
    wanted: dict[WorkItemId, dict[IdentityId, tuple[IdentityId, Substitution]]] = {}
    for task in tasks:
        around = Around(opened, task, of_task[task.id])
        for item in sorted(of_task[task.id], key=lambda one: one.id):
            if item.state in OPEN_ITEM_STATES:
                wanted[item.id] = dict(around.stand_ins(item, given))
    return wanted


@dataclass(slots=True)
class Around:
    """A step with its items, as it is asked who may stand in there. `taken`: who stands in on one of its items already."""

    opened: OpenCase
    task: Task
    items: Sequence[WorkItem]
    taken: dict[PersonId, WorkItemId] = field(default_factory=dict)

    def stand_ins(
        self, item: WorkItem, given: Mapping[IdentityId, Sequence[Substitution]]
    ) -> Iterator[tuple[IdentityId, tuple[IdentityId, Substitution]]]:
        known = self.opened.tx.organisation
        for holder in sorted(item.having):
            for one in given.get(holder, ()):
                person = known.identity(one.substitute).person
                if not self.covers(one, item, holder) or self.why_not(item, holder, one.substitute):
                    continue
                self.taken[person] = item.id
                yield one.substitute, (holder, one)
                break

    def covers(self, by: Substitution, item: WorkItem, holder: IdentityId) -> bool:
        arrived = _arrived(self.opened.tx, item, holder) if by.arriving else item.opened_at
        return by.covers(self.opened.case.process, self.task.element, arrived)

    def why_not(self, item: WorkItem, giver: IdentityId, to: IdentityId) -> str:
        """Why he may not hold this item in the giver's place, "" when he may."""
        tx, task, opened = self.opened.tx, self.task, self.opened
        known = tx.organisation
        person = known.identity(to).person
        within = opened.deployed.node(task.element).transferable or ORGAN
        subject = _subject(opened)
        compartment = OrganId(task.compartment)
        return permissions.why_not_stand_in(
            permissions.StandInFacts(
                name=name_of(tx, to),
                giver_name=name_of(tx, giver),
                within=within,
                in_office=known.in_office(known.identity(to), tx.today),
                is_applicant=person in _persons(tx, [opened.case.initiator]),
                is_subject=person == subject,
                giver_is_subject=known.identity(giver).person == subject,
                recused=person in _persons(tx, task.recused),
                has_it=person in self.taken or person in self._working(item),
                asked_for_it=person in self._asking(item),
                in_reach=_in_reach(tx, giver, to, within),
                inside=not compartment or to in directory.people_within(known, compartment, tx.today),
            )
        )

    def _working(self, item: WorkItem) -> frozenset[PersonId]:
        """Whoever works on the step already, or did: as a member, on another item of it, or as one of those it is offered to."""
        near: list[IdentityId | None] = [*self.task.members]
        for other in self.items:
            if other.id != item.id:
                # What was taken back or closed undone binds nobody; who waits (加签) is at work.
                near += [*other.having, other.decided_by] if other.state is not WorkItemState.CLOSED else []
            elif item.state is WorkItemState.OFFERED:
                near += item.candidates
        return _persons(self.opened.tx, near)

    def _asking(self, item: WorkItem) -> frozenset[PersonId]:
        """Whoever waits for an answer (委派)."""
        if item.asked_by is None:
            return frozenset()
        rows = store.handing.of_item(self.opened.tx.db, item.id)
        return _persons(self.opened.tx, [item.asked_by, *(row.giver for row in rows if row.ended_at is None)])


def _arrived(tx: Tx, item: WorkItem, holder: IdentityId) -> datetime:
    """When it came to him: it may have been another's before."""
    rows = store.handing.of_item(tx.db, item.id)
    return max([item.opened_at, *(row.given_at for row in rows if row.receiver == holder)])


def _subject(opened: OpenCase) -> PersonId | None:
    """The person the case is about."""
    found = opened.case.variables.get("subject")
    code = found.get("id") if isinstance(found, Mapping) else None
    persons = _persons(opened.tx, [IdentityId(str(code))] if code else [])
    return next(iter(persons), None)


def _persons(tx: Tx, identities: Iterable[IdentityId | None]) -> frozenset[PersonId]:
    known = tx.organisation.directory.identities
    return frozenset(known[one].person for one in identities if one is not None and one in known)


def _in_office(tx: Tx, *identities: IdentityId) -> bool:
    known = tx.organisation
    return all(
        one in known.directory.identities and known.in_office(known.identity(one), tx.today) for one in identities
    )


def _in_reach(tx: Tx, giver: IdentityId, to: IdentityId, within: str) -> bool:
    """As for 转办: one's own organ, one's 街镇, or the district."""
    known = tx.organisation
    if within == ORGAN:
        organs = directory.organs_of_person(known, giver)
        return any(to in directory.people_within(known, one.id, tx.today) for one in organs[:1])
    street = known.organ_of(known.identity(giver)).street
    return within == "district" or bool(street and known.organ_of(known.identity(to)).street == street)


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"
