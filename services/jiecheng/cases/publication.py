"""From draft to release: submitted by its writer, published or sent back by a second person.

Invariants. 1 Nobody publishes what he wrote or submitted. 2 What is published is byte for byte what the gate passed.
3 A release is added, never changed; running cases stay on theirs.
"""

from __future__ import annotations

from collections.abc import Sequence

from jiecheng import definitions, outbox, permissions, store
from jiecheng.cases.accounts import actor_of, identities_of
from jiecheng.cases.draft import draft_bundle, move_draft
from jiecheng.cases.gate import require_passed
from jiecheng.cases.house import Tx
from jiecheng.cases.release import Publication, deploy_release
from jiecheng.model.actor import Actor, Role
from jiecheng.model.draft import DRAFT_EVENTS, DraftState, ProcessDraft
from jiecheng.model.errors import Invalid, Refused
from jiecheng.model.ids import IdentityId, PersonId
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
    text = (
        f"流程「{found.name}」的草稿已提交审核，请在「流程设计」里核对差别和检查报告，审核发布或者退回。缘由：{reason}"
    )
    _notify(tx, found, "draft_submitted", _approvers(tx, store.draft.get(tx.db, draft)), text)


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
    _notify(tx, found, "draft_sent_back", _submitter(found), f"流程「{found.name}」的草稿已退回修改：{reason}")


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
    text = f"流程「{found.name}」的草稿已审核通过，发布为第 {release.version} 版。"
    _notify(tx, found, "draft_published", _submitter(found), text)
    return release


def writers(tx: Tx, draft: ProcessDraft) -> set[PersonId]:
    """Everybody who may not publish it: who saved a revision, and who submitted it."""
    found = set(store.draft.authors(tx.db, draft.id))
    known = tx.organisation.directory.identities
    if draft.submitted_by is not None and draft.submitted_by in known:
        found.add(known[draft.submitted_by].person)
    return found


def _approvers(tx: Tx, draft: ProcessDraft) -> Sequence[IdentityId]:
    """Who may publish it, each in his main identity."""
    wrote = writers(tx, draft)
    roles = (Role.PROCESS_OWNER, Role.PROCESS_ADMINISTRATOR)
    persons = dict.fromkeys(one for role in roles for one in store.account.persons_with(tx.db, role))
    found = [one for person in persons if person not in wrote for one in identities_of(tx, person)[:1]]
    return [one for one in found if permissions.may_approve(actor_of(tx, one))]


def _submitter(draft: ProcessDraft) -> Sequence[IdentityId]:
    return [draft.submitted_by] if draft.submitted_by else ()


def _notify(tx: Tx, draft: ProcessDraft, occasion: str, readers: Sequence[IdentityId], text: str) -> None:
    """Handed in again after it was recalled, it is told again."""
    if readers:
        key = f"{occasion}:{draft.id}:{len(store.draft.log(tx.db, draft.id))}"
        payload = {"identities": list(readers), "text": text}
        store.outbox.owe(tx.db, key=key, kind=outbox.NOTICE, case=None, payload=payload)


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
