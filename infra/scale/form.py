"""The scale form as the walk uses it, and the one of plain processes, by the commands that systemd uses too:
`jiecheng deploy web worker scheduler`. That of containers is in `containers`.
"""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from jiecheng.cli import folder, programs
from jiecheng.cli.child import Child, Program
from jiecheng.cli.serve import answers
from jiecheng.cli.supervisor import Supervisor
from scale import server
from scale.server import Server

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90.0
REQUEST_PATIENCE = 30.0


@dataclass
class Form(ABC):
    """The running form. The one that uses it calls `look` now and then."""

    database: Server
    clock: Path
    killed: int = field(default=0, init=False)

    @abstractmethod
    def look(self) -> None:
        """Bring the dead back to life, where nobody else does."""

    @abstractmethod
    def kill(self, name: str) -> None:
        """-9, as a power cut would end it; it is started again."""

    @abstractmethod
    def run(self, *words: str, told: str = "") -> str:
        """A command of the product against this form, to its end."""

    @abstractmethod
    def connect(self) -> http.client.HTTPConnection:
        """To the proxy."""

    @abstractmethod
    def last_words(self) -> list[str]:
        """The ends of the logs."""

    def wait(self, condition: Callable[[], bool], what: str, patience: float = PATIENCE) -> float:
        """Seconds until the condition held; the form is looked after meanwhile."""
        began = time.monotonic()
        while not condition():
            if time.monotonic() - began > patience:
                raise RuntimeError(f"expected within {patience:.0f} s: {what}")
            self.look()
            time.sleep(0.1)
        return time.monotonic() - began

    def move_clock(self, seconds: float) -> None:
        draft = self.clock.with_suffix(".new")
        draft.write_text(f"{seconds:.0f}\n")
        draft.replace(self.clock)
        with self.sql() as connection:
            connection.execute("NOTIFY jiecheng_work")  # the workers rest up to half a minute by the real clock

    def sql(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.database.product, autocommit=True)


@dataclass
class Processes(Form):
    """Plain processes; a supervisor as `jiecheng serve` has one is their systemd."""

    port: int  # of the proxy
    supervisor: Supervisor
    logs: Path
    environment: dict[str, str]
    children: dict[str, Child] = field(default_factory=dict)

    def look(self) -> None:
        for one in self.supervisor.watched:
            self.supervisor.look_after(one)

    def kill(self, name: str) -> None:
        process = self.children[name].process
        if process is not None:
            process.kill()
            self.killed += 1

    def run(self, *words: str, told: str = "") -> str:
        return finished(jiecheng(*words), self.environment, told)

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=REQUEST_PATIENCE)

    def last_words(self) -> list[str]:
        logs = sorted(self.logs.glob("*.log"))
        return [f"{path.name}: {path.read_text(errors='replace')[-1500:]}" for path in logs]


def finished(command: Sequence[str], environment: Mapping[str, str], told: str = "") -> str:
    """What a command printed; its failure is an error that quotes it."""
    whole = {**os.environ, **environment}
    done = subprocess.run(command, cwd=ROOT, env=whole, input=told, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stdout}{done.stderr}")
    return done.stdout


def jiecheng(*words: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "jiecheng.cli", *words)


@contextmanager
def running(data: Path, replicas: int = 2, workers: int = 2) -> Iterator[Processes]:
    """Database server, Prefect on it, the pages behind a proxy, workers. Ends all of them."""
    with ExitStack() as house:
        database = house.enter_context(server.running(data))
        ports = [programs.free_port() for _ in range(replicas)]
        own, prefect = programs.free_port(), programs.free_port()
        clock = data / "clock"
        environment = {
            "JIECHENG_DATABASE_URL": database.product,
            "JIECHENG_ROOT": str(ROOT),
            "JIECHENG_DEMO": "0",
            "JIECHENG_PREFECT_URL": f"http://127.0.0.1:{prefect}/api",
            "JIECHENG_PREFECT_PASSWORD": folder.secret(data, "prefect-password"),
            "JIECHENG_PREFECT_DATABASE_URL": database.prefect,
            "JIECHENG_CLOCK_OFFSET_FILE": str(clock),
        }
        supervisor = Supervisor(data / "logs", ROOT)
        house.callback(supervisor.end_all)
        form = Processes(database, clock, own, supervisor, data / "logs", environment)
        form.run("deploy")

        def start(name: str, *command: str) -> None:
            # A data folder each: on several machines they would not share one either.
            own_data = {**environment, "JIECHENG_DATA": str(data / name)}
            form.children[name] = supervisor.start(Program(name, name, command, own_data))

        start("scheduler", *jiecheng("scheduler", "--port", str(prefect)))
        for number, port in enumerate(ports, 1):
            start(f"web{number}", *jiecheng("web", "--port", str(port)))
        proxy = str(Path(__file__).with_name("proxy.py"))
        start("proxy", sys.executable, proxy, str(own), *map(str, ports))
        for number in range(1, workers + 1):
            start(f"worker{number}", *jiecheng("worker"))
        for port in (*ports, own, prefect):
            form.wait(lambda port=port: answers("127.0.0.1", port), f"an answer on port {port}")
        yield form
