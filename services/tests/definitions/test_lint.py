"""Every rule of the linter: silent on the good process, loud on the one fault it is there for."""

from __future__ import annotations

import pytest

from jiecheng.definitions import lint
from jiecheng.definitions.lint.expressions import compared


def codes(files, **options) -> set[str]:
    return {each.code for each in lint(files.bundle(), **options)}


def test_the_good_process_has_no_findings(files) -> None:
    assert lint(files.bundle()) == []


FAULTS = [
    # names
    ('name="盖章完毕"', "", "label_missing"),
    ('"flow_late"', '"Flow_0x3k7ab"', None),
    ('id="seal_use" name="用印审批"', 'id="SealUse" name="用印审批"', "process_id"),
    ("remind_head", "RemindHead", "id_not_speaking"),
    ("remind_head", "activity_0x3kd7a", "id_not_speaking"),
    ('name="是否同意？"', 'name="负责人意见"', "gateway_question"),
    ('id="flow_yes" name="同意"', 'id="flow_yes"', "flow_unnamed"),
    ('jc:numberKind="用印"', "", "number_kind_missing"),
    ('<jc:starters resolver="organ_members" organ="office"/>', "", "starters_missing"),
    ("<bpmn:documentation>请核对用途和份数。</bpmn:documentation>", "", "documentation_missing"),
    # what each kind of node needs
    ('<jc:assignment resolver="post" organ="=initiator.organ" post="主任" exclude="initiator subject"/>', "", "assignment_missing"),
    ('<jc:assignment resolver="initiator"/>', "", "assignment_missing"),
    ('jc:clauses="Z1 Z2" jc:resultVariable="head_outcome"', "", "result_variable_missing"),
    ('workingDays="=if level = &quot;集体&quot; then 5 else 2"', 'workingDays="三天"', "due_days"),
    ('workingDays="=if level = &quot;集体&quot; then 5 else 2"', 'workingDays="0"', "due_days"),
    ('value="disagree"', 'value="agree"', "outcome_repeated"),
    ('value="disagree"', 'value="不同意"', "outcome_not_speaking"),
    ('messageRef="message_recall"', "", "message_missing"),
    ('<bpmn:timeDate>=today + duration("P2D")</bpmn:timeDate>', "", "timer_time"),
    ('<jc:notice text="=&quot;请尽快办理：&quot; + purpose"/>', "", "notice_missing"),
    ('jc:decision="seal_level" ', "", "decision_missing"),
    ('jc:decision="seal_level" jc:resultVariable="level"', 'jc:decision="seal_level"', "result_variable_missing"),
    ("bpmn:sendTask", "bpmn:scriptTask", "unsupported_kind"),
    # ways
    ('targetRef="request_refused"', 'targetRef="seal_used"', "unreachable"),
    ('<bpmn:sequenceFlow id="flow_reminded" sourceRef="remind_head" targetRef="reminder_sent"/>', "", "dead_end"),
    ('<bpmn:endEvent id="sealing_ends" name="盖章完毕"/>', "", "broken_flow"),
    ('<bpmn:endEvent id="sealing_ends"', '<bpmn:intermediateThrowEvent id="sealing_ends"', "end_missing"),
    ('default="flow_no"', "", "condition_missing"),
    ('default="flow_no"', 'default="flow_yes"', "condition_on_default"),
    # forms and tables
    ('<jc:form name="opinion" default="edit">', '<jc:form name="opinions" default="edit">', "form_unknown"),
    ('<jc:field key="remark" right="hidden"/>', '<jc:field key="remarks" right="hidden"/>', "field_unknown"),
    ('jc:decision="seal_level"', 'jc:decision="seal_levels"', "decision_unknown"),
    ('jc:decision="seal_level"', 'jc:decision="seal_levels"', "decision_unused"),
    # expressions
    ("then copies else 0", "then copies else", "feel"),
    ('"P2D")', '"P2D"', "feel"),
    ("= head_outcome = ", "= head_outcome == ", "feel"),
    ("then 5 else 2", "then 5 els 2", "feel"),
    ("+ purpose&quot;", "", None),
    ('source="=granted"', 'source="=granted +"', "feel"),
    ('equals="=initiator.organ"', 'equals="=initiator."', "feel"),
    ('jc:title="=&quot;用印：&quot; + purpose"', 'jc:title="=&quot;用印"', "feel"),
    ('head_outcome = "agree"', 'head_outcome = "agre"', "outcome_unknown"),
    ("outcome = &quot;agree&quot;", "outcome = &quot;yes&quot;", "outcome_unknown"),
    ('head_outcome = "agree"', 'granted = "agree"', "result_unused"),
    ('source="=granted"', 'source="=grantd"', "variable_unknown"),
    ('source="=granted"', 'source="=remark"', "variable_unknown"),
    ('<jc:output source="=initiator" target="subject"/>', "", "subject_unknown"),
    # policy
    ('jc:clauses="Z1 Z2"', 'jc:clauses="Z1 Z7"', "clause_unknown"),
    ('jc:clauses="Z1">', 'jc:clauses="Z8">', "clause_unknown"),
    ('basis="Z2"', 'basis="Z7"', "clause_unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code"), [fault for fault in FAULTS if fault[2]])
def test_each_fault_is_found(files, old: str, new: str, code: str) -> None:
    assert code in codes(files.with_text(old, new))


def test_a_finding_names_the_element_and_says_what_to_do(files) -> None:
    found = lint(files.with_text('name="是否同意？"', 'name="负责人意见"').bundle())
    assert [(each.place, each.severity) for each in found] == [("head_agrees", "error")]
    assert "「负责人意见」" in found[0].message
    assert "问句" in found[0].message


def test_a_feel_finding_names_element_line_and_column(files) -> None:
    found = [
        each for each in lint(files.with_text("then copies else 0", "then copies else").bundle()) if each.code == "feel"
    ]
    place, line, column = found[0].place.split(":")
    assert (place, line) == ("head_approves", "1")
    assert int(column) > 1


def test_errors_come_before_warnings(files) -> None:
    changed = files.with_text("<bpmn:documentation>请核对用途和份数。</bpmn:documentation>", "").with_text(
        'name="盖章完毕"', ""
    )
    assert [each.severity for each in lint(changed.bundle())] == ["error", "warning"]


def test_an_unreadable_diagram_is_a_finding_not_an_exception(files) -> None:
    bundle = files.bundle()
    broken = type(bundle)(bundle.process, "<bpmn", bundle.dmn, bundle.forms, bundle.features, bundle.clauses)
    assert [each.code for each in lint(broken)] == ["xml_xml"]


def test_a_form_and_a_table_that_nobody_uses_are_orphans(files) -> None:
    changed = files.but(forms={**files.forms, "extra.form": files.forms["opinion.form"]})
    assert codes(changed) == {"form_unused"}


def test_broken_form_json_names_line_and_column(files) -> None:
    found = lint(files.but(forms={**files.forms, "opinion.form": '{"components": [\n,]}'}).bundle())
    assert any(each.code == "form_json" and each.place.startswith("opinion.form:2:") for each in found)


def test_feel_inside_a_form_is_checked(files) -> None:
    opinion = files.forms["opinion.form"]
    assert "feel" in codes(
        files.but(forms={**files.forms, "opinion.form": opinion.replace("=copies = 1", "=copies = ")})
    )
    assert "variable_unknown" in codes(
        files.but(forms={**files.forms, "opinion.form": opinion.replace("=copies = 1", "=copy = 1")})
    )


def test_a_key_twice_in_one_form_is_found(files) -> None:
    changed = files.but(
        forms={**files.forms, "opinion.form": files.forms["opinion.form"].replace('"copies", "id"', '"remark", "id"')}
    )
    assert "field_repeated" in codes(changed)


def test_a_table_that_does_not_parse_is_found_with_its_file(files) -> None:
    found = lint(files.but(dmn={"seal_level.dmn": files.dmn["seal_level.dmn"].replace("&lt;= 10", "&lt;= ")}).bundle())
    assert [each.place.split(":")[0] for each in found] == ["seal_level.dmn"]


def test_a_node_that_is_not_drawn_is_found(files) -> None:
    bundle = files.bundle()
    hidden = bundle.bpmn.replace('bpmnElement="remind_head"', 'bpmnElement="nobody"')
    changed = type(bundle)(bundle.process, hidden, bundle.dmn, bundle.forms, bundle.features, bundle.clauses)
    assert "not_drawn" in {each.code for each in lint(changed)}


def test_resolver_names_are_checked_where_the_caller_knows_them(files) -> None:
    known = {"post", "organ_members", "initiator"}
    assert lint(files.bundle(), resolvers=known) == []
    assert [each.place for each in lint(files.bundle(), resolvers=known - {"organ_members"})] == ["seal_use"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("# language: zh-CN", "", "feature_syntax"),
        ("  @Z2", "  @Z7", "clause_unknown"),
        ("@Z1\n", "", "scenario_untagged"),
        ("当 负责人同意", "忽然 负责人同意", "feature_syntax"),
    ],
)
def test_features_speak_chinese_and_name_their_rules(files, old: str, new: str, code: str) -> None:
    text = files.features["approval.feature"]
    assert old in text
    assert code in codes(files.but(features={"approval.feature": text.replace(old, new)}))


def test_an_english_feature_is_told_to_change_its_language(files) -> None:
    english = "Feature: seal\n  @Z1\n  Scenario: one\n    Given x\n"
    assert "feature_language" in codes(files.but(features={"approval.feature": english}))


def test_an_outcome_without_a_way_is_a_warning(files) -> None:
    changed = files.with_text(
        '<bpmn:sequenceFlow id="flow_no" name="不同意" sourceRef="head_agrees" targetRef="request_refused"/>',
        '<bpmn:sequenceFlow id="flow_no" name="不同意" sourceRef="head_agrees" targetRef="request_refused">'
        '<bpmn:conditionExpression>head_outcome = "disagree"</bpmn:conditionExpression></bpmn:sequenceFlow>',
    ).with_text(' default="flow_no"', "")
    assert codes(changed) == set()
    more = changed.with_text(
        '<jc:outcome value="agree"', '<jc:outcome value="return" label="退回"/><jc:outcome value="agree"'
    )
    assert codes(more) == {"outcome_without_way"}


def test_bpmn_io_rules_speak_chinese(files) -> None:
    twice = '<bpmn:sequenceFlow id="flow_late" sourceRef="head_is_late" targetRef="remind_head"/>'
    found = lint(files.with_text(twice, twice + twice.replace("flow_late", "flow_late_again")).bundle())
    ours = [each for each in found if each.code.startswith("bpmn_io_")]
    assert ours
    assert all("重复的连线" in each.message or "没有条件" in each.message for each in ours)


def test_a_young_library_that_fails_costs_a_warning_only(files, monkeypatch: pytest.MonkeyPatch) -> None:
    from jiecheng.definitions.lint import bpmn_io_rules

    def fail(_xml: str) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(bpmn_io_rules, "_report", fail)
    assert [(each.code, each.severity) for each in lint(files.bundle())] == [("bpmn_io", "warning")]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('v = "a"', {"a"}),
        ('"a" != v', {"a"}),
        ('v in ("a", "b")', {"a", "b"}),
        ('v in ["a"] and w = "c"', {"a"}),
        ('vv = "a" or x.v = "b"', set()),
    ],
)
def test_comparisons_with_a_result_are_found_in_feel(text: str, values: set[str]) -> None:
    assert compared("v", text) == values
