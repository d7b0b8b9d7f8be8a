<<<<<<< HEAD
"""From draft to release: submitted by its writer, published or sent back by a second person.

Invariants. 1 Nobody publishes what he wrote or submitted. 2 What is published is byte for byte what the gate passed.
3 A release is added, never changed; running cases stay on theirs.
=======
"""Publishing a register: a service task's work, done by a flow as one command. One press of it makes one version.

Lock, freeze, write, record, let the case go on: all in one transaction. Killed anywhere it leaves nothing; tried again
it finds its job done. The register's row is locked from the reading of its rows to the commit, so that versions of
cases that publish at the same time follow one another, and each holds what the one before it held.
>>>>>>> 7cbbebe (Registers are data: described in registers.yaml, rows keyed, published in versions by a flow)
"""

from __future__ import annotations

<<<<<<< HEAD
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
=======
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from jiecheng import definitions, store
from jiecheng.cases import facts
from jiecheng.cases.advance import tell
from jiecheng.cases.house import BEIJING, Tx
from jiecheng.cases.job import OPEN, finish_job
from jiecheng.cases.open_case import OpenCase, open_case
from jiecheng.definitions import Frozen, FrozenRow
from jiecheng.model.definition import FlowNode
from jiecheng.model.errors import Invalid
from jiecheng.model.register import Register
from jiecheng.model.values import Value
from jiecheng.store.job import JobRow
from jiecheng.store.register import EntryFilter

_MOST_ROWS = 50_000


def publish_register(tx: Tx, job: int) -> bool:
    """Make the next version. False when it has been made, or the case has moved away."""
    opened = open_case(tx, store.job.get(tx.db, job).case)
    row = store.job.get(tx.db, job)
    if row.state not in (OPEN, "failed"):
        return False
    node = opened.deployed.node(row.element)
    register, effective = _wanted(opened, node)
    store.register.lock(tx.db, register.name)
    last = store.register_version.last(tx.db, register.name)
    version = last.version + 1 if last else 1
    frozen = definitions.freeze(
        register,
        _rows(tx, register),
        version=version,
        effective_on=effective.isoformat(),
        published_at=tx.now.astimezone(BEIJING).isoformat(timespec="seconds"),
    )
    before = json.loads(last.content) if last else None
    difference = definitions.version_difference(register, before, frozen.document)
    _write(opened, row, frozen, effective, difference)
    said = f"{opened.case.number}已公布{register.title}第 {version} 版，{effective.isoformat()}起生效。"
    tell(opened, "register_published", said)
    finish_job(opened, row)
    return True


def _wanted(opened: OpenCase, node: FlowNode) -> tuple[Register, date]:
    if node.publication is None:
        raise Invalid(f"「{node.name}」没有写明公布哪本台账。请流程负责人修改流程图。")
    register = opened.tx.registers.get(node.publication.register)
    if register is None:
        raise Invalid(f"「{node.name}」公布的台账 {node.publication.register} 不存在。请流程负责人修改流程图。")
    return register, _day(facts.evaluate(node.publication.effective, facts.case_facts(opened), node.name), node.name)


def _day(value: Value, where: str) -> date:
    """The effective date from a date, a moment or ISO text."""
    if isinstance(value, datetime):
        return value.astimezone(BEIJING).date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise Invalid(f"「{where}」的生效日期是“{value or '空'}”，不是日期。请流程负责人检查流程图。") from None


def _rows(tx: Tx, register: Register) -> Sequence[FrozenRow]:
    """Every row in force, the oldest case first."""
    found = store.register.list_entries(
        tx.db, register.name, EntryFilter(statuses=register.in_force), None, _MOST_ROWS + 1
    )
    if len(found) > _MOST_ROWS:
        raise Invalid(f"{register.title}超过 {_MOST_ROWS:,} 行，不能一次公布。请联系系统管理员。")
    ordered = sorted(found, key=lambda row: (row.case, row.key))
    return [FrozenRow(row.number, row.key, row.status, row.columns) for row in ordered]


def _write(opened: OpenCase, row: JobRow, frozen: Frozen, effective: date, difference: Sequence[str]) -> None:
    document: Mapping[str, Any] = frozen.document
    store.register_version.add(
        opened.tx.db,
        {
            "register": document["register"], "version": document["version"], "case_id": opened.id, "job_id": row.id,
            "effective_on": effective, "row_count": len(document["rows"]), "sha256": frozen.sha256,
            "content": frozen.text, "difference": list(difference),
        },
    )  # fmt: skip
    opened.record_consequence(
        "register_published",
        row.element,
        {
            "element": row.element, "name": row.name, "job": row.id, "register": document["register"],
            "version": document["version"], "effective_on": effective.isoformat(), "rows": len(document["rows"]),
            "sha256": frozen.sha256,
        },
    )  # fmt: skip
>>>>>>> 7cbbebe (Registers are data: described in registers.yaml, rows keyed, published in versions by a flow)
