"""Who may change the district's working days."""

from __future__ import annotations

from jiecheng.model.actor import Actor, Role
from jiecheng.model.errors import Refused


def may_change_calendar(actor: Actor) -> bool:
    return Role.SYSTEM_ADMINISTRATOR in actor.roles


def require_calendar_change(actor: Actor) -> None:
    if not may_change_calendar(actor):
        raise Refused("只有系统管理员可以修改工作日历。请与系统管理员联系。", rule="calendar_change")
