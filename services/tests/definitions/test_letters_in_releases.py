"""Letters are part of a release: hashed, checked with the diagram that issues them, compared."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jiecheng.definitions import bundle_hash, difference, lint, read_process, slice_findings
from jiecheng.definitions.bundle import FORMAT
from jiecheng.model.definition import DocumentUse

LETTER = """kind: 函
issuer: "{{ issuer.name }}"
title: 关于用印的函
body:
  - "同意{{ initiator.name }}用印，用途：{{ purpose }}。"
"""
ISSUE = (
    '<bpmn:serviceTask id="remind_head" name="制发用印函" jc:job="issue_document"><bpmn:extensionElements>'
    '<jc:document letter="seal_letter" numberKind="用印函" issuer="=initiator.organ"/>'
    "</bpmn:extensionElements></bpmn:serviceTask>"
)


@pytest.fixture
def issuing(files):
    """The small process with a letter in the place of its notice."""
    start = files.process.index("<bpmn:sendTask")
    end = files.process.index("</bpmn:sendTask>") + len("</bpmn:sendTask>")
    process = files.process[:start] + ISSUE + files.process[end:]
    return files.but(process=process, letters={"seal_letter.letter": LETTER})


def codes(files) -> list[str]:
    return [each.code for each in lint(files.bundle())]


def test_the_task_says_what_it_issues(issuing) -> None:
    node = read_process(issuing.bpmn).nodes["remind_head"]
    assert node.job == "issue_document"
    assert node.document == DocumentUse("seal_letter", "用印函", "=initiator.organ")
    assert codes(issuing) == []
    assert slice_findings(issuing.tree()) == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (' jc:job="issue_document"', "", "job_unknown"),
        ('jc:job="issue_document"', 'jc:job="send_fax"', "job_unknown"),
        ('<jc:document letter="seal_letter" numberKind="用印函" issuer="=initiator.organ"/>', "", "document_missing"),
        ('letter="seal_letter"', 'letter="other_letter"', "letter_unknown"),
        ('letter="seal_letter" ', "", "jc_missing_attribute"),
        ('issuer="=initiator.organ"', 'issuer="=initiator."', "feel"),
        ('issuer="=initiator.organ"', 'issuer="=initator.organ"', "variable_unknown"),
    ],
)
def test_a_wrong_task_is_found(issuing, old: str, new: str, code: str) -> None:
    assert code in codes(issuing.with_text(old, new))


def test_a_word_that_nobody_writes_is_a_warning_with_the_word_in_it(issuing) -> None:
    changed = issuing.but(letters={"seal_letter.letter": LETTER.replace("purpose", "purpos")})
    (found,) = lint(changed.bundle())
    assert (found.code, found.severity, found.place) == ("variable_unknown", "warning", "seal_letter.letter")
    assert "purpos " in found.message


def test_a_letter_that_cannot_be_read_is_an_error_with_its_place(issuing) -> None:
    changed = issuing.but(letters={"seal_letter.letter": LETTER.replace("{{ purpose }}", "{{ purpose.upper() }}")})
    (found,) = lint(changed.bundle())
    assert (found.code, found.severity) == ("letter_template", "error")
    assert found.place == "seal_letter.letter:正文第 1 条"


def test_a_letter_that_nobody_issues_is_a_warning(files) -> None:
    spare = files.but(letters={"spare.letter": LETTER})
    assert {(each.code, each.severity) for each in lint(spare.bundle())} == {("letter_unused", "warning")}
    (found,) = slice_findings(spare.tree())
    assert (found.code, found.place, found.severity) == ("orphan", "forms/seal_use/spare.letter", "warning")


def test_a_letter_that_is_not_there_is_found_in_the_folders(issuing) -> None:
    (found,) = slice_findings(issuing.but(letters={}).tree())
    assert (found.code, found.place) == ("letter_unknown", "forms/seal_use/seal_letter.letter")


def test_letters_enter_the_hash_and_a_process_without_them_keeps_its_own(issuing, files) -> None:
    bundle = issuing.bundle()
    changed = replace(bundle, letters={"seal_letter.letter": LETTER + "\n"})
    assert len({bundle_hash(each) for each in (bundle, changed, replace(bundle, letters={}))}) == 3
    old = {key: value for key, value in vars_of(files.bundle()).items() if key not in ("letters", "called")}
    assert bundle_hash(files.bundle()) == plain_hash({"format": FORMAT, **old})


def vars_of(bundle) -> dict[str, object]:
    return {name: getattr(bundle, name) for name in bundle.__dataclass_fields__}


def plain_hash(document: dict[str, object]) -> str:
    import hashlib
    import json

    # RFC 8785 for texts without numbers: sorted keys, no blanks, no escapes but the necessary.
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=dict)
    return hashlib.sha256(text.encode()).hexdigest()


def test_what_changed_in_a_letter_is_said_in_words(issuing) -> None:
    changed = issuing.but(letters={"seal_letter.letter": LETTER.replace("关于用印的函", "关于同意用印的函")})
    assert difference(issuing.bundle(), changed.bundle()) == [
        "文书模板「关于同意用印的函」：标题由“关于用印的函”改为“关于同意用印的函”。"
    ]
    renamed = issuing.with_text('numberKind="用印函"', 'numberKind="函"')
    assert difference(issuing.bundle(), renamed.bundle()) == [
        "服务任务「制发用印函」：制发文书的编号用字由“用印函”改为“函”。"
    ]
