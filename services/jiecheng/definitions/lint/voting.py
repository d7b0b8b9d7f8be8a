"""Steps that several people decide (会签、或签、依次、票签): what the count needs is there, and nobody fills in a form for all."""

from __future__ import annotations

from collections.abc import Iterator

from jiecheng.definitions import extensions as ext
from jiecheng.definitions.lint.subject import Subject, called
from jiecheng.model.definition import FlowNode
from jiecheng.model.errors import Finding
from jiecheng.model.form import Right
from jiecheng.model.voting import AGREE, DISAGREE, Mode


def several_decide(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes:
        word = next(ext.words(subject.elements[node.id], "voting"), None)
        if word is None:
            continue
        if next(ext.words(subject.elements[node.id], "meeting"), None) is not None:
            sentence = f"{called(node)}既写了 jc:meeting 又写了 jc:voting，会议表决和分别表决只能选一种，请删去一个。"
            yield Finding("voting_and_meeting", node.id, sentence)
        if (word.get("ratio") is not None) != (word.get("mode") == Mode.RATIO.value):
            sentence = f'{called(node)}的 ratio 和 mode="ratio" 要一起写：按比例通过的写明比例，别的方式不写。'
            yield Finding("voting_ratio", node.id, sentence)
        yield from _counted(node)
        yield from _read_only(node)
        yield from _veto(node)


def _counted(node: FlowNode) -> Iterator[Finding]:
    missing = sorted({AGREE, DISAGREE} - {outcome.value for outcome in node.outcomes})
    if missing:
        words = "、".join(missing)
        yield Finding(
            "voting_outcomes", node.id, f"{called(node)}由几个人表决，办理结果里应当有 {words}，请补上，否则无法计票。"
        )


def _read_only(node: FlowNode) -> Iterator[Finding]:
    """Several at once in one form would write over each other."""
    for use in node.forms:
        if {use.default, *use.rights.values()} & {Right.EDIT, Right.REQUIRED}:
            sentence = (
                f"{called(node)}由几个人表决，表单 {use.form} 只能看不能填，请改为 read；要填的内容放到别的环节。"
            )
            yield Finding("voting_form", node.id, sentence)


def _veto(node: FlowNode) -> Iterator[Finding]:
    if node.veto and node.veto != "all" and not node.veto.startswith("="):
        yield Finding("voting_veto", node.id, f"{called(node)}的 veto 应当写 all，或者以 = 开头的表达式。")
