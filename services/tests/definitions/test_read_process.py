"""From BPMN text to the definition every other room relies on."""

from __future__ import annotations

from decimal import Decimal

import pytest

from jiecheng.definitions import read_process
from jiecheng.definitions.extensions import share
from jiecheng.model.definition import Assignment, Due, Facts, OutcomeOption, Output
from jiecheng.model.errors import Finding, Invalid
from jiecheng.model.form import FormUse, Right
from jiecheng.model.voting import MeetingRule, Mode


def findings(bpmn: str) -> tuple[Finding, ...]:
    with pytest.raises(Invalid) as caught:
        read_process(bpmn)
    return caught.value.findings


def test_the_process_says_its_title_number_word_and_starters(files) -> None:
    definition = read_process(files.bpmn)
    assert (definition.id, definition.name, definition.number_kind) == ("seal_use", "用印审批", "用印")
    assert definition.title == '="用印：" + purpose'
    assert definition.documentation == "单位用印须经负责人同意。"
    assert definition.starters == Assignment("organ_members", {"organ": "office"})
    assert definition.start == "seal_requested"
    assert definition.decisions == ("seal_level",)


def test_a_user_task_carries_every_word_of_the_vocabulary(files) -> None:
    task = read_process(files.bpmn).nodes["head_approves"]
    assert task.clauses == ("Z1", "Z2")
    assert task.result_variable == "head_outcome"
    assert task.assignment == Assignment(
        "post", {"organ": "=initiator.organ", "post": "主任"}, exclude=("initiator", "subject")
    )
    assert task.forms == (
        FormUse("application", Right.READ),
        FormUse("opinion", Right.EDIT, {"remark": Right.HIDDEN}),
    )
    assert task.outcomes == (
        OutcomeOption("agree", "同意"),
        OutcomeOption("disagree", "不同意", opinion_required=True, style="danger"),
    )
    assert task.outputs == (Output('=if outcome = "agree" then copies else 0', "granted"),)
    assert task.due == Due('=if level = "集体" then 5 else 2', "Z2")
    assert task.withdrawable
    assert task.lane == "负责人"


def test_a_meeting_makes_the_mode_and_its_rule(files) -> None:
    task = read_process(files.bpmn).nodes["head_approves"]
    assert task.mode is Mode.MEETING
    assert task.meeting == MeetingRule(Decimal("0.5"), True, Decimal(2) / Decimal(3), False)


def test_a_step_without_meeting_is_single(files) -> None:
    task = read_process(files.without(r"<jc:meeting.*?/>").bpmn).nodes["head_approves"]
    assert (task.mode, task.meeting) == (Mode.SINGLE, None)


@pytest.mark.parametrize(
    ("text", "value", "strict"),
    [
        ("1/2", "0.5", True),
        ("≥2/4", "0.5", False),
        ("不少于50%", "0.5", False),
        ("0.75", "0.75", True),
        ("1", "1", True),
    ],
)
def test_shares_are_read_as_people_write_them(text: str, value: str, strict: bool) -> None:
    assert share(text) == (Decimal(value), strict)


@pytest.mark.parametrize("text", ["", "half", "1/0", "3/2", "0", "-1/2", "150%"])
def test_shares_that_mean_nothing_are_refused(text: str, files) -> None:
    with pytest.raises(ValueError, match="比例"):
        share(text)
    changed = files.with_text('quorum="1/2"', f'quorum="{text}"')
    assert [each.code for each in findings(changed.bpmn)] == ["meeting_share"]


def test_nodes_of_a_sub_process_lie_flat_with_their_scope(files) -> None:
    nodes = read_process(files.bpmn).nodes
    assert nodes["sealing"].scope is None
    assert nodes["seal_recalled"].scope == "sealing"
    assert nodes["seal_recalled"].lane == "负责人", "what lies inside stands in the lane of its sub-process"
    assert "flow_recalled" in read_process(files.bpmn).flows


def test_events_say_what_they_wait_for(files) -> None:
    nodes = read_process(files.bpmn).nodes
    assert (nodes["seal_requested"].event, nodes["check_level"].event) == ("none", "")
    late = nodes["head_is_late"]
    assert (late.event, late.attached_to, late.interrupting) == ("timer", "head_approves", False)
    recall = nodes["seal_recalled"]
    assert (recall.event, recall.message, recall.assignment) == ("message", "收回申请", Assignment("initiator"))
    assert recall.outputs == (Output("收回", "ending"),)


def test_rule_task_notice_and_register(files) -> None:
    nodes = read_process(files.bpmn).nodes
    assert nodes["check_level"].decision == "seal_level"
    assert nodes["check_level"].facts == (Facts("seal_use", "organ", "=initiator.organ", "earlier_uses"),)
    assert nodes["remind_head"].notice == '="请尽快办理：" + purpose'
    entry = nodes["seal_used"].register_entries[0]
    assert (entry.register, entry.status) == ("seal_use", "已用印")
    assert entry.columns == {"organ": "=initiator.organ", "copies": "=granted"}


def test_conditions_lose_the_leading_equals_sign(files) -> None:
    flow = read_process(files.bpmn).flows["flow_yes"]
    assert (flow.name, flow.condition) == ("同意", 'head_outcome = "agree"')


def test_a_list_of_exclusions_with_blanks_in_it_is_parted_by_semicolons(files) -> None:
    changed = files.with_text('exclude="initiator subject"', 'exclude="initiator; =if a then b else c"')
    assignment = read_process(changed.bpmn).nodes["head_approves"].assignment
    assert assignment is not None
    assert assignment.exclude == ("initiator", "=if a then b else c")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("<jc:withdrawable/>", "<jc:withdrawble/>", "jc_unknown_word"),
        ("<jc:withdrawable/>", '<jc:withdrawable ever="true"/>', "jc_unknown_attribute"),
        ("<jc:withdrawable/>", '<jc:notice text="x"/>', "jc_wrong_place"),
        ("<jc:withdrawable/>", '<jc:due workingDays="3"/>', "jc_repeated"),
        ('basis="Z2"', 'reason="Z2"', "jc_unknown_attribute"),
        ('style="danger"', 'style="red"', "jc_wrong_value"),
        ('right="hidden"', 'right="none"', "jc_wrong_value"),
        ('<jc:outcome value="agree" label="同意"/>', '<jc:outcome value="agree"/>', "jc_missing_attribute"),
        ('<jc:outcome value="agree" label="同意"/>', '<jc:outcome value="agree" label=" "/>', "jc_missing_attribute"),
        ('jc:numberKind="用印"', 'jc:numberKnd="用印"', "jc_unknown_attribute"),
        ('jc:decision="seal_level"', 'jc:title="x"', "jc_wrong_place"),
    ],
)
def test_a_wrong_word_of_ours_is_refused_with_its_line(files, old: str, new: str, code: str) -> None:
    found = findings(files.with_text(old, new).bpmn)
    assert [each.code for each in found] == [code]
    assert "第" in found[0].message
    assert "行" in found[0].message


def test_all_wrong_words_are_named_at_once(files) -> None:
    changed = files.with_text("<jc:withdrawable/>", "<jc:x/><jc:y/>").with_text('style="danger"', 'style="red"')
    assert len(findings(changed.bpmn)) == 3


def test_words_of_other_vendors_are_left_alone(files) -> None:
    changed = files.with_text("<jc:withdrawable/>", '<other:thing xmlns:other="urn:other" jcx="1"/>')
    assert not read_process(changed.bpmn).nodes["head_approves"].withdrawable


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('targetRef="head_agrees"', 'targetRef="nowhere"', "broken_flow"),
        ('<bpmn:endEvent id="reminder_sent" name="已提醒"/>', '<bpmn:endEvent name="已提醒"/>', "missing_id"),
        ('id="flow_late" ', "", "broken_flow"),
        ('messageRef="message_recall"', 'messageRef="message_gone"', "message_name"),
        ('<bpmn:endEvent id="request_refused"', '<bpmn:endEvent id="seal_used"', "duplicate_id"),
    ],
)
def test_broken_structure_is_refused(files, old: str, new: str, code: str) -> None:
    assert code in {each.code for each in findings(files.with_text(old, new).bpmn)}


def test_a_process_has_one_start(files) -> None:
    more = files.with_text("<bpmn:sendTask", '<bpmn:startEvent id="again" name="又"/><bpmn:sendTask')
    assert [each.code for each in findings(more.bpmn)] == ["start_event"]


def test_what_is_no_bpmn_is_refused() -> None:
    assert findings("<html/>")[0].code == "bpmn_root"


def test_two_processes_in_one_file_are_refused(files, draw_di) -> None:
    second = '<bpmn:process id="p2"><bpmn:startEvent id="other_start"/></bpmn:process>'
    assert findings(draw_di(files.process + second))[0].code == "bpmn_process"


def test_a_black_box_pool_beside_the_process_is_no_second_process(files, draw_di) -> None:
    box = '<bpmn:collaboration id="c"><bpmn:participant id="p" name="居民"/></bpmn:collaboration>'
    assert read_process(draw_di(box + files.process)).id == "seal_use"
