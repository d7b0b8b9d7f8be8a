"""Who may move a running case to another release of its process: a process administrator of that process, nobody else."""

from __future__ import annotations

from jiecheng.model.actor import Actor, Role
from jiecheng.model.case import CaseState
from jiecheng.model.errors import Refused
from jiecheng.permissions.actor import is_among
from jiecheng.permissions.facts import ReadFacts


def require_migrations(actor: Actor) -> None:
    """Sees which running cases are on older releases."""
    if Role.PROCESS_ADMINISTRATOR not in actor.roles:
        raise Refused("只有流程管理员可以把办件转到新版本。请联系流程管理员。", rule="migrate")


def require_migrate(actor: Actor, state: CaseState, read: ReadFacts) -> None:
    require_migrations(actor)
    if read.administrators is not None and not is_among(actor, read.administrators):
        raise Refused("您不是这个流程的流程管理员，不能转换它的办件。", rule="migrate")
    if state is CaseState.HELD:
        raise Refused("办件已挂起，计时停着，不能转到新版本。请先恢复办理。", rule="migrate_held", conflict=True)
    if state is not CaseState.RUNNING:
        raise Refused("办件已经结束，不用转到新版本。", rule="migrate_ended", conflict=True)
