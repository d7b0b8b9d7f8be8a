"""单人: the one who holds the step chooses one of its outcomes, with an opinion where the diagram asks for one."""

from __future__ import annotations

from collections.abc import Sequence

from jiecheng.model.definition import OutcomeOption
from jiecheng.model.errors import Invalid

OUTCOME_FIELD = "_outcome"
OPINION_FIELD = "_opinion"


def count_single(options: Sequence[OutcomeOption], outcome: str, opinion: str = "") -> OutcomeOption:
    """The option that was chosen.

    `Invalid` (fields `_outcome`, `_opinion`) when it is none of them or lacks its opinion.
    """
    chosen = next((option for option in options if option.value == outcome), None)
    if chosen is None:
        labels = "、".join(option.label for option in options) or "（本环节没有可选的结论）"
        raise Invalid.at(OUTCOME_FIELD, f"请选择一个办理结论：{labels}。")
    if chosen.opinion_required and not opinion.strip():
        raise Invalid.at(OPINION_FIELD, f"选择「{chosen.label}」时必须写明意见。请填写意见后再提交。")
    return chosen
