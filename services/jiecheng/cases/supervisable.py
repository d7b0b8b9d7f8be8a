"""Whoever supervises picks a case: the open steps he may supervise, the overdue first, and one of them as the form shows it.

Reads only. Of a case he does not read he learns its process, who applied, where it stands and with whom: what it takes to
choose, and no content. What lies behind closed doors stays there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from jiecheng import permissions, store
from jiecheng.cases import escalated, people
from jiecheng.cases.case import readable_in
from jiecheng.cases.house import Tx
from jiecheng.cases.inbox import PAGE, Page, moment_of
from jiecheng.cases.open_case import CLOSED_DOORS, OpenCase, read_case
from jiecheng.cases.search import inside_of
from jiecheng.cases.supervision import inspecting, require_supervise
from jiecheng.model.actor import Actor, Role
from jiecheng.model.case import Case
from jiecheng.model.errors import NotFound, Refused
from jiecheng.model.ids import CaseId, IdentityId, OrganId, ProcessId
from jiecheng.model.number import as_written
from jiecheng.model.task import Task, titled
from jiecheng.store.supervisable import OpenStep, Wanted
from jiecheng.store.work_item import NEVER

MOST_LETTERS = 60


@dataclass(frozen=True, slots=True)
class Choice:
    """An open step that may be supervised. `title` is empty where he may not read the case: then its number, its
    applicant's organ and `begun`, when it was handed in, tell it from others. `holders` in words; `handler`: who would
    answer, "" where several have it or it is behind doors."""

    case: CaseId
    task: int
    number: str
    title: str
    process: str
    organ: str
    begun: datetime
    step: str
    holders: tuple[str, ...]
    handler: str
    since: datetime
    due_at: datetime | None
    overdue: bool
    supervised: bool


def may_supervise_some(tx: Tx, actor: Actor) -> bool:
    """Whether the list is for him at all: a superior, a 督查 post, the process administrator."""
    return _everybodys(tx, actor) or bool(escalated.people_below(tx, actor))


def list_supervisable(tx: Tx, actor: Actor, text: str = "", key: str = "", limit: int = PAGE) -> Page[Choice]:
    permissions.require_official(actor)
    below = None if _everybodys(tx, actor) else escalated.people_below(tx, actor)
    if below is not None and not below:
        return Page((), "")
    if Role.PROCESS_ADMINISTRATOR in actor.roles:
        store.account.log_access(tx.db, actor.person, actor.identity, "查看可督办的办件（流程管理）", text.strip())
    inside: frozenset[str] = inside_of(tx, actor)
    wanted = _wanted(tx, actor, below, inside, text.strip()[:MOST_LETTERS])
    rows = store.supervisable.list_open(tx.db, wanted, moment_of(key), limit + 1)
    shown = _choices(tx, actor, rows[:limit], store.case.of_ids(tx.db, {row.case for row in rows[:limit]}), inside)
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(shown, f"{(last.due_at or NEVER).isoformat()},{last.task}" if last else "")


def why_not_listed(tx: Tx, actor: Actor, text: str) -> str:
    """Where what was looked for is the number of one case that is not in the list: why, as far as he may know. Else ""."""
    try:
        require_supervise(read_case(tx, store.case.numbered(tx.db, as_written(text))), actor)
    except Refused as refused:
        return refused.message
    except NotFound:
        pass
    return ""


def choose(tx: Tx, actor: Actor, case: CaseId, task: int | None = None) -> Choice:
    """What the form shows of the step, once it is sure that he may supervise it."""
    opened = read_case(tx, case)
    step = require_supervise(opened, actor, task)
    found = opened.case
    held = [item for _, item in store.work_item.waiting(tx.db, case) if item.task == step.id]
    holders = tuple(sorted({one for item in held for one in item.having}))
    row = OpenStep(
        step.id, case, found.number, found.process, found.release, OrganId(found.initiator_organ), step.element, step.name,
        step.instance_label, step.compartment, step.opened_at, step.due_at, holders, _is_supervised(opened, step),
    )  # fmt: skip
    return _choices(tx, actor, [row], {case: found}, inside_of(tx, actor))[0]


def _is_supervised(opened: OpenCase, step: Task) -> bool:
    going_on = [one for one in store.supervision.of_case(opened.tx.db, opened.id) if one.closed_at is None]
    return any((one.element, one.instance_key) == (step.element, step.instance_key) for one in going_on)


def _everybodys(tx: Tx, actor: Actor) -> bool:
    return Role.PROCESS_ADMINISTRATOR in actor.roles or bool(inspecting(tx, actor))


def _wanted(tx: Tx, actor: Actor, below: frozenset[IdentityId] | None, inside: frozenset[str], text: str) -> Wanted:
    if not text:
        return Wanted(actor.identities, below, inside)
    known = tx.organisation
    organs = {one.id for one in known.directory.organs.values() if text in one.name}
    staff = known.directory.identities.values()
    return Wanted(
        actor.identities, below, inside, text, as_written(text),
        processes=[one for one, name in _process_names(tx).items() if text in name],
        organs=organs,
        people=[one.id for one in staff if text in known.person_name(one) or known.organ_of(one).id in organs],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Known:
    """What a list looked up at once. `read`: he may read this case; `inside`: whose doors are open to him."""

    case: Case
    read: bool
    inside: frozenset[str]
    names: Mapping[ProcessId, str]


def _choices(
    tx: Tx, actor: Actor, rows: Sequence[OpenStep], found: Mapping[CaseId, Case], inside: frozenset[str]
) -> list[Choice]:
    names, read = _process_names(tx), readable_in(tx, actor, found)
    return [_choice(tx, actor, row, _Known(found[row.case], row.case in read, inside, names)) for row in rows]


def _choice(tx: Tx, actor: Actor, row: OpenStep, known: _Known) -> Choice:
    mine = any(one in actor.identities for one in row.holders)
    hidden = bool(row.compartment) and row.compartment not in known.inside and not mine
    wall = tx.release(row.release).definition.walls_around(row.element) if hidden else None
    step = (wall.name if wall else CLOSED_DOORS) if hidden else row.name
    handlers = [one for one in row.holders if one not in actor.identities]
    return Choice(
        case=row.case,
        task=row.task,
        number=row.number,
        title=known.case.title if known.read else "",
        process=known.names.get(row.process, row.process),
        organ=_organ(tx, row.organ),
        begun=known.case.started_at,
        step=titled(step, row.label),
        holders=(CLOSED_DOORS,) if hidden else people.labels(tx, row.holders),
        handler=people.label(tx, handlers[0]) if len(handlers) == 1 and not hidden else "",
        since=row.since,
        due_at=row.due_at,
        overdue=row.due_at is not None and row.due_at < tx.now,
        supervised=row.supervised,
    )


def _organ(tx: Tx, organ: OrganId) -> str:
    """A section of a 街镇 with the 街镇: several have one of that name."""
    found = tx.organisation.directory.organs.get(organ)
    street = tx.organisation.street_name(found.street) if found else ""
    name = found.name if found else str(organ)
    return name if name.startswith(street) else f"{street}{name}"


def _process_names(tx: Tx) -> Mapping[ProcessId, str]:
    return {process: tx.release(newest).definition.name for process, newest in tx.latest_releases().items()}
