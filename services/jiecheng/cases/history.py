"""Finished and running histories: the timeline for people, the whole record for auditors, and the proof."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from jiecheng import ledger, permissions, store
from jiecheng.cases.doors import BEHIND, BETWEEN_PEOPLE, BETWEEN_WORDS, Sight, sight_of, whole
from jiecheng.cases.house import Tx
from jiecheng.cases.open_case import BEHIND_DOORS, CLOSED_DOORS, OpenCase
from jiecheng.forms import field_labels
from jiecheng.model.actor import Actor
from jiecheng.model.case import CHINESE_CASE_STATES, Case
from jiecheng.model.command import CHINESE_EVENTS
from jiecheng.model.errors import Refused
from jiecheng.model.history import HistoryEvent
from jiecheng.model.ids import CaseId

# What the timeline of a case leaves to the auditor's whole record.
_BEHIND_THE_SCENES = ("case_advanced", "task_completed", "task_opened", "notice_owed")
LATEST = 30  # lines of a timeline on a page; what came before is one click away
PAGE = 200  # records of a history on a page
ALL = 2**31 - 1
_BETWEEN = "内容只有双方和业务审计员能看。"
# The personal values that a line of it shows; the others stay unread.
_TIMELINE_PATHS = (
    BEHIND_DOORS,
    "actor.name",
    "actor.for_name",
    "actor.post",
    "opinion",
    "meeting.sentence",
    "voting.sentence",
    "words",
    "reason",
    "notice.text",
    "message",
    BETWEEN_WORDS,
    BETWEEN_PEOPLE,
    "attachment.name",
    "explanation",
)


@dataclass(frozen=True, slots=True)
class TimelineRow:
    at: datetime
    event: str
    label: str
    who: str
    post: str
    step: str
    outcome: str
    opinion: str
    detail: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """A stretch of a timeline; `earlier` lines came before it, and before number `first`."""

    rows: Sequence[TimelineRow]
    earlier: int
    first: int


@dataclass(frozen=True, slots=True)
class CourseView:
    case: Case
    process_name: str
    timeline: Timeline


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One personal value of an event; `old` is None where the event only states a value."""

    path: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class HistoryRow:
    seq: int
    at: datetime
    event: str
    label: str
    who: str
    post: str
    public: Mapping[str, Any]
    changes: Sequence[ChangeRow]
    clauses: Sequence[str]  # quotations
    release: str
    sha256: str
    sm3: str


@dataclass(frozen=True, slots=True)
class HistoryView:
    case: Case
    state: str
    process_name: str
    version: int
    rows: Sequence[HistoryRow]


def events_of(tx: Tx, case: CaseId) -> Sequence[HistoryEvent]:
    openings: dict[int, list[Any]] = {}
    for opening in store.history.openings_of(tx.db, case):
        openings.setdefault(opening.seq, []).append(opening)
    return [
        whole(ledger.to_event(entry, openings.get(entry.seq, ()))) for entry in store.history.entries_of(tx.db, case)
    ]


def timeline(tx: Tx, case: Case, sight: Sight, before: int = ALL, most: int = LATEST) -> Timeline:
    """The last so many lines before this number, in their order, as this person sees them."""
    # Events that another transaction adds meanwhile are not of this moment's case.
    before = min(before, case.seq + 1)
    entries = store.history.latest_besides(tx.db, case.id, _BEHIND_THE_SCENES, before=before, most=most)
    openings: dict[int, list[Any]] = {}
    for opening in store.history.openings_at(tx.db, case.id, _TIMELINE_PATHS, entries):
        openings.setdefault(opening.seq, []).append(opening)
    rows = [_timeline_row(sight.event(ledger.to_event(entry, openings.get(entry.seq, ())))) for entry in entries]
    lines = _lines(tx, case)
    later = 0
    if before <= case.seq:
        later = store.history.count_besides(tx.db, case.id, _BEHIND_THE_SCENES, first=before, last=case.seq)
    return Timeline(rows, lines - later - len(rows), entries[0].seq if entries else 0)


def foresee_timeline(tx: Tx, case: Case, most: int = LATEST) -> None:
    """What `timeline` of the whole case and `passed_elements` will ask."""
    counted, passed = tx.house.lines.get(case.id, (0, 0))[1], tx.house.passed.get(case.id, (frozenset(), 0))[1]
    with tx.db.ahead():
        store.history.latest_besides(tx.db, case.id, _BEHIND_THE_SCENES, before=case.seq + 1, most=most)
        if passed < case.seq:
            store.history.passed(tx.db, case.id, passed)
    if counted < case.seq:
        store.history.foresee_count(tx.db, case.id, _BEHIND_THE_SCENES, first=counted + 1, last=case.seq)


def _lines(tx: Tx, case: Case) -> int:
    """How many lines the whole timeline has. History only grows, so the house keeps what was counted."""
    known, seq = tx.house.lines.get(case.id, (0, 0))
    if seq > case.seq:
        known, seq = 0, 0  # kept by a reader of a later moment than ours
    if seq < case.seq:
        known += store.history.count_besides(tx.db, case.id, _BEHIND_THE_SCENES, first=seq + 1, last=case.seq)
        tx.house.lines.put(case.id, (known, case.seq))
    return known


def show_course(tx: Tx, actor: Actor, case: CaseId, before: int, most: int = LATEST) -> CourseView:
    """A part of the timeline by itself: what the page of the case leaves out."""
    opened, grant = _open_granted(tx, actor, case, "查看办理过程")
    sight = sight_of(opened, actor, grant)
    return CourseView(opened.case, opened.deployed.definition.name, timeline(tx, opened.case, sight, before, most))


def passed_elements(tx: Tx, case: Case) -> Collection[str]:
    """Flow nodes and sequence flows the case went through."""
    # History only grows, so what was found up to an event stays true: the house keeps it and looks behind it only.
    known, seq = tx.house.passed.get(case.id, (frozenset(), 0))
    if seq < case.seq:
        known = known.union(store.history.passed(tx.db, case.id, seq))
        tx.house.passed.put(case.id, (known, case.seq))
    return known


def show_history(tx: Tx, actor: Actor, case: CaseId, first: int = 1, most: int = ALL) -> HistoryView:
    """The record, in order, from this number on. An auditor's reading is itself recorded."""
    opened, sight = _open_for_reading(tx, actor, case, "查看历史")
    entries = store.history.entries_from(tx.db, case, first, most)
    openings: dict[int, list[Any]] = {}
    if entries:
        for opening in store.history.openings_between(tx.db, case, entries[0].seq, entries[-1].seq):
            openings.setdefault(opening.seq, []).append(opening)
    rows = [
        _history_row(opened, sight.event(ledger.to_event(entry, openings.get(entry.seq, ()))), entry)
        for entry in entries
    ]
    return HistoryView(
        case=opened.case,
        state=CHINESE_CASE_STATES[opened.case.state],
        process_name=opened.deployed.definition.name,
        version=opened.deployed.release.version,
        rows=rows,
    )


def verify_case(tx: Tx, actor: Actor, case: CaseId) -> ledger.Verdict:
    """Check the chain of this case against what the case's row says its head is."""
    opened, _ = _open_for_reading(tx, actor, case, "校验历史")
    return check_chain(tx, opened.case, path_words(tx, opened.case))


def path_words(tx: Tx, case: Case) -> dict[str, str]:
    """What the forms of its release and the registers call what is sealed."""
    deployed = tx.release(case.release)
    words = {
        f"form.{name}.{key}": label
        for name, form in deployed.forms.items()
        for key, label in field_labels(form).items()
    }
    own = [kept for name, kept in tx.registers.items() if name in deployed.definition.registers]
    titles = {f"register.{key}": one.title for kept in own for key, one in kept.columns.items()}
    known = tx.organisation
    voting = {
        f"meeting.votes.{one.id}": f"{known.person_name(one)}的表决" for one in known.directory.identities.values()
    }
    return {path: label for path, label in (words | titles | voting).items() if label}


def check_chain(tx: Tx, case: Case, words: Mapping[str, str] = MappingProxyType({})) -> ledger.Verdict:
    head = ledger.Head(case.seq, case.head_sha256, case.head_sm3)
    return ledger.verify(
        case.id,
        store.history.entries_of(tx.db, case.id),
        store.history.openings_of(tx.db, case.id),
        expected_head=head,
        words=words,
    )


def export_case(tx: Tx, actor: Actor, case: CaseId) -> tuple[str, str]:
    """File name and text for the offline verifier. Behind doors closed to this person the leaves go out unopened."""
    opened, sight = _open_for_reading(tx, actor, case, "导出历史")
    entries, openings = store.history.entries_of(tx.db, case), store.history.openings_of(tx.db, case)
    doors = {entry.seq: str(ledger.to_event(entry, ()).public.get("compartment", "")) for entry in entries}
    unheard = {one.seq for one in openings if one.path == BETWEEN_PEOPLE and not sight.hears(json.loads(one.value))}
    shown = [one for one in openings if sight.behind(doors[one.seq])]
    told = [one for one in shown if one.path != BETWEEN_WORDS or one.seq not in unheard]
    text = ledger.export(case, entries, told, path_words(tx, opened.case))
    return f"{opened.case.number}.jsonl", text


def _open_for_reading(tx: Tx, actor: Actor, case: CaseId, action: str) -> tuple[OpenCase, Sight]:
    opened, grant = _open_granted(tx, actor, case, action)
    if not grant.oversees:
        # The record holds every vote and every draft; who took part reads the case page, which knows what is his.
        raise Refused("完整的办件历史由业务审计员和流程管理员查阅。办理过程在办件页上可以看到。", rule="history_read")
    return opened, sight_of(opened, actor, grant)


def _open_granted(tx: Tx, actor: Actor, case: CaseId, action: str) -> tuple[OpenCase, permissions.ReadGrant]:
    from jiecheng.cases.case import read_facts

    found = store.case.get(tx.db, case)
    opened = OpenCase(tx, found, tx.release(found.release))
    grant = permissions.require_case_read(actor, read_facts(opened))
    if grant.recorded:
        store.account.log_access(tx.db, actor.person, actor.identity, f"{action}（{grant.ground}）", found.number)
    return opened, grant


def _label(event: HistoryEvent) -> str:
    return CLOSED_DOORS if event.type == BEHIND else CHINESE_EVENTS.get(event.type, event.type)


def _who(personal: Mapping[str, Any]) -> str:
    """吕子衿; 吕子衿 代 宋明理 where he stood in for him."""
    name, principal = str(personal.get("actor.name", "")), personal.get("actor.for_name")
    return f"{name} 代 {principal}" if principal else name


def _timeline_row(event: HistoryEvent) -> TimelineRow:
    public, personal = event.public, event.personal
    return TimelineRow(
        at=event.at,
        event=event.type,
        label=_label(event),
        who=_who(personal),
        post=str(personal.get("actor.post", "")),
        step="" if event.type == BEHIND else str(public.get("name", "") or ""),
        outcome=str(public.get("outcome_label", "") or public.get("outcome", "") or public.get("status", "") or ""),
        opinion=str(personal.get("opinion", "") or ""),
        detail=str(
            personal.get("meeting.sentence")
            or personal.get("voting.sentence")
            or personal.get("words")
            or (personal.get("reason") if event.type == "case_withdrawn" else "")
            or personal.get("notice.text")
            or personal.get("message")
            or personal.get("attachment.name")
            or personal.get("explanation")
            or personal.get(BETWEEN_WORDS)
            or (_BETWEEN if BETWEEN_PEOPLE in personal else "")
            or public.get("why")
            or ""
        ),
    )  # fmt: skip


def _places(opened: OpenCase, register: str) -> Mapping[str, int]:
    """Where a form and a register have what is sealed: read in the order in which it was filled in."""

    known = opened.tx.registers.get(register)
    fields = (f"form.{name}.{key}" for name, form in opened.deployed.forms.items() for key in form.inputs)
    columns = (f"register.{key}" for key in known.columns) if known else ()
    return {path: place for place, path in enumerate((*fields, *columns))}


def _history_row(opened: OpenCase, event: HistoryEvent, entry: Any) -> HistoryRow:  # noqa: ANN401
    changes = []
    places = _places(opened, str(event.public.get("register", "")))
    for path, sealed in sorted(event.personal.items(), key=lambda one: (places.get(one[0], len(places)), one[0])):
        if path.startswith("actor."):
            continue
        result = event.type == "decision_evaluated" and path == "result"
        value = opened.deployed.in_words(sealed) if result else sealed
        pair = isinstance(value, Mapping) and set(value) == {"old", "new"}
        changes.append(ChangeRow(path, value["old"] if pair else None, value["new"] if pair else value))  # type: ignore[index, call-overload]
    profile = str(opened.case.variables.get("profile", ""))
    quotations = [words for rule in event.clause.split() if (words := opened.deployed.clause_words(rule, profile))]
    return HistoryRow(
        seq=event.seq,
        at=event.at,
        event=event.type,
        label=_label(event),
        who=_who(event.personal),
        post=str(event.personal.get("actor.post", "")),
        public=event.public,
        changes=changes,
        clauses=quotations,
        release=event.release,
        sha256=entry.sha256,
        sm3=entry.sm3,
    )
