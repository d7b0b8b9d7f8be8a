"""Sentences that nobody understands are found without running anything, each with its line and what comes nearest."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from jiecheng.acceptance.spelling import strange_sentences
from jiecheng.cases import deployment

ROOT = Path(__file__).parents[3]
HEAD = "# language: zh-CN\n功能: 甲\n  规则: 乙\n    @L1\n"


def told(steps, kind="场景", after=""):
    return strange_sentences({"a.feature": f"{HEAD}    {kind}: 丙\n      {steps}\n{after}"})


def test_every_scenario_of_the_house_is_understood():
    for bundle in deployment.read_bundles(ROOT):
        assert strange_sentences(bundle.features) == []


def test_a_mistyped_sentence_is_named_with_its_line_and_the_nearest():
    (found,) = told("那么 “本人意见”由杨景行办里")
    assert found.place == "a.feature:6"
    assert "第 6 行「那么 “本人意见”由杨景行办里」：没有这种句式" in found.message
    assert "最接近的写法：「“" in found.message
    assert "办理」" in found.message
    (nothing,) = told("那么 随便写一句")
    assert "最接近" not in nothing.message


@pytest.mark.parametrize(
    ("steps", "count"),
    [
        ("当 办件以“已备案”办结", 1),
        ("那么 办件以“已备案”办结", 0),
        ("假如 今天是2026年3月1日\n      而且 办件以“已备案”办结", 1),
        ("那么 没有留下办件\n      而且 办件以“已备案”办结", 0),
    ],
)
def test_what_is_found_stands_only_where_it_may(steps, count):
    found = told(steps)
    assert len(found) == count
    assert all("只能写在“那么”后面" in one.message for one in found)


def test_an_outline_is_understood_with_its_examples_and_a_background_is_read():
    example = "      例子:\n        | 日 |\n        | 2026年3月1日 |\n"
    assert told("假如 今天是<日>", "场景大纲", example) == []
    assert len(told("假如 今天是<日>", "场景大纲", example.replace("2026年3月1日", "三月一日"))) == 1
    text = f"{HEAD}    场景: 丙\n      那么 没有留下办件\n".replace("  规则", "  背景:\n    假如 天上下雨\n  规则", 1)
    assert [one.place for one in strange_sentences({"a.feature": text})] == ["a.feature:4"]


def test_a_file_in_which_nothing_is_understood_is_told_at_once():
    begun = time.monotonic()
    found = told(
        "\n".join(f"而且 天上下了第{number}场雨，还要接着下" for number in range(1500)).replace("而且", "假如", 1)
    )
    assert len(found) == 1500
    assert len(told(f"那么 “{'雨' * 100_000}”由杨景行办理")) == 1
    assert time.monotonic() - begun < 4


def test_what_cannot_be_read_is_the_linters():
    assert strange_sentences({"a.feature": "功能"}) == []
