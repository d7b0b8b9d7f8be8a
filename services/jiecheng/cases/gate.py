"""The gate of a draft: asked for by a person, run by a flow, kept with its report. The run itself is `acceptance`'s."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from jiecheng import definitions, permissions, store
from jiecheng.cases.draft import draft_bundle, move_draft
from jiecheng.cases.house import House, Tx
from jiecheng.cases.release import findings
from jiecheng.model.actor import Actor, system_actor
from jiecheng.model.draft import DraftState, GateRun, ProcessDraft
from jiecheng.model.errors import Finding, Invalid, Refused
from jiecheng.model.register import Register
from jiecheng.model.release import Bundle

LEASE = timedelta(seconds=120)  # longer than the longest scenario: progress comes with each
MOST_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class GateWork:
    """What a flow needs to run a gate: the draft as a bundle, the newest release of every other process, the registers."""

    run: int
    bundle: Bundle
    others: Sequence[Bundle]
    registers: Mapping[str, Register]


def ask_gate(tx: Tx, actor: Actor, draft: int) -> GateRun:
    """Let the scenarios run on the draft as it is saved now. Asked twice for one revision, it runs once."""
    permissions.require_drafting(actor)
    found = store.draft.lock(tx.db, draft)
    if found.state is not DraftState.EDITING:
        raise Refused("草稿不在编辑中，不能再发起检查。", rule="studio_state", conflict=True)
    last = latest_run(tx, found)
    if last is not None and last.revision == found.revision and last.state != "done":
        return last
    run = store.gate.add(tx.db, draft, found.revision)
    move_draft(tx, found, actor, "gate_asked", f"第 {found.revision} 稿")
    tx.db.ring()
    added = store.gate.get(tx.db, run)
    assert added is not None
    return added


def latest_run(tx: Tx, draft: ProcessDraft) -> GateRun | None:
    runs = store.gate.of_draft(tx.db, draft.id, 1)
    return runs[0] if runs else None


def require_passed(tx: Tx, draft: ProcessDraft, bundle: Bundle) -> GateRun:
    """The passed run over exactly this content. Raises Refused when there is none: failed, older, or never run."""
    last = latest_run(tx, draft)
    if last is None or last.state != "done":
        raise Refused("草稿还没有做完发布检查。请先运行检查，通过以后再提交。", rule="studio_gate")
    if last.revision != draft.revision or last.report.get("content") != definitions.bundle_hash(bundle):
        raise Refused(
            f"检查的是第 {last.revision} 稿，之后又有改动（现在是第 {draft.revision} 稿）。请重新运行检查。",
            rule="studio_gate",
        )
    if not last.passed:
        raise Refused(
            f"发布检查没有通过：{last.report.get('sentence', '')}请按检查报告修改后再检查。", rule="studio_gate"
        )
    return last


def claim_gate(house: House, owner: str) -> GateWork | None:
    """The oldest gate that waits, as work; None when there is none. What cannot even be read is reported at once."""
    with house.transaction() as tx:
        run = store.gate.claim(tx.db, owner, LEASE)
        if run is None:
            return None
        draft = store.draft.get(tx.db, run.draft)
        if store.gate.attempts(tx.db, run.id) > MOST_ATTEMPTS:
            sentence = "检查几次都中途断了，已停止。请稍后再试；仍不行请告诉系统管理员。"
            _close(tx, run, owner, {"passed": False, "sentence": sentence})
            return None
        try:
            bundle = draft_bundle(tx, draft, store.draft.files(tx.db, draft.id, run.revision))
        except Invalid as error:
            _close(tx, run, owner, {"passed": False, "sentence": error.message})
            return None
        latest = tx.latest_releases()
        others = [tx.release(one).release.bundle for process, one in latest.items() if process != draft.process]
        return GateWork(run.id, bundle, others, tx.registers)


def note_gate(house: House, run: int, owner: str, progress: Mapping[str, object]) -> bool:
    """Keep how far it is and hold on to it; False when somebody else has it by now."""
    with house.transaction() as tx:
        return store.gate.note(tx.db, run, owner, progress, LEASE)


def finish_gate(house: House, run: int, owner: str, report: Mapping[str, object]) -> None:
    with house.transaction() as tx:
        found = store.gate.get(tx.db, run)
        if found is not None:
            _close(tx, found, owner, report)


def draft_findings(bundle: Bundle, registers: Mapping[str, Register] | None = None) -> list[dict[str, str]]:
    """The linter's and the engine's findings as plain values: for the editor's marks, the list and the report."""
    return [plain_finding(one) for one in findings(bundle, registers)]


def plain_finding(one: Finding) -> dict[str, str]:
    return {"code": one.code, "place": one.place, "message": one.message, "severity": one.severity}


def _close(tx: Tx, run: GateRun, owner: str, report: Mapping[str, object]) -> None:
    kept = {**report, "revision": run.revision, "finished_at": tx.now.isoformat()}
    if not store.gate.finish(tx.db, run.id, owner, kept):
        return  # somebody else was quicker; his report stands
    draft = store.draft.get(tx.db, run.draft)
    event = "gate_passed" if report.get("passed") else "gate_failed"
    words = f"第 {run.revision} 稿：{report.get('sentence', '')}"
    # The log only: a draft that was withdrawn meanwhile stays so.
    store.draft.add_entry(tx.db, draft, system_actor("发布检查"), event, words)
