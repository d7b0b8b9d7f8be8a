"""Call activities with inputs and outputs: the called process has variables of its own, and nothing leaks either way."""

from decimal import Decimal

import pytest
from engine_drawing import Case, Drawing, condition, event, instances, message, timer

from jiecheng import engine


def mapping(**words):
    """given={target: source}, taken={target: source}"""
    inner = "".join(
        f'<jc:{word} source="{source}" target="{target}"/>'
        for word, pairs in words.items()
        for target, source in pairs.items()
    )
    return f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>"


def process(called, given, taken, repeated="", **nodes):
    drawing = (
        Drawing(startEvent="s", userTask="a ok", endEvent="e", **nodes)
        .node("callActivity", "k", mapping(input=given, output=taken) + repeated, calledElement="q")
        .chain("s", "a", "k", "ok", "e")
    )
    return drawing, called


def review():
    """q1, a rule, a gateway on the result, q2 only when it is high."""
    return (
        Drawing("q", startEvent="qs", userTask="q1 q2", endEvent="qe", exclusiveGateway="high m")
        .rule("r", "level")
        .chain("qs", "q1", "r", "high", "q2", "m", "qe")
        .flow("high", "m", default=True)
    )


def high(drawing):
    drawing.flows = [
        (identity, source, target, "level = 2" if (source, target) == ("high", "q2") else when)
        for identity, source, target, when in drawing.flows
    ]
    return drawing


def started(given=None, taken=None, decide=None, variables=None):
    drawing, called = process(
        high(review()), given or {"amount": "=total + 1", "word": "急件"}, taken or {"verdict": "=opinion"}
    )
    seen = []

    def level(variables):
        seen.append(variables)
        return decide(variables) if decide else 1

    case = Case(
        drawing.xml(called), {"total": Decimal("1.5"), "secret": "s", "initiator": {"id": "i"}, **(variables or {})},
        {"r": level},
    )  # fmt: skip
    return case, seen


def test_the_called_process_sees_its_inputs_and_what_everybody_sees():
    case, seen = started()
    case.do("a")
    expected = {"initiator": {"id": "i"}, "amount": Decimal("2.5"), "word": "急件"}
    assert engine.visible(case.executable, case.snapshot, case.variables, case.token("q1")) == expected
    case.do("q1", note="n")
    assert seen == [{**expected, "note": "n"}]
    assert case.open == ["ok"]


def test_outside_the_called_process_all_is_as_before():
    case, _ = started()
    assert engine.visible(case.executable, case.snapshot, case.variables, case.token("a"))["secret"] == "s"


def test_what_is_written_inside_comes_back_through_outputs_only():
    case, _ = started()
    case.do("a").do("q1", opinion="agree", total=99, note="n")
    assert case.step.writes == {"verdict": "agree"}
    assert (case.variables["total"], "note" in case.variables, "level" in case.variables) == (
        Decimal("1.5"),
        False,
        False,
    )


def test_variables_inside_decide_conditions_and_live_in_the_snapshot():
    case, _ = started(decide=lambda variables: 2)
    case.do("a")
    assert not case.step.writes
    case.do("q1", opinion="agree", level=7)
    assert case.open == ["q2"]
    assert not case.step.writes
    case.executable = engine.load([_xml()], "p")  # another program takes over
    case.do("q2", opinion="disagree")
    assert case.step.writes == {"verdict": "disagree"}
    assert case.do("ok").done


def _xml():
    drawing, called = process(high(review()), {"amount": "=total + 1", "word": "急件"}, {"verdict": "=opinion"})
    return drawing.xml(called)


def test_snapshots_of_calls_keep_exact_numbers():
    case, _ = started()
    case.do("a")
    (own,) = [row[4] for row in case.snapshot["scopes"] if len(row) > 4]
    assert own == {"amount": {"$decimal": "2.5"}, "word": "急件"}


def test_a_call_without_outputs_gives_nothing_back():
    drawing, called = process(high(review()), {"amount": "=total"}, {})
    case = Case(drawing.xml(called), {"total": 1}, {"r": lambda variables: 1}).do("a").do("q1", total=5, x=1)
    assert case.variables == {"total": 1}
    assert case.open == ["ok"]


def test_a_call_with_outputs_alone_sees_none_of_the_callers_variables():
    drawing, called = process(high(review()), {}, {"verdict": "=opinion"})
    seen = []
    case = Case(drawing.xml(called), {"total": 1}, {"r": seen.append})
    case.do("a").do("q1", opinion="x")
    assert seen == [{"opinion": "x"}]
    assert case.variables["verdict"] == "x"


def simple(identity="q", prefix="q"):
    start, task, end = f"{prefix}s", f"{prefix}1", f"{prefix}e"
    return Drawing(identity, startEvent=start, userTask=task, endEvent=end).chain(start, task, end)


@pytest.mark.parametrize("sequential", [False, True])
def test_countersigned_calls_have_variables_each_of_their_own(sequential):
    drawing, called = process(
        simple(), {"who": "=approver", "place": "=loopCounter"}, {"vote": "=opinion + who"},
        instances(sequential=sequential),
    )  # fmt: skip
    case = Case(drawing.xml(called), {"approvers": ["甲", "乙"]}).do("a")
    seen = []
    for _ in range(2):
        token = case.token("q1")
        seen.append(engine.visible(case.executable, case.snapshot, case.variables, token))
        case.do("q1", opinion="同意", vote="outside never sees this")
    assert seen == [{"who": "甲", "place": 1}, {"who": "乙", "place": 2}]
    assert case.variables["votes"] == ["同意甲", "同意乙"]
    assert set(case.variables) == {"approvers", "votes"}
    assert case.do("ok").done


def test_parallel_calls_do_not_write_over_each_other():
    drawing, called = process(simple(), {"who": "=approver"}, {"vote": "=opinion"}, instances())
    case = Case(drawing.xml(called), {"approvers": ["甲", "乙", "丙"]}).do("a")
    case.do("q1", 2, opinion="3").do("q1", 0, opinion="1").do("q1", 0, opinion="2")
    assert case.variables["votes"] == ["1", "2", "3"]


def test_a_call_inside_a_call_hands_down_and_up_step_by_step():
    middle = (
        Drawing("q", startEvent="qs", endEvent="qe")
        .node(
            "callActivity", "kk", mapping(input={"deep": "=amount * 2"}, output={"got": "=answer"}), calledElement="z"
        )
        .chain("qs", "kk", "qe")
    )
    drawing, called = process(middle, {"amount": "=total"}, {"result": "=got + amount"})
    case = Case(drawing.xml(called, simple("z", "z")), {"total": 5}).do("a")
    assert engine.visible(case.executable, case.snapshot, case.variables, case.token("z1")) == {"deep": 10}
    case.do("z1", answer=7)
    assert case.variables == {"total": 5, "result": 12}


def test_instances_inside_a_call_publish_to_the_called_process():
    inner = (
        Drawing("q", startEvent="qs", endEvent="qe")
        .node("userTask", "q1", instances("people", "person"))
        .chain("qs", "q1", "qe")
    )
    drawing, called = process(inner, {"people": "=approvers"}, {"all": "=votes"})
    case = Case(drawing.xml(called), {"approvers": ["甲", "乙"]}).do("a")
    visible = engine.visible(case.executable, case.snapshot, case.variables, case.token("q1"))
    assert (visible["person"], visible["loopCounter"], "approvers" in visible) == ("甲", 1, False)
    case.do("q1", vote="x").do("q1", vote="y")
    assert case.variables == {"approvers": ["甲", "乙"], "all": ["x", "y"]}


def test_timers_and_conditions_inside_a_call_look_at_its_variables():
    inner = (
        Drawing("q", startEvent="qs", userTask="q1 q2", endEvent="qe")
        .boundary("q1", "late", timer("=limit"))
        .boundary("q1", "urgent", condition("=urgent"))
        .chain("qs", "q1", "qe")
        .chain("late", "qe")
        .chain("urgent", "q2", "qe")
    )
    drawing, called = process(inner, {"limit": "=days"}, {"was": "=urgent"})
    case = Case(drawing.xml(called), {"days": "P9D", "limit": "P1D", "urgent": True}).do("a")
    assert case.subscription("late") == ("timeDuration", "P9D")
    assert case.open == ["late", "q1", "urgent"]  # the case's own "urgent" is not meant
    case.fire("late", urgent=False)
    assert case.variables["was"] is False


def test_an_error_out_of_a_call_gives_nothing_back():
    inner = Drawing("q", startEvent="qs", userTask="q1").node("endEvent", "bad", event("error", errorRef="er"))
    drawing, called = process(inner.chain("qs", "q1", "bad"), {"x": "=1"}, {"verdict": "=opinion"})
    drawing.boundary("k", "caught", event("error", errorRef="er")).flow("caught", "ok")
    case = Case(drawing.xml(called)).do("a").do("q1", opinion="agree")
    assert (case.open, case.variables) == (["ok"], {})


def test_a_message_into_a_call_is_written_inside():
    inner = Drawing("q", startEvent="qs", endEvent="qe").node("intermediateCatchEvent", "wait", message())
    drawing, called = process(inner.chain("qs", "wait", "qe"), {"x": "=1"}, {"came": "=payload"})
    case = Case(drawing.xml(called)).do("a").fire("wait", payload="p", other=1)
    assert case.variables == {"came": "p"}


def test_a_call_that_is_returned_to_starts_with_fresh_inputs():
    case, _ = started()
    case.do("a").move("q1", "a")
    case.variables["total"] = 10
    case.do("a")
    assert engine.visible(case.executable, case.snapshot, case.variables, case.token("q1"))["amount"] == 11


@pytest.mark.parametrize(
    ("given", "taken", "code"),
    [
        ({"x": "=1 +"}, {}, "expression"),
        ({}, {"x": "=)"}, "expression"),
        ({"no name": "=1"}, {}, "variable"),
        ({}, {"": "=1"}, "variable"),
    ],
)
def test_mappings_that_cannot_be_read_are_refused(given, taken, code):
    drawing, called = process(simple(), given, taken)
    found = engine.findings([drawing.xml(called)])
    assert [each.code for each in found] == [code]
    assert found[0].place == "k"
