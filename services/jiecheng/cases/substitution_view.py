"""What pages show of substitutions (代理): before one is made, which items would go and which stay; those that are, with their log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from jiecheng import directory, permissions, store
from jiecheng.cases import people
from jiecheng.cases.doors import outside_title
from jiecheng.cases.house import Tx
from jiecheng.cases.open_case import read_case
from jiecheng.cases.organisation import clerks_of
from jiecheng.cases.standing import Around
from jiecheng.cases.substitution import (
    Agreed,
    Terms,
    agree,
    day_in_words,
    may_change,
    may_decline,
    may_end,
    require_known,
    work_of_processes,
)
from jiecheng.model.actor import Actor, Role
from jiecheng.model.errors import Invalid
from jiecheng.model.ids import IdentityId, ProcessId, WorkItemId
from jiecheng.model.substitution import Substitution, SubstitutionState
from jiecheng.store.substitution import LogRow

MOST_SHOWN = 300
STATES: Mapping[SubstitutionState, str] = {
    SubstitutionState.PLANNED: "未开始",
    SubstitutionState.ACTIVE: "代办中",
    SubstitutionState.ENDED: "已结束",
    SubstitutionState.CANCELLED: "已取消",
}


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """`number` and `title` are empty for whoever arranges it for another: what is decided is not his business."""

    number: str
    title: str
    process: str
    step: str
    due_at: datetime | None
    why_not: str


@dataclass(frozen=True, slots=True)
class Preview:
    """`going`: to the substitute; `staying`: with the giver, each with why. `own`: asked by the giver himself."""

    sentence: str
    giver: str
    substitute: str
    days: str
    scope: str
    going: Sequence[PreviewRow]
    staying: Sequence[PreviewRow]
    own: bool
    more: bool

    @property
    def going_by_step(self) -> Sequence[tuple[str, str, int]]:
        return _counted((row.process, row.step) for row in self.going)

    @property
    def staying_by_step(self) -> Sequence[tuple[str, str, int, str]]:
        counted = Counter((row.process, row.step, row.why_not) for row in self.staying)
        return [(process, step, count, why) for (process, step, why), count in sorted(counted.items())]


@dataclass(frozen=True, slots=True)
class SubstitutionView:
    """`reached`: items it reaches now; `decided`: how many were decided under it."""

    row: Substitution
    giver: str
    substitute: str
    days: str
    scope: str
    code: SubstitutionState  # by the moment, not by how far the flows are
    reached: int
    decided: int
    may_change: bool
    may_end: bool
    may_decline: bool
    log: Sequence[LogRow] = ()

    @property
    def state(self) -> str:
        return STATES[self.code]


@dataclass(frozen=True, slots=True)
class Board:
    """`given`: mine, or those of the people I arrange for; `standing`: in which I stand in. `people`: for whom I may arrange."""

    given: Sequence[SubstitutionView]
    standing: Sequence[SubstitutionView]
    colleagues: Sequence[str]
    people: Sequence[str]
    anybody: bool
    official: bool


def preview(tx: Tx, actor: Actor, giver: IdentityId, terms: Terms, besides: int = 0) -> Preview:
    """What would go over and what would stay, and why, without doing anything. Invalid or Refused for what cannot be."""
    agreed = agree(tx, actor, giver, terms, besides)
    own = giver in actor.identities
    numbers = store.substitution.items_of(tx.db, giver, MOST_SHOWN + 1)
    names = _process_names(tx)
    rows = [row for one in numbers[:MOST_SHOWN] if (row := _row(tx, one, agreed, terms, names, own)) is not None]
    going, staying = [row for row in rows if not row.why_not], [row for row in rows if row.why_not]
    who = people.label(tx, agreed.substitute)
    when = "今天" if terms.first <= tx.today else f"{day_in_words(terms.first)}"
    sentence = f"这 {len(going)} 件从{when}起可以由{who}代办" if going else f"从{when}起，新来的事可以由{who}代办"
    sentence += f"，{len(staying)} 件仍由本人办理。" if staying else "。"
    return Preview(
        sentence=sentence,
        giver=people.label(tx, giver),
        substitute=who,
        days=f"{day_in_words(terms.first)}至{day_in_words(terms.last)}",
        scope=scope_in_words(tx, terms.scope, arriving=terms.arriving),
        going=going,
        staying=staying,
        own=own,
        more=len(numbers) > MOST_SHOWN,
    )


def _row(
    tx: Tx,
    number: WorkItemId,
    agreed: Agreed,
    terms: Terms,
    names: Mapping[ProcessId, str],
    own: bool,
) -> PreviewRow | None:
    item, task = store.work_item.with_task(tx.db, number)
    opened = read_case(tx, item.case)
    process = opened.case.process
    if terms.arriving or not _named(terms.scope, process, task.element) or agreed.giver not in item.having:
        return None
    around = Around(opened, task, store.work_item.of_task(tx.db, task.id))
    return PreviewRow(
        number=opened.case.number if own else "",
        title=opened.case.title if own else "",
        process=names.get(process, process),
        # Whoever arranges it for another may stand outside the doors.
        step=task.title if own else outside_title(opened, task),
        due_at=task.due_at,
        why_not=around.why_not(item, agreed.giver, agreed.substitute),
    )


def show_board(tx: Tx, actor: Actor) -> Board:
    """The page of a person: what he gave, in whose place he stands, for whom else he may arrange."""
    anybody = Role.SYSTEM_ADMINISTRATOR in actor.roles
    mine = set(actor.identities)
    others = _in_his_care(tx, actor)
    found = store.substitution.of_identities(tx.db, sorted({*mine, *others}))
    if anybody:
        known = {one.id for one in found}
        found = [*found, *(one for one in store.substitution.unfinished(tx.db) if one.id not in known)]
    tallies = store.substitution.tallies(tx.db, [one.id for one in found]) if found else {}
    shown = [(one, _view(tx, actor, one, tallies.get(one.id, (0, 0)))) for one in found]
    organs = directory.organs_of_person(tx.organisation, actor.identity)
    near = [one for organ in organs for one in directory.people_within(tx.organisation, organ.id, tx.today)]
    return Board(
        given=[view for one, view in shown if one.giver in mine or one.giver in others or anybody],
        standing=[view for one, view in shown if one.substitute in mine],
        colleagues=people.labels(tx, [one for one in dict.fromkeys(near) if one not in mine]),
        people=people.labels(tx, [one for one in others if one not in mine]),
        anybody=anybody,
        official=not permissions.is_separated(actor),
    )


def show_substitution(tx: Tx, actor: Actor, substitution: int) -> SubstitutionView:
    """One of them with what people did with it."""
    one = store.substitution.get(tx.db, substitution)
    require_known(tx, actor, one)
    tally = store.substitution.tallies(tx.db, [one.id]).get(one.id, (0, 0))
    return _view(tx, actor, one, tally, store.substitution.log_of(tx.db, one.id))


def giver_named(tx: Tx, actor: Actor, text: str) -> IdentityId:
    """For whom it is arranged: oneself where nobody is named."""
    if not text.strip():
        return actor.identity
    try:
        return people.named(tx, text)
    except Invalid as unknown:
        raise Invalid(unknown.message, fields={"giver": [unknown.message]}) from unknown


def scope_in_words(tx: Tx, scope: Sequence[str], *, arriving: bool) -> str:
    names, steps = _process_names(tx), work_of_processes(tx)
    told = []
    for code in scope:
        process = code.partition("/")[0]
        name = names.get(ProcessId(process), process)
        told.append(f"{name}「{steps.get(process, {}).get(code, code)}」" if "/" in code else name)
    what = "、".join(told) or "全部待办"
    return f"{what}，只代这段时间新来的" if arriving else what


def _view(
    tx: Tx, actor: Actor, one: Substitution, tally: tuple[int, int], log: Sequence[LogRow] = ()
) -> SubstitutionView:
    return SubstitutionView(
        row=one,
        giver=people.label(tx, one.giver),
        substitute=people.label(tx, one.substitute),
        days=f"{day_in_words(one.first)}至{day_in_words(one.last)}",
        scope=scope_in_words(tx, one.scope, arriving=one.arriving),
        code=_state(tx, one),
        reached=tally[0] if one.holds_at(tx.now) else 0,
        decided=tally[1],
        may_change=may_change(tx, actor, one),
        may_end=may_end(tx, actor, one),
        may_decline=may_decline(tx, actor, one),
        log=log,
    )


def _state(tx: Tx, one: Substitution) -> SubstitutionState:
    if one.state in (SubstitutionState.ENDED, SubstitutionState.CANCELLED):
        return one.state
    if tx.now >= one.ends_at:
        return SubstitutionState.ENDED
    return SubstitutionState.ACTIVE if tx.now >= one.starts_at else SubstitutionState.PLANNED


def _in_his_care(tx: Tx, actor: Actor) -> tuple[IdentityId, ...]:
    """The people of the organs whose posts he keeps."""
    organs = {organ.id for mine in actor.identities for organ in directory.organs_of_person(tx.organisation, mine)}
    kept = [one for one in sorted(organs) if set(clerks_of(tx, one)) & set(actor.identities)]
    return tuple(dict.fromkeys(who for one in kept for who in directory.people_within(tx.organisation, one, tx.today)))


def _process_names(tx: Tx) -> Mapping[ProcessId, str]:
    return {process: tx.release(release).definition.name for process, release in tx.latest_releases().items()}


def _named(scope: Sequence[str], process: str, element: str) -> bool:
    return not scope or process in scope or f"{process}/{element}" in scope


def _counted(steps: object) -> Sequence[tuple[str, str, int]]:
    counted: Counter[tuple[str, str]] = Counter(steps)  # type: ignore[call-overload]
    return [(process, step, count) for (process, step), count in sorted(counted.items())]
