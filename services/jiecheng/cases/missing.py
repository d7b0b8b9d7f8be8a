"""What is not offered on a step, and why: said from the step as it is drawn, so that nobody looks for a button in vain.

Reads nothing; whether somebody may do something is asked elsewhere (`permissions`), here only why the step has none.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from jiecheng.model.definition import FlowNode

TRANSFER, RETURN, SIGNERS, RETRACT = "转办", "退回", "加签", "撤回"
NOT_DRAWN = "流程图没有允许，确有需要的请流程负责人在图上加"
_BODY = {
    TRANSFER: "集体研究的结果由会议秘书录入",
    SIGNERS: "集体研究以会议表决为准",
}
_LENT = "您在代别人办理，由本人决定"
# Whose step it is by the rule that finds him: handing it on would put another's word in the place of his.
_OWN: Final = {
    "initiator": "这一步由发起人自己办理",
    "identity": "这一步指定由本人办理",
    "head": "这一步由负责人自己办理",
    "initiator_organ_head": "这一步由负责人自己办理",
    "superior": "这一步由负责人自己办理",
}


def missing(node: FlowNode, offered: Collection[str], *, lent: bool, first: bool) -> tuple[str, ...]:
    """A sentence for each reason. `offered`: the words above that the page has; `lent`: he stands in for somebody;
    `first`: no step that people work on comes before."""
    why: dict[str, list[str]] = {}
    for word in (TRANSFER, RETURN, SIGNERS):
        if word not in offered and not (word == RETURN and _returning(node)):
            why.setdefault(_reason(word, node, lent=lent, first=first), []).append(word)
    said = [f"不能{'、'.join(words)}：{reason}。" for reason, words in why.items()]
    if RETURN not in offered and (labels := _returning(node)):
        said.append(f"要退回的，请用下面的“{'”“'.join(labels)}”。")
    if RETRACT not in offered:
        said.append("办完以后不能撤回，请核对清楚再办。")
    return tuple(said)


def _reason(word: str, node: FlowNode, *, lent: bool, first: bool) -> str:
    if lent and word in (TRANSFER, SIGNERS):
        return _LENT
    if node.meeting is not None and word in _BODY:
        return _BODY[word]
    if word == RETURN and node.returns is not None:
        return "前面还没有办过可以退回的环节"
    if word == RETURN and first:
        return "前面没有别人办过的环节"
    if word in (TRANSFER, SIGNERS) and node.assignment is not None:
        return _OWN.get(node.assignment.resolver, NOT_DRAWN)
    return NOT_DRAWN


def _returning(node: FlowNode) -> list[str]:
    """Outcomes of the step itself that send the case back: the button is there, under another name."""
    return [one.label for one in node.outcomes if RETURN in one.label]
