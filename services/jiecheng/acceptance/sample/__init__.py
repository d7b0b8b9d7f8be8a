"""The processes on which the promises of `features/platform/` are shown: review, four ways of signing, a parallel part;
the one by which a finished review is undone; and a check in two branches inside a sub-process, with a call of a further
diagram behind it.

They are no district's processes and are deployed only where a scenario or a test says so.
"""

from __future__ import annotations

from pathlib import Path

from jiecheng import cases
from jiecheng.definitions import read_bundle
from jiecheng.model.release import Bundle

PROCESS, UNDONE = "joint_review", "review_undone"
CHECK, CALLED = "matter_check", "second_look"
_HERE = Path(__file__).parent
_FEATURE = "# language: zh-CN\n功能: 联合会审\n\n  @X3\n  场景: 会审\n    假如 有事项\n"
_CLAUSES: dict[str, dict[str, object]] = {
    "X3": {"document": "示例", "words": "每一个决定都由本人作出", "authority": "惯例", "profiles": []}
}


def bundle() -> Bundle:
    return _bundle(PROCESS, "matter.form")


def _bundle(process: str, form: str) -> Bundle:
    files = {f"{process}.bpmn": (_HERE / f"{process}.bpmn").read_text("utf-8")}
    forms = {form: (_HERE / form).read_text("utf-8")}
    return read_bundle(process, files, forms, {"sample.feature": _FEATURE}, _CLAUSES)


def check_bundle() -> Bundle:
    """A sub-process that ends when both branches have, or when one of them says enough; then a called process."""
    files = {f"{name}.bpmn": (_HERE / f"{name}.bpmn").read_text("utf-8") for name in (CHECK, CALLED)}
    forms = {"matter.form": (_HERE / "matter.form").read_text("utf-8")}
    return read_bundle(CHECK, files, forms, {"sample.feature": _FEATURE}, _CLAUSES)


def deploy(tx: cases.Tx, chosen: Bundle | None = None) -> None:
    for one in (chosen,) if chosen else (bundle(), _bundle(UNDONE, "undoing.form")):
        cases.release.deploy_release(tx, one, cases.release.Publication("sample", {}))
