"""What can be said of an actor before any fact of a case is looked at."""

from __future__ import annotations

from collections.abc import Collection

from jiecheng.model.actor import Actor, Role
from jiecheng.model.errors import Refused
from jiecheng.model.ids import IdentityId

SEPARATED_ROLES = frozenset({Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.SECURITY_AUDITOR})


def same_person(actor: Actor, identity: IdentityId | None) -> bool:
    """Whether `identity` is one of the identities this person holds today."""
    return identity is not None and (identity == actor.identity or identity in actor.identities)


def is_among(actor: Actor, identities: Collection[IdentityId]) -> bool:
    """Whether the person is one of `identities` in any of his posts."""
    return any(same_person(actor, identity) for identity in identities)


def is_separated(actor: Actor) -> bool:
    """系统管理员, 安全保密管理员, 安全审计员: they run the house and never see what is decided in it."""
    return not SEPARATED_ROLES.isdisjoint(actor.roles)


def require_official(actor: Actor) -> None:
    """A person who acts in a business post; said before the case is looked at, so the answer reveals nothing."""
    if actor.is_system:
        raise Refused("系统不能代替任何人作出决定。请由承办人本人办理。", rule="X3")
    if is_separated(actor):
        held = "、".join(sorted(role.value for role in actor.roles & SEPARATED_ROLES))
        raise Refused(f"{held}不办理、也不查看业务内容。请使用本人的业务账号。", rule="separated_roles")
