"""办件查阅: the list from which auditors and process administrators pick, narrowed by what they look for, and as a table.

Every listing and every export is itself recorded, with what was asked. What lies behind closed doors is in no column of it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from jiecheng import directory, store
from jiecheng.cases.house import BEIJING, Tx
from jiecheng.cases.inbox import PAGE, Page, number_of, page_of
from jiecheng.cases.people import called
from jiecheng.cases.register import cell
from jiecheng.model.actor import Actor, Role
from jiecheng.model.case import CHINESE_CASE_STATES, Case
from jiecheng.model.directory import OrganKind
from jiecheng.model.errors import Invalid, Refused
from jiecheng.model.ids import OrganId
from jiecheng.store.case import CaseFilter

_STATIONED = (OrganKind.AGENCY, OrganKind.INSTITUTION, OrganKind.VILLAGE)
_AT_ONCE = 500
MOST_EXPORTED = 20_000
HEADINGS = (
    *("编号", "标题", "流程", "发起人", "发起单位", "发起时间", "状态", "结果", "结束时间"),
    *("历史记录条数", "最后一条摘要（SHA-256）"),
)


@dataclass(frozen=True, slots=True)
class Inspection:
    """`since`, `until`: days on which it ended, both inclusive; `organ`: of the applicant, with its sections."""

    state: str = ""
    process: str = ""
    text: str = ""
    since: date | None = None
    until: date | None = None
    organ: str = ""
    outcome: str = ""

    def in_words(self) -> str:
        """For the record: what was asked for."""
        days = f"结束于 {self.since or ''}至{self.until or ''}" if self.since or self.until else ""
        return " ".join(one for one in (self.state, self.process, self.text, days, self.organ, self.outcome) if one)


def require_overseer(actor: Actor) -> None:
    """Asked before anything of the page is read, also of its address."""
    if not actor.roles & {Role.AUDITOR, Role.PROCESS_ADMINISTRATOR}:
        raise Refused(
            "只有业务审计员和流程管理员可以查阅全部办件。您的办件在「待办」「已办」和「我发起的」里。", rule="audit"
        )


def list_cases(tx: Tx, actor: Actor, wanted: Inspection, key: str = "", limit: int = PAGE) -> Page[Case]:
    """Latest started first."""
    require_overseer(actor)
    store.account.log_access(tx.db, actor.person, actor.identity, "查阅办件列表", wanted.in_words())
    rows = store.case.list_all(tx.db, _filter(tx, wanted), before=number_of(key), limit=limit + 1)
    return page_of(rows, limit, lambda row: str(row.id))


def export_cases(tx: Tx, actor: Actor, wanted: Inspection) -> str:
    """All that `list_cases` would show, page after page, as CSV with a byte order mark so that a spreadsheet reads it."""
    require_overseer(actor)
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    number = 0
    for case in _all(tx, wanted):
        number += 1
        writer.writerow([cell(value) for value in _row(tx, case)])
    store.account.log_access(tx.db, actor.person, actor.identity, f"导出办件列表 {number} 件", wanted.in_words())
    return out.getvalue()


def organs(tx: Tx) -> Sequence[tuple[str, str]]:
    """Whole organs of today, for choosing: code, name. The two of a 街镇 are one."""
    known = tx.organisation
    found: dict[str, str] = {}
    for one in known.directory.organs.values():
        if one.kind is OrganKind.SECTION or not one.valid_from <= tx.today <= one.valid_to:
            continue
        # What stands at a 街镇 without belonging to it has its own name.
        name = one.name if one.kind in _STATIONED else directory.house_name(known, one.id)
        if name not in found.values():
            found[one.id] = name
    return sorted(found.items(), key=lambda item: item[1])


def outcomes(tx: Tx, process: str = "") -> Sequence[str]:
    """What cases of the process, or of any, may end with: the ends of the newest diagrams, and withdrawn."""
    names = {
        node.name
        for one, newest in tx.latest_releases().items()
        if process in ("", one)
        for node in tx.release(newest).definition.nodes.values()
        if node.kind == "endEvent" and node.scope is None and not node.process and node.name
    }
    return sorted(names | {"申请人撤销"})


def _filter(tx: Tx, wanted: Inspection) -> CaseFilter:
    if wanted.since and wanted.until and wanted.since > wanted.until:
        raise Invalid.at("since", "结束日期的起止写反了，请把早的一天写在前面。")
    known = tx.organisation
    chosen = known.directory.organs.get(OrganId(wanted.organ)) if wanted.organ else None
    within = frozenset(one.id for one in directory.organs_within(known, chosen)) if chosen else frozenset()
    return CaseFilter(
        state=wanted.state,
        process=wanted.process,
        text=wanted.text,
        since=_begin(wanted.since) if wanted.since else None,
        until=_begin(wanted.until + timedelta(days=1)) if wanted.until else None,
        organs=within or (frozenset({OrganId(wanted.organ)}) if wanted.organ else frozenset()),
        outcome=wanted.outcome,
    )


def _all(tx: Tx, wanted: Inspection) -> Iterator[Case]:
    asked, before, number = _filter(tx, wanted), None, 0
    while rows := store.case.list_all(tx.db, asked, before=before, limit=_AT_ONCE):
        number += len(rows)
        if number > MOST_EXPORTED:
            raise Invalid(f"符合条件的超过 {MOST_EXPORTED} 件，一次导不出来。请按结束日期分几段导出。")
        yield from rows
        before = rows[-1].id


def _row(tx: Tx, case: Case) -> Sequence[object]:
    name = tx.release(case.release).definition.name
    return [
        case.number, case.title, name, case.initiator_name, called(tx, case.initiator_organ), _moment(case.started_at),
        CHINESE_CASE_STATES[case.state], case.outcome, _moment(case.ended_at), case.seq, case.head_sha256,
    ]  # fmt: skip


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}" if at else ""


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), BEIJING).astimezone(UTC)
