"""What a sentence that does not hold says: in Chinese, each thing once, and nothing of Python."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from jiecheng.acceptance.failure import (
    Cause,
    Compared,
    Failure,
    Unmet,
    compared_of,
    failure_of,
    grouped,
    plain,
    require_among,
    unknown_sentence,
)
from jiecheng.model.case import CaseState
from jiecheng.model.errors import Refused


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "没有"),
        (True, "是"),
        (Decimal("3.5"), "3.5"),
        (date(2026, 12, 1), "2026年12月1日"),
        ("到2026-12-04为止", "到2026年12月4日为止"),
        (CaseState.ENDED, "已办结"),
        ({"b", "a"}, "a、b"),
        ([], "无"),
        ({"状态": "督办中", "期限": None}, "状态：督办中，期限：没有"),
    ],
)
def test_values_are_said_as_people_say_them(value, words):
    assert plain(value) == words


def test_of_two_tuples_only_what_differs_is_said():
    assert compared_of("==", (6, 4), (6, 3)) == Compared("3", "4")
    assert compared_of("in", "补正", ["同意", "退回"]) == Compared("有补正", "同意、退回")


@pytest.mark.parametrize(
    ("error", "cause", "said"),
    [
        (AssertionError("补正单上是：['L7', 'L9']。\nassert []"), Cause.VALUE, "补正单上是：L7、L9。"),
        (
            AssertionError("“本人意见”没有人办理\nassert set() == {'甲'}\n  'Y'\n  '甲'"),
            Cause.VALUE,
            "“本人意见”没有人办理",
        ),
        (AssertionError("[]\nassert False"), Cause.VALUE, "没有成立。"),
        (AssertionError("assert <jiecheng.Task object at 0x7f> is None"), Cause.VALUE, "没有成立。"),
        (KeyError("limits"), Cause.BROKEN, "运行这一句的时候出了差错。"),
        (Refused("您不是承办人。", rule="x"), Cause.REFUSED, "平台没有受理：您不是承办人。"),
    ],
)
def test_what_went_wrong_is_said_without_pythons_words(error, cause, said):
    found = failure_of("当 许书宁同意", error)
    assert (found.cause, found.said) == (cause, said)
    assert found.message == f"「当 许书宁同意」：{said}"


def test_a_programmer_finds_his_words_in_the_fold_out():
    def stumble():
        return {}["limits"]

    with pytest.raises(KeyError) as caught:
        stumble()
    found = failure_of("那么 期限是3天", caught.value)
    assert found.technical.startswith("KeyError: 'limits'\n")
    assert "stumble" in found.technical


def test_one_missing_button_is_one_cause_however_many_stumble_over_it():
    button = Failure("当 甲对“审核”表示“同意”", "环节“审核”没有按钮“同意”。", Cause.OUTCOME)
    other = Failure("而且 乙对“审核”表示“同意”", "环节“审核”没有按钮“同意”。", Cause.OUTCOME)
    scenarios = [{"file": "a.feature", "name": f"场景{number}", "line": number} for number in range(6)]
    told = grouped(
        [*((button, one) for one in scenarios[:4]), (other, scenarios[4]), (unknown_sentence("天上下雨"), scenarios[5])]
    )
    assert [(one["cause"], one["count"]) for one in told] == [("outcome", 5), ("sentence", 1)]
    assert [one["name"] for one in told[0]["scenarios"]] == [f"场景{number}" for number in range(5)]


def test_an_outline_is_one_scenario_however_many_examples_stumble():
    wrong = Failure("那么 期限是3天", "和实际不一样。", Cause.VALUE)
    outline = {"file": "a.feature", "name": "大纲", "line": 3}
    told = grouped([(wrong, outline), (wrong, outline), (wrong, {**outline, "file": "b.feature"})])
    assert [(one["count"], len(one["scenarios"])) for one in told] == [(2, 2)]


def test_what_sent_the_case_back_is_the_one_cause_of_all_that_comes_after():
    why = {"stands": "“申请人补正”", "why": "L3 借期6个月，超过上限4个月。"}
    failures = [
        Failure("假如 甲已办到“备案”", "办件没有走到“备案”。", Cause.STEP, "走到“备案”", "“申请人补正”", **why, line=7),
        Failure("那么 乙收到通知“到期”", "乙收到的通知里没有“到期”。", Cause.VALUE, **why, line=9),
        Failure("那么 “备案”由乙办理", "平台没有受理前一步。", Cause.REFUSED, **why, line=3),
    ]
    (told,) = grouped([(one, {"file": "a.feature", "name": f"场景{one.line}", "line": 1}) for one in failures])
    assert told["said"] == "办件退回到“申请人补正”，没有往下走：L3 借期6个月，超过上限4个月。"
    assert (told["cause"], told["step"], told["expected"], told["count"]) == ("rule", "", "", 3)
    assert [one["at"] for one in told["scenarios"]] == [7, 9, 3]


def test_a_text_that_is_not_among_those_found_is_said_with_all_of_them():
    require_among("到期", ["借调到期"], "通知")
    with pytest.raises(Unmet, match="乙收到的通知里没有“到期”。") as caught:
        require_among("到期", [], "乙收到的通知")
    assert (caught.value.expected, caught.value.found) == ("有“到期”", "什么也没有")
