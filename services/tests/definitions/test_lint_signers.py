"""What the linter says of jc:addSigner."""

from __future__ import annotations

import pytest

from jiecheng.acceptance import sample
from jiecheng.definitions import lint

BUNDLE = sample.bundle()
REVIEW = '<jc:addSigner ways="before after parallel" within="district"/>'
TURN = '<jc:addSigner ways="before after parallel" within="district" parallel="advice"/>'


def codes(old: str, new: str) -> list[str]:
    from dataclasses import replace

    assert old in BUNDLE.bpmn
    return [one.code for one in lint(replace(BUNDLE, bpmn=BUNDLE.bpmn.replace(old, new, 1))) if one.severity == "error"]


def test_the_sample_is_clean() -> None:
    assert codes(REVIEW, REVIEW) == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (REVIEW, REVIEW.replace("before", "earlier"), "signer_ways"),
        (REVIEW, REVIEW.replace("before after", "after after"), "signer_ways"),
        (REVIEW, REVIEW.replace("district", "city"), "jc_wrong_value"),
        (REVIEW, REVIEW.replace("/>", ' parallel="vote"/>'), "signer_vote"),
        (TURN, TURN.replace("advice", "vote"), "signer_vote"),
        (REVIEW, REVIEW + "<jc:meeting/>", "signer_meeting"),
    ],
)
def test_what_cannot_be_is_named(old: str, new: str, code: str) -> None:
    assert code in codes(old, new)
