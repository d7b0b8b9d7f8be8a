"""One run of one expression: its variables, its budget, and the reasons of its nulls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jiecheng.feel import slips
from jiecheng.feel.convert import PLAIN, from_json
from jiecheng.feel.errors import FeelError
from jiecheng.feel.limits import MAX_CALLS, MAX_STEPS
from jiecheng.feel.values import FeelValue, weigh

MISSING = object()
MAX_REASONS = 20


class Run:
    """Counts what an evaluation costs. One per evaluation, shared by its frames."""

    __slots__ = ("calls", "lifted", "reasons", "steps", "variables")

    def __init__(self, variables: Mapping[str, Any]) -> None:
        self.variables = variables
        self.lifted: dict[object, FeelValue] = {}
        self.reasons: list[str] = []
        self.steps = MAX_STEPS
        self.calls = 0

    def null(self, reason: str) -> None:
        if len(self.reasons) < MAX_REASONS and reason not in self.reasons:
            self.reasons.append(reason)

    def spend(self, steps: int = 1) -> None:
        self.steps -= steps
        if self.steps < 0:
            raise FeelError(slips.TOO_DEAR)

    def weigh(self, value: FeelValue) -> None:
        """Pays for walking through the whole value."""
        if isinstance(value, (list, dict)):
            self.spend(weigh(value, self.steps))

    def handle(self, value: FeelValue) -> None:
        """Pays for a value that was copied: its length, not what lies inside."""
        if isinstance(value, str):
            self.spend(len(value) >> 6)
        elif isinstance(value, (list, dict)):
            self.spend(len(value) >> 3)

    def enter(self) -> None:
        self.calls += 1
        self.spend()
        if self.calls > MAX_CALLS:
            raise FeelError(slips.TOO_MANY_CALLS)

    def lift(self, name: object, raw: object) -> FeelValue:
        """The caller's value as FEEL sees it; lists and contexts are converted once per run."""
        if name not in self.lifted:
            self.lifted[name] = from_json(raw)
        return self.lifted[name]


class Frame:
    """Names bound inside the expression. The outermost frame has no parent and reads the run's variables."""

    __slots__ = ("names", "parent", "run")

    def __init__(self, run: Run, names: Mapping[str, FeelValue], parent: Frame | None) -> None:
        self.run = run
        self.names = names
        self.parent = parent

    def lookup(self, name: str) -> FeelValue:
        frame: Frame | None = self
        while frame is not None:
            value = frame.names.get(name, MISSING)
            if value is not MISSING:
                return value
            frame = frame.parent
        raw = self.run.variables.get(name, MISSING)
        if raw is MISSING:
            return MISSING
        return raw if type(raw) in PLAIN else self.run.lift(name, raw)


Node = Callable[[Frame], FeelValue]
