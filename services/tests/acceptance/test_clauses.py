"""Quoted words are the document's own, letter by letter; what no document says is never called one."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiecheng import definitions

ROOT = Path(__file__).parents[3]
SEEDS = ROOT.parent / "shared" / "seeds"
CLAUSES, UNREADABLE = definitions.read_clauses((ROOT / "bpmn" / "clauses.yaml").read_text("utf-8"))
PROFILES = {"静安", "西安", "嘉兴", "上海", "福山"}
QUOTED = {"文件", "报道", "经验材料"}


def rule_of(clause: str) -> str:
    return clause.partition("-")[0]


def test_the_catalogue_of_clauses_is_complete() -> None:
    assert UNREADABLE == []
    assert {rule_of(clause) for clause in CLAUSES} >= {*(f"L{n}" for n in range(1, 9)), *(f"X{n}" for n in range(1, 8))}


@pytest.mark.parametrize("rule", [f"L{n}" for n in range(1, 9)])
def test_every_profile_has_a_clause_for_every_rule(rule: str) -> None:
    covered = {profile for key, one in CLAUSES.items() if rule_of(key) == rule for profile in one["profiles"]}  # type: ignore[attr-defined]
    assert covered == PROFILES


def test_authority_is_one_of_the_five() -> None:
    assert {one["authority"] for one in CLAUSES.values()} <= {*QUOTED, "推论", "惯例"}


def test_what_no_document_says_rests_on_the_district_s_own_rules() -> None:
    own = [one for one in CLAUSES.values() if one["authority"] not in QUOTED]
    assert own
    assert all(str(one["document"]).startswith("本区") for one in own)


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the policy documents are not at hand")
@pytest.mark.parametrize("clause", [key for key, one in CLAUSES.items() if one["authority"] in QUOTED])
def test_quoted_words_stand_in_a_document(clause: str) -> None:
    words = str(CLAUSES[clause]["words"])
    assert any(words in file.read_text("utf-8") for file in SEEDS.glob("*.txt"))
