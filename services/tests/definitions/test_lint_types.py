"""The data dictionary of a release: what cannot be right is found when the diagram is saved, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiecheng import directory
from jiecheng.definitions import lint, read_bundle, read_clauses
from jiecheng.definitions.lint import dictionary
from jiecheng.definitions.lint.subject import look_at
from jiecheng.feel import ANY, ContextType, ListType, Simple
from jiecheng.model.release import Bundle

ROOT = Path(__file__).parents[3]


def found(files) -> list[tuple[str, str, str]]:
    return [(each.code, each.place, each.message) for each in lint(files.bundle())]


FAULTS = [
    # (text, instead, code, place, words of the sentence)
    ('head_outcome = "agree"', 'head_outcom = "agree"', "variable_unknown", "flow_yes", "您是不是想写 head_outcome？"),
    ('head_outcome = "agree"', "head_outcome", "feel_condition", "flow_yes:1:1", "条件应为是或否"),
    ('head_outcome = "agree"', "copies = &quot;3&quot;", "feel_types", "flow_yes:1:1", "数字与文字"),
    ('head_outcome = "agree"', "initiator.orgn = &quot;a&quot;", "feel_types", "flow_yes:1:1", "organ？"),
    ('head_outcome = "agree"', "date(purpose) &gt; purpose", "feel_types", "flow_yes:1:1", "date(…)"),
    ('head_outcome = "agree"', "strng length(purpose) &gt; 3", "feel_types", "flow_yes:1:1", "string length"),
    ("then copies else 0", "then copies + purpose else 0", "feel_types", "head_approves:1:27", "数字与文字"),
    ("if outcome = &quot;agree&quot;", "if outcome", "feel_condition", "head_approves:1:4", "是或否"),
    ("level = &quot;集体&quot;", "level = 3", "feel_types", "head_approves:1:4", "文字与数字"),
    ('today + duration("P2D")', "today + 2", "feel_types", "head_is_late:1:1", "日期与数字"),
    ("&quot;请尽快办理：&quot; + purpose", "&quot;请尽快办理&quot; + copies", "feel_types", "remind_head:1:1", "文字与数字"),
    ('source="=granted"', 'source="=granted.name"', "feel_types", "seal_used:1:1", ""),
    ('equals="=initiator.organ"', 'equals="=initiator.organs"', "feel_types", "check_level:1:1", "organ？"),
    ("&quot;用印：&quot; + purpose", "&quot;用印：&quot; * purpose", "feel_types", "seal_use:1:1", "不能用“*”"),
    ('organ" post="主任" exclude', 'xyz" post="主任" exclude', "feel_types", "head_approves:1:1", "xyz"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "place", "words"), FAULTS)
def test_what_cannot_be_right_is_found_with_its_place(files, old, new, code, place, words) -> None:
    matching = [message for a, b, message in found(files.with_text(old, new)) if (a, b) == (code, place)]
    assert len(matching) == 1
    assert words in matching[0]


def test_a_sentence_is_said_in_both_languages(files) -> None:
    ((_, _, message),) = found(files.with_text('today + duration("P2D")', "today + 2"))
    assert "日期与数字之间不能用“+”" in message
    assert "no meaning for date and number" in message


def test_tables_are_looked_at_with_the_types_of_their_columns(files) -> None:
    dmn = files.dmn["seal_level.dmn"]
    cell = files.but(dmn={"seal_level.dmn": dmn.replace("<text>&gt; 10</text>", '<text>"很多"</text>')})
    asked = files.but(dmn={"seal_level.dmn": dmn.replace("<text>copies</text>", "<text>copies + purpose</text>")})
    result = files.but(dmn={"seal_level.dmn": dmn.replace('<text>"集体"</text>', "<text>7</text>")})
    for changed, place in ((cell, "第 2 行"), (asked, "输入列“份数”"), (result, "第 2 行")):
        findings = [each for each in found(changed) if each[0] == "feel_types"]
        assert len(findings) == 1
        assert place in findings[0][1]


def test_forms_are_looked_at_with_their_own_fields(files) -> None:
    opinion = files.forms["opinion.form"]
    changed = files.but(forms={**files.forms, "opinion.form": opinion.replace("=copies = 1", "=copies = remark")})
    assert [each[:2] for each in found(changed)] == [("feel_types", "opinion.form:remark:1:1")]


def test_what_several_steps_write_differently_is_not_known(files) -> None:
    """One writes text, the other a number: nobody can say what is wrong with a comparison."""
    changed = files.with_text('source="收回" target="ending"', 'source="收回" target="granted"').with_text(
        'head_outcome = "agree"', 'head_outcome = "agree" and granted = 3 and granted != &quot;收回&quot;'
    )
    assert found(changed) == []


def test_the_dictionary_knows_types_of_forms_results_tables_and_registers(files) -> None:
    (subject,) = look_at(files.bundle(), ())
    known = dictionary.variables(subject, dictionary.tables_of(subject))
    text, number = Simple("string"), Simple("number")
    assert (known["purpose"], known["copies"], known["granted"]) == (text, number, number)
    assert (known["level"], known["head_outcome"], known["ending"]) == (text, text, text)
    assert known["today"] == Simple("date")
    rows = known["earlier_uses"]
    assert isinstance(rows, ListType)
    assert isinstance(rows.item, ContextType)
    assert rows.item.is_open
    assert {name for name, _ in rows.item.entries} == {"organ", "copies", "status", "number"}


def test_dates_are_text_once_they_are_stored() -> None:
    row = ContextType((("day", Simple("date")), ("count", Simple("number"))))
    assert dictionary.stored(ListType(row)) == ListType(
        ContextType((("day", Simple("string")), ("count", Simple("number"))))
    )


def test_forms_of_many_shapes_have_types() -> None:
    schema = {
        "components": [
            {"type": "select", "key": "who", "properties": {"picker": "identity"}},
            {"type": "taglist", "key": "organs", "properties": {"picker": "organ"}},
            {"type": "radio", "key": "size", "values": [{"value": "大"}, {"value": "小"}]},
            {"type": "select", "key": "free", "valuesExpression": "=options"},
            {"type": "number", "key": "sum", "serializeToString": True},
            {"type": "checkbox", "key": "sure"},
            {"type": "dynamiclist", "path": "rows", "components": [{"type": "number", "key": "count"}]},
            {"type": "group", "components": [{"type": "datetime", "key": "day"}]},
        ]
    }
    types = dictionary.form_types(schema)
    assert types["who"] == dictionary.IDENTITY
    assert types["organs"] == ListType(dictionary.ORGAN)
    assert (types["size"], types["free"], types["sum"]) == (Simple("string"), ANY, Simple("string"))
    assert (types["sure"], types["day"]) == (Simple("boolean"), Simple("string"))
    assert types["rows"] == ListType(ContextType((("count", Simple("number")),), is_open=True))


def test_identities_and_organs_have_the_keys_the_directory_gives_them() -> None:
    source = Path(directory.__file__).with_name("describe.py").read_text(encoding="utf-8")
    identity, organ = source.split("def describe_organ")
    for keys, text in ((dictionary.IDENTITY_KEYS, identity), (dictionary.ORGAN_KEYS, organ.split("def options")[0])):
        written = [line.split('"')[1] for line in text.splitlines() if line.strip().startswith('"') and '": ' in line]
        assert written == list(keys)


def own_bundle(process: str) -> Bundle:
    def texts(area: str) -> dict[str, str]:
        return {each.name: each.read_text(encoding="utf-8") for each in (ROOT / area / process).iterdir()}

    clauses, _ = read_clauses((ROOT / "bpmn" / "clauses.yaml").read_text(encoding="utf-8"))
    return read_bundle(process, texts("bpmn"), texts("forms"), texts("features"), clauses)


@pytest.mark.parametrize("process", ["staff_loan", "loan_stop"])
def test_our_own_processes_raise_no_false_alarm(process: str) -> None:
    codes = {each.code for each in lint(own_bundle(process))}
    assert not codes & {"feel_types", "feel_condition", "variable_unknown"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("limits.opinion_days", "limits.opinions_days"),
        ("=borrowed.street_name", "=borrowed.streetname"),
        ("=start_date + ", "=start_date - "),
        ("committee_outcome = ", "comittee_outcome = "),
        ("date(start_date), date(loan_end)", "date(start_date)"),
    ],
)
def test_slips_of_the_pen_in_our_own_diagram_are_found(old: str, new: str) -> None:
    bundle = own_bundle("staff_loan")
    assert old in bundle.bpmn
    changed = Bundle(
        bundle.process, bundle.bpmn.replace(old, new, 1), bundle.dmn, bundle.forms, bundle.features, bundle.clauses
    )
    codes = [each.code for each in lint(changed)]
    assert {"feel_types", "variable_unknown"} & set(codes)


CALL = """<bpmn:sequenceFlow id="flow_sealed" sourceRef="sealing" targetRef="archive"/>
  <bpmn:callActivity id="archive" name="归档" calledElement="archiving"><bpmn:documentation>另有流程。</bpmn:documentation>
    {mapping}</bpmn:callActivity>
  <bpmn:sequenceFlow id="flow_archived" sourceRef="archive" targetRef="seal_used"/>"""
FLOW = '<bpmn:sequenceFlow id="flow_sealed" sourceRef="sealing" targetRef="seal_used"/>'


def with_call(files, *words: str, use: str = ""):
    mapping = f"<bpmn:extensionElements>{''.join(words)}</bpmn:extensionElements>" if words else ""
    changed = files.with_text(FLOW, CALL.format(mapping=mapping))
    return changed.with_text('source="=granted"', f'source="={use}"') if use else changed


def test_a_call_without_a_mapping_is_refused(files) -> None:
    assert [each[:2] for each in found(with_call(files))] == [("call_unmapped", "archive")]
    assert found(with_call(files, '<jc:input source="=purpose" target="title"/>')) == []


def test_inputs_are_checked_over_the_callers_variables_and_outputs_are_not(files) -> None:
    given, taken = '<jc:input source="=purpos" target="title"/>', '<jc:output source="=box + 1" target="box"/>'
    assert [each[:2] for each in found(with_call(files, given, taken))] == [("variable_unknown", "archive")]
    assert found(with_call(files, taken, use="if box = 3 then granted else 0")) == []


def test_a_mapping_that_is_no_feel_is_found_and_a_mapping_elsewhere_has_no_place(files) -> None:
    assert [each[0] for each in found(with_call(files, '<jc:output source="=box +" target="box"/>'))] == ["feel"]
    misplaced = files.with_text("<jc:withdrawable/>", '<jc:withdrawable/><jc:input source="=1" target="x"/>')
    assert [each[0] for each in found(misplaced)] == ["jc_wrong_place"]


def test_mappings_are_read_into_the_definition(files) -> None:
    (subject,) = look_at(with_call(files, '<jc:input source="=purpose" target="title"/>').bundle(), ())
    node = next(each for each in subject.nodes if each.id == "archive")
    assert [(each.source, each.target) for each in node.inputs] == [("=purpose", "title")]


@pytest.mark.parametrize(
    ("old", "new", "advice"), [('"集体"', "集体", '写成 "集体"'), ("&gt; 10", "很多", "“很多”不是数。这一栏要写数目")]
)
def test_words_of_a_table_without_quotation_marks_are_found_in_their_row(files, old, new, advice) -> None:
    dmn = files.dmn["seal_level.dmn"]
    changed = files.but(dmn={"seal_level.dmn": dmn.replace(f"<text>{old}</text>", f"<text>{new}</text>", 1)})
    (message,) = [message for code, _, message in found(changed) if "没有加引号" in message or "不是数" in message]
    assert advice in message
    assert ("引号" in message) == ("集体" in message), "a number needs no quotation marks"
    assert "行：" in message, "which row"
