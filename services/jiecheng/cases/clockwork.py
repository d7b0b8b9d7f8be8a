"""What flows do, as commands like any other actor's: fire due timers, deliver what is owed, verify the chains.

Every method is "do this one thing if it still is to be done": missed or doubled calls do no harm. Ids go in, nothing else.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from jiecheng import outbox, store
from jiecheng.cases import dispatch, organisation, substitution_due
from jiecheng.cases.doors import door_title
from jiecheng.cases.gate import GateWork, claim_gate, finish_gate, note_gate
from jiecheng.cases.history import check_chain
from jiecheng.cases.house import House, Tx
from jiecheng.cases.job import complete_job, fail_job, perform_job
from jiecheng.cases.open_case import CLOSED_DOORS, open_case, read_case
from jiecheng.cases.register_version import publish_register
from jiecheng.cases.reminder import send_digest, send_reminder
from jiecheng.cases.scanning import deliver_scan
from jiecheng.cases.timer import fire_timer
from jiecheng.cases.trouble import raise_incident, report
from jiecheng.cases.vault import Vault
from jiecheng.model.errors import JiechengError
from jiecheng.model.flow import DeclaredFlow
from jiecheng.model.ids import CaseId, IdentityId
from jiecheng.scanner import Scanner
from jiecheng.store.incident import Trouble
from jiecheng.store.outbox import OutboxRow

DAMAGED = "ledger"  # the kind of incident
A_DAY = 86_400.0  # seconds; two clocks that are moved side by side are never further apart
_log = logging.getLogger("jiecheng_flows")


@dataclass(frozen=True, slots=True)
class Verified:
    """How many cases, and one sentence for each whose chain has a fault."""

    cases: int
    faults: Sequence[str]


class Desk:
    """The flows' desk in the house."""

    listen_channel = store.WORK_CHANNEL

    def __init__(self, house: House) -> None:
        self.house = house

    def close(self) -> None:
        self.house.close()

    def next_due(self) -> datetime | None:
        """When there is something to do next; None when nothing is owed and no timer runs."""
        with self.house.transaction() as tx:
            moments = (
                store.subscription.next_due(tx.db),
                store.outbox.next_due(tx.db),
                store.reminder.next_due(tx.db),
                organisation.next_due(tx),
                substitution_due.next_due(tx),
            )
        return min((one for one in moments if one is not None), default=None)

    def due_timer_ids(self, limit: int = 100) -> list[int]:
        with self.house.transaction() as tx:
            return list(store.subscription.due(tx.db, limit))

    def fire_timer(self, subscription: int) -> None:
        """Fire one timer in a transaction of its own. A timer that fails is tried again later, then becomes an incident."""
        try:
            with self.house.transaction() as tx:
                fire_timer(tx, subscription)
        except Exception as error:
            with self.house.transaction() as tx:
                _postpone_timer(tx, subscription, error)
            if not isinstance(error, JiechengError):
                raise

    def claim_outbox(self, owner: str, limit: int = 20, lease_seconds: float = 60) -> list[int]:
        with self.house.transaction() as tx:
            return [one.id for one in store.outbox.claim(tx.db, owner, limit, timedelta(seconds=lease_seconds))]

    def claim_lanes(self, owner: str, limit: int, lease_seconds: float) -> list[list[int]]:
        """The same in lanes: each is delivered in its order, and none waits for another.

        What is owed for one case stays in one lane. Notices are quick and share the first one; a case with a job, which
        may take a second, has its own.
        """
        with self.house.transaction() as tx:
            claimed = store.outbox.claim(tx.db, owner, limit, timedelta(seconds=lease_seconds))
        slow = {one.case for one in claimed if one.kind != outbox.NOTICE}
        lanes: dict[CaseId | None, list[int]] = {}
        for one in claimed:
            lanes.setdefault(one.case if one.case in slow else None, []).append(one.id)
        return list(lanes.values())

    def deliver_all(self, owner: str) -> None:
        """All that is owed by now, one lane after the other, as several workers would: for a clock that is moved."""
        while lanes := self.claim_lanes(owner, 100, A_DAY):
            for lane in lanes:
                for entry, error in self.deliver_lane(lane, owner).items():
                    self.fail(entry, owner, error)

    def deliver_lane(self, entries: Sequence[int], owner: str) -> dict[int, str]:
        """Deliver these in their order. Which failed, and with what kind of error; none of them holds up the others."""
        if len(entries) > 1 and self._deliver_notices(entries, owner):
            return {}
        failed = {}
        for entry in entries:
            try:
                self.deliver(entry, owner)
            except Exception as error:
                _log.exception("deliver %s", entry)
                failed[entry] = type(error).__name__
        return failed

    def _deliver_notices(self, entries: Sequence[int], owner: str) -> bool:
        """All in one transaction, when all are notices. False: nothing has happened, try them one by one."""
        try:
            with self.house.transaction() as tx:
                rows = store.outbox.lock_notices(tx.db, entries, owner)
                if len(rows) < len(entries):
                    return False
                told = [
                    (row.key, IdentityId(who), row.case, str(row.payload["text"]))
                    for row in rows
                    for who in row.payload["identities"]
                ]
                store.notice.add_all(tx.db, told)
                dispatch.tell_outside(tx, [dispatch.Told(key, who, case) for key, who, case, _ in told])
                store.outbox.finish_all(tx.db, entries, owner)
        except Exception:
            _log.exception("deliver %s … %s together", entries[0], entries[-1])
            return False
        return True

    def due_reminder_ids(self, limit: int = 100) -> list[int]:
        with self.house.transaction() as tx:
            return list(store.reminder.due(tx.db, limit))

    def send_reminder(self, reminder: int) -> None:
        with self.house.transaction() as tx:
            send_reminder(tx, reminder)

    def send_digest(self) -> int:
        with self.house.transaction() as tx:
            return send_digest(tx)

    def next_dispatch(self) -> datetime | None:
        """When something is to leave the house next."""
        with self.house.transaction() as tx:
            return store.dispatch.next_due(tx.db)

    def send_dispatches(self, owner: str, limit: int) -> int:
        return dispatch.send_some(self.house, owner, limit)

    def deliver(self, entry: int, owner: str) -> None:
        """Effect and mark in one transaction: delivered twice is delivered once. The words of a failure stay with the entry."""
        with self.house.transaction() as tx:
            row = store.outbox.lock(tx.db, entry)
        if row is None or row.state != "leased":
            return
        try:
            DELIVERIES[row.kind](self.house, row, owner)
        except Exception as error:
            with self.house.transaction() as tx:
                store.outbox.note_error(tx.db, entry, _words(error))
            raise

    def fail(self, entry: int, owner: str, error: str) -> None:
        """Give an entry back for later; after the last attempt it is dead, and the process administrator has an incident."""
        with self.house.transaction() as tx:
            row = store.outbox.lock(tx.db, entry)
            if row is None or row.state == "done":
                return
            words = row.error or error
            again = outbox.retry_at(row.attempts, tx.now)
            store.outbox.postpone(tx.db, entry, owner, words, again)
            if again is not None:
                return
            message = f"{outbox.say_kind(row.kind)}连续 {row.attempts} 次没有成功，已停止：{words}"
            if row.kind == outbox.JOB:
                fail_job(tx, int(row.payload["job"]), words)
                message = _told_outside(tx, int(row.payload["job"]), message)
            trouble = Trouble("outbox", row.id, "", message)
            if row.kind == outbox.NOTICE:
                store.incident.add(tx.db, row.case, trouble)  # a notice of it would fail the same way
            else:
                report(tx, store.case.get(tx.db, row.case) if row.case is not None else None, trouble)

    def has_due_gate(self) -> bool:
        with self.house.transaction() as tx:
            return store.gate.is_due(tx.db)

    def claim_gate(self, owner: str) -> GateWork | None:
        return claim_gate(self.house, owner)

    def note_gate(self, run: int, owner: str, progress: Mapping[str, object]) -> bool:
        return note_gate(self.house, run, owner, progress)

    def finish_gate(self, run: int, owner: str, report: Mapping[str, object]) -> None:
        finish_gate(self.house, run, owner, report)

    def sign_in(self, worker: str, flows: Sequence[DeclaredFlow]) -> None:
        with self.house.transaction() as tx:
            store.worker.sign_in(tx.db, worker, flows)

    def beat(self, worker: str, trouble: str) -> bool:
        with self.house.transaction() as tx:
            return store.worker.beat(tx.db, worker, trouble)

    def run_begun(self, worker: str, flow: str) -> None:
        with self.house.transaction() as tx:
            store.worker.begin(tx.db, worker, flow)

    def run_ended(self, worker: str, flow: str, handled: int, error: str) -> None:
        with self.house.transaction() as tx:
            store.worker.end(tx.db, worker, flow, handled, error)

    def organisation_due(self) -> bool:
        with self.house.transaction() as tx:
            moments = (organisation.next_due(tx), substitution_due.next_due(tx))
            return any(due is not None and due <= tx.now for due in moments)

    def change_organisation(self) -> int:
        """Apply the changes whose day has come and hand the open work over; then who stands in for whom."""
        return organisation.apply_due(self.house) + substitution_due.apply_due(self.house)

    def verify_all(self) -> Verified:
        """The history of every case, whoever may read it. What does not fit is an incident, once, until it fits again."""
        with self.house.transaction() as tx:
            heads = list(store.history.heads(tx.db))
            known = store.incident.open_subjects(tx.db, DAMAGED)
        faults = []
        for case, number, *_ in heads:
            # A transaction per case, so that years of history are not read in one.
            with self.house.transaction() as tx:
                verdict = check_chain(tx, store.case.get(tx.db, case))
                if not verdict.ok:
                    faults.append(f"{number}：{verdict.faults[0].sentence}")
                    if case not in known:
                        report(tx, None, Trouble(DAMAGED, case, "", _damaged(faults[-1])))
                elif case in known:
                    store.incident.resolve_subject(tx.db, DAMAGED, case, "再次校验，历史完整。")
        return Verified(len(heads), faults)

    def clean_sessions(self) -> int:
        with self.house.transaction() as tx:
            return store.account.drop_expired(tx.db)


def open_desk(
    url: str, clock: store.Clock = store.utc_now, secret_key: str = "", scanner: Scanner | None = None
) -> Desk:
    house = House(url, clock, pool=4, vault=Vault(secret_key))
    house.scanner = scanner
    return Desk(house)


def _deliver_notice(house: House, row: OutboxRow, owner: str) -> None:
    readers: Sequence[str] = row.payload["identities"]
    with house.transaction() as tx:
        for identity in readers:
            store.notice.add(tx.db, key=row.key, identity=IdentityId(identity), case=row.case, text=row.payload["text"])
        dispatch.tell_outside(tx, [dispatch.Told(row.key, IdentityId(one), row.case) for one in readers])
        store.outbox.finish(tx.db, row.id, owner)


def _deliver_job(house: House, row: OutboxRow, owner: str) -> None:
    """Render without a lock, then file and advance in one transaction; a second worker that rendered too files nothing.

    A register is published in one transaction from its first look to its end: its rows must stand still.
    """
    job = int(row.payload["job"])
    with house.transaction() as tx:
        publishes = store.job.get(tx.db, job).topic == "publish_register"
        if publishes:
            publish_register(tx, job)
            store.outbox.finish(tx.db, row.id, owner)
    if publishes:
        return
    paper = perform_job(house, job)
    with house.transaction() as tx:
        if paper is not None:
            complete_job(tx, job, paper)
        store.outbox.finish(tx.db, row.id, owner)


def _damaged(fault: str) -> str:
    return f"历史校验不通过：{fault} 先不要改动数据库，请保存现在的备份，告诉安全保密管理员和业务审计员。"


DELIVERIES: dict[str, Callable[[House, OutboxRow, str], None]] = {
    outbox.NOTICE: _deliver_notice,
    outbox.JOB: _deliver_job,
    outbox.SCAN: deliver_scan,
}


def _postpone_timer(tx: Tx, subscription: int, error: Exception) -> None:
    row = store.subscription.get(tx.db, subscription)
    if row is None:
        return
    opened = open_case(tx, row.case)
    row = store.subscription.get(tx.db, subscription)
    if row is None or row.state != "waiting":
        return
    words = _words(error)
    again = outbox.retry_at(row.attempts + 1, tx.now)
    store.subscription.mark_failed(tx.db, subscription, words, again)
    if again is None:
        failed = f"定时事项连续 {row.attempts + 1} 次没有触发成功，已停止"
        outside = f"「{door_title(opened, row.element, row.instance_label)}」里的{failed}（{CLOSED_DOORS}）。"
        trouble = Trouble("timer", row.id, row.element, f"{failed}：{words}")
        raise_incident(opened, trouble, row.compartment, outside)
        opened.close()


def _told_outside(tx: Tx, job: int, message: str) -> str:
    """What the administrator reads of a job that failed: behind closed doors, where but not what it stumbled over."""
    row = store.job.get(tx.db, job)
    if not row.compartment:
        return message
    opened = read_case(tx, row.case)
    title = door_title(opened, row.element, row.instance_label)
    return f"「{title}」里的自动步骤多次没有成功，已停止（{CLOSED_DOORS}）。原因由该单位的人在办件页的办理过程里看。"


def _words(error: Exception) -> str:
    return error.message if isinstance(error, JiechengError) else f"{type(error).__name__}: {error}"
