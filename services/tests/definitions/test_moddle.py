"""The diagram editor's descriptor is the table of words, word for word; and what a draft may be."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiecheng import definitions
from jiecheng.cases.deployment import read_bundles
from jiecheng.definitions.moddle import moddle_descriptor
from jiecheng.definitions.vocabulary import ATTRIBUTES, WORDS

ROOT = Path(__file__).parents[3]
TYPES = {one["name"]: one for one in moddle_descriptor()["types"]}


def lower(name: str) -> str:
    return name[:1].lower() + name[1:]


@pytest.mark.parametrize("name", WORDS)
def test_every_word_is_a_type_with_its_attributes_and_the_words_inside_it(name: str) -> None:
    word, type_ = WORDS[name], TYPES[name[:1].upper() + name[1:]]
    plain = {one["name"] for one in type_["properties"] if one.get("isAttr")}
    assert plain == {*word.required, *word.optional, *word.choices}
    inside = {lower(one["type"]) for one in type_["properties"] if one.get("isMany")}
    assert inside == {child for child, each in WORDS.items() if name in each.within}


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_every_attribute_is_a_trait_of_the_elements_that_may_carry_it(name: str) -> None:
    trait = TYPES[f"{name[:1].upper()}{name[1:]}Attribute"]
    assert [one["name"] for one in trait["properties"]] == [name]
    assert all(one.startswith("bpmn:") for one in trait["extends"])


def test_there_is_nothing_beside_the_table() -> None:
    assert len(TYPES) == len(WORDS) + len(ATTRIBUTES)


@pytest.mark.parametrize("bundle", read_bundles(ROOT), ids=lambda bundle: bundle.process)
def test_a_bundles_files_make_the_same_bundle_again(bundle: definitions.bundle.Bundle) -> None:
    files = definitions.files_of(bundle)
    again = definitions.draft_bundle(bundle.process, files, bundle.clauses)
    assert definitions.bundle_hash(again) == definitions.bundle_hash(bundle)
    definitions.require_fit_draft(bundle.process, files)


def test_a_changed_step_is_coloured_and_a_moved_one_is_not() -> None:
    bundle = next(one for one in read_bundles(ROOT) if one.process == "loan_stop")
    from dataclasses import replace

    due = replace(bundle, bpmn=bundle.bpmn.replace('workingDays="=approval.handling_days"', 'workingDays="3"', 1))
    assert definitions.changed_elements(bundle, due) == {"organization_department_orders_return": "changed"}
    moved = replace(bundle, bpmn=bundle.bpmn.replace('x="490" y="230"', 'x="480" y="230"'))
    assert definitions.changed_elements(bundle, moved) == {}
    drawn = definitions.picture.draw(due.bpmn, states=definitions.changed_elements(bundle, due), flows=(), title="叫停")
    assert 'data-state="changed"' in drawn
    assert "改动" in drawn
    assert "走过的路" not in drawn


def test_a_label_colours_the_step_that_fills_the_form_in_and_a_table_the_rule_that_asks_it() -> None:
    from dataclasses import replace

    loan = next(one for one in read_bundles(ROOT) if one.process == "staff_loan")
    form, table = loan.forms["application.form"], loan.dmn["loan_limits.dmn"]
    label = replace(loan, forms={**loan.forms, "application.form": form.replace("借调必要性", "为什么要借调", 1)})
    assert label != loan
    # Who starts, and who corrects, writes in this field; everybody else only reads it.
    assert definitions.changed_elements(loan, label) == {"loan_requested": "changed", "applicant_corrects": "changed"}
    limit = replace(loan, dmn={**loan.dmn, "loan_limits.dmn": table.replace("<text>6</text>", "<text>4</text>", 1)})
    assert definitions.changed_elements(loan, limit) == {"determine_limits": "changed"}
    laid_out = replace(loan, dmn={**loan.dmn, "loan_limits.dmn": table.replace("</decision>", "\n  </decision>")})
    assert definitions.changed_elements(loan, laid_out) == {}


def test_a_new_table_is_one_that_can_be_read() -> None:
    from jiecheng import decisions

    assert "limits" in decisions.read_decisions(definitions.new_table("limits")).decisions
