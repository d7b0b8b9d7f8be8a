"""The walk: loans from application to return on a moved clock, with kills on the way; then what must hold, asked of the database."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from jiecheng import store
from jiecheng.calendar import SHANGHAI
from jiecheng.cases.accounts import hash_password
from jiecheng.model.ids import PersonId
from scale import containers, form
from scale.district import FILES, District
from scale.form import Form
from scale.officials import PASSWORD, Crowd, Officials, percentile

THREADS = 12
DAYS_BEFORE, DAYS_LENT = 10, 40
# Seconds a killed worker's leases and connections may take, on top of the work itself.
LEASE_PATIENCE = 120.0

FACTS = {
    "loans": "SELECT count(*) FROM cases",
    "cases ended": "SELECT count(*) FROM cases WHERE state = 'ended' AND outcome = '借调办结'",
    "register 已归还": "SELECT count(*) FROM register_entries WHERE register = 'staff_loan' AND status = '已归还'",
    "letters": "SELECT count(*) FROM documents",
    "cases with exactly one letter": "SELECT count(*) FROM (SELECT FROM documents GROUP BY case_id HAVING count(*) = 1) one",
    "different case numbers": "SELECT count(DISTINCT number) FROM cases",
    "different letter numbers": "SELECT count(DISTINCT number) FROM documents",
    "different letter contents": "SELECT count(DISTINCT sha256) FROM documents",
}
NOTHING = {
    "outbox entries not delivered": "SELECT count(*) FROM outbox WHERE state <> 'done'",
    "outbox entries dead": "SELECT count(*) FROM outbox WHERE state = 'dead'",
    "open incidents": "SELECT count(*) FROM incidents WHERE resolved_at IS NULL",
    "notices sent twice": "SELECT count(*) - count(DISTINCT (identity, case_id, text)) FROM notices",
}


class Walk:
    def __init__(self, house: Form, loans: int) -> None:
        self.form = house
        self.district = District(loans)
        self.today = datetime.now(SHANGHAI).date()
        start = self.today + timedelta(days=DAYS_BEFORE)
        self.officials = Officials(house.connect, self.today, start, start + timedelta(days=DAYS_LENT))
        self.cases: dict[int, int] = {}
        self.phases: dict[str, float] = {}

    def go(self, tables: Path) -> None:
        loans = self.district.loans
        self.phase("district and accounts", lambda: self.furnish(tables))
        self.crowd("applications to filing", self.apply, {0.3: ("worker1", "web1"), 0.7: ("worker2", "web2")})
        self.await_count("letters issued", "SELECT count(*) FROM documents", len(loans))
        in_force = "SELECT count(*) FROM register_entries WHERE status = '借调中'"
        self.move_to(self.officials.start, 9)
        self.form.kill("worker1")  # in the middle of the timers
        self.await_count("start dates reached", in_force, len(loans))
        self.move_to(self.officials.end, 18)
        self.form.kill("scheduler")  # the backlog waits for Prefect to be back
        items = "SELECT count(*) FROM tasks WHERE element = 'street_confirms_return' AND state = 'open'"
        self.await_count("end dates reached", items, len(loans))
        self.crowd("returns confirmed", self.give_back, {0.5: ("worker2", "web1")})
        self.await_count("outbox delivered", "SELECT count(*) FROM outbox WHERE state <> 'done'", 0)

    def furnish(self, tables: Path) -> None:
        self.district.write(tables)
        self.form.run("import-directory", str(tables))
        self.form.run("set-password", FILES, told=f"{PASSWORD}\n")
        secret = hash_password(PASSWORD)
        books = store.Database(self.form.database.product, pool=1)
        with books.transaction() as tx:
            for account in self.district.accounts:
                if account != FILES:
                    store.account.put_account(tx, account, PersonId(f"p-{account}"), secret)
        books.dispose()

    def apply(self, number: int) -> None:
        loan = self.district.loans[number]
        self.cases[number] = self.officials.ask_for(loan)
        self.officials.approve(loan, self.cases[number])

    def give_back(self, number: int) -> None:
        self.officials.confirm_return(self.district.loans[number], self.cases[number])

    def crowd(self, name: str, deed: Callable[[int], None], kills: dict[float, tuple[str, ...]]) -> None:
        """Everybody works at once; when that share of the loans is done, those processes die."""
        loans = len(self.district.loans)
        pending = sorted(kills.items())

        def work() -> None:
            crowd = Crowd(deed, loans, THREADS)
            while not crowd.over:
                if pending and crowd.done >= pending[0][0] * loans:
                    for victim in pending.pop(0)[1]:
                        self.form.kill(victim)
                self.form.look()
                time.sleep(0.05)
            if crowd.errors:
                raise RuntimeError(f"{len(crowd.errors)} of {loans} went wrong: {crowd.errors[:3]}")

        self.phase(name, work)

    def await_count(self, name: str, statement: str, wanted: int) -> None:
        patience = LEASE_PATIENCE + len(self.district.loans)
        self.phase(name, lambda: self.form.wait(lambda: self.count(statement) == wanted, name, patience))

    def move_to(self, day: date, hour: int) -> None:
        moment = datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)
        self.form.move_clock((moment - datetime.now(UTC)).total_seconds())

    def phase(self, name: str, act: Callable[[], object]) -> None:
        began = time.monotonic()
        act()
        self.phases[name] = time.monotonic() - began

    def count(self, statement: str) -> int:
        with self.form.sql() as connection:
            row = connection.execute(statement.encode()).fetchone()
        assert row is not None
        return int(str(row[0]))

    def faults(self) -> list[str]:
        """What does not hold, in sentences; empty when all does."""
        loans = len(self.district.loans)
        found = [
            f"{name}: {self.count(words)} of {loans}" for name, words in FACTS.items() if self.count(words) != loans
        ]
        found += [f"{name}: {self.count(words)}" for name, words in NOTHING.items() if self.count(words)]
        verdict = self.form.run("verify", "--all")
        return found if f"核验通过：{loans} 件" in verdict else [*found, verdict]

    def figures(self) -> dict[str, object]:
        return {
            "database server": self.form.database.version,
            "Prefect's tables": "on the database server" if self.form.database.prefect else "in a file",
            "loans": len(self.district.loans),
            "seconds": {name: round(seconds, 1) for name, seconds in self.phases.items()},
            "requests": self.officials.requests,
            "requests sent again": self.officials.repeated,
            "request ms p50": round(percentile(self.officials.seconds, 50) * 1000, 1),
            "request ms p95": round(percentile(self.officials.seconds, 95) * 1000, 1),
            "processes killed": self.form.killed,
            "outbox entries": self.count("SELECT count(*) FROM outbox"),
            "outbox entries tried more than once": self.count("SELECT count(*) FROM outbox WHERE attempts > 1"),
            "history entries": self.count("SELECT count(*) FROM history_events"),
        }


FORMS = {"processes": form.running, "compose": containers.running}


def walk(loans: int, kind: str) -> tuple[list[str], dict[str, object]]:
    # A short path of its own: sockets, and as root the database server runs as nobody.
    data = Path(tempfile.mkdtemp(prefix="jcs-"))
    try:
        with FORMS[kind](data) as house:
            one = Walk(house, loans)
            try:
                one.go(data / "tables")
                faults = one.faults()
            except RuntimeError as problem:
                faults = [str(problem), *house.last_words()]
            return faults, {"form": kind, **one.figures()}
    finally:
        shutil.rmtree(data, ignore_errors=True)
