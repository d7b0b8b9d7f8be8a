"""Return, withdraw, jump: what may be moved where, and that nobody waits for ever afterwards."""

import pytest
from engine_drawing import Case, Drawing, event, message, timer

from jiecheng.model.errors import Refused


def parallel():
    return (
        Drawing(startEvent="s", userTask="sub a1 a2 c1 after", parallelGateway="g j", endEvent="e")
        .chain("s", "sub", "g", "a1", "a2", "j", "after", "e")
        .chain("g", "c1", "j")
    )


def test_a_return_behind_a_join_into_one_branch_is_refused_and_into_all_is_not():
    case = Case(parallel()).do("sub").do("a1").do("a2").do("c1")
    with pytest.raises(Refused, match="永远等下去") as refused:
        case.move("after", "a1")
    assert refused.value.rule == "move_dead_join"
    case.move("after", "a1", "c1")
    assert case.open == ["a1", "c1"]
    case.do("a1").do("c1").do("a2")
    assert case.open == ["after"]
    assert case.do("after").done


def test_a_return_within_a_branch_leaves_the_other_branch_alone():
    case = Case(parallel()).do("sub").do("a1")
    other = case.token("c1")
    case.move("a2", "a1")
    assert case.open == ["a1", "c1"]
    assert case.token("c1") == other
    assert case.cancelled() == [("a2", "move")]


def test_a_return_before_the_split_takes_all_branches():
    case = Case(parallel()).do("sub").do("a1").do("c1")
    with pytest.raises(Refused, match="并行") as refused:
        case.move("a2", "sub")
    assert refused.value.rule == "move_same_branch"
    case.move("all", "sub")
    assert case.open == ["sub"]
    # The signature that had waited at the join does not count in the new round.
    case.do("sub").do("c1").do("a1")
    assert case.open == ["a2"]
    assert case.do("a2").open == ["after"]


@pytest.mark.parametrize("target", ["j", "t"])
def test_joins_and_boundary_events_are_no_targets(target):
    drawing = parallel().boundary("sub", "t", timer()).chain("t", "e")
    case = Case(drawing)
    with pytest.raises(Refused) as refused:
        case.move("sub", target)
    assert refused.value.rule == "move_target"
    assert case.open == ["sub", "t"]


def test_an_unknown_target_is_refused():
    with pytest.raises(Refused, match="nowhere"):
        Case(parallel()).move("sub", "nowhere")


def escalated():
    return (
        Drawing(startEvent="s", userTask="sub check urged", endEvent="e")
        .boundary("check", "t", timer())
        .boundary("check", "ask", message(), interrupting=False)
        .node("userTask", "answer")
        .chain("s", "sub", "check", "e")
        .chain("t", "urged", "e")
        .chain("ask", "answer", "e")
    )


def test_a_returned_task_takes_its_timers_along_and_gets_new_ones():
    case = Case(escalated()).do("sub")
    case.move("check", "sub")
    assert case.open == ["sub"]
    assert case.cancelled() == [("ask", "move"), ("check", "move"), ("t", "move")]
    case.do("sub")
    assert case.open == ["ask", "check", "t"]
    case.fire("ask").move("answer", "answer")
    assert case.open == ["answer", "ask", "check", "t"]


def test_a_jump_onto_an_activity_arms_its_boundary_events():
    case = Case(escalated())
    case.move("sub", "check")
    assert case.open == ["ask", "check", "t"]
    case.fire("t")
    assert case.open == ["urged"]
    case.move("urged", "check")
    assert case.open == ["ask", "check", "t"]
    assert case.do("check").done


def test_a_withdrawn_sub_process_goes_with_everything_inside():
    inner = Drawing(startEvent="ss", userTask="u1 u2", endEvent="se").chain("ss", "u1", "u2", "se")
    drawing = (
        Drawing(startEvent="s", userTask="sub after", endEvent="e")
        .node("subProcess", "sp", inner.body())
        .chain("s", "sub", "sp", "after", "e")
    )
    case = Case(drawing).do("sub").do("u1")
    case.move("u2", "u1")
    assert case.open == ["u1"]
    case.move("u1", "sub")
    assert case.open == ["sub"]
    assert len(case.snapshot["scopes"]) == 1
    case.do("sub").do("u1").do("u2").move("after", "sp")
    assert case.open == ["u1"]
    case.do("u1").do("u2").do("after")
    assert case.done


def asked():
    """Behind a question that interrupts nobody two people answer, as often as it is asked."""
    return (
        Drawing(startEvent="s", userTask="check prepare left right told", parallelGateway="g j", endEvent="e ae")
        .boundary("check", "ask", message(), interrupting=False)
        .chain("s", "check", "e")
        .chain("ask", "prepare", "g", "left", "j", "told", "ae")
        .chain("g", "right", "j")
    )


@pytest.mark.parametrize("targets", [("left", "prepare"), ("left",), ("left", "left", "right")])
def test_behind_an_event_that_interrupts_nobody_no_half_round_begins(targets):
    case = Case(asked())
    with pytest.raises(Refused) as refused:
        case.move("all", *targets)
    assert refused.value.rule == "move_dead_join"
    assert case.open == ["ask", "check"]


def test_behind_an_event_that_interrupts_nobody_whole_rounds_begin():
    case = Case(asked()).move("all", "left", "right", "prepare")
    case.do("left").do("prepare").do("left").do("right").do("right")
    assert case.open == ["told", "told"]
    assert case.do("told").do("told").done


def test_of_two_rounds_under_way_neither_loses_a_branch():
    case = Case(asked()).fire("ask").fire("ask").do("prepare").do("prepare").do("check")
    assert case.open == ["left", "left", "right", "right"]
    with pytest.raises(Refused) as refused:
        case.move(("left", "left"), "left")
    assert refused.value.rule == "move_dead_join"
    with pytest.raises(Refused):
        case.move("left", "left", "left")
    case.move(("left", "left"), "left", "left").do("left").do("left").do("right").do("right")
    assert case.do("told").do("told").done


def test_a_signature_that_waits_at_the_join_counts_for_its_round():
    case = Case(asked()).fire("ask").fire("ask").do("prepare").do("prepare").do("check").do("left").do("left")
    with pytest.raises(Refused) as refused:
        case.move(("right", "right"), "right")
    assert refused.value.rule == "move_dead_join"
    assert case.do("right").do("right").open == ["told", "told"]


def test_what_ends_everything_around_it_is_owed_to_nobody():
    drawing = (
        Drawing(startEvent="s", userTask="a b", parallelGateway="g")
        .node("endEvent", "x", event("terminate"))
        .node("endEvent", "y", event("terminate"))
        .chain("s", "g", "a", "x")
        .chain("g", "b", "y")
    )
    assert Case(drawing).move("all", "a").do("a").done
