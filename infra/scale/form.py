"""The processes of the scale form, by the same commands that compose and systemd use: `jiecheng deploy web worker scheduler`."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
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


@dataclass
class Form:
    """The running form. The one that uses it calls `look` now and then, which brings the dead back to life."""

    database: Server
    port: int  # of the proxy
    clock: Path
    supervisor: Supervisor
    children: dict[str, Child]
    environment: dict[str, str]
    killed: int = 0

    def look(self) -> None:
        for one in self.supervisor.watched:
            self.supervisor.look_after(one)

    def wait(self, condition: Callable[[], bool], what: str, patience: float = PATIENCE) -> float:
        """Seconds until the condition held; the form is looked after meanwhile."""
        began = time.monotonic()
        while not condition():
            if time.monotonic() - began > patience:
                raise RuntimeError(f"expected within {patience:.0f} s: {what}")
            self.look()
            time.sleep(0.1)
        return time.monotonic() - began

    def kill(self, name: str) -> None:
        """-9, as a power cut would end it; `look` starts it again."""
        process = self.children[name].process
        if process is not None:
            process.kill()
            self.killed += 1

    def move_clock(self, seconds: float) -> None:
        draft = self.clock.with_suffix(".new")
        draft.write_text(f"{seconds:.0f}\n")
        draft.replace(self.clock)
        with self.sql() as connection:
            connection.execute("NOTIFY jiecheng_work")  # the workers rest up to half a minute by the real clock

    def sql(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.database.product, autocommit=True)

    def run(self, *words: str, told: str = "") -> str:
        """A command of the product against this form, to its end."""
        done = subprocess.run(
            jiecheng(*words), cwd=ROOT, env={**os.environ, **self.environment}, input=told, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"jiecheng {' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout


def jiecheng(*words: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "jiecheng.cli", *words)


@contextmanager
def running(data: Path, replicas: int = 2, workers: int = 2) -> Iterator[Form]:
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
        form = Form(database, own, clock, supervisor, {}, environment)
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
