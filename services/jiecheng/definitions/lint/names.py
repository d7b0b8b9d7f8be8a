"""Models read aloud: every node has a label and a speaking id; a gateway asks, its flows answer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jiecheng.definitions.lint.subject import Subject, called
from jiecheng.definitions.vocabulary import SUB_PROCESSES
from jiecheng.model.errors import Finding

SPEAKING = re.compile(r"^[a-z][a-z0-9_]*$")
# Names that a drawing tool gives by chance.
_CHANCE = re.compile(r"^(activity|gateway|event|flow|task|subprocess)_[a-z0-9]{7}$", re.IGNORECASE)

_ASKING = frozenset({"exclusiveGateway", "inclusiveGateway"})


def labels(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes:
        if not node.name:
            yield Finding("label_missing", node.id, f"节点 {node.id} 没有名称，请写上办事的人看得懂的名称。")


def speaking_ids(subject: Subject) -> Iterator[Finding]:
    for place in (subject.definition.id, *subject.definition.nodes):
        if not SPEAKING.match(place) or _CHANCE.match(place):
            sentence = f"标识 {place} 不会说话，请改成小写英文单词加下划线，例如 party_committee_decides。"
            yield Finding("id_not_speaking", place, sentence)


def gateway_questions(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes:
        if node.kind in _ASKING and len(subject.leaving(node.id)) > 1 and not node.name.endswith("？"):
            yield Finding(
                "gateway_question", node.id, f"网关{called(node)}有几条去路，名称应当是一个以“？”结尾的问句。"
            )


def gateway_answers(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes:
        flows = subject.leaving(node.id)
        if node.kind not in _ASKING or len(flows) < 2:
            continue
        for flow in flows:
            if not flow.name:
                sentence = f"网关{called(node)}的去路 {flow.id} 没有名称，请写上对问句的回答。"
                yield Finding("flow_unnamed", flow.id, sentence)


def process_heading(subject: Subject) -> Iterator[Finding]:
    definition = subject.definition
    if not definition.name:
        yield Finding("label_missing", definition.id, f"流程 {definition.id} 没有名称，请写上。")
    if subject.is_called:
        return  # a case is titled, numbered and started by the process that calls
    if not definition.title:
        yield Finding("title_missing", definition.id, "流程没有办件标题（jc:title），请写一个表达式。")
    if not definition.number_kind:
        sentence = "流程没有编号用字（jc:numberKind），例如“借调”，请补上。"
        yield Finding("number_kind_missing", definition.id, sentence)
    if definition.alike and not definition.alike.startswith("="):
        sentence = "怎样算同样的办件（jc:alike）应当写表达式，例如 =borrowed.person；写成文字，每一件都一样。请改正。"
        yield Finding("alike_text", definition.id, sentence)
    if definition.reversed_by and (
        definition.reversed_by == definition.id or not SPEAKING.match(definition.reversed_by)
    ):
        sentence = "撤销已办结用的流程（jc:reversedBy）应当写另一个流程的标识，例如 loan_stop，请改正。"
        yield Finding("reversed_by", definition.id, sentence)
    if definition.starters is None:
        yield Finding("starters_missing", definition.id, "流程没有说明谁可以发起（jc:starters），请补上。")


def documentation(subject: Subject) -> Iterator[Finding]:
    """A user task or decision without an explanation leaves the official alone."""
    for node in subject.nodes:
        explained = node.kind in ("userTask", "businessRuleTask") or node.kind in SUB_PROCESSES
        if explained and not node.documentation:
            sentence = f"{called(node)}没有说明（documentation），请写一句给办事人看的话。"
            yield Finding("documentation_missing", node.id, sentence, severity="warning")
