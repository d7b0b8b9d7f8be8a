# mypy: allow-untyped-calls
"""Migration: the live tokens of a running case, put into a newer version of its process. Nothing is run again.

Invariants: 1 a token keeps its id and its place, or the migration is refused with a finding for each token that has none.
2 A wait that means the same in both versions stays open; one that does not is closed and opened anew under its token.
3 Whoever waited in parallel before waits in parallel afterwards, and every join can still be filled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import cast

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent

from jiecheng.engine import snapshot as snapshots
from jiecheng.engine.balance import starving
from jiecheng.engine.beside import ARRIVED, beside
from jiecheng.engine.commands import advance, opened
from jiecheng.engine.environment import CaseScriptEngine
from jiecheng.engine.executable import INSTANCE, SPLIT, Executable
from jiecheng.engine.moves import branch_of, dead_joins, places
from jiecheng.engine.rewrites import BRANCH, CHOICE
from jiecheng.engine.scopes import Case
from jiecheng.engine.snapshot import Row, ScopeRow, Snapshot
from jiecheng.engine.specs.gateways import MergeSpec
from jiecheng.engine.specs.node import NodeSpec, ScopeSpec, called
from jiecheng.engine.times import ISO
from jiecheng.engine.tree import LIVE
from jiecheng.engine.waits import waits
from jiecheng.model.errors import Finding, Invalid
from jiecheng.model.ids import ElementId, Token
from jiecheng.model.step import Closed, Closing, Decide, Step, Wait
from jiecheng.model.values import Variables

CAUSE = "migration"  # what a wait that a migration closed names as its cause
JOIN = ".BoundaryEventJoin"
SUFFIXES = (SPLIT, JOIN, INSTANCE, BRANCH, CHOICE)
Mapped = Mapping[ElementId, ElementId]


def migrate(  # the signature of the house: from what, to what, with which data
    old: Executable,
    new: Executable,
    snapshot: Snapshot,
    mapping: Mapped,
    variables: Variables,
    decide: Decide,
) -> Step:
    """Re-homes every token of a case of `old` in `new`; `mapping` names the elements whose ids changed.

    Raises `Invalid` with one finding per thing that stands in the way; its place is the old element.
    """
    before_case, _ = opened(old, snapshot, variables, decide)
    before = {wait.token: wait for wait in waits(before_case)}
    moving = _Moving(old, new, mapping)
    moving.check_mapping()
    scopes = moving.scopes(cast("list[ScopeRow]", snapshot["scopes"]))
    moving.refuse()
    case = snapshots.restore(new, {"n": snapshot["n"], "scopes": scopes}, CaseScriptEngine(variables, decide))
    moving.check_together(case)
    moving.refuse()
    return _step(case, before)


def _step(case: Case, before: Mapping[Token, Wait]) -> Step:
    case.journal.cause = CAUSE
    now = {wait.token: wait for wait in waits(case)}
    same = frozenset(token for token, wait in before.items() if now.get(token) == wait)
    for scope in case.scopes():
        for task in list(scope.live.values()):
            if isinstance(task.task_spec, MergeSpec):
                task.task_spec._update(task)  # the new join may have fewer inputs than the old one
    step = advance(case, same)
    changed = [
        Closed(token, wait.element, Closing.CANCELLED, CAUSE) for token, wait in before.items() if token not in same
    ]
    return replace(step, closed=(*changed, *step.closed))


@dataclass(slots=True)
class _Moving:
    """One migration while it is worked out; `problems` collects what stands in its way."""

    old: Executable
    new: Executable
    mapping: Mapped
    problems: list[Finding] = field(default_factory=list)
    hosts: dict[int, NodeSpec] = field(default_factory=dict)  # token -> spec in the new version

    def problem(self, code: str, place: str, sentence: str) -> None:
        self.problems.append(Finding(code, place, sentence))

    def refuse(self) -> None:
        if self.problems:
            raise Invalid(
                f"办件不能转到新版本（{len(self.problems)} 处）：{self.problems[0].message}", findings=self.problems
            )

    def check_mapping(self) -> None:
        known = {name for scope in (self.old.spec, *self.old.inner.values()) for name in scope.task_specs}
        there = {name for scope in (self.new.spec, *self.new.inner.values()) for name in scope.task_specs}
        for source, target in self.mapping.items():
            if source not in known:
                self.problem("mapping", source, f"旧版本里没有「{source}」，请从对照中删去。")
            elif target not in there:
                self.problem("mapping", source, f"新版本里没有「{target}」，请为「{source}」另选一个元素。")

    # ------------------------------------------------------------------ names

    def name(self, name: str) -> str:
        """The name of a spec in the new version; what the library and the rewrites hang on an element goes along."""
        for suffix in SUFFIXES:
            if name.endswith(suffix):
                return self.name(name.removesuffix(suffix)) + suffix
        return str(self.mapping.get(ElementId(name), name))

    # ------------------------------------------------------------------ scopes

    def scopes(self, rows: list[ScopeRow]) -> list[list[object]]:
        return [moved for row in rows if (moved := self._scope(row)) is not None]

    def _scope(self, row: ScopeRow) -> list[object] | None:
        host, name, disarmed, tokens, *own = row
        before = self.old.scope(name)
        after = self._inside(host)
        if after is None:
            return None  # its host has been reported
        places = [self._place(before, after, token) for token in tokens]
        self._check_branches(before, after, tokens)
        moved = [
            [token[0], token[1], place, token[3], *rest] for token, (place, rest) in zip(tokens, places, strict=True)
        ]
        return [host, after.name, self._disarmed(before, after, disarmed, tokens), moved, *own]

    def _inside(self, host: int) -> ScopeSpec | None:
        if not host:
            return self.new.spec
        spec = self.hosts.get(host)
        return None if spec is None else self.new.scope(spec.spec)

    @staticmethod
    def _live(before: ScopeSpec, tokens: list[Row]) -> Iterator[NodeSpec]:
        for token in tokens:
            if cast(int, token[3]) & LIVE:
                yield before.task_specs[token[2]]

    def _disarmed(self, before: ScopeSpec, after: ScopeSpec, disarmed: list[str], tokens: list[Row]) -> list[str]:
        started = {spec.name for spec in self._live(before, tokens)}
        if any(found.interrupting and name in started for name, found in before.event_subprocesses.items()):
            return sorted(after.event_subprocesses)  # an interrupting one runs: nothing else may start any more
        return sorted({self.name(name) for name in disarmed} & set(after.event_subprocesses))

    # ------------------------------------------------------------------ one token

    def _place(self, before: ScopeSpec, after: ScopeSpec, token: Row) -> tuple[str, list[object]]:
        spec: NodeSpec = before.task_specs[token[2]]
        name = f"{after.name}.EndJoin" if spec.name == f"{before.name}.EndJoin" else self.name(spec.name)
        found: NodeSpec | None = after.task_specs.get(name)
        rest = list(token[4:])
        if not cast(int, token[3]) & LIVE:
            # What is over stands here only because something hangs under it.
            kept = found is not None and (type(found) is type(spec))
            return (name if kept else "Start"), rest
        if found is None:
            self.problem(
                "gone",
                self._told(spec),
                f"{called(spec)}在新版本的同一层里没有了；请在对照中为它指定去处，或先办完这一步。",
            )
        elif type(found) is not type(spec) or _kinds(found) != _kinds(spec):
            self.problem(
                "kind", self._told(spec), f"{called(spec)}在新版本里换成了别的类型；请先办完这一步，或退回后再转。"
            )
        else:
            self.hosts[cast(int, token[0])] = found
            self._check_boundary(spec, before, found, after)
            rest = self._arrivals(spec, found, rest)
        return name, rest

    @staticmethod
    def _told(spec: NodeSpec) -> str:
        return str(spec.element or spec.bpmn_id or spec.name)

    def _check_boundary(self, spec: NodeSpec, before: ScopeSpec, found: NodeSpec, after: ScopeSpec) -> None:
        had = {self.name(name) for name in _boundary(before, spec.name)}
        has = _boundary(after, found.name)
        if had == has or isinstance(spec, BoundaryEvent | BoundaryEventSplit):
            return
        what = "、".join(f"「{name}」" for name in sorted(had ^ has))
        self.problem(
            "boundary", self._told(spec), f"{called(spec)}上的边界事件有增减（{what}）；请先办完这一步，或退回后再转。"
        )

    def _arrivals(self, spec: NodeSpec, found: NodeSpec, rest: list[object]) -> list[object]:
        data = rest[0] if rest else None
        if not isinstance(spec, MergeSpec) or not isinstance(data, Mapping) or "arrived" not in data:
            return rest
        arrived = {self._input(name, found): count for name, count in data["arrived"].items()}
        strangers = sorted(set(arrived) - set(found._inputs))
        if strangers:
            what = "、".join(f"「{name}」" for name in strangers)
            self.problem(
                "arrivals",
                self._told(spec),
                f"已经到达汇合网关{called(spec)}的{what}在新版本里不再通向它；请先办完其余分支。",
            )
        return [{**data, "arrived": arrived}, *rest[1:]]

    def _input(self, name: str, join: NodeSpec) -> str:
        """An activity that got or lost boundary events reaches the join through another inner spec than before."""
        moved = self.name(name)
        other = moved.removesuffix(JOIN) if moved.endswith(JOIN) else f"{moved}{JOIN}"
        return other if moved not in join._inputs and other in join._inputs else moved

    # ------------------------------------------------------------------ tokens together

    def _check_branches(self, before: ScopeSpec, after: ScopeSpec, tokens: list[Row]) -> None:
        standing = [spec for spec in self._live(before, tokens) if _stands(spec)]
        for one, other in combinations({spec.name: spec for spec in standing}.values(), 2):
            names = self.name(one.name), self.name(other.name)
            if not set(names) <= set(after.task_specs):
                continue  # reported as gone
            apart = other.name not in branch_of(before, one.name)
            if apart and (names[0] == names[1] or names[1] in branch_of(after, names[0])):
                self.problem(
                    "parallel",
                    self._told(one),
                    f"{called(one)}和{called(other)}正在并行办理，在新版本里成了先后；请先办完其中一个。",
                )

    def check_together(self, case: Case) -> None:
        """What must be true of the tokens at their new places, whatever was true of the old drawing."""
        for scope in case.scopes():
            standing = places(scope)
            dead = dead_joins(scope)
            starved = None if dead else starving(scope.spec, standing)
            for name, missing in (*dead.items(), *([starved] if starved else [])):
                self._dead_join(name, missing)
            for one, other in combinations(standing, 2):
                if not dead and not starved and (one, other) not in beside(scope.spec):
                    self._successive(one, other)

    def _dead_join(self, name: str, missing: Sequence[str]) -> None:
        what = "、".join(f"「{one}」" for one in missing)
        self.problem(
            "dead-join",
            name,
            f"在新版本里，汇合网关「{name}」等不到{what or '它的一条分支'}，办件会停住；"
            "请先办完这些并行环节，或退到分支之前。",
        )

    def _successive(self, *standing: str) -> None:
        first, second = (f"「{place.rpartition(ARRIVED)[2]}」" for place in standing)
        self.problem(
            "parallel",
            standing[0].rpartition(ARRIVED)[2],
            f"{first}和{second}正在并行办理，在新版本里成了先后；请先办完其中一个。",
        )


def _stands(spec: NodeSpec) -> bool:
    inner = isinstance(spec, BoundaryEvent | MergeSpec) or spec.name.endswith(INSTANCE)
    return bool(spec.element) and not inner


def _kinds(spec: NodeSpec) -> frozenset[str]:
    """What an event catches; a timer may become another kind of timer. The events behind a gateway may change."""
    if len(spec.caught) != 1:
        return frozenset()
    return frozenset("timer" if caught.kind in ISO else caught.kind for caught in spec.caught)


def _boundary(scope: ScopeSpec, name: str) -> set[str]:
    split: NodeSpec | None = scope.task_specs.get(f"{name}{SPLIT}")
    return set() if split is None else {event for event in split._outputs if event != name}
