"""bpmn/registers.yaml: what is wrong with it is found, and what processes write fits it."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiecheng.definitions import coverage_findings, lint, read_process, read_registers

OWN = (Path(__file__).parents[3] / "bpmn" / "registers.yaml").read_text("utf-8")
GOOD = """seal_use:
  title: 用印台账
  columns: {organ: {title: 单位, kind: id}, purpose: 用途, granted_copies: 份数, copies: 份数}
"""


def codes(text: str) -> list[str]:
    return [each.code for each in read_registers(text)[1]]


def test_our_own_registers_are_in_order() -> None:
    registers, found = read_registers(OWN)
    assert found == []
    assert {"staff_loan", "loan_stop", "appointment_consent", "duty_list", "street_duty_list", "power_list"} <= set(
        registers
    )
    assert sum(registers["power_list"].expected.counts.values()) == 32
    assert sum(registers["street_duty_list"].expected.counts.values()) == 53
    for register in registers.values():
        assert not any(column.personal for column in register.published)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: [", "registers_yaml"),
        ("- a", "registers_yaml"),
        ("Bad-Name: {title: 甲, columns: {a: 乙}}", "register_name"),
        ("a: {columns: {b: 乙}}", "register_title"),
        ("a: {title: 甲}", "register_columns"),
        ("a: {title: 甲, columns: {b: {title: 乙, kind: money}}}", "column_kind"),
        ("a: {title: 甲, columns: {b: {kind: date}}}", "column_title"),
        ("a: {title: 甲, colour: 红, columns: {b: 乙}}", "register_key"),
        ("a: {title: 甲, columns: {b: 乙}, deadline: c}", "register_column"),
        ("a: {title: 甲, columns: {b: 乙}, tabs: {x: 甲}}", "register_tab"),
        ("a: {title: 甲, columns: {b: 乙}, expected: {counts: 3}}", "register_expected"),
        ("a: {title: 甲, public: true, columns: {b: 乙}}", "register_public"),
        ("a: {title: 甲, public: true, versioned: true, columns: {b: 联系电话}}", "register_personal"),
        ("a: {title: 甲, public: true, versioned: true, columns: {person_x: 乙}}", "register_personal"),
        (
            "a: {title: 甲, columns: {b: {title: 乙, personal: true, public: true}}, public: true, versioned: true}",
            "register_personal",
        ),
    ],
)
def test_a_wrong_description_is_found(text: str, code: str) -> None:
    assert code in codes(text)


def test_personal_columns_are_not_published() -> None:
    text = "a: {title: 甲, public: true, versioned: true, columns: {b: 乙, c: {title: 姓名, personal: true}}}"
    registers, found = read_registers(text)
    assert found == []
    assert [column.key for column in registers["a"].published] == ["b"]


def test_a_process_that_writes_an_unknown_register_or_column_is_found(files) -> None:
    assert {each.code for each in lint(files.bundle(), registers={})} == {"register_unknown"}
    narrow, _ = read_registers("seal_use: {title: 用印台账, columns: {organ: 单位}}")
    assert "column_unknown" in {each.code for each in lint(files.bundle(), registers=narrow)}


def test_a_publication_of_a_register_without_versions_is_found(files) -> None:
    start = files.process.index("<bpmn:sendTask")
    end = files.process.index("</bpmn:sendTask>") + len("</bpmn:sendTask>")
    publish = (
        '<bpmn:serviceTask id="remind_head" name="公布台账" jc:job="publish_register"><bpmn:extensionElements>'
        '<jc:publication register="seal_use" effective="=today"/></bpmn:extensionElements></bpmn:serviceTask>'
    )
    changed = files.but(process=files.process[:start] + publish + files.process[end:])
    registers, _ = read_registers(GOOD)
    assert "register_unversioned" in {each.code for each in lint(changed.bundle(), registers=registers)}
    without = changed.with_text('<jc:publication register="seal_use" effective="=today"/>', "")
    assert "publication_missing" in {each.code for each in lint(without.bundle())}


def test_a_column_that_no_process_writes_is_reported(files) -> None:
    registers, _ = read_registers(
        "seal_use: {title: 用印台账, columns: {never: 从不}, in_force: [无人登记]}\nother: {title: 别的, columns: {a: 甲}}"
    )
    found = list(coverage_findings(registers, [read_process(files.bpmn)]))
    assert {(each.code, each.severity) for each in found} == {
        ("column_unwritten", "warning"),
        ("status_unwritten", "warning"),
        ("register_unwritten", "warning"),
    }
