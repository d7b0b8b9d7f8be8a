"""`jiecheng check`: three folders tell one story."""

from __future__ import annotations

import pytest

from jiecheng.definitions import read_clauses, slice_findings


def codes(tree: dict[str, str]) -> set[str]:
    return {each.code for each in slice_findings(tree)}


def test_a_whole_slice_has_no_findings(files) -> None:
    assert slice_findings(files.tree()) == []


@pytest.mark.parametrize(
    ("path", "text", "code"),
    [
        ("bpmn/other/table.dmn", "<a/>", "orphan"),
        ("forms/other/a.form", "{}", "orphan"),
        ("features/other/a.feature", "", "orphan"),
        ("forms/seal_use/extra.form", "{}", "orphan"),
        ("bpmn/seal_use/notes.txt", "", "stranger"),
        ("forms/application.form", "{}", "stranger"),
        ("bpmn/platform/x.bpmn", "", "stranger"),
        ("features/seal_use/empty.feature", "", "feature_empty"),
    ],
)
def test_what_belongs_to_nobody_is_found(files, path: str, text: str, code: str) -> None:
    assert code in codes({**files.tree(), path: text})


def test_the_folder_bears_the_name_of_the_process(files) -> None:
    tree = {path.replace("seal_use", "seal_application"): text for path, text in files.tree().items()}
    assert "process_id" in codes(tree)


def test_a_table_file_bears_the_name_of_a_decision_in_it(files) -> None:
    tree = {path.replace("seal_level.dmn", "levels.dmn"): text for path, text in files.tree().items()}
    assert [each.code for each in slice_findings(tree)] == ["file_name"]


def test_a_form_that_the_diagram_names_must_be_there(files) -> None:
    tree = files.tree()
    del tree["forms/seal_use/opinion.form"]
    assert [(each.code, each.place) for each in slice_findings(tree)] == [
        ("form_unknown", "forms/seal_use/opinion.form")
    ]


def test_a_process_without_scenarios_promises_nothing(files) -> None:
    tree = files.tree()
    del tree["features/seal_use/approval.feature"]
    assert codes(tree) == {"no_features"}


def test_platform_features_need_tags_but_no_diagram(files) -> None:
    feature = "# language: zh-CN\n功能: 平台\n  @{tag}\n  场景: 一\n    假如 甲\n"
    path = "features/platform/records.feature"
    assert codes({**files.tree(), path: feature.replace("{tag}", "Z9")}) == set()
    assert codes({**files.tree(), path: feature.replace("{tag}", "Z8")}) == {"clause_unknown"}


def test_clauses_are_read_with_what_is_wrong(files) -> None:
    clauses, found = read_clauses("L1: {document: 甲, words: 乙, authority: 文件}\nL2: {document: 甲}\n")
    assert set(clauses) == {"L1", "L2"}
    assert [each.place for each in found] == ["bpmn/clauses.yaml:L2"]
    assert read_clauses("- a\n")[1][0].code == "clauses_yaml"
    assert read_clauses("a: [\n")[1][0].code == "clauses_yaml"
    assert read_clauses("") == ({}, [])
