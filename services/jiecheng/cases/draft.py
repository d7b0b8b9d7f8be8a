"""Drafts of processes: opened as a copy of the newest release, saved file by file, recalled, withdrawn.

Every save is a revision; whoever edits an old text of a file is told who changed it meanwhile. Publishing is `publication`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from jiecheng import definitions, permissions, store
from jiecheng.cases.house import Tx
from jiecheng.cases.people import label, moment
from jiecheng.model.actor import Actor
from jiecheng.model.draft import CHINESE_DRAFT_STATES, DRAFT_EVENTS, DraftState, ProcessDraft
from jiecheng.model.errors import Invalid, NotFound, Refused
from jiecheng.model.ids import ProcessId
from jiecheng.model.release import Bundle


@dataclass(frozen=True, slots=True)
class SaveDraft:
    """`files`: name -> new text, None to remove it. `seen`: name -> hash of the text the editor began with, "" for new."""

    actor: Actor
    draft: int
    files: Mapping[str, str | None]
    seen: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Saved:
    """`hashes`: of the saved files as they stand now, for the next save; `changed`: False when nothing differed."""

    revision: int
    hashes: Mapping[str, str]
    changed: bool


def open_draft(tx: Tx, actor: Actor, process: ProcessId) -> tuple[ProcessDraft, bool]:
    """The open draft of the process, made from the newest release where there is none; and whether it is new."""
    permissions.require_drafting(actor)
    latest = tx.latest_releases().get(process)
    if latest is None:
        raise NotFound("没有这个流程。")
    deployed = tx.release(latest)
    made = store.draft.add(tx.db, process, deployed.definition.name, latest)
    if made is None:
        found = store.draft.open_of(tx.db, process)
        assert found is not None, "the unique index says that there is an open draft"
        return found, False
    store.draft.add_revision(tx.db, made, 1, definitions.files_of(deployed.release.bundle), actor)
    draft = store.draft.get(tx.db, made)
    store.draft.add_entry(tx.db, draft, actor, "draft_opened", f"从第 {deployed.release.version} 版复制")
    return draft, True


def save_draft(tx: Tx, command: SaveDraft) -> Saved:
    """Keep the changed files as the next revision; nothing is kept when one of them was changed by somebody else."""
    draft = _editable(tx, command.actor, command.draft)
    before = store.draft.files(tx.db, draft.id, draft.revision)
    _require_seen(tx, draft, before, command.seen)
    definitions.require_fit_draft(draft.process, _with(before, command.files))
    after = _changed(before, command.files)
    hashes = {name: store.draft.text_hash(after[name]) for name in command.files if name in after}
    if after == before:
        return Saved(draft.revision, hashes, changed=False)
    names = [name for name in sorted({*before, *after}) if before.get(name) != after.get(name)]
    number = _keep(tx, draft, command.actor, after, "draft_saved", "、".join(names))
    return Saved(number, hashes, changed=True)


def import_draft(tx: Tx, actor: Actor, draft: int, files: Mapping[str, str]) -> Saved:
    """Put these files in place of the draft's; files that are not among them go."""
    found = _editable(tx, actor, draft)
    if f"{found.process}.bpmn" not in files:
        raise Invalid(f"压缩包里没有流程图 {found.process}.bpmn，没有导入。请从本系统导出后修改，再导入。")
    definitions.require_fit_draft(found.process, files)
    before = store.draft.files(tx.db, found.id, found.revision)
    if dict(files) == before:
        return Saved(found.revision, {}, changed=False)
    number = _keep(tx, found, actor, files, "draft_imported", f"{len(files)} 个文件")
    return Saved(number, {}, changed=True)


def withdraw_draft(tx: Tx, actor: Actor, draft: int, reason: str) -> None:
    """Discard it for good; its revisions and log stay readable."""
    found = _editable(tx, actor, draft)
    words = reason.strip()
    if not words:
        raise Invalid("请写明为什么作废这个草稿。", fields={"_reason": ("请写明原因。",)})
    move_draft(tx, found, actor, "draft_withdrawn", words)


def draft_files(tx: Tx, actor: Actor, draft: int) -> tuple[ProcessDraft, dict[str, str]]:
    """The draft and its newest files, for whoever may read releases."""
    permissions.require_release_read(actor)
    found = store.draft.get(tx.db, draft)
    return found, store.draft.files(tx.db, draft, found.revision)


def draft_bundle(tx: Tx, draft: ProcessDraft, files: Mapping[str, str]) -> Bundle:
    return definitions.draft_bundle(draft.process, files, known_clauses(tx))


def known_clauses(tx: Tx) -> dict[str, Mapping[str, object]]:
    """All clauses that any process in force refers to: what a draft may rest on without a new entry of the catalogue."""
    found: dict[str, Mapping[str, object]] = {}
    for release in tx.latest_releases().values():
        found.update(tx.release(release).release.bundle.clauses)
    return found


def move_draft(tx: Tx, draft: ProcessDraft, actor: Actor, event: str, words: str, **values: object) -> None:
    """Into the state that the event leads to, with a line in the log. Raises Refused where the table has no such way."""
    begins, ends, said = DRAFT_EVENTS[event]
    if draft.state is not begins:
        now = CHINESE_DRAFT_STATES[draft.state]
        raise Refused(f"草稿现在是「{now}」，不能{said}。请刷新页面看最新情况。", rule="studio_state", conflict=True)
    store.draft.put_state(tx.db, draft.id, ends, **values)
    store.draft.add_entry(tx.db, draft, actor, event, words)


def _editable(tx: Tx, actor: Actor, draft: int) -> ProcessDraft:
    permissions.require_drafting(actor)
    # Locked before it is read: two may press 保存 in the same second.
    found = store.draft.lock(tx.db, draft)
    if found.state is not DraftState.EDITING:
        now = CHINESE_DRAFT_STATES[found.state]
        advice = "要修改请先撤回提交。" if found.state is DraftState.SUBMITTED else "要修改请新建草稿。"
        raise Refused(f"草稿现在是「{now}」，不能修改，没有保存。{advice}", rule="studio_state", conflict=True)
    return found


def _require_seen(tx: Tx, draft: ProcessDraft, files: Mapping[str, str], seen: Mapping[str, str]) -> None:
    for name, digest in seen.items():
        now = store.draft.text_hash(files[name]) if name in files else ""
        if now != digest:
            who = label(tx, store.draft.last_saver(tx.db, draft.id))
            raise Refused(
                f"您打开这个文件以后，{who}在 {moment(draft.changed_at)} 保存了新的一稿（第 {draft.revision} 稿），"
                "您的改动没有保存，还在您的页面上。",
                rule="studio_revision",
                conflict=True,
            )


def _with(before: Mapping[str, str], changes: Mapping[str, str | None]) -> dict[str, str]:
    whole = {**before, **changes}
    return {name: text for name, text in whole.items() if text is not None}


def _changed(before: Mapping[str, str], changes: Mapping[str, str | None]) -> dict[str, str]:
    """The files after the save; what an editor only laid out anew keeps its old text."""
    after = _with(before, changes)
    same = [name for name in changes if name in before and name in after]
    return {**after, **{n: before[n] for n in same if definitions.means_the_same(n, before[n], after[n])}}


def _keep(tx: Tx, draft: ProcessDraft, actor: Actor, files: Mapping[str, str], event: str, words: str) -> int:
    number = draft.revision + 1
    store.draft.add_revision(tx.db, draft.id, number, files, actor)
    move_draft(tx, replace(draft, revision=number), actor, event, words)
    return number
