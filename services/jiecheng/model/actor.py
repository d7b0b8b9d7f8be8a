"""Who acts: a person in one identity, or the system by name. Nobody's name stands under what he did not do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from jiecheng.model.ids import IdentityId, PersonId


class Role(StrEnum):
    """Roles beside the business posts. The last three exclude each other and see no business content."""

    PROCESS_ADMINISTRATOR = "流程管理员"
    PROCESS_OWNER = "流程负责人"
    AUDITOR = "业务审计员"
    SYSTEM_ADMINISTRATOR = "系统管理员"
    SECURITY_ADMINISTRATOR = "安全保密管理员"
    SECURITY_AUDITOR = "安全审计员"


@dataclass(frozen=True, slots=True)
class Actor:
    """`identities`: all identities the person holds today; `identity`: the one he acts in."""

    person: PersonId
    name: str
    identity: IdentityId
    identities: tuple[IdentityId, ...] = ()
    roles: frozenset[Role] = frozenset()
    post: str = ""  # for people: "彭溪街道党工委 组织委员"
    organ: str = ""  # organ id of the acting identity

    @property
    def is_system(self) -> bool:
        return self.identity == SYSTEM_IDENTITY


SYSTEM_IDENTITY = IdentityId("系统")


def system_actor(rule: str = "系统") -> Actor:
    """An automatic step is recorded with actor 系统 and the rule's id."""
    return Actor(person=PersonId("系统"), name="系统", identity=SYSTEM_IDENTITY, post=rule)
