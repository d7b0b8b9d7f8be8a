"""A migration plan says in words where the steps of running cases could go, and where a person must look."""

from __future__ import annotations

from jiecheng.definitions import mapping_of, migration_plan, read_process


def plan(files, changed):
    return migration_plan(read_process(files.bpmn), read_process(changed.bpmn))


def renamed(files, old: str, new: str):
    """Every mention of an id exchanged."""
    changed = files.with_text(f'"{old}"', f'"{new}"')
    return changed.with_text(f">{old}<", f">{new}<") if f">{old}<" in changed.process else changed


def test_the_same_diagram_needs_no_words(files) -> None:
    assert plan(files, files) == ()


def test_new_words_and_new_steps_elsewhere_need_no_words(files) -> None:
    assert plan(files, files.with_text('name="是否同意？"', 'name="负责人同意吗？"').with_text("P2D", "P3D")) == ()


def test_a_step_with_another_id_and_the_same_name_is_found_again(files) -> None:
    suggestions = plan(files, renamed(files, "head_approves", "leader_approves"))
    assert [(each.element, each.target, each.certain) for each in suggestions] == [
        ("head_approves", "leader_approves", True)
    ]
    assert "负责人审批" in suggestions[0].sentence
    assert mapping_of(suggestions) == {"head_approves": "leader_approves"}


def test_a_step_between_the_same_neighbours_is_proposed_but_to_be_confirmed(files) -> None:
    changed = renamed(files, "head_approves", "leader_approves").with_text('name="负责人审批"', 'name="分管领导审批"')
    (suggestion,) = plan(files, changed)
    assert (suggestion.target, suggestion.certain) == ("leader_approves", False)
    assert "请确认" in suggestion.sentence


def test_a_step_that_is_gone_has_no_target(files) -> None:
    changed = files.with_text(
        'sourceRef="sealing_begins" targetRef="seal_recalled"', 'sourceRef="sealing_begins" targetRef="sealing_ends"'
    )
    changed = changed.without('<bpmn:intermediateCatchEvent id="seal_recalled".*?</bpmn:intermediateCatchEvent>')
    changed = changed.without('<bpmn:sequenceFlow id="flow_recalled".*?/>')
    (suggestion,) = plan(files, changed)
    assert (suggestion.element, suggestion.target, suggestion.certain) == ("seal_recalled", None, False)
    assert "先办完" in suggestion.sentence
    assert mapping_of((suggestion,)) == {}


def test_a_step_of_another_kind_is_no_counterpart(files) -> None:
    changed = files.with_text('<bpmn:intermediateCatchEvent id="seal_recalled"', '<bpmn:receiveTask id="seal_recalled"')
    changed = changed.with_text("</bpmn:intermediateCatchEvent>", "</bpmn:receiveTask>")
    changed = changed.with_text('<bpmn:messageEventDefinition id="recall_event" messageRef="message_recall"/>', "")
    (suggestion,) = plan(files, changed)
    assert (suggestion.element, suggestion.target) == ("seal_recalled", None)
    assert "接收任务" in suggestion.sentence


def test_a_boundary_event_that_vanished_is_told_with_its_step(files) -> None:
    changed = files.without('<bpmn:boundaryEvent id="head_is_late".*?</bpmn:boundaryEvent>').without(
        '<bpmn:sequenceFlow id="flow_late".*?/>'
    )
    told = {each.element: each.sentence for each in plan(files, changed)}
    assert set(told) == {"head_approves", "head_is_late"}
    assert "删去「两日未办」" in told["head_approves"]


def test_what_is_inside_a_renamed_sub_process_goes_along(files) -> None:
    suggestions = plan(files, renamed(files, "sealing", "stamping"))
    assert mapping_of(suggestions) == {"sealing": "stamping"}
    assert [each.certain for each in suggestions] == [True]
