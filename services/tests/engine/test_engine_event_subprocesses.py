"""Event sub-processes that an error, an escalation or a condition starts."""

import pytest
from engine_drawing import Case, Drawing, condition, event

from jiecheng import engine

ERROR, OTHER = event("error", errorRef="er"), event("error", errorRef="er2")
UP = event("escalation", escalationRef="es")


def handler(start, interrupting=True, identity="h"):
    inner = Drawing(userTask=f"{identity}u", endEvent=f"{identity}e")
    inner.node("startEvent", f"{identity}s", start, isInterrupting=str(interrupting).lower())
    return inner.chain(f"{identity}s", f"{identity}u", f"{identity}e").body()


def scope(thrown, *handlers):
    """Beside task b, somebody does a and then ends as `thrown`, or throws and goes on to c."""
    drawing = Drawing(startEvent="s", parallelGateway="g", userTask="a b", endEvent="e eb")
    drawing.chain("s", "g", "a").chain("g", "b", "eb")
    if "escalation" in thrown:
        drawing.node("intermediateThrowEvent", "th", thrown).node("userTask", "c").chain("a", "th", "c", "e")
    else:
        drawing.chain("a", "e").inside("e", thrown)
    for at, (start, interrupting) in enumerate(handlers):
        drawing.node("subProcess", f"x{at}", handler(start, interrupting, f"h{at}"), triggeredByEvent="true")
    return drawing


def test_an_error_interrupts_its_scope_and_is_handled_beside_it():
    case = Case(scope(ERROR, (ERROR, True))).do("a")
    assert [name for name in case.open if name[0] != "x"] == ["h0u"]
    assert ("b", "h0s") in case.cancelled()
    assert case.do("h0u").done


def test_the_handler_that_names_the_code_comes_before_the_one_for_all():
    assert "h1u" in Case(scope(ERROR, (event("error"), True), (ERROR, True))).do("a").open
    assert "h0u" in Case(scope(ERROR, (event("error"), True), (OTHER, True))).do("a").open


@pytest.mark.parametrize("interrupting", [True, False])
def test_an_escalation_is_handled_beside_and_the_thrower_goes_on_unless_interrupted(interrupting):
    case = Case(scope(UP, (UP, interrupting))).do("a")
    assert ("b" in case.open, "c" in case.open, "h0u" in case.open) == (not interrupting, not interrupting, True)
    for name in [name for name in case.open if name[0] in "bch"]:
        case.do(name)
    assert case.done


def test_an_error_of_an_inner_scope_is_caught_by_the_outer_one():
    inner = scope(ERROR)
    outer = Drawing("q", startEvent="os", userTask="ob", endEvent="oe").node("subProcess", "sp", inner.body())
    outer.node("subProcess", "x", handler(ERROR), triggeredByEvent="true")
    outer.identity = "p"
    case = Case(outer.chain("os", "sp", "ob", "oe")).do("a")
    assert [name for name in case.open if name[0] != "x"] == ["hu"]
    assert case.do("hu").done


def test_a_condition_starts_its_event_subprocess_when_it_comes_true():
    case = Case(scope(ERROR, (condition("urgent = true"), True), (ERROR, True)), {"urgent": False})
    assert "h0u" not in case.open
    case.recheck(urgent=True)
    assert [name for name in case.open if name[0] != "x"] == ["h0u"]
    assert case.do("h0u").done


def test_an_error_that_nobody_handles_and_handlers_that_cannot_be_are_refused():
    codes = [finding.code for finding in engine.findings([scope(ERROR, (OTHER, True)).xml()])]
    assert codes == ["uncaught-error"]
    codes = [finding.code for finding in engine.findings([scope(ERROR, (ERROR, False)).xml()])]
    assert codes == ["not-interrupting"]
