"""Keeps the children alive: starts them, notices a death, starts again after a growing pause, ends them all in order.

Knows programs, not what they do. Log of each in logs/<key>.log; the terminal gets one line a change of state.
"""

from __future__ import annotations

import shutil
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path

from jiecheng.cli import child as children
from jiecheng.cli.child import Child, Program
from jiecheng.cli.terminal import say

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
HEALTHY_AFTER = 60.0  # seconds alive until an earlier failure is forgotten
LOOK_EVERY = 0.2
PATIENCE = 5.0
LITTLE_ROOM = 50 * 1024 * 1024


@dataclass(slots=True)
class Supervisor:
    logs: Path
    cwd: Path
    watched: list[Child] = field(default_factory=list)
    started: list[Child] = field(default_factory=list)  # those of them that are ours to end

    def adopt(self, child: Child) -> None:
        """Watch a child that somebody else has started and will end."""
        self.watched.append(child)

    def start(self, program: Program) -> Child:
        child = children.start(program, self.logs, self.cwd)
        self.watched.append(child)
        self.started.append(child)
        return child

    def watch(self) -> None:
        """Until somebody interrupts us."""
        while True:
            time.sleep(LOOK_EVERY)
            for child in self.watched:
                self.look_after(child)

    def look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child.alive:
            if child.failures and now - child.started > HEALTHY_AFTER:
                child.failures = 0
        elif child.process is not None:
            self.note_death(child, child.process.returncode, now)
        elif now >= child.retry_at:
            child.process, child.started = children.launch(child.program, self.logs, self.cwd), now
            say(f"  · {child.program.name}已重新启动")

    def note_death(self, child: Child, code: int, now: float) -> None:
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2**child.failures)
        child.process, child.failures, child.retry_at = None, child.failures + 1, now + pause
        log = self.logs / f"{child.program.key}.log"
        say(f"  ! {child.program.name}意外结束（{how(code)}），{pause:g} 秒后重新启动；日志 {log}")
        if shutil.disk_usage(self.logs).free < LITTLE_ROOM:
            say(f"  ! 磁盘快满了：请在 {self.logs.parent} 所在的盘腾出空间，腾出后会自行恢复。")

    def end_all(self) -> None:
        children.end(self.started, PATIENCE)


def how(code: int) -> str:
    if code >= 0:
        return f"退出码 {code}"
    try:
        return f"信号 {signal.Signals(-code).name}"
    except ValueError:
        return f"信号 {-code}"
