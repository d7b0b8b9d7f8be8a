"""Which way tokens go: the shape of a loan of staff, gateways, decisions, sub-processes, ends."""

import pytest
from engine_drawing import Case, Drawing, event, message, timer

from jiecheng import engine
from jiecheng.model.errors import Invalid, Refused
from jiecheng.model.step import Closed, Closing, WaitKind


def loan():
    inner = (
        Drawing(startEvent="ss", eventBasedGateway="eg", endEvent="se")
        .node("intermediateCatchEvent", "back", message("m_ask"))
        .node("intermediateCatchEvent", "renew", message("m_recall"))
        .chain("ss", "eg", "back", "se")
        .chain("eg", "renew", "se")
    )
    return (
        Drawing(
            startEvent="s",
            userTask="apply review late_note remind overdue close",
            exclusiveGateway="g again",
            intermediateThrowEvent="noted",
            sendTask="tell",
            endEvent="e refused",
        )
        .rule("limits", "limit")
        .node("subProcess", "on_loan", inner.body())
        .boundary("on_loan", "soon", timer("=soon_at", "timeDate"), interrupting=False)
        .boundary("on_loan", "over", timer("=due_at", "timeDate"))
        .boundary("review", "slow", timer("P3D"), interrupting=False)
        .chain("s", "apply", "limits", "review", "g")
        .flow("g", "refused", 'outcome = "no"')
        .flow("g", "apply", 'outcome = "return"')
        .flow("g", "tell", default=True)
        .chain("tell", "noted", "on_loan", "again")
        .flow("again", "on_loan", "renewed = true")
        .flow("again", "close", default=True)
        .chain("close", "e")
        .chain("slow", "late_note", "e")
        .chain("soon", "remind", "e")
        .chain("over", "overdue", "e")
    )


def on_loan():
    case = Case(loan(), {"soon_at": "2026-06-01", "due_at": "2026-07-01"}, {"limits": lambda v: {"days": 30}})
    return case.do("apply").do("review", outcome="yes")


def test_a_decision_is_written_and_passed_in_one_step():
    case = Case(loan(), {}, {"limits": lambda v: {"days": 30, "person": v["person"]}})
    case.do("apply", person="李明")
    assert case.variables["limit"] == {"days": 30, "person": "李明"}
    assert case.step.writes == {"person": "李明", "limit": {"days": 30, "person": "李明"}}
    assert case.step.passed == ("apply", "f_apply_limits", "limits", "f_limits_review")


def test_a_returned_application_comes_round_again_with_a_fresh_timer():
    case = Case(loan(), {}, {"limits": lambda v: 1}).do("apply")
    first = case.token("slow")
    case.do("review", outcome="return")
    assert case.step.closed[-1] == Closed(first, "slow", Closing.CANCELLED, "review")
    case.do("apply")
    assert case.open == ["review", "slow"]
    assert case.token("slow") != first


def test_a_non_interrupting_timer_opens_a_second_task_beside_the_first():
    case = Case(loan(), {}, {"limits": lambda v: 1}).do("apply").fire("slow")
    assert case.open == ["late_note", "review"]
    case.do("review", outcome="no")
    assert case.open == ["late_note"]
    assert case.do("late_note").done


def test_send_tasks_and_none_events_pass_at_once():
    case = on_loan()
    assert case.step.passed[-6:] == ("tell", "f_tell_noted", "noted", "f_noted_on_loan", "ss", "f_ss_eg")
    assert case.open == ["eg", "over", "soon"]


def test_the_gateway_of_events_reports_one_subscription_per_branch():
    case = on_loan()
    wait = case.waits[case.token("eg")]
    assert wait.kind == WaitKind.EVENT
    assert [(one.kind, one.element, one.value) for one in wait.subscriptions] == [
        ("message", "back", "补充材料"),
        ("message", "renew", "撤回"),
    ]
    assert wait.scope != "0"
    assert case.waits[case.token("over")].scope == "0"


def test_a_renewal_enters_the_sub_process_again_and_computes_its_timers_anew():
    case = on_loan()
    assert case.subscription("over") == ("timeDate", "2026-07-01")
    case.fire("soon")
    assert case.open == ["eg", "over", "remind"]
    case.fire("renew", renewed=True, soon_at="2026-08-01", due_at="2026-09-01")
    assert case.open == ["eg", "over", "remind", "soon"]
    assert case.subscription("over") == ("timeDate", "2026-09-01")
    assert {"renew", "f_eg_renew", "on_loan"} <= set(case.step.passed)
    assert "f_eg_back" not in case.step.passed


def test_an_interrupting_timer_ends_the_whole_sub_process():
    case = on_loan().fire("over")
    assert case.open == ["overdue"]
    assert case.cancelled() == [("eg", "over"), ("soon", "over")]
    assert case.do("overdue").done


def test_a_renewal_repeated_300_times_leaves_a_snapshot_of_the_same_size():
    case = on_loan()
    rows = [len(scope[3]) for scope in case.snapshot["scopes"]]
    for number in range(300):
        case.fire("renew", renewed=True)
        assert case.open == ["eg", "over", "soon"], number
        assert [len(scope[3]) for scope in case.snapshot["scopes"]] == rows
    assert case.size < 1_000  # ids have more digits, nothing else grows


def gateway():
    return (
        Drawing(startEvent="s", userTask="a x y", exclusiveGateway="g", endEvent="e")
        .chain("s", "a", "g")
        .flow("g", "x", "amount > 10")
        .flow("g", "y", "=amount > 5")
        .chain("x", "e")
        .chain("y", "e")
    )


@pytest.mark.parametrize(("amount", "way"), [(11, "x"), (7, "y")])
def test_the_first_true_condition_wins_and_a_leading_equals_sign_is_welcome(amount, way):
    assert Case(gateway(), {"amount": amount}).do("a").open == [way]


def test_no_true_condition_and_no_default_names_the_gateway_and_changes_nothing():
    case = Case(gateway())
    with pytest.raises(Invalid, match=r"「名g」（g）.*默认出口"):
        case.do("a", amount=1)
    assert case.do("a", amount=6).open == ["y"]


def test_a_condition_that_is_null_is_not_true():
    drawing = gateway()
    drawing.flow("g", "e", default=True)
    assert Case(drawing).do("a").done


def test_moving_shapes_does_not_change_which_condition_is_asked_first():
    shapes = "".join(
        f'<di:BPMNShape bpmnElement="{name}"><dc:Bounds x="0" y="{y}"/></di:BPMNShape>'
        for name, y in (("x", 900), ("y", 1))
    )
    layout = (
        '<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" '
        f'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"><di:BPMNPlane>{shapes}</di:BPMNPlane></di:BPMNDiagram>'
    )
    drawn = gateway().xml().replace(b"</bpmn:definitions>", layout.encode() + b"</bpmn:definitions>")
    assert Case(drawn, {"amount": 11}).do("a").open == ["x"]


def test_a_job_waits_for_its_result():
    case = Case(Drawing(startEvent="s", serviceTask="j", endEvent="e").chain("s", "j", "e"))
    assert case.waits[case.token("j")].kind == WaitKind.JOB
    case.do("j", paid=True)
    assert case.done
    assert case.variables["paid"] is True
    assert case.passed == ["s", "f_s_j", "j", "f_j_e", "e"]


def test_two_who_press_in_the_same_second_one_gets_a_conflict():
    case = Case(Drawing(startEvent="s", userTask="a b", endEvent="e").chain("s", "a", "b", "e"))
    token = case.token("a")
    case.do("a")
    with pytest.raises(Refused) as refused:
        engine.complete(case.executable, case.snapshot, {}, token, {}, case.decide)
    assert refused.value.conflict


def test_an_event_cannot_be_completed_and_a_task_cannot_be_fired():
    case = Case(loan(), {}, {"limits": lambda v: 1}).do("apply")
    with pytest.raises(Refused):
        engine.complete(case.executable, case.snapshot, {}, case.token("slow"), {}, case.decide)
    with pytest.raises(Refused):
        engine.fire(case.executable, case.snapshot, {}, case.token("review"), "review", {}, case.decide)


def terminate(ending):
    inner = (
        Drawing(startEvent="ss", parallelGateway="f", userTask="u1 u2")
        .node("endEvent", "stop", ending)
        .node("endEvent", "se")
        .chain("ss", "f", "u1", "stop")
        .chain("f", "u2", "se")
    )
    return (
        Drawing(startEvent="s", userTask="after", endEvent="e")
        .node("subProcess", "sp", inner.body())
        .chain("s", "sp", "after", "e")
    )


def test_terminate_ends_its_own_scope_only():
    case = Case(terminate(event("terminate"))).do("u1")
    assert case.open == ["after"]
    assert case.cancelled() == [("u2", "stop")]
    assert case.do("after").done


def test_a_none_end_waits_for_the_other_branches():
    case = Case(terminate("")).do("u1")
    assert case.open == ["u2"]
    assert case.do("u2").open == ["after"]


def test_terminate_in_the_case_ends_the_case():
    drawing = (
        Drawing(startEvent="s", parallelGateway="f", userTask="a b", endEvent="e")
        .node("endEvent", "stop", event("terminate"))
        .chain("s", "f", "a", "stop")
        .chain("f", "b", "e")
    )
    case = Case(drawing).do("a")
    assert case.done
    assert case.cancelled() == [("b", "stop")]
    assert case.snapshot["scopes"] == []


def test_end_cancels_every_wait_in_every_scope():
    case = on_loan().end()
    assert case.done
    assert [element for element, _ in case.cancelled()] == ["eg", "over", "soon"]


def test_waits_can_be_read_from_a_snapshot_without_a_step():
    case = on_loan()
    found = engine.waits(case.executable, case.snapshot, {**case.variables, "due_at": "2027-01-01"})
    assert {wait.token for wait in found} == set(case.waits)
    over = next(wait for wait in found if wait.element == "over")
    assert over.subscriptions[0].value == "2027-01-01"


def test_a_time_that_is_no_time_names_the_timer_and_changes_nothing():
    case = Case(loan(), {}, {"limits": lambda v: 1}).do("apply")
    with pytest.raises(Invalid, match="soon"):
        case.do("review", outcome="yes", soon_at="下周", due_at="2026-07-01")
    assert case.open == ["review", "slow"]


def test_conditional_flows_out_of_a_task_behave_like_an_inclusive_gateway():
    drawing = (
        Drawing(startEvent="s", userTask="a x y z", endEvent="e")
        .flow("s", "a")
        .flow("a", "x", "v = 1")
        .flow("a", "y", id="otherwise", default=True)
        .flow("a", "z", "v > 0")
        .chain("x", "e")
        .chain("y", "e")
        .chain("z", "e")
    )
    assert Case(drawing).do("a", v=1).open == ["x", "z"]
    case = Case(drawing).do("a", v=0)
    assert case.open == ["y"]
    assert case.step.passed == ("a", "otherwise")


def test_unconditional_flows_out_of_a_task_do_not_spare_its_default():
    drawing = (
        Drawing(startEvent="s", userTask="a x y z", endEvent="e")
        .flow("s", "a")
        .flow("a", "x", "v = 1")
        .flow("a", "y", default=True)
        .flow("a", "z")
        .chain("x", "e")
        .chain("y", "e")
        .chain("z", "e")
    )
    assert Case(drawing).do("a", v=1).open == ["x", "z"]
    case = Case(drawing).do("a", v=2)
    assert case.open == ["y", "z"]
    assert set(case.step.passed) == {"a", "f_a_y", "f_a_z"}


def test_a_false_condition_beside_an_unconditional_flow_is_no_error():
    drawing = (
        Drawing(startEvent="s", userTask="a x", endEvent="e").flow("s", "a").flow("a", "x", "v = 1").flow("a", "e")
    )
    drawing.flow("x", "e")
    assert Case(drawing).do("a", v=2).done
    assert Case(drawing).do("a", v=1).open == ["x"]


def test_a_task_whose_conditions_are_all_false_is_named():
    drawing = Drawing(startEvent="s", userTask="a x", endEvent="e").flow("s", "a").flow("x", "e")
    drawing.flow("a", "e", "v = 1").flow("a", "x", "v = 3")
    with pytest.raises(Invalid, match="「a」"):
        Case(drawing).do("a", v=2)


def test_several_flows_out_of_a_task_are_taken_all():
    drawing = Drawing(startEvent="s", userTask="a x y", endEvent="e").chain("s", "a", "x", "e").chain("a", "y", "e")
    case = Case(drawing).do("a")
    assert case.open == ["x", "y"]
    assert case.step.passed == ("a", "f_a_x", "f_a_y")


def test_a_link_goes_on_where_its_twin_stands():
    drawing = (
        Drawing(startEvent="s", userTask="a b", endEvent="e")
        .node("intermediateThrowEvent", "out", '<bpmn:linkEventDefinition name="L"/>')
        .node("intermediateCatchEvent", "in", '<bpmn:linkEventDefinition name="L"/>')
        .chain("s", "a", "out")
        .chain("in", "b", "e")
    )
    case = Case(drawing).do("a")
    assert case.open == ["b"]
    assert case.step.passed == ("a", "f_a_out", "out", "in", "f_in_b")


def test_a_loop_without_a_stop_is_cut_off_and_leaves_nothing_behind():
    drawing = (
        Drawing(startEvent="s", userTask="a", exclusiveGateway="m h", endEvent="e")
        .chain("s", "a", "m", "h")
        .flow("h", "m", default=True)
        .flow("h", "e", "out = true")
    )
    case = Case(drawing)
    with pytest.raises(Invalid, match="2000 步"):
        case.do("a")
    assert case.do("a", out=True).done


def test_a_called_process_shares_the_variables_of_the_case():
    called = Drawing("q", startEvent="qs", userTask="q1", endEvent="qe").chain("qs", "q1", "qe")
    drawing = (
        Drawing(startEvent="s", userTask="after", endEvent="e")
        .node("callActivity", "k", calledElement="q")
        .chain("s", "k", "after", "e")
    )
    case = Case(drawing.xml(called), {"seen": 1})
    assert case.open == ["q1"]
    case.do("q1", seen=2)
    assert case.open == ["after"]
    assert case.variables["seen"] == 2
    assert case.step.passed == ("q1", "f_q1_qe", "qe", "k", "f_k_after")


def test_350_tasks_in_a_row_are_read_and_run():
    names = [f"u{n}" for n in range(348)]
    drawing = Drawing(startEvent="s", userTask=" ".join(names), endEvent="e").chain("s", *names, "e")
    case = Case(drawing)
    for name in names[:5]:
        case.do(name)
    assert case.open == ["u5"]
