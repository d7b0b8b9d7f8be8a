"""Who may set up the ways out of the house."""

from __future__ import annotations

from jiecheng.model.actor import Actor, Role
from jiecheng.model.errors import Refused


def require_channels(actor: Actor) -> None:
    if Role.SYSTEM_ADMINISTRATOR not in actor.roles:
        raise Refused("只有系统管理员可以设置提醒通道。", rule="channels")
