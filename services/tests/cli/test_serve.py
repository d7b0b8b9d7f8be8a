"""`jiecheng serve` as a whole: it comes up, survives blows, and leaves nothing behind. Slow (some seconds a test)."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
import pytest

from jiecheng.cli import postgres

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 120.0  # a busy machine; on a quiet one nothing here takes ten seconds


@dataclass(slots=True)
class Installation:
    data: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    more: tuple[str, ...] = ("--no-demo",)

    def serve(self) -> None:
        """Start and wait until it says it is ready."""
        command = [sys.executable, "-m", "jiecheng.cli", "serve", *self.more, "--port", str(self.port)]
        environment = {
            **os.environ,
            "JIECHENG_ROOT": str(self.root),
            "JIECHENG_DATA": str(self.data),
            "JIECHENG_DATABASE_URL": "",
        }
        with self.said.open("wb") as output:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )
        until(lambda: "已就绪" in self.words() or self.process.poll() is not None)
        assert "已就绪" in self.words(), self.words()

    @property
    def root(self) -> Path:
        """A house without processes: these tests are about the house."""
        root = self.data / "root"
        (root / "bpmn").mkdir(parents=True, exist_ok=True)
        (root / "bpmn" / "clauses.yaml").touch()
        return root

    @property
    def said(self) -> Path:
        return self.data.with_name(f"{self.data.name}.out")

    def words(self) -> str:
        return self.said.read_text()

    def seconds_of(self, step: str) -> float:
        line = next(line for line in self.words().splitlines() if line.startswith(f"  ✓ {step} "))
        return float(line.split()[-2])

    def answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def family(self) -> list[psutil.Process]:
        """The supervisor's descendants: database with its sessions, pages, Prefect, worker."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def child(self, word: str) -> psutil.Process:
        return next(one for one in self.family() if any(word in part for part in one.cmdline()))

    def sql(self, statement: str) -> list[tuple[object, ...]]:
        with psycopg.connect(postgres.running_url(self.data)) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []


def until(condition: Callable[[], bool], patience: float = PATIENCE) -> None:
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def gone(processes: list[psutil.Process], patience: float) -> bool:
    return not psutil.wait_procs(processes, timeout=patience)[1]


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    found = Installation(Path(tempfile.mkdtemp(prefix="jc-")), free_port())
    try:
        yield found
    finally:
        if found.process and found.process.poll() is None:
            found.process.terminate()
            found.process.wait(20)
        shutil.rmtree(found.data, ignore_errors=True)
        found.said.unlink(missing_ok=True)


@pytest.fixture
def running(installation: Installation) -> Installation:
    if installation.process is None or installation.process.poll() is not None:
        installation.serve()
    return installation


def test_a_dead_child_is_started_again(running: Installation) -> None:
    web = running.child("uvicorn")
    web.kill()
    until(lambda: "页面服务意外结束" in running.words())
    until(running.answers)
    assert running.child("uvicorn").pid != web.pid


def test_prefect_listens_on_this_machine_only_and_asks_for_a_password(running: Installation) -> None:
    until(lambda: any(c.status == "LISTEN" for c in running.child("prefect").net_connections("tcp")))
    addresses = {c.laddr for c in running.child("prefect").net_connections("tcp") if c.status == "LISTEN"}
    assert {address.ip for address in addresses} == {"127.0.0.1"}
    connection = http.client.HTTPConnection("127.0.0.1", addresses.pop().port, timeout=10)
    connection.request("GET", "/api/admin/version")
    assert connection.getresponse().status == 401


def test_what_is_owed_while_prefect_is_away_goes_out_when_it_is_back(running: Installation) -> None:
    running.child("prefect").kill()
    running.sql(
        "INSERT INTO outbox (key, kind, case_id, payload, state, due_at, created_at)"
        """ VALUES ('k', 'notice', 1, '{"identities": ["i1"], "text": "请办理"}', 'due', now(), now());"""
        " NOTIFY jiecheng_work"
    )
    assert running.sql("SELECT state FROM outbox") == [("due",)]
    until(lambda: running.sql("SELECT state FROM outbox") == [("done",)])
    assert running.sql("SELECT identity, text FROM notices") == [("i1", "请办理")]


def test_the_database_is_reached_by_a_private_socket_only(running: Installation) -> None:
    server = running.child("pginstall")
    assert not [c for c in server.net_connections("tcp") if c.status == "LISTEN"]
    assert postgres.socket_folder(running.data).stat().st_mode & 0o077 == 0
    assert running.sql("SHOW fsync") == [("on",)]


def test_after_kill_nothing_survives_and_a_new_start_loses_nothing(running: Installation) -> None:
    running.sql("CREATE TABLE promise (words text)")
    running.sql("INSERT INTO promise VALUES ('kept')")
    family = running.family()
    assert len(family) >= 4
    running.process.kill()
    running.process.wait()
    running.serve()
    assert gone(family, 5)
    assert running.sql("SELECT words FROM promise") == [("kept",)]
    # The whole start is 3 s on a quiet machine. This part would take longest if the old server did not leave by itself.
    assert running.seconds_of("数据库") < postgres.LEAVE_PATIENCE


def test_a_second_start_on_the_same_folder_is_refused(running: Installation) -> None:
    command = [sys.executable, "-m", "jiecheng.cli", "serve", "--port", "18721", "--data", str(running.data)]
    second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert second.returncode != 0
    assert f"进程 {running.process.pid}" in second.stderr
    assert running.answers()


@pytest.mark.parametrize("farewell", [signal.SIGTERM, signal.SIGINT])
def test_a_farewell_ends_everything_within_ten_seconds(running: Installation, farewell: signal.Signals) -> None:
    family = running.family()
    began = time.monotonic()
    running.process.send_signal(farewell)
    assert running.process.wait(15) == 0
    assert time.monotonic() - began < 10
    assert gone(family, 1)
    assert not running.answers()
