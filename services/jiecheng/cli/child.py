"""A child process on a leash: own log, own process group, and it never outlives the process that started it.

Knows nothing of what its children do; who watches them is `supervisor`.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

PR_SET_PDEATHSIG = 1
LOG_LIMIT = 20_000_000


@dataclass(frozen=True, slots=True)
class Account:
    """The system account a child runs as when we are root and it must not be."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Program:
    key: str  # log file: logs/<key>.log
    name: str  # as a person reads it
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)  # on top of ours
    account: Account | None = None
    farewell: signal.Signals = signal.SIGTERM  # asks it to end
    orphaned: signal.Signals = signal.SIGKILL  # what it gets when we die without a word


@dataclass(slots=True)
class Child:
    """A program and the process that runs it now, if one does."""

    program: Program
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    retry_at: float = 0.0

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None


def start(program: Program, logs: Path, cwd: Path) -> Child:
    return Child(program, launch(program, logs, cwd), started=time.monotonic())


def launch(program: Program, logs: Path, cwd: Path) -> subprocess.Popen[bytes]:
    """Start it. Must be called in the main thread: the kernel ends the child with the thread that started it."""
    with log_file(program, logs).open("ab") as log:
        account = program.account
        return subprocess.Popen(  # noqa: S603 - our own words and paths, no shell
            program.command,
            cwd=cwd,
            env={**os.environ, **program.environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            # Own group: Ctrl-C reaches us alone, and we end the children in order.
            process_group=0,
            # Runs after the change of user, which would clear the leash.
            preexec_fn=leash(program.orphaned),  # noqa: PLW1509
        )


def leash(parting: signal.Signals) -> Callable[[], None] | None:
    """In the child, before it becomes the program: ask the kernel for a signal at our death (Linux)."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def tie() -> None:
        prctl(PR_SET_PDEATHSIG, int(parting), 0, 0, 0)
        if os.getppid() != parent:  # we died before the leash was on
            os._exit(1)

    return tie


def log_file(program: Program, logs: Path) -> Path:
    path = logs / f"{program.key}.log"
    if path.exists() and path.stat().st_size > LOG_LIMIT:
        path.replace(path.with_suffix(".log.1"))
    return path


def log_tail(program: Program, logs: Path, lines: int = 12) -> str:
    path = logs / f"{program.key}.log"
    if not path.exists():
        return ""
    return "\n".join(path.read_text(errors="replace")[-8000:].splitlines()[-lines:])


def end(children: Sequence[Child], patience: float) -> None:
    """Ask all, wait for all, then insist; their own children go with them. The slowest decides, not the sum."""
    running = [(child, child.process) for child in children if child.process is not None]
    offspring = [left for _, process in running for left in descendants(process)]
    for child, process in running:
        if process.poll() is None:
            process.send_signal(child.program.farewell)
    deadline = time.monotonic() + patience
    for _, process in running:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    for left in offspring:
        with contextlib.suppress(psutil.Error):
            left.kill()


def descendants(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    try:
        return psutil.Process(process.pid).children(recursive=True)
    except psutil.Error:
        return []
