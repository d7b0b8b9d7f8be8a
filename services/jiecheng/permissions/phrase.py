"""Who keeps phrases for opinions (常用语): everybody his own, an organ's clerk those of the organ."""

from __future__ import annotations

from collections.abc import Collection

from jiecheng.model.actor import Actor
from jiecheng.model.errors import NotFound, Refused
from jiecheng.model.ids import IdentityId, PersonId
from jiecheng.permissions.actor import is_among, require_official


def may_keep_organ_phrases(actor: Actor, clerks: Collection[IdentityId]) -> bool:
    return is_among(actor, clerks)


def require_organ_phrases(actor: Actor, clerks: Collection[IdentityId]) -> None:
    """`clerks`: who keeps the posts of the organ, and its phrases."""
    require_official(actor)
    if not may_keep_organ_phrases(actor, clerks):
        raise Refused(
            "单位的常用语由本单位办公室负责人维护。您可以存自己的常用语，或者请他们添加。", rule="phrase_organ"
        )


def require_own_phrase(actor: Actor, owner: PersonId) -> None:
    require_official(actor)
    if actor.person != owner:
        raise NotFound("没有这条常用语，可能已经删掉了。请刷新页面。")
