"""From draft to release: submitted by its writer, published or sent back by a second person.

Invariants. 1 Nobody publishes what he wrote or submitted. 2 What is published is byte for byte what the gate passed.
3 A release is added, never changed; running cases stay on theirs.
"""

from __future__ import annotations

from jiecheng import definitions, permissions, store
from jiecheng.cases.draft import draft_bundle, move_draft
from jiecheng.cases.gate import require_passed
from jiecheng.cases.house import Tx
from jiecheng.cases.release import Publication, deploy_release
from jiecheng.model.actor import Actor
from jiecheng.model.draft import DRAFT_EVENTS, DraftState, ProcessDraft
from jiecheng.model.errors import Invalid, Refused
from jiecheng.model.ids import PersonId
from jiecheng.model.release import Bundle, Release

SOURCE = "studio"


def submit_draft(tx: Tx, actor: Actor, draft: int, words: str) -> None:
    """Hand it to a second person. `words`: why it is changed, for him and for the record."""
    permissions.require_drafting(actor)
    found = store.draft.lock(tx.db, draft)
    reason = words.strip()
    if not reason:
        raise Invalid("请写明修改的缘由和依据，审核的人要看。", fields={"_reason": ("请写明缘由。",)})
    if found.state is DraftState.EDITING:
        _require_publishable(tx, found)
    move_draft(tx, found, actor, "draft_submitted", reason, submitted_by=actor.identity)


def recall_draft(tx: Tx, actor: Actor, draft: int) -> None:
    """Take a submitted draft back to go on writing; before somebody has published it."""
    permissions.require_drafting(actor)
    found = store.draft.lock(tx.db, draft)
    move_draft(tx, found, actor, "draft_recalled", "", submitted_by="")


def send_back_draft(tx: Tx, actor: Actor, draft: int, words: str) -> None:
    found = store.draft.lock(tx.db, draft)
    permissions.require_approval(actor, writers(tx, found))
    reason = words.strip()
    if not reason:
        raise Invalid("请写明退回的原因，起草的人要照着改。", fields={"_reason": ("请写明退回的原因。",)})
    move_draft(tx, found, actor, "draft_sent_back", reason, submitted_by="")


def publish_draft(tx: Tx, actor: Actor, draft: int) -> Release:
    """Make the release. New cases take it from now on."""
    found = store.draft.lock(tx.db, draft)
    permissions.require_approval(actor, writers(tx, found))
    if found.state is not DraftState.SUBMITTED:
        raise Refused(_not_submitted(found), rule="studio_state", conflict=True)
    bundle = _require_publishable(tx, found)
    report = require_passed(tx, found, bundle).report
    drafters = " ".join(store.draft.authors(tx.db, draft).values())
    release = deploy_release(tx, bundle, Publication(SOURCE, report, actor.identity, drafters))
    if release is None:
        raise Refused("内容和已有的一个版本完全一样，没有可发布的改动。", rule="studio_unchanged")
    move_draft(tx, found, actor, "draft_published", f"第 {release.version} 版", released=release.hash)
    return release


def writers(tx: Tx, draft: ProcessDraft) -> set[PersonId]:
    """Everybody who may not publish it: who saved a revision, and who submitted it."""
    found = set(store.draft.authors(tx.db, draft.id))
    known = tx.organisation.directory.identities
    if draft.submitted_by is not None and draft.submitted_by in known:
        found.add(known[draft.submitted_by].person)
    return found


def _require_publishable(tx: Tx, draft: ProcessDraft) -> Bundle:
    """The bundle, when it differs from the release in force, began with it, and its gate passed."""
    if tx.latest_releases().get(draft.process) != draft.base:
        raise Refused(
            "这个草稿复制出来以后，流程又发布了新的版本，直接发布会把它的改动冲掉。"
            "请导出草稿、作废它，从新版本另建草稿再把改动做上去。",
            rule="studio_base",
            conflict=True,
        )
    bundle = draft_bundle(tx, draft, store.draft.files(tx.db, draft.id, draft.revision))
    if store.release.exists(tx.db, definitions.bundle_hash(bundle)):
        raise Refused("草稿和已发布的版本完全一样，没有可发布的改动。", rule="studio_unchanged")
    require_passed(tx, draft, bundle)
    return bundle


def _not_submitted(draft: ProcessDraft) -> str:
    if draft.state is DraftState.PUBLISHED:
        return "这个草稿已经发布，不用再发布一次。"
    return f"这个草稿没有提交审核，不能{DRAFT_EVENTS['draft_published'][2]}。"
