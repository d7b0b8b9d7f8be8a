"""Who may write drafts of processes, and who may publish what others wrote."""

from __future__ import annotations

from collections.abc import Collection

from jiecheng.model.actor import Actor, Role
from jiecheng.model.errors import Refused
from jiecheng.model.ids import PersonId
from jiecheng.permissions.actor import is_separated


def may_draft(actor: Actor) -> bool:
    return Role.PROCESS_OWNER in actor.roles and not is_separated(actor)


def may_approve(actor: Actor) -> bool:
    """Whether this person may publish drafts at all; of which, `require_approval` says."""
    return bool(actor.roles & {Role.PROCESS_OWNER, Role.PROCESS_ADMINISTRATOR}) and not is_separated(actor)


def require_drafting(actor: Actor) -> None:
    if not may_draft(actor):
        raise Refused("只有流程负责人可以修改流程草稿。需要修改请联系流程负责人。", rule="studio_draft")


def require_approval(actor: Actor, writers: Collection[PersonId]) -> None:
    """A second person: whoever wrote or submitted the draft does not publish it, under none of his identities."""
    if not may_approve(actor):
        raise Refused("只有流程负责人和流程管理员可以审核发布。请联系另一位流程负责人。", rule="studio_approve")
    if actor.person in writers:
        raise Refused(
            "您改过或提交过这个草稿，不能由您本人审核发布，换一个身份也不行。请由另一位流程负责人或流程管理员审核。",
            rule="studio_second_person",
        )
