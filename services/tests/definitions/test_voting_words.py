"""jc:voting in a diagram: what the count needs must be there, and nobody fills in a form for all."""

from __future__ import annotations

import pytest

from jiecheng.acceptance import sample
from jiecheng.definitions import lint
from jiecheng.definitions.process import read_process
from jiecheng.model.ids import ElementId
from jiecheng.model.voting import Mode, Tie


def findings(old: str, new: str) -> set[str]:
    from dataclasses import replace

    bundle = sample.bundle()
    assert old in bundle.bpmn
    return {one.code for one in lint(replace(bundle, bpmn=bundle.bpmn.replace(old, new))) if one.severity == "error"}


def test_the_sample_is_read_as_it_is_written() -> None:
    nodes = read_process(sample.bundle().bpmn).nodes
    assert [nodes[ElementId(one)].mode for one in ("all_sign", "any_signs", "sign_in_turn", "share_votes")] == [
        Mode.ALL,
        Mode.ANY,
        Mode.SEQUENTIAL,
        Mode.RATIO,
    ]
    rule = nodes[ElementId("share_votes")].voting
    assert rule is not None
    assert (round(rule.ratio, 3), rule.tie, rule.abstentions_count) == (
        round(2 / rule.ratio.__class__(3), 3),
        Tie.FAILS,
        True,
    )


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('<jc:voting mode="all"/>', '<jc:voting mode="most"/>', "jc_wrong_value"),
        ('<jc:voting mode="all"/>', '<jc:voting mode="all" ratio="2/3"/>', "voting_ratio"),
        ('ratio="≥2/3"', "", "voting_ratio"),
        ('ratio="≥2/3"', 'ratio="viele"', "voting_share"),
        ('<jc:voting mode="all"/>', '<jc:voting mode="all"/><jc:meeting/>', "voting_and_meeting"),
        ('veto="=signers[1].id"', 'veto="许书宁"', "voting_veto"),
        ('veto="=signers[1].id"', 'veto="=signers["', "feel"),
    ],
)  # fmt: skip
def test_what_cannot_be_counted_is_found(old: str, new: str, code: str) -> None:
    assert code in findings(old, new)


def test_a_vote_without_a_way_to_disagree_and_a_form_to_fill_in_are_found() -> None:
    bundle = sample.bundle()
    start = bundle.bpmn.index('<bpmn:userTask id="all_sign"')
    step = bundle.bpmn[start : bundle.bpmn.index("</bpmn:userTask>", start)]
    assert "voting_outcomes" in findings(step, step.replace('value="disagree"', 'value="against"'))
    assert "voting_form" in findings(step, step.replace('default="read"', 'default="edit"'))
