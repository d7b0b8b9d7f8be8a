"""An expression in the words of the forms, tables and steps; nothing rather than something half understood."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from jiecheng.cases import deployment
from jiecheng.definitions import panel_words
from jiecheng.definitions.in_words import Name, in_words

BUNDLES = {bundle.process: bundle for bundle in deployment.read_bundles(Path(__file__).parents[3])}
NAMES = {
    "borrowed": Name("拟借调人员"),
    "end": Name("结束日期"),
    "findings": Name("「核查结果」"),
    "streets": Name("涉及街镇"),
    "kind": Name("期限", {"temporary": "临时"}),
    "limits.days": Name("「时限」的“提醒”"),
    "today": Name("今天"),
}


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("=borrowed.street", "拟借调人员的所在街镇"),
        ('kind = "temporary"', "期限是“临时”"),
        ('kind != "long" and end != null', "期限不是“long”，并且结束日期填了"),
        ("count(findings) = 0", "「核查结果」一条也没有"),
        ("count(findings) > 2", "「核查结果」的条数大于2"),
        ('="借调" + borrowed.name + "（" + end + "）"', "“借调〔拟借调人员的名称〕（〔结束日期〕）”"),
        ('=end + "T09:30:00+08:00"', "结束日期的9点30分"),
        ('=string(date(end) + duration("P1D")) + "T09:00:00+08:00"', "结束日期加1天的9点"),
        ('"P" + string(limits.days) + "D"', "「时限」的“提醒”（天）"),
        ("for one in streets return one.id", "各涉及街镇"),
        ('if kind = "temporary" then end else null', "如果期限是“临时”，就是结束日期；否则是空"),
        ("unknown.name", ""),
        ("borrowed.shoe_size", ""),
        ("kind =", ""),
        ("{a: 1}", ""),
        ("sort(streets)", ""),
        ("borrowed.", ""),
        ("for", ""),
        ("kind = null or (end = null and kind != null)", "期限没有填，或者（结束日期没有填，并且期限填了）"),
        ("kind = null or end = null and kind != null", "期限没有填，或者（结束日期没有填，并且期限填了）"),
        ("(kind = null or end = null) and kind != null", "（期限没有填，或者结束日期没有填），并且期限填了"),
        ("limits.days - (5 - 2)", "「时限」的“提醒”减（5减2）"),
        ("end and (if kind = null then end else null)", "结束日期，并且（如果期限没有填，就是结束日期；否则是空）"),
        ("count(findings) + 1 = 0", "「核查结果」的条数加1是0"),
        ("end != true", "结束日期不是“是”"),
        ("end > today", "结束日期晚于今天"),
        ('kind = "temporary" + "x"', "期限是“temporaryx”"),
        ("(" * 5000, ""),
    ],
)
def test_an_expression_is_said_or_not_at_all(expression: str, words: str) -> None:
    assert in_words(expression, NAMES) == words


def test_a_limit_is_said_with_its_present_value_and_its_table() -> None:
    told = panel_words(BUNDLES["staff_loan"], "静安").meanings["limits.filing_days"]
    assert told.words == "取自判定表「适用条件」的“备案时限（工作日）”栏，现在静安是 5"
    assert told.file == "loan_limits.dmn"


def test_a_ways_condition_is_said_by_the_buttons_of_the_step() -> None:
    bundle = BUNDLES["staff_loan"]
    condition = 'committee_outcome = "agree"'
    assert panel_words(bundle, "静安").meanings[condition].words == "“党(工)委集体研究”的结果是“同意”"
    offered = panel_words(bundle, "静安").conditions
    assert offered[condition] == "“党(工)委集体研究”的结果是“同意”"
    assert offered["limits.section_opinion_required = true"] == "「适用条件」的“须科室意见”：是"
    assert 'committee_outcome = "return"' in offered
    assert 'term_kind = "temporary"' in panel_words(BUNDLES["duty_admission"], "静安").conditions


def test_days_are_found_and_conditions_stand_in_one_order_however_the_forms_are_written() -> None:
    """Another editor writes its files closer, and a field's parts in another order."""

    def written_otherwise(part: object) -> object:
        if isinstance(part, dict):
            return {key: written_otherwise(part[key]) for key in reversed(part)}
        return [written_otherwise(one) for one in part] if isinstance(part, list) else part

    bundle = BUNDLES["power_devolution"]
    forms = {name: json.dumps(written_otherwise(json.loads(text))) for name, text in bundle.forms.items()}
    assert panel_words(replace(bundle, forms=forms), "静安").dates == panel_words(bundle, "静安").dates != {}
    fields = [one.partition(" = ")[0] for one in panel_words(bundle, "静安").conditions]
    asked = [one for one in dict.fromkeys(fields) if f'source="={one}" target="{one}"' in bundle.bpmn]
    assert asked == sorted(asked, key=lambda one: bundle.bpmn.index(f'source="={one}" target="{one}"'))
    assert len(asked) > 5


def test_days_are_offered_for_a_ways_condition_and_it_is_said_in_words() -> None:
    assert {"start_date", "end_date"} <= panel_words(BUNDLES["staff_loan"], "静安").dates.keys()
    names = {"a": Name("开始日期"), "b": Name("结束日期")}
    assert in_words('date(b) > date(a) + duration("P3M")', names) == "结束日期晚于开始日期加3个月"


@pytest.mark.parametrize("process", sorted(BUNDLES))
def test_of_every_process_most_expressions_have_words_and_every_working_day_limit_has(process: str) -> None:
    bundle = BUNDLES[process]
    told = panel_words(bundle, "静安").meanings
    due = {part.split('"')[0] for part in bundle.bpmn.split('workingDays="=')[1:]}
    assert due <= set(told)
    assert len(told) > 15
