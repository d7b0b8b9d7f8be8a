"""Events: reported as waits, completed by commands; thrown ones reach whoever waits for them, and nobody else."""

import pytest
from engine_drawing import Case, Drawing, condition, event, instances, message, timer

from jiecheng import engine
from jiecheng.model.errors import Invalid, Refused
from jiecheng.model.step import Thrown


def test_a_timer_catch_is_a_row_with_an_iso_value():
    drawing = (
        Drawing(startEvent="s", endEvent="e")
        .node("intermediateCatchEvent", "t", timer('=date("2030-01-01") + duration("P1D")', "timeDate"))
        .chain("s", "t", "e")
    )
    case = Case(drawing)
    assert case.subscription("t") == ("timeDate", "2030-01-02")
    assert case.fire("t").done


def test_a_receive_task_waits_for_its_message():
    drawing = Drawing(startEvent="s", endEvent="e").node("receiveTask", "r", messageRef="m_ask").chain("s", "r", "e")
    case = Case(drawing)
    assert case.subscription("r") == ("message", "补充材料")
    assert case.fire("r", answer=1).done
    assert case.variables["answer"] == 1


def test_a_non_interrupting_message_stays_armed_under_its_token():
    drawing = (
        Drawing(startEvent="s", userTask="a answer", endEvent="e")
        .boundary("a", "ask", message(), interrupting=False)
        .chain("s", "a", "e")
        .chain("ask", "answer", "e")
    )
    case = Case(drawing)
    token = case.token("ask")
    for number in range(3):
        case.fire("ask")
        assert case.open == ["a"] + ["answer"] * (number + 1) + ["ask"]
        assert case.token("ask") == token
    case.do("answer").do("answer").do("answer")
    size = case.size
    for _ in range(20):
        case.fire("ask").do("answer")
    assert case.size <= size + 10  # what came and went leaves nothing
    case.fire("ask").do("a")
    assert case.open == ["answer"]
    assert case.do("answer").done


@pytest.mark.parametrize(("value", "kind", "stays"), [("R/P1D", "timeCycle", True), ("P1D", "timeDuration", False)])
def test_a_non_interrupting_cycle_stays_armed_and_a_duration_does_not(value, kind, stays):
    drawing = (
        Drawing(startEvent="s", userTask="a urge", endEvent="e")
        .boundary("a", "t", timer(value, kind), interrupting=False)
        .chain("s", "a", "e")
        .chain("t", "urge", "e")
    )
    case = Case(drawing).fire("t")
    assert case.open == (["a", "t", "urge"] if stays else ["a", "urge"])
    case.do("a").do("urge")
    assert case.done


def test_firing_the_wrong_event_or_a_second_time_is_said():
    drawing = (
        Drawing(startEvent="s", userTask="a b", endEvent="e")
        .boundary("a", "t", timer())
        .chain("s", "a", "e")
        .chain("t", "b", "e")
    )
    case = Case(drawing)
    token = case.token("t")
    with pytest.raises(Invalid, match="nothing"):
        engine.fire(case.executable, case.snapshot, {}, token, "nothing", {}, case.decide)
    case.fire("t")
    with pytest.raises(Refused) as late:
        engine.fire(case.executable, case.snapshot, {}, token, "t", {}, case.decide)
    assert late.value.conflict


def test_a_conditional_event_is_asked_again_when_variables_change():
    drawing = (
        Drawing(startEvent="s", parallelGateway="f", userTask="a", endEvent="e")
        .node("intermediateCatchEvent", "c", condition("paid = true"))
        .chain("s", "f", "c", "e")
        .chain("f", "a", "e")
    )
    case = Case(drawing)
    assert case.recheck(paid=False).open == ["a", "c"]
    assert case.recheck(paid=True).open == ["a"]
    case = Case(drawing)
    assert case.do("a", paid=True).done  # also when a task of the same case brought it


def test_a_conditional_boundary_interrupts_an_activity_in_another_scope():
    inner = Drawing(startEvent="ss", userTask="u1", endEvent="se").chain("ss", "u1", "se")
    drawing = (
        Drawing(startEvent="s", parallelGateway="f", userTask="a fix", endEvent="e")
        .node("subProcess", "sp", inner.body())
        .boundary("sp", "c", condition("stopped = true"))
        .chain("s", "f", "sp", "e")
        .chain("c", "fix", "e")
        .chain("f", "a", "e")
    )
    case = Case(drawing).do("a", stopped=True)
    assert case.open == ["fix"]
    assert ("u1", "c") in case.cancelled()


def failing(ending, *boundaries):
    inner = (
        Drawing(startEvent="ss", userTask="u1 u2", exclusiveGateway="x", endEvent="se")
        .node("endEvent", "bad", ending)
        .chain("ss", "u1", "x")
        .flow("x", "bad", "broken = true")
        .flow("x", "u2", default=True)
        .chain("u2", "se")
    )
    drawing = Drawing(startEvent="s", userTask="after", endEvent="e").node("subProcess", "sp", inner.body())
    drawing.chain("s", "sp", "after", "e")
    for name, what, interrupting in boundaries:
        drawing.boundary("sp", name, what, interrupting).node("userTask", f"fix_{name}").chain(name, f"fix_{name}", "e")
    return drawing


def test_an_error_goes_to_the_boundary_that_names_its_code():
    error = event("error", errorRef="er")
    drawing = failing(
        error, ("any", event("error"), True), ("exact", error, True), ("other", event("error", errorRef="er2"), True)
    )
    case = Case(drawing).do("u1", broken=True)
    assert case.open == ["fix_exact"]
    assert case.step.thrown == (Thrown("error", "bad", "bad"),)
    assert "after" not in case.passed
    assert case.do("fix_exact").done


def test_without_an_error_the_sub_process_goes_on_as_drawn():
    case = Case(failing(event("error", errorRef="er"), ("any", event("error"), True))).do("u1").do("u2")
    assert case.open == ["after"]


def test_an_error_is_not_caught_by_a_neighbour():
    error = event("error", errorRef="er")
    drawing = failing(error, ("mine", error, True))
    other = Drawing(startEvent="os", userTask="o1", endEvent="oe").chain("os", "o1", "oe")
    drawing = (
        Drawing(startEvent="s", parallelGateway="f", userTask="fixed neighbour_fix", endEvent="e")
        .node("subProcess", "nb", other.body())
        .boundary("nb", "nb_err", error)
        .node("subProcess", "sp", drawing.nodes["sp"][2])
        .boundary("sp", "sp_err", error)
        .chain("s", "f", "nb", "e")
        .chain("f", "sp", "e")
        .chain("nb_err", "neighbour_fix", "e")
        .chain("sp_err", "fixed", "e")
    )
    case = Case(drawing).do("u1", broken=True)
    assert case.open == ["fixed", "nb_err", "o1"]


def test_an_error_climbs_out_of_a_countersigned_call():
    called = (
        Drawing("q", startEvent="qs", userTask="q1")
        .node("endEvent", "bad", event("error", errorRef="er"))
        .chain("qs", "q1", "bad")
    )
    drawing = (
        Drawing(startEvent="s", userTask="fix after", endEvent="e")
        .node("callActivity", "k", instances(), calledElement="q")
        .boundary("k", "b", event("error", errorRef="er"))
        .chain("s", "k", "after", "e")
        .chain("b", "fix", "e")
    )
    case = Case(drawing.xml(called), {"approvers": [1, 2, 3]}).do("q1", 1)
    assert case.open == ["fix"]
    assert case.cancelled() == [("q1", "b"), ("q1", "b")]


@pytest.mark.parametrize(("interrupting", "expected"), [(True, ["fix_up"]), (False, ["after", "fix_up"])])
def test_an_escalation_is_caught_with_or_without_interrupting(interrupting, expected):
    escalation = event("escalation", escalationRef="es")
    case = Case(failing(escalation, ("up", escalation, interrupting))).do("u1", broken=True)
    assert case.open == expected
    assert case.step.thrown == (Thrown("escalation", "up", "bad"),)


def signalled(catcher):
    drawing = (
        Drawing(startEvent="s", parallelGateway="f", userTask="a b woken", endEvent="e")
        .node("intermediateThrowEvent", "t", event("signal", signalRef="sg"))
        .chain("s", "f", "a", "t", "e")
    )
    return catcher(drawing)


def test_a_signal_wakes_a_waiting_branch_of_the_case():
    def catch(drawing):
        drawing.nodes.pop("b")
        return (
            drawing.node("intermediateCatchEvent", "c", event("signal", signalRef="sg"))
            .chain("f", "c", "woken", "e")
        )  # fmt: skip

    case = Case(signalled(catch)).do("a")
    assert case.open == ["woken"]
    assert case.step.thrown == (Thrown("signal", "Sig", "t"),)


def test_a_signal_wakes_a_non_interrupting_boundary_which_stays_armed():
    def catch(drawing):
        return (
            drawing.boundary("b", "c", event("signal", signalRef="sg"), interrupting=False)
            .chain("f", "b", "e")
            .chain("c", "woken", "e")
        )

    case = Case(signalled(catch)).do("a")
    assert case.open == ["b", "c", "woken"]


def test_a_message_end_event_is_reported_as_thrown():
    drawing = (
        Drawing(startEvent="s", userTask="a").node("endEvent", "told", message("m_recall")).chain("s", "a", "told")
    )
    case = Case(drawing).do("a")
    assert case.done
    assert case.step.thrown == (Thrown("message", "撤回", "told"),)


def test_a_signal_end_event_is_reported_as_thrown():
    drawing = (
        Drawing(startEvent="s", userTask="a")
        .node("endEvent", "told", event("signal", signalRef="sg"))
        .chain("s", "a", "told")
    )
    assert Case(drawing).do("a").step.thrown == (Thrown("signal", "Sig", "told"),)


# ---------------------------------------------------------------------- event sub-processes


def recalled(interrupting, start=None, inner_call=True):
    flag = "true" if interrupting else "false"
    body = (
        Drawing(userTask="wu", endEvent="we")
        .node("startEvent", "ws", start or message("m_recall"), isInterrupting=flag)
        .chain("ws", "wu", "we")
    )
    called = Drawing("q", startEvent="qs", userTask="q1", endEvent="qe").chain("qs", "q1", "qe")
    drawing = (
        Drawing(startEvent="s", userTask="a", endEvent="e")
        .node("callActivity", "k", calledElement="q")
        .node("subProcess", "wd", body.body(), triggeredByEvent="true")
        .chain("s", "a", "k", "e")
    )
    return drawing.xml(called)


def test_an_interrupting_event_sub_process_stops_everything_else():
    case = Case(recalled(True))
    assert case.open == ["a", "wd"]
    assert case.subscription("ws") == ("message", "撤回")
    case.do("a").fire("ws", reason="变更")
    assert case.open == ["wu"]
    assert case.cancelled() == [("q1", "ws")]
    assert case.variables["reason"] == "变更"
    assert case.do("wu").done


def test_an_event_sub_process_that_never_starts_does_not_hold_the_case():
    case = Case(recalled(True)).do("a").do("q1")
    assert case.done
    assert [element for element, _ in case.cancelled()] == ["wd"]


def test_a_non_interrupting_event_sub_process_starts_as_often_as_its_event_comes():
    case = Case(recalled(False)).fire("ws").fire("ws")
    assert case.open == ["a", "wd", "wu", "wu"]
    case.do("a").do("q1")
    assert not case.done
    assert case.do("wu").do("wu").done


def test_a_timer_starts_an_event_sub_process_once():
    case = Case(recalled(False, timer("=limit")), {"limit": "P5D"})
    assert case.subscription("ws") == ("timeDuration", "P5D")
    case.fire("ws")
    assert case.open == ["a", "wu"]
    case.do("wu").do("a").do("q1")
    assert case.done


def test_an_event_sub_process_inside_a_sub_process_ends_only_that():
    event_body = (
        Drawing(userTask="wu", endEvent="we")
        .node("startEvent", "ws", message("m_recall"), isInterrupting="true")
        .chain("ws", "wu", "we")
    )
    inner = (
        Drawing(startEvent="ss", userTask="u1", endEvent="se")
        .node("subProcess", "wd", event_body.body(), triggeredByEvent="true")
        .chain("ss", "u1", "se")
    )
    drawing = (
        Drawing(startEvent="s", parallelGateway="f j", userTask="x after", endEvent="e")
        .node("subProcess", "sp", inner.body())
        .chain("s", "f", "sp", "j", "after", "e")
        .chain("f", "x", "j")
    )
    case = Case(drawing)
    assert case.open == ["u1", "wd", "x"]
    case.fire("ws")
    assert case.open == ["wu", "x"]
    case.do("x").do("wu")
    assert case.open == ["after"]


def test_a_signal_thrown_inside_starts_an_event_sub_process():
    body = (
        Drawing(userTask="wu", endEvent="we")
        .node("startEvent", "ws", event("signal", signalRef="sg"), isInterrupting="true")
        .chain("ws", "wu", "we")
    )
    drawing = (
        Drawing(startEvent="s", parallelGateway="f", userTask="a b never", endEvent="e")
        .node("intermediateThrowEvent", "t", event("signal", signalRef="sg"))
        .node("subProcess", "wd", body.body(), triggeredByEvent="true")
        .chain("s", "f", "a", "t", "never", "e")
        .chain("f", "b", "e")
    )
    case = Case(drawing).do("a")
    assert case.open == ["wu"]
    assert "never" not in case.passed
    assert case.do("wu").done


def test_what_follows_a_non_interrupting_event_outlives_its_activity():
    drawing = (
        Drawing(startEvent="s", userTask="a b late asked answer", endEvent="e")
        .boundary("a", "ask", message(), interrupting=False)
        .boundary("a", "over", timer())
        .chain("s", "a", "b", "e")
        .chain("over", "late", "e")
        .chain("ask", "asked", "answer", "e")
    )
    assert Case(drawing).fire("ask").do("asked").do("a").open == ["answer", "b"]
    assert Case(drawing).fire("ask").do("asked").fire("over").open == ["answer", "late"]
    assert Case(drawing).fire("ask").do("asked").do("answer").open == ["a", "ask", "over"]


def test_a_job_that_fails_fires_the_error_event_of_its_task():
    drawing = (
        Drawing(startEvent="s", serviceTask="pay", userTask="repair", endEvent="e")
        .boundary("pay", "failed", event("error", errorRef="er"))
        .chain("s", "pay", "e")
        .chain("failed", "repair", "e")
    )
    case = Case(drawing)
    assert case.subscription("failed") == ("error", "bad")
    case.fire("failed")
    assert case.open == ["repair"]
    assert case.cancelled() == [("pay", "failed")]
    assert Case(drawing).do("pay").done


def test_nothing_starts_in_a_case_that_has_ended():
    case = Case(recalled(False))
    token = case.token("ws")
    case.end()
    assert engine.waits(case.executable, case.snapshot, {}) == ()
    with pytest.raises(Refused) as late:
        engine.fire(case.executable, case.snapshot, {}, token, "ws", {}, case.decide)
    assert late.value.conflict
    assert engine.recheck(case.executable, case.snapshot, {}, case.decide).done
