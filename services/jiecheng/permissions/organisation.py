"""Who may change the organisation: the system administrator everywhere, the clerk in his own organ."""

from __future__ import annotations

from collections.abc import Collection

from jiecheng.model.actor import Actor, Role
from jiecheng.model.errors import Refused
from jiecheng.model.ids import IdentityId
from jiecheng.permissions.actor import is_among


def may_change_directory(actor: Actor, clerks: Collection[IdentityId]) -> bool:
    return Role.SYSTEM_ADMINISTRATOR in actor.roles or is_among(actor, clerks)


def require_directory_change(actor: Actor, clerks: Collection[IdentityId]) -> None:
    """`clerks`: who keeps the posts of the organ concerned."""
    if not may_change_directory(actor, clerks):
        raise Refused(
            "只有系统管理员和本机关的办公室负责人可以调整这个机关的岗位和人员。请与他们联系。", rule="directory_change"
        )
