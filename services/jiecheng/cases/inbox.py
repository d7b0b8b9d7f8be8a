"""The lists an official lives in: 待办, 已办, 我发起的, 通知; and the counts beside their names."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Generic, TypeVar

from jiecheng import permissions, store
from jiecheng.cases import people
from jiecheng.cases.case import starters
from jiecheng.cases.house import BEIJING, Tx
from jiecheng.model.actor import Actor, Role
from jiecheng.model.case import Case
from jiecheng.model.errors import Invalid, Refused
from jiecheng.model.ids import ProcessId
from jiecheng.store.notice import NoticeRow
from jiecheng.store.work_item import NEVER
from jiecheng.store.work_list import ListFilter, ListRow

PAGE = 30
MOST_COUNTED = 1000
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """A page of a list; `next_key` asks for the one behind it, "" at the end."""

    rows: Sequence[Row]
    next_key: str


@dataclass(frozen=True, slots=True)
class Counts:
    """None of them counts beyond a thousand."""

    open: int
    overdue: int
    unread: int
    today: int = 0
    supervisions: int = 0  # whose next step is this person's
    incidents: int = 0  # what went wrong by itself, for who administers processes
    drafts: int = 0  # of processes, that wait for this person to publish them


@dataclass(frozen=True, slots=True)
class Startable:
    process: ProcessId
    name: str
    documentation: str
    version: int


def list_open(tx: Tx, actor: Actor, filters: ListFilter, key: str = "", limit: int = PAGE) -> Page[ListRow]:
    rows = store.work_list.list_open(tx.db, actor.identities, _today(tx, filters), moment_of(key), limit + 1)
    return page_of(rows, limit, lambda row: f"{(row.due_at or NEVER).isoformat()},{row.item}")


def list_lent(tx: Tx, actor: Actor, filters: ListFilter, key: str = "", limit: int = PAGE) -> Page[ListRow]:
    """我代办的: others' open work that this person may do in their place now."""
    rows = store.work_list.list_lent(tx.db, actor.identities, _today(tx, filters), moment_of(key), limit + 1)
    return page_of(rows, limit, lambda row: f"{(row.due_at or NEVER).isoformat()},{row.item}")


def list_waiting(tx: Tx, actor: Actor) -> Sequence[ListRow]:
    """What this person waits with until the signers he added have signed (加签): not in his list, and still his."""
    return store.work_list.list_waiting(tx.db, actor.identities, PAGE)


def count_lent(tx: Tx, actor: Actor) -> int:
    return store.work_list.count_lent(tx.db, actor.identities, MOST_COUNTED)


def principals(tx: Tx, actor: Actor) -> Sequence[tuple[str, str]]:
    """In whose places this person stands now: identity, label."""
    holding = store.substitution.holding(tx.db, actor.identities)
    found = dict.fromkeys(one.giver for one in holding if one.substitute in actor.identities)
    return [(one, people.label(tx, one)) for one in found]


def standing_in_for(tx: Tx, actor: Actor) -> Sequence[tuple[str, datetime]]:
    """Who stands in for this person now, and until when."""
    holding = store.substitution.holding(tx.db, actor.identities)
    return [(people.label(tx, one.substitute), one.ends_at) for one in holding if one.giver in actor.identities]


def list_decided(tx: Tx, actor: Actor, filters: ListFilter, key: str = "", limit: int = PAGE) -> Page[ListRow]:
    rows = store.work_list.list_decided(tx.db, actor.identities, filters, moment_of(key), limit + 1)
    return page_of(rows, limit, lambda row: f"{(row.closed_at or NEVER).isoformat()},{row.item}")


def list_started(tx: Tx, actor: Actor, text: str = "", key: str = "", limit: int = PAGE) -> Page[Case]:
    before = number_of(key)
    rows = store.case.list_started(tx.db, actor.identities, text=text, before=before, limit=limit + 1)
    return page_of(rows, limit, lambda row: str(row.id))


def list_notices(tx: Tx, actor: Actor, key: str = "", limit: int = PAGE) -> Page[NoticeRow]:
    rows = store.notice.list_latest(tx.db, actor.identities, number_of(key), limit + 1)
    return page_of(rows, limit, lambda row: str(row.id))


def list_unread_notices(tx: Tx, actor: Actor, key: str = "", limit: int = PAGE) -> Page[NoticeRow]:
    rows = store.notice.list_unread(tx.db, actor.identities, number_of(key), limit + 1)
    return page_of(rows, limit, lambda row: str(row.id))


def read_notices(tx: Tx, actor: Actor, chosen: Collection[int] | None = None, until: int | None = None) -> int:
    """These, or all up to number `until`: what came in after one looked stays unread. How many there were."""
    return store.notice.mark_read(tx.db, actor.identities, chosen, until)


def counts(tx: Tx, actor: Actor) -> Counts:
    # They stand beside each other in every frame: one breath for all of them.
    tx.db.foresee(
        store.notice.asks_unread(actor.identities), store.supervision.asks_duties(actor.identities, MOST_COUNTED)
    )
    approves, administers = permissions.may_approve(actor), Role.PROCESS_ADMINISTRATOR in actor.roles
    if approves:
        tx.db.foresee(store.draft.asks_to_approve(actor.person, actor.identities))
    if administers:
        tx.db.foresee(store.incident.asks_open(MOST_COUNTED))
    open_items, overdue, today = store.work_list.count_open(tx.db, actor.identities, day_ends(tx), MOST_COUNTED)
    unread = store.notice.count_unread(tx.db, actor.identities)
    owed = store.supervision.count_duties(tx.db, actor.identities, MOST_COUNTED)
    troubles = store.incident.count_open(tx.db, MOST_COUNTED) if administers else 0
    drafts = store.draft.count_to_approve(tx.db, actor.person, actor.identities) if approves else 0
    return Counts(open_items, overdue, unread, today, owed, troubles, drafts)


def foresee_counts(tx: Tx, actor: Actor) -> None:
    with tx.db.ahead():
        counts(tx, actor)


def count_drafts(tx: Tx, actor: Actor) -> int:
    return store.form.count_drafts(tx.db, actor.identities)


def day_ends(tx: Tx) -> datetime:
    """Midnight in Beijing."""
    return datetime.combine(tx.today + timedelta(days=1), time(), BEIJING).astimezone(UTC)


def _today(tx: Tx, filters: ListFilter) -> ListFilter:
    return replace(filters, day_ends=day_ends(tx)) if filters.due else filters


def list_startable(tx: Tx, actor: Actor) -> Sequence[Startable]:
    """Processes this person may start in his present identity."""
    found = []
    for process, newest in sorted(tx.latest_releases().items()):
        deployed = tx.release(newest)
        try:
            permissions.require_start(actor, starters(tx, deployed, actor))
        except (Refused, Invalid):
            continue
        definition = deployed.definition
        found.append(Startable(process, definition.name, definition.documentation, deployed.release.version))
    return found


def page_of(rows: Sequence[Row], limit: int, key_of: object) -> Page[Row]:
    shown = list(rows[:limit])
    more = len(rows) > limit
    return Page(shown, key_of(shown[-1]) if more else "")  # type: ignore[operator]


def moment_of(key: str) -> tuple[datetime, int] | None:
    if not key:
        return None
    moment, _, number = key.partition(",")
    try:
        return datetime.fromisoformat(moment), int(number)
    except ValueError as error:
        raise Invalid("列表的翻页位置无效。请回到第一页。") from error


def number_of(key: str) -> int | None:
    if key and not key.isdecimal():
        raise Invalid("列表的翻页位置无效。请回到第一页。")
    return int(key) if key else None
