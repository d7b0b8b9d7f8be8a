"""What the linter says of jc:alike: an expression over what is known when a case begins, not a text that all share."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from jiecheng.cases.deployment import read_bundles
from jiecheng.definitions import lint

LOAN = next(one for one in read_bundles(Path(__file__).parents[3]) if 'id="staff_loan"' in one.bpmn)
DRAWN = 'jc:alike="=borrowed.person"'


def findings(written: str) -> list[str]:
    assert DRAWN in LOAN.bpmn
    bpmn = LOAN.bpmn.replace(DRAWN, f'jc:alike="{written}"')
    return [one.code for one in lint(replace(LOAN, bpmn=bpmn))]


@pytest.mark.parametrize("written", ["=borrowed.person", "=[borrowed.person, borrower]"])
def test_an_expression_over_the_variables_is_right(written: str) -> None:
    assert findings(written) == []


@pytest.mark.parametrize("written", ["borrowed.person", "=borrowed.person +", "=lent.person"])
def test_a_text_a_slip_and_a_name_nobody_writes_are_named(written: str) -> None:
    assert findings(written)
