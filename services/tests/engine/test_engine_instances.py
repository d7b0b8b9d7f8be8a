"""会签: several instances of one activity, their items, results and completion conditions; the standard loop."""

import threading
from decimal import Decimal

import pytest
from engine_drawing import Case, Drawing, instances, timer

from jiecheng import engine
from jiecheng.model.errors import Invalid


def countersign(kind="userTask", inner="", **told):
    return (
        Drawing(startEvent="s", userTask="sub after", exclusiveGateway="g", endEvent="e")
        .node(kind, "cs", inner + instances(**told))
        .chain("s", "sub", "cs", "g")
        .flow("g", "sub", "again = true")
        .flow("g", "after", default=True)
        .chain("after", "e")
    )


def two_steps():
    return Drawing(startEvent="ss", userTask="u1 u2", endEvent="se").chain("ss", "u1", "u2", "se").body()


def test_each_instance_knows_its_item_and_gives_its_vote():
    case = Case(countersign(), {"approvers": ["甲", "乙"]}).do("sub")
    waits = sorted(case.waits.values(), key=lambda wait: wait.instance)
    assert [(wait.instance, wait.item) for wait in waits] == [(0, "甲"), (1, "乙")]
    case.do("cs", 1, vote="no").do("cs", 0, vote="yes")
    assert case.variables["votes"] == ["yes", "no"]
    assert "vote" not in case.variables


def test_a_returned_countersign_starts_with_no_votes():
    case = Case(countersign(), {"approvers": ["a", "b"], "again": True})
    for number in range(3):
        case.do("sub").do("cs", vote=number).do("cs", vote=number)
        assert case.variables["votes"] == [number, number]
        assert case.open == ["sub"]


@pytest.mark.parametrize(
    ("until", "needed"),
    [
        ("nrOfCompletedInstances / nrOfInstances >= 2/3", 4),
        ('count(votes[item = "ok"]) >= 2', 2),
        ('vote = "ok"', 1),
        ("nrOfActiveInstances = 1", 5),
    ],
)
def test_a_completion_condition_cancels_the_rest(until, needed):
    case = Case(countersign(until=until), {"approvers": list("abcdef")}).do("sub")
    for number in range(needed):
        assert "cs" in case.open, number
        case.do("cs", vote="ok")
    assert case.open == ["after"]
    assert case.variables["votes"] == ["ok"] * needed + [None] * (6 - needed)
    assert len(case.cancelled()) == 6 - needed


def test_a_sequential_countersign_asks_one_after_the_other():
    case = Case(countersign(sequential=True), {"approvers": ["a", "b", "c"]}).do("sub")
    for name in ("a", "b", "c"):
        assert [wait.item for wait in case.waits.values()] == [name]
        case.do("cs", vote=name.upper())
    assert case.variables["votes"] == ["A", "B", "C"]


def test_nobody_to_ask_means_no_votes():
    case = Case(countersign(), {"approvers": []}).do("sub")
    assert case.open == ["after"]
    assert case.variables["votes"] == []


def test_a_count_opens_that_many_instances():
    assert Case(countersign(count="n + 1"), {"n": 2}).do("sub").open == ["cs", "cs", "cs"]


@pytest.mark.parametrize(
    ("told", "value"), [({}, "甲乙"), ({}, None), ({"count": "n"}, Decimal("1.5")), ({"count": "n"}, "3")]
)
def test_a_list_that_is_no_list_and_a_count_that_is_no_number_are_named(told, value):
    case = Case(countersign(**told), {"approvers": value, "n": value})
    with pytest.raises(Invalid, match="cs"):
        case.do("sub")


def test_more_than_500_instances_are_refused():
    case = Case(countersign(), {"approvers": [1] * 501})
    with pytest.raises(Invalid, match="500"):
        case.do("sub")


def test_money_in_an_item_survives_the_snapshot_to_the_cent():
    case = Case(countersign(), {"approvers": [{"amount": Decimal("10.10")}, {"amount": Decimal("0.30")}]})
    case.do("sub").do("cs", 0, vote="x")
    wait = next(iter(case.waits.values()))
    assert wait.item == {"amount": Decimal("0.30")}
    assert str(wait.item["amount"]) == "0.30"


def test_votes_given_inside_a_sub_process_stay_with_their_instance():
    case = Case(countersign("subProcess", two_steps()), {"approvers": ["a", "b"]}).do("sub")
    assert case.open == ["u1", "u1"]
    case.do("u1", 0, vote="A").do("u1", 0, vote="B").do("u2", 0).do("u2", 0)
    assert case.variables["votes"] == ["A", "B"]
    assert "vote" not in case.variables
    assert case.open == ["after"]


def test_what_is_written_in_an_instance_stays_in_it_and_only_there_is_seen():
    case = Case(countersign("subProcess", two_steps()), {"approvers": ["a", "b"], "note": "outside"}).do("sub")
    case.do("u1", 0, note="from a", vote="A")
    seen = [
        engine.visible(case.executable, case.snapshot, case.variables, case.token(name))["note"]
        for name in ("u1", "u2")
    ]
    assert seen == ["outside", "from a"]
    case.do("u1", 0, note="from b", vote="B").do("u2", 0).do("u2", 0)
    assert (case.variables["note"], case.variables["votes"]) == ("outside", ["A", "B"])


def test_every_wait_and_every_passed_node_tells_which_instance_it_is_in():
    case = Case(countersign("subProcess", two_steps()), {"approvers": ["a", "b"]}).do("sub")
    waits = sorted(case.waits.values(), key=lambda wait: int(wait.token))
    assert [(wait.inside.instances, wait.inside.names["approver"]) for wait in waits] == [
        ((("cs", 0),), "a"),
        ((("cs", 1),), "b"),
    ]
    case.do("u1", 1, note="here")
    (step,) = [one for one in case.step.worked if one.element == "u1"]
    assert (step.inside.instances, step.inside.names["note"]) == ((("cs", 1),), "here")
    case.do("u1", 0).do("u2", 0).do("u2", 0)
    assert [one.element for one in case.step.worked if one.inside is None] == ["g"]
    assert [one.inside.instances for one in case.step.worked if one.element == "cs"] == [((("cs", 0)),)]


def test_a_task_of_several_instances_does_its_work_once_in_each():
    case = Case(countersign(), {"approvers": ["a", "b"]}).do("sub").do("cs", 1, vote="B")
    assert [(one.element, one.inside.names["approver"]) for one in case.step.worked] == [("cs", "b")]
    case.do("cs", 0, vote="A")
    worked = [(one.element, one.inside and one.inside.names["approver"]) for one in case.step.worked]
    assert worked == [("cs", "a"), ("g", None)]


def test_when_the_time_is_over_the_list_says_who_did_not_answer():
    drawing = countersign().boundary("cs", "t", timer("P1D")).flow("t", "after")
    case = Case(drawing, {"approvers": ["a", "b", "c"]}).do("sub").do("cs", 2, vote="C").fire("t")
    assert case.open == ["after"]
    assert case.variables["votes"] == [None, None, "C"]
    assert case.cancelled() == [("cs", "t"), ("cs", "t")]


def called(*boundary):
    inner = Drawing("q", startEvent="qs", userTask="q1 q2", endEvent="qe").chain("qs", "q1", "q2", "qe")
    drawing = (
        Drawing(startEvent="s", userTask="sub late ok", endEvent="e")
        .node("callActivity", "k", instances(), calledElement="q")
        .boundary("k", "t", timer("P1D"))
        .chain("s", "sub", "k", "ok", "e")
        .chain("t", "late", "e")
    )
    return drawing.xml(inner)


def test_a_timer_on_countersigned_calls_leaves_nothing_of_them():
    case = Case(called(), {"approvers": ["a", "b", "c"]}).do("sub")
    assert case.open == ["q1", "q1", "q1", "t"]
    case.do("q1", 1).fire("t")
    assert case.open == ["late"]
    assert len(case.snapshot["scopes"]) == 1
    assert case.cancelled() == [("q1", "t"), ("q1", "t"), ("q2", "t")]


def test_returning_from_inside_a_countersigned_call_reopens_that_instance_or_all():
    case = Case(called(), {"approvers": ["a", "b"]}).do("sub").do("q1", 0, vote="x")
    case.move("q2", "q1")
    assert case.open == ["q1", "q1", "t"]
    case.move("all", "sub")
    assert case.open == ["sub"]
    assert len(case.snapshot["scopes"]) == 1


def test_a_standard_loop_goes_on_while_its_condition_holds():
    loop = (
        '<bpmn:standardLoopCharacteristics loopMaximum="5"><bpmn:loopCondition>more</bpmn:loopCondition>'
        "</bpmn:standardLoopCharacteristics>"
    )
    drawing = Drawing(startEvent="s", endEvent="e").node("userTask", "u", loop).chain("s", "u", "e")
    case = Case(drawing, {"more": True}).do("u").do("u")
    assert case.open == ["u"]
    assert case.do("u", more=False).done
    case = Case(drawing, {"more": True})
    for _ in range(5):
        case.do("u")
    assert case.done


def test_a_rule_decides_for_each_instance():
    drawing = (
        Drawing(startEvent="s", endEvent="e", userTask="after")
        .rule("r", "vote")
        .inside("r", instances())
        .chain("s", "r", "after", "e")
    )
    case = Case(drawing, {"approvers": [1, 2, 3]}, {"r": lambda v: v["approver"] * 10})
    assert case.variables["votes"] == [10, 20, 30]
    assert "vote" not in case.variables


def test_one_executable_serves_many_threads():
    until = "nrOfCompletedInstances = 2"
    executable = Case(countersign(until=until), {"approvers": []}).executable
    wrong = []

    def work(number):
        try:
            for _ in range(15):
                case = Case(executable, {"approvers": [number] * 5}).do("sub").do("cs", vote=number)
                case.do("cs", vote=number)
                assert case.variables["votes"] == [number, number, None, None, None]
                assert case.do("after").done
        except Exception as error:
            wrong.append(repr(error))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
