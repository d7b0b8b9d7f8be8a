"""The whole worker is killed with -9 in the middle of a document and of a publication: nothing is lost, nothing twice.

One real installation (`jiecheng serve`, PostgreSQL, Prefect, the worker). About a minute: the dead worker's leases have to
run out.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from jiecheng import cases, store
from jiecheng.cli import postgres

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))

import power_register
from test_serve import ROOT, Installation, free_port, until

pytestmark = pytest.mark.long

LEASES = 180.0  # 30 s of lease, the pauses of the supervisor, and a busy machine


class DemoInstallation(Installation):
    """The demo district without processes and without cases."""

    @property
    def root(self) -> Path:
        root = self.data / "root"
        if not root.exists():
            (root / "bpmn").mkdir(parents=True)
            for name in ("clauses.yaml", "registers.yaml"):
                shutil.copy(ROOT / "bpmn" / name, root / "bpmn" / name)
            shutil.copytree(ROOT / "infra" / "demo", root / "infra" / "demo")
        return root


@pytest.fixture
def running() -> Iterator[DemoInstallation]:
    found = DemoInstallation(Path(tempfile.mkdtemp(prefix="jc-")), free_port(), more=())
    try:
        os.environ["JIECHENG_DEMO_CASES"] = "0"
        found.serve()
        yield found
    finally:
        del os.environ["JIECHENG_DEMO_CASES"]
        if found.process and found.process.poll() is None:
            found.process.terminate()
            found.process.wait(20)
        shutil.rmtree(found.data, ignore_errors=True)
        found.said.unlink(missing_ok=True)


@pytest.fixture
def house(running: DemoInstallation) -> Iterator[cases.House]:
    opened = cases.House(postgres.running_url(running.data), pool=2)
    yield opened
    opened.close()


def test_a_worker_killed_in_the_middle_of_a_document_and_a_publication(running, house) -> None:
    power_register.deploy(house)
    until(lambda: running.child("jiecheng_flows.worker").num_threads() > 1)
    worker = running.child("jiecheng_flows.worker")
    worker.suspend()  # until both jobs are due, so that it takes them in one go
    publishing = power_register.start(house, power="占道经营处罚").case
    power_register.run_once(house)  # its decision is on file: what is due next is the publication
    issuing = power_register.start(house, power="违章搭建处罚", street="donglu").case
    with psycopg.connect(postgres.running_url(running.data)) as barrier:
        # Whoever wants to file a paper or a version waits here, his work done and not committed.
        barrier.execute("LOCK TABLE documents, register_versions IN SHARE MODE")
        worker.resume()
        until(lambda: waiting_for_lock(running) == {"documents", "register_versions"})
        worker.send_signal(signal.SIGKILL)
        worker.wait(10)
        barrier.rollback()
    assert (versions(house), papers(house, issuing)) == ([], []), "what the dead one had not committed is not there"
    until(lambda: ended(house, publishing) and ended(house, issuing), LEASES)
    assert running.child("jiecheng_flows.worker").pid != worker.pid
    assert [one.version for one in versions(house)] == [1, 2, 3, 4, 5, 6]
    assert sorted(one.case for one in versions(house)) == [publishing] * 3 + [issuing] * 3
    assert [len(papers(house, one)) for one in (publishing, issuing)] == [1, 1]
    # The reader of the record finds each deed once, and the machinery has nothing left to do or to complain of.
    for case in (publishing, issuing):
        with house.transaction() as tx:
            events = [one.type for one in cases.history.events_of(tx, case)]
            assert (events.count("register_published"), events.count("document_issued")) == (3, 1)
            assert cases.history.check_chain(tx, store.case.get(tx.db, case)).ok
    until(lambda: set(running.sql("SELECT DISTINCT state FROM outbox")) == {("done",)})
    assert running.sql("SELECT count(*) FROM incidents") == [(0,)]


def waiting_for_lock(running: Installation) -> set[object]:
    rows = running.sql("SELECT relation::regclass::text FROM pg_locks WHERE NOT granted AND relation IS NOT NULL")
    return {name for (name,) in rows}


def versions(house: cases.House) -> list[store.register_version.VersionRow]:
    with house.transaction() as tx:
        return list(reversed(store.register_version.of_register(tx.db, "power_list", 100)))


def papers(house: cases.House, case: int) -> list[str]:
    with house.transaction() as tx:
        found = store.case.get(tx.db, case)
        return [row.number for row in store.job.documents_of(tx.db, found.id)]


def ended(house: cases.House, case: int) -> bool:
    time.sleep(0.5)
    with house.transaction() as tx:
        return store.case.get(tx.db, case).state == "ended"
