"""The rules on fan-outs and closed doors: each finds its fault, names the element and says in Chinese what to do."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "cases"))  # for consult_process

from consult_process import PROCESS, bundle

from jiecheng.definitions import lint

INSTANCE = '<jc:instance key="=street.id" label="=street.street_name"/>'
DOORS = '<jc:compartment organ="=street.party_organ"/>'
SILENT = '<jc:output source="=count(replies[item = null])" target="silent"/>'
REPLY_FORM = '<jc:form name="reply" default="edit"/>'
INNER_FORM = '<jc:form name="inner_opinion" default="edit"/>'
STRAY = '<jc:output source="=street.id" target="silent"/>'

FAULTS = [
    # planted: what, in its place, the code, the element, words of the sentence
    (SILENT, INSTANCE + SILENT, "instance_without_several", "opinions_summed", "不是会签"),
    (INSTANCE, "", "instance_key_missing", "street_replies", "各份会互相覆盖"),
    (REPLY_FORM, REPLY_FORM + INNER_FORM, "form_crosses_compartment", "office_drafts", "请分成两张表单"),
    (DOORS, '<jc:compartment organ="=count(streets)"/>', "organ_expression", "street_studies", "内部办理的机关"),
    ('to="=initiator.organ"', 'to="=today"', "organ_expression", "reply_issued", "收文机关"),
    (SILENT, STRAY, "item_outside_instance", "opinions_summed", "只在会签的各份里有值"),
]  # fmt: skip


def test_the_good_process_has_no_findings() -> None:
    assert lint(bundle()) == []


@pytest.mark.parametrize(("planted", "instead", "code", "element", "words"), FAULTS)
def test_a_planted_fault_is_found_and_named(planted: str, instead: str, code: str, element: str, words: str) -> None:
    assert planted in PROCESS
    found = [one for one in lint(bundle(PROCESS.replace(planted, instead, 1))) if one.code == code]
    assert element in [one.place for one in found]
    sentence = next(one.message for one in found if one.place == element)
    assert words in sentence
    assert "请" in sentence
