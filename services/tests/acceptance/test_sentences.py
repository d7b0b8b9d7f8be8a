"""The list for people and the sentences that run are one; each example is understood in exactly one way."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from pytest_bdd.steps import StepFunctionContext, step_function_context_registry

from jiecheng.acceptance import clock, sentences

README = Path(__file__).parents[3] / "features" / "README.md"
EXAMPLES = [
    said
    for said in re.findall(r"^\| (.+?) +\|", README.read_text("utf-8"), re.MULTILINE)
    if said not in ("句式", "---")
]


def parsers() -> list[StepFunctionContext]:
    """The sentences pytest-bdd knows from our plugins."""
    ours = sentences.__name__.rpartition(".")[0]
    return [each for each in step_function_context_registry.values() if each.step_func.__module__.startswith(ours)]


def test_there_are_sentences_to_speak_of() -> None:
    assert 40 <= len(parsers()) <= 200


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_example_is_one_sentence(example: str) -> None:
    matching = [each.step_func.__name__ for each in parsers() if each.parser.is_matching(example)]
    assert len(matching) == 1, matching


def test_each_sentence_has_an_example() -> None:
    silent = [
        each.step_func.__name__ for each in parsers() if not any(each.parser.is_matching(said) for said in EXAMPLES)
    ]
    assert silent == []


def test_dates_are_read_as_people_write_them() -> None:
    assert clock.read_date("2026年2月1日") == date(2026, 2, 1)


def test_nine_in_beijing_is_one_in_greenwich() -> None:
    assert clock.moment(date(2026, 12, 1)).utctimetuple().tm_hour == 1


def test_what_is_no_date_is_named() -> None:
    with pytest.raises(ValueError, match="明天"):
        clock.read_date("明天")
