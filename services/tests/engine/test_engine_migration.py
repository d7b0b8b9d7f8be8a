"""Migration: a running case goes on in a newer version exactly where it stood, or is told why it cannot."""

import json
import random
import re

import pytest
from engine_drawing import Case, Drawing, condition, event, instances, message, timer
from engine_random import RandomProcess, act, open_names, pick

from jiecheng import engine
from jiecheng.engine.migrations import migrate
from jiecheng.model.errors import Invalid


def moved(case, drawing, mapping=None, process="p"):
    """The case in the new version, saved and loaded once more."""
    new = engine.load([drawing if isinstance(drawing, bytes) else drawing.xml()], process)
    step = migrate(case.executable, new, case.snapshot, mapping or {}, case.variables, case.decide)
    case.executable = new
    case.take(step)
    case.executable = engine.load([drawing if isinstance(drawing, bytes) else drawing.xml()], process)
    assert case.open == sorted(wait.element for wait in engine.waits(case.executable, case.snapshot, case.variables))
    return case


def refused(case, drawing, mapping=None):
    before = json.dumps(case.snapshot, sort_keys=True)
    with pytest.raises(Invalid) as caught:
        moved(case, drawing, mapping)
    assert json.dumps(case.snapshot, sort_keys=True) == before
    assert all("请" in each.message for each in caught.value.findings)
    return [(each.code, each.place) for each in caught.value.findings]


def line(*names):
    return Drawing(startEvent="s", userTask=" ".join(names), endEvent="e").chain("s", *names, "e")


def forked(left=("a1",), right=("b1",), more=(), after=("c",)):
    drawing = Drawing(
        startEvent="s", userTask=" ".join((*left, *right, *more, *after)), endEvent="e", parallelGateway="f j"
    )
    drawing.chain("s", "f", *left, "j", *after, "e").chain("f", *right, "j")
    return drawing.chain("f", *more, "j") if more else drawing


# -------------------------------------------------------------------- in a line


def test_a_step_stays_open_and_the_new_way_is_taken_afterwards():
    case = Case(line("a", "b"))
    token = case.token("a")
    moved(case, line("a", "x", "b"))
    assert (case.step.opened, case.step.closed, case.step.passed) == ((), (), ())
    assert case.token("a") == token
    assert case.do("a").open == ["x"]
    assert case.do("x").do("b").done


def test_what_lies_behind_may_be_gone():
    case = moved(Case(line("a", "b", "c")).do("a").do("b"), line("c"))
    assert case.open == ["c"]
    assert case.do("c").done


def test_a_renamed_step_is_closed_and_opened_under_its_token():
    case = Case(line("a", "b"))
    token = case.token("a")
    moved(case, line("first", "b"), {"a": "first"})
    assert [(one.token, one.element, one.cause) for one in case.step.closed] == [(token, "a", "migration")]
    assert [(one.token, one.element) for one in case.step.opened] == [(token, "first")]
    assert case.do("first").open == ["b"]


def test_a_case_can_be_migrated_again_and_again():
    case = Case(line("a", "b"))
    for names in (("a", "x", "b"), ("y", "a", "b"), ("a", "b")):
        moved(case, line(*names))
    assert case.do("a").do("b").done


def test_a_finished_case_stays_finished():
    case = Case(line("a")).do("a")
    assert moved(case, line("z")).done


# -------------------------------------------------------------------- in parallel


def test_inside_parallel_branches_the_join_still_counts():
    case = moved(Case(forked()).do("a1"), forked(right=("b1", "b2")))
    assert case.do("b1").open == ["b2"]
    assert case.do("b2").open == ["c"]


def test_a_signature_does_not_count_for_a_step_that_was_put_behind_it():
    assert refused(Case(forked()).do("a1"), forked(left=("a1", "a2"))) == [("arrivals", "j")]


@pytest.mark.parametrize("first", ["a1", "b1"])
def test_arrivals_parked_in_a_join_go_along(first):
    other = {"a1": "b1", "b1": "a1"}[first]
    case = Case(forked()).do(first)
    moved(case, forked(after=("c", "d")))
    assert case.do(other).open == ["c"]
    assert case.do("c").do("d").done


def test_parked_arrivals_are_known_under_their_new_names():
    case = moved(Case(forked()).do("a1"), forked(left=("z1",)), {"a1": "z1"})
    assert case.do("b1").open == ["c"]


def test_a_parked_arrival_survives_that_its_step_got_a_timer():
    late = forked().boundary("a1", "t", timer("P1D")).flow("t", "c")
    case = moved(Case(forked()).do("a1"), late)
    assert case.do("b1").open == ["c"]
    assert moved(Case(late).do("a1"), forked()).do("b1").open == ["c"]


def test_a_join_whose_other_branch_was_dropped_goes_on_at_once():
    lone = Drawing(startEvent="s", userTask="a1 c", endEvent="e", parallelGateway="f j").chain(
        "s", "f", "a1", "j", "c", "e"
    )
    case = Case(forked(right=("b1",))).do("a1")
    assert refused(case, lone) == [("gone", "b1")]
    case.do("b1")
    assert moved(case, lone).open == ["c"]


def test_a_new_branch_that_nobody_walks_is_refused():
    assert refused(Case(forked()), forked(more=("x1",))) == [("dead-join", "j")]


def test_steps_put_into_a_fork_that_was_passed_are_refused():
    assert refused(Case(line("a1", "c")), forked()) == [("dead-join", "j")]


def test_parallel_steps_that_became_successive_are_refused():
    assert refused(Case(forked()), line("a1", "b1", "c")) == [("parallel", "a1")]


def test_a_step_put_before_the_fork_of_another_that_goes_on_is_refused():
    """Both inputs of the join can still be reached, and yet it would be left with one signature too many."""
    later = Drawing(startEvent="s", userTask="a1 b1 x1 c", endEvent="e", parallelGateway="f j")
    later.chain("s", "a1", "f", "b1", "j", "c", "e").chain("f", "x1", "j")
    assert refused(Case(forked()), later) == [("dead-join", "j")]


def test_steps_of_two_rounds_keep_their_join():
    def asked(*names):
        drawing = Drawing(startEvent="s", userTask=" ".join(("check", "left", "right", *names)), endEvent="e ae")
        drawing.boundary("check", "ask", message(), interrupting=False).node("parallelGateway", "g")
        drawing.node("parallelGateway", "j").chain("s", "check", "e").chain("ask", "g", "left", *names[:1], "j", "ae")
        return drawing.chain("g", "right", *names[1:], "j")

    case = moved(Case(asked()).fire("ask").fire("ask").do("left"), asked()).do("check")
    assert refused(case, asked("more")) == [("arrivals", "j")]
    case = moved(case.do("right"), asked("more", "other"))
    case.do("left").do("more").do("right").do("other")
    assert case.done


def test_steps_that_ended_up_on_both_sides_of_a_choice_are_refused():
    either = Drawing(startEvent="s", userTask="a1 b1 c", endEvent="e", exclusiveGateway="f j")
    either.flow("s", "f").flow("f", "a1", "left").flow("f", "b1", default=True)
    either.chain("a1", "j", "c", "e").chain("b1", "j")
    assert refused(Case(forked()), either) == [("parallel", "a1")]


def test_a_parked_arrival_whose_step_leads_elsewhere_is_refused():
    other = Drawing(startEvent="s", userTask="a1 a2 b1 c", endEvent="e", parallelGateway="f j")
    other.chain("s", "f", "a1", "a2", "j", "c", "e").chain("f", "b1", "j")
    assert refused(Case(forked()).do("a1"), other)[0] == ("arrivals", "j")


# -------------------------------------------------------------------- inside sub-processes, calls and instances


def with_sub(inner, name="sub", *boundary):
    drawing = Drawing(startEvent="s", userTask="after late", endEvent="e").node("subProcess", name, inner.body())
    for identity, what, interrupting in boundary:
        drawing.boundary(name, identity, what, interrupting).flow(identity, "late")
    return drawing.chain("s", name, "after", "e").flow("late", "e") if boundary else _without_late(drawing, name)


def _without_late(drawing, name):
    del drawing.nodes["late"]
    return drawing.chain("s", name, "after", "e")


def inner(*names):
    return Drawing("in", startEvent="is", userTask=" ".join(names), endEvent="ie").chain("is", *names, "ie")


def test_inside_a_sub_process_the_case_goes_on_inside():
    case = moved(Case(with_sub(inner("i1", "i2"))), with_sub(inner("i1", "x", "i2")))
    assert case.do("i1").do("x").do("i2").open == ["after"]


def test_a_renamed_sub_process_keeps_what_runs_in_it():
    case = moved(Case(with_sub(inner("i1"))), with_sub(inner("j1"), "room"), {"sub": "room", "i1": "j1"})
    assert case.do("j1").open == ["after"]
    assert case.do("after").done


def test_a_sub_process_that_is_gone_is_refused_once():
    assert refused(Case(with_sub(inner("i1"))), line("after")) == [("gone", "sub")]


def test_a_step_that_went_into_a_sub_process_is_refused():
    assert refused(Case(line("i1", "after")), with_sub(inner("i1"))) == [("gone", "i1")]


def votes(*names, until=""):
    several = instances(until=until)
    return (
        Drawing(startEvent="s", userTask="sub after", endEvent="e")
        .node("userTask", "sign", several) if not names else
        Drawing(startEvent="s", userTask="sub after", endEvent="e").node("subProcess", "sign", inner(*names).body() + several)
    ).chain("s", "sub", "sign", "after", "e")  # fmt: skip


def test_countersigners_who_have_signed_need_not_sign_again():
    case = Case(votes(), {"approvers": ["甲", "乙", "丙"]}).do("sub").do("sign", 1, vote="乙同意")
    moved(case, votes(until="nrOfCompletedInstances >= 2"))
    assert case.step.closed == case.step.opened == ()
    case.do("sign", 0, vote="甲同意")
    assert case.variables["votes"] == ["甲同意", "乙同意", None]
    assert case.open == ["after"]


def test_instances_of_a_sub_process_go_on_each_where_it_is():
    case = Case(votes("i1", "i2"), {"approvers": ["甲", "乙"]}).do("sub").do("i1", 0)
    assert case.open == ["i1", "i2"]
    moved(case, votes("i1", "x", "i2"))
    case.do("i1").do("i2")
    assert case.open == ["x"]
    assert case.do("x").do("i2").open == ["after"]


def test_one_who_signs_alone_is_no_countersigning():
    case = Case(votes(), {"approvers": ["甲", "乙"]}).do("sub")
    single = Drawing(startEvent="s", userTask="sub sign after", endEvent="e").chain("s", "sub", "sign", "after", "e")
    assert ("kind", "sign") in refused(case, single)


def test_variables_of_a_called_process_go_along():
    words = (
        '<bpmn:extensionElements><jc:input source="=total" target="amount"/>'
        '<jc:output source="=amount + 1" target="total"/></bpmn:extensionElements>'
    )

    def version(*names):
        called = Drawing("q", startEvent="qs", userTask=" ".join(names), endEvent="qe").chain("qs", *names, "qe")
        drawing = Drawing(startEvent="s", userTask="a", endEvent="e").node(
            "callActivity", "k", words, calledElement="q"
        )
        return drawing.chain("s", "k", "a", "e").xml(called)

    case = moved(Case(version("q1"), {"total": 1}), version("q1", "q2"))
    assert case.do("q1").open == ["q2"]
    assert case.do("q2").variables["total"] == 2


# -------------------------------------------------------------------- events


def timed(value="P3D", host="a", *more):
    drawing = line(host, "b").boundary(host, "t", timer(value)).flow("t", "b")
    for identity, what in more:
        drawing.boundary(host, identity, what, interrupting=False).flow(identity, "b")
    return drawing


def test_a_timer_that_did_not_change_goes_on_running():
    case = moved(Case(timed()), timed())
    assert (case.step.opened, case.step.closed) == ((), ())
    assert case.fire("t").open == ["b"]


def test_a_timer_that_changed_is_closed_and_opened():
    case = Case(timed())
    token = case.token("t")
    moved(case, timed("P5D"))
    assert [(one.token, one.element, one.cause) for one in case.step.closed] == [(token, "t", "migration")]
    assert [one.token for one in case.step.opened] == [token]
    assert case.subscription("t") == ("timeDuration", "P5D")
    assert case.open == ["a", "t"]
    assert case.fire("t").open == ["b"]


def test_boundary_events_that_appeared_or_vanished_are_refused():
    assert refused(Case(line("a", "b")), timed()) == [("boundary", "a")]
    assert set(refused(Case(timed()), line("a", "b"))) == {("gone", "t"), ("boundary", "a")}
    assert refused(Case(timed()), timed("P3D", "a", ("u", message()))) == [("boundary", "a")]


def test_a_timer_that_became_a_message_is_refused():
    other = line("a", "b").boundary("a", "t", message()).flow("t", "b")
    assert refused(Case(timed()), other) == [("kind", "t")]


def test_a_timer_that_became_a_date_is_a_timer_still():
    dated = line("a", "b").boundary("a", "t", timer("2026-05-01", "timeDate")).flow("t", "b")
    assert moved(Case(timed()), dated).subscription("t") == ("timeDate", "2026-05-01")


def test_a_choice_may_get_another_event():
    def choice(*events):
        drawing = (
            Drawing(startEvent="s", endEvent="e", eventBasedGateway="g", exclusiveGateway="m")
            .chain("s", "g")
            .flow("m", "e")
        )
        for identity, what in events:
            drawing.node("intermediateCatchEvent", identity, what).chain("g", identity, "m")
        return drawing

    case = Case(choice(("x", message()), ("y", timer())))
    moved(case, choice(("x", message()), ("y", timer()), ("z", message("m_recall"))))
    assert len(case.step.closed) == len(case.step.opened) == 1
    assert case.fire("z").done


def stoppable(interrupting=True, more=(), name="stop"):
    drawing = line("a", "b")
    for identity in (name, *more):
        told = Drawing("in", userTask=f"{identity}1", endEvent=f"{identity}e")
        told.node("startEvent", f"{identity}s", message("m_recall"), isInterrupting=str(interrupting).lower())
        told.chain(f"{identity}s", f"{identity}1", f"{identity}e")
        drawing.node("subProcess", identity, told.body(), triggeredByEvent="true")
    return drawing


def test_an_event_sub_process_that_is_new_is_armed_and_one_that_is_gone_is_not():
    case = moved(Case(line("a", "b")), stoppable())
    assert case.open == ["a", "stop"]
    assert moved(case, line("a", "b")).open == ["a"]


def test_while_an_interrupting_event_sub_process_runs_no_other_is_armed():
    case = Case(stoppable()).fire("stops")
    assert case.open == ["stop1"]
    assert moved(case, stoppable(more=("other",))).open == ["stop1"]
    assert case.do("stop1").done


def test_a_condition_that_is_true_already_acts_at_once():
    waiting = line("a", "b").boundary("a", "when", condition("=ready = 1")).flow("when", "b")
    easier = line("a", "b").boundary("a", "when", condition("=ready = 2")).flow("when", "b")
    case = Case(waiting, {"ready": 2})
    assert case.open == ["a", "when"]
    assert moved(case, easier).open == ["b"]


def test_an_error_boundary_stays_with_its_sub_process():
    bad = (
        Drawing("in", startEvent="is", userTask="i1")
        .node("endEvent", "ie", event("error", errorRef="er"))
        .chain("is", "i1", "ie")
    )
    drawing = with_sub(bad, "sub", ("caught", event("error", errorRef="er"), True))
    assert moved(Case(drawing), drawing).do("i1").open == ["late"]


# -------------------------------------------------------------------- the mapping itself


def test_a_mapping_of_elements_that_do_not_exist_is_refused():
    assert refused(Case(line("a")), line("a"), {"zz": "a"}) == [("mapping", "zz")]
    assert refused(Case(line("a")), line("b"), {"a": "zz"}) == [("mapping", "a"), ("gone", "a")]


def test_a_step_that_became_another_kind_is_refused():
    other = Drawing(startEvent="s", serviceTask="a", endEvent="e").chain("s", "a", "e")
    assert refused(Case(line("a")), other) == [("kind", "a")]


def test_everything_in_the_way_is_said_at_once():
    case = Case(forked())
    assert sorted(refused(case, forked(("x",), ("y",)))) == [("gone", "a1"), ("gone", "b1")]


def test_two_steps_cannot_become_one():
    assert ("parallel", "a1") in refused(Case(forked()), line("z"), {"a1": "z", "b1": "z"})


# -------------------------------------------------------------------- at random


def renamed(text, names):
    for old, new in names.items():
        text = re.sub(rf'(?<=["{{>]){re.escape(old)}(?=["<])', new, text)
    return text


@pytest.mark.parametrize("seed", range(40))
def test_at_any_moment_of_a_random_process_a_version_with_other_names_goes_on_alike(seed):
    """Two cases walk side by side; one is moved to and fro between a version and the same one with every id changed."""
    process, chance = RandomProcess(seed), random.Random(seed)
    text = process.xml().decode()
    ids = [name for name in re.findall(r' id="([^"]+)"', text) if not name.startswith(("f_", "m_")) and name != "p"]
    there = {name: f"n{name}" for name in ids if name not in ("sg", "er", "er2", "es")}
    calls = set(
        re.findall(r'calledElement="([^"]+)"', text)
    )  # processes are no elements: they are found by their calls
    named = {old: new for old, new in there.items() if old not in calls}
    back = {new: old for old, new in named.items()}
    versions = [engine.load([text.encode()], "p"), engine.load([renamed(text, there).encode()], "p")]
    stays = Case(versions[0], dict.fromkeys(process.conditions, False))
    goes, at, moves = Case(versions[0], stays.variables), 0, 0
    for number in range(60):
        if stays.done:
            break
        if not moves or chance.random() < 0.5:
            step = migrate(
                versions[at], versions[1 - at], goes.snapshot, (named, back)[at], goes.variables, goes.decide
            )
            assert step.passed == ()
            goes.executable, at, moves = versions[1 - at], 1 - at, moves + 1
            goes.take(step)
        names = open_names(stays)
        assert sorted(there.get(name, name) if at else name for name in names) == open_names(goes)
        name = pick(chance, names)
        turn = {one: number < 20 and chance.random() < 0.5 for one in process.conditions}
        act(stays, name, turn)
        act(goes, there.get(name, name) if at else name, turn)
        assert stays.done == goes.done
