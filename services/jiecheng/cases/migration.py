"""A running case goes on under another release of its process: looked at first, then done, each case for itself.

Invariants. 1 A case keeps its release until a process administrator moves it. 2 Every live token has a place in the
other release, or nothing happens and each that has none is named. 3 A wait that means the same stays as it is, with its
work item, what was typed into it, and its dates, even where the other release calls it otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jiecheng import definitions, engine, permissions, store
from jiecheng.cases import facts
from jiecheng.cases.advance import advance, decider
from jiecheng.cases.case import answer, read_facts
from jiecheng.cases.doors import outside_title
from jiecheng.cases.house import Tx
from jiecheng.cases.once import Answer, once
from jiecheng.cases.open_case import OpenCase, open_case
from jiecheng.cases.renamed import Mapped, Pairs, rename, renamed_waits, without
from jiecheng.model.actor import Actor
from jiecheng.model.case import Case
from jiecheng.model.definition import ProcessDefinition
from jiecheng.model.errors import Invalid, Refused
from jiecheng.model.ids import CaseId, ElementId, ProcessId, ReleaseHash
from jiecheng.model.step import Step
from jiecheng.model.values import Value

MANY = 200  # cases on one page; the next ones come when these are done


@dataclass(frozen=True, slots=True)
class MigrateCase:
    """`confirmed`: elements whose counterpart in the other release is a guess that the administrator has looked at."""

    actor: Actor
    case: CaseId
    release: ReleaseHash
    confirmed: frozenset[ElementId] = frozenset()
    operation: str = ""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What moving one case would do. `obstacles`: why it cannot be moved, empty when it can; `changes`: what is not as
    before afterwards; `staying`: open steps that stay as they are."""

    case: Case
    version: int
    staying: Sequence[str]
    changes: Sequence[str]
    obstacles: Sequence[str]


@dataclass(frozen=True, slots=True)
class MigrationView:
    """Running cases of one process on other releases than its newest, and what differs; `guesses` need confirming."""

    process: ProcessId
    name: str
    release: ReleaseHash
    version: int
    guesses: Sequence[definitions.Suggestion]
    cases: Sequence[Outlook]


def list_migratable(tx: Tx, actor: Actor) -> Sequence[tuple[ProcessId, str, int, int]]:
    """Processes with running cases on older releases: id, name, newest version, how many cases."""
    permissions.require_migrations(actor)
    rows = []
    for process, newest in tx.latest_releases().items():
        deployed = tx.release(newest)
        count = store.case.count_on_other_releases(tx.db, process, newest)
        if count:
            rows.append((process, deployed.definition.name, deployed.release.version, count))
    return rows


def show_migration(
    tx: Tx, actor: Actor, process: ProcessId, confirmed: frozenset[ElementId] = frozenset()
) -> MigrationView:
    """A dry run for every running case of the process that is not on its newest release. Changes nothing."""
    permissions.require_migrations(actor)
    newest = tx.latest_releases().get(process)
    if newest is None:
        raise Refused("没有这个流程，或者它还没有发布。", rule="migrate_release")
    target = tx.release(newest)
    found = store.case.on_other_releases(tx.db, process, newest, MANY)
    plans = {old: definitions.migration_plan(tx.release(old).definition, target.definition) for old in
             dict.fromkeys(case.release for case in found)}  # fmt: skip
    guesses = {one.element: one for plan in plans.values() for one in plan if one.target and not one.certain}
    store.account.log_access(tx.db, actor.person, actor.identity, "查看可转换的办件", process)
    outlooks = [_outlook(tx, actor, case, newest, confirmed) for case in found]
    version, name = target.release.version, target.definition.name
    return MigrationView(process, name, newest, version, list(guesses.values()), outlooks)


def preview_migration(tx: Tx, command: MigrateCase) -> Outlook:
    """What the command would do, without doing it."""
    permissions.require_migrations(command.actor)
    return _outlook(tx, command.actor, store.case.get(tx.db, command.case), command.release, command.confirmed)


def migrate_case(tx: Tx, command: MigrateCase) -> Answer:
    """Put the live tokens of a running case into another release of its process, or refuse and name those without a place."""
    content = {"migrate": command.case, "release": command.release, "confirmed": sorted(command.confirmed)}
    return once(tx, command.actor, command.operation, content, lambda: _migrate(tx, command))


def _migrate(tx: Tx, command: MigrateCase) -> Answer:
    opened = open_case(tx, command.case)
    old = opened.deployed
    before, found = old.release, _worked_out(opened, command)
    after = opened.deployed.release
    public: dict[str, Value] = {
        "from_release": before.hash, "from_version": before.version,
        "to_release": after.hash, "to_version": after.version,
    }  # fmt: skip
    if found.renamed:
        public["renamed"] = {one.element: other.element for one, other in found.renamed if one.element != other.element}
    opened.record("case_migrated", command.actor, public)
    rename(opened, old.definition, found.renamed, found.mapping)
    advance(opened, found.step, cause="migrate_case")
    opened.close()
    return answer(opened, f"{opened.case.number} 已从第 {before.version} 版转到第 {after.version} 版。")


@dataclass(frozen=True, slots=True)
class _Found:
    """The engine's step into the other release, but for what only gets another name there."""

    step: Step
    renamed: Pairs
    mapping: Mapped


def _worked_out(opened: OpenCase, command: MigrateCase) -> _Found:
    """Puts the case, as far as it is at hand, under the other release: the picture of the case is of that from now on."""
    permissions.require_migrate(command.actor, opened.case.state, read_facts(opened))
    old, new = opened.deployed, opened.tx.release(command.release)
    if new.release.process != opened.case.process:
        raise Refused("这不是同一个流程的版本，不能转换。", rule="migrate_release")
    if new.release.hash == old.release.hash:
        raise Refused(f"办件已经在第 {new.release.version} 版上。", rule="migrate_release", conflict=True)
    plan = definitions.migration_plan(old.definition, new.definition)
    mapping = definitions.mapping_of(tuple(one for one in plan if one.certain or one.element in command.confirmed))
    opened.deployed = new
    opened.update(release=new.release.hash)
    opened.changes["release_hash"] = opened.changes.pop("release")
    snapshot, known = opened.case.snapshot, facts.case_facts(opened)
    before = engine.waits(old.executable, snapshot, known)
    try:
        step = engine.migrate(old.executable, new.executable, snapshot, mapping, known, decider(opened))
    except Invalid as error:
        told = "".join(dict.fromkeys(one.message for one in error.findings)) or error.message
        raise Refused(
            f"{opened.case.number} 不能转到第 {new.release.version} 版：{told}", rule="migrate_place"
        ) from error
    pairs = renamed_waits(before, step, mapping)
    return _Found(without(step, pairs), pairs, mapping)


def _outlook(
    tx: Tx, actor: Actor, case: Case, release: ReleaseHash, confirmed: frozenset[ElementId]
) -> Outlook:  # fmt: skip
    opened = OpenCase(tx, case, tx.release(case.release))
    version, old = opened.deployed.release.version, opened.deployed
    tasks = store.task.open_of_case(tx.db, case.id)
    titles = {task.id: outside_title(opened, task) for task in tasks}
    try:
        found = _worked_out(opened, MigrateCase(actor, case.id, release, confirmed))
    except Refused as error:
        return Outlook(case, version, list(titles.values()), [], [error.message])
    step, there = found.step, opened.deployed.definition
    closed = {one.token for one in step.closed}
    names = [(_named(old.definition, one.element), _named(there, other.element)) for one, other in found.renamed]
    other = [f"「{one}」改称「{new}」，照旧办理" for one, new in dict.fromkeys(names) if one != new]
    gone = [f"「{_named(old.definition, one.element)}」停止等待" for one in step.closed]
    new = [f"「{_named(there, one.element)}」重新开始等待" for one in step.opened]
    staying = [titles[task.id] for task in tasks if task.token not in closed]
    return Outlook(case, version, staying, [*other, *gone, *new], [])


def _named(definition: ProcessDefinition, element: ElementId) -> str:
    # Which step it is behind closed doors, an administrator need not know to move the case.
    node = definition.walls_around(element) or definition.nodes.get(element)
    return node.name if node is not None and node.name else element
