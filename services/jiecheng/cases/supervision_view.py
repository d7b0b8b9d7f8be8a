"""What people see of supervisions: on the page of a case, and in their own list (我的、超期、本单位). Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from jiecheng import directory, permissions, store
from jiecheng.cases import people
from jiecheng.cases.case import read_facts
from jiecheng.cases.doors import Sight
from jiecheng.cases.house import Tx
from jiecheng.cases.inbox import PAGE, Page, number_of
from jiecheng.cases.open_case import OpenCase, read_case
from jiecheng.cases.received import organs_of
from jiecheng.cases.supervision import step_facts
from jiecheng.model.actor import SYSTEM_IDENTITY, Actor
from jiecheng.model.command import CHINESE_EVENTS, COMMANDS
from jiecheng.model.errors import JiechengError
from jiecheng.model.ids import CaseId, IdentityId
from jiecheng.model.supervision import CHINESE_SUPERVISION_STATES, OWING, SUPERVISION_LIFECYCLE
from jiecheng.store.supervision import StepRow, SupervisionRow

TURN, MINE, OVERDUE, ORGAN = "turn", "mine", "overdue", "organ"
MOST_SHOWN = 10  # beside another list


@dataclass(frozen=True, slots=True)
class ChainView:
    label: str  # 督办交办 …
    who: str
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SupervisionView:
    """`may`: the commands this person may give now; `readable`: whether he may open the case, else `title` is empty."""

    id: int
    case: CaseId
    number: str
    title: str
    step: str
    owner: str
    handler: str
    state: str
    demand: str
    due_at: datetime | None
    due_days: int | None
    overdue: bool
    readable: bool
    chain: Sequence[ChainView] = ()
    may: frozenset[str] = frozenset()


def supervisions_of(opened: OpenCase, sight: Sight) -> Sequence[SupervisionView]:
    """Who works on the case sees all of them; who was only shown it, those that are his own."""
    rows = [row for row in store.supervision.of_case(opened.tx.db, opened.id) if _sees(sight, row)]
    chains = store.supervision.steps_of(opened.tx.db, [row.id for row in rows])
    return [_view(opened, sight.actor, row, chains.get(row.id, ())) for row in rows]


def list_supervisions(tx: Tx, actor: Actor, which: str, key: str = "", limit: int = PAGE) -> Page[SupervisionView]:
    """`which`: turn (the next step is his) | mine | overdue | organ. Of a case he may not read he learns that his organ
    owes an answer, not on what."""
    permissions.require_official(actor)
    near = _colleagues(tx, actor) if which in (OVERDUE, ORGAN) else frozenset(actor.identities)
    rows = store.supervision.list_of(
        tx.db, near, only=which if which in (TURN, OVERDUE) else "", before=number_of(key), limit=limit + 1
    )
    shown = [_listed(tx, actor, row) for row in rows[:limit]]
    return Page(shown, str(shown[-1].id) if len(rows) > limit else "")


def list_duties(tx: Tx, actor: Actor) -> Sequence[SupervisionView]:
    """督办 whose next step is this person's, the nearest limit first: for the top of his list of open work."""
    return [_listed(tx, actor, row) for row in store.supervision.duties(tx.db, actor.identities, MOST_SHOWN)]


def _listed(tx: Tx, actor: Actor, row: SupervisionRow) -> SupervisionView:
    opened = read_case(tx, row.case)
    grant = permissions.may_read_case(actor, read_facts(opened))
    mine = any(one in actor.identities for one in (row.owner, row.handler))
    readable = grant is not None and (mine or (grant.opens(row.compartment) and not grant.guest))
    return _view(opened, actor, row, (), readable=readable)


def _colleagues(tx: Tx, actor: Actor) -> frozenset[IdentityId]:
    return frozenset(
        one for organ in organs_of(tx, actor) for one in directory.people_within(tx.organisation, organ, tx.today)
    )


def _sees(sight: Sight, row: SupervisionRow) -> bool:
    if sight.actor_is(row.owner) or (row.handler is not None and sight.actor_is(row.handler)):
        return True
    return sight.behind(row.compartment) and not sight.grant.guest


def _view(
    opened: OpenCase, actor: Actor, row: SupervisionRow, chain: Sequence[StepRow], *, readable: bool = True
) -> SupervisionView:
    tx = opened.tx
    return SupervisionView(
        id=row.id,
        case=row.case,
        number=opened.case.number,
        title=opened.case.title if readable else "",
        step=row.name if readable else "",
        owner=people.label(tx, row.owner),
        handler=people.label(tx, row.handler),
        state=CHINESE_SUPERVISION_STATES[row.state],
        demand=row.demand if readable else "",
        due_at=row.due_at,
        due_days=row.due_days,
        overdue=row.state in OWING and row.due_at is not None and row.due_at < tx.now,
        readable=readable,
        chain=[_step(tx, one) for one in chain],
        may=frozenset(one for one in SUPERVISION_LIFECYCLE[row.state] if _may(opened, actor, row, one)),
    )


def _may(opened: OpenCase, actor: Actor, row: SupervisionRow, command: str) -> bool:
    try:
        permissions.require_step(actor, command, step_facts(opened, actor, row, command))
    except JiechengError:
        return False
    return True


def _step(tx: Tx, row: StepRow) -> ChainView:
    who = "系统" if row.by == SYSTEM_IDENTITY else people.label(tx, row.by)
    return ChainView(CHINESE_EVENTS[COMMANDS[row.command][0].event], who, row.words, row.at)
