"""Joins: nobody's signature counts for another, in no round and in no order."""

import itertools

import pytest
from engine_drawing import Case, Drawing, timer


def rework():
    return (
        Drawing(startEvent="s", userTask="submit rev_a rev_b store", parallelGateway="f j",
                exclusiveGateway="m g", endEvent="e")
        .chain("s", "m", "submit", "f", "rev_a", "j", "g")
        .chain("f", "rev_b", "j")
        .flow("g", "m", 'decision = "revise"')
        .flow("g", "store", default=True)
        .chain("store", "e")
    )  # fmt: skip


@pytest.mark.parametrize("orders", list(itertools.product((("rev_a", "rev_b"), ("rev_b", "rev_a")), repeat=3)))
def test_every_round_needs_both_signatures_in_whatever_order(orders):
    case = Case(rework(), {"decision": "revise"})
    for first, second in orders:
        case.do("submit").do(first)
        assert case.open == [second]
        case.do(second)
        assert case.open == ["submit"]


def test_a_later_branch_does_not_overwrite_what_an_earlier_one_wrote():
    case = Case(rework())
    for number in range(3):
        for name in ("submit", "rev_b", "rev_a"):
            case.do(name, **{f"by_{name}": number, "decision": "revise" if number < 2 else "ok"})
    assert case.variables["by_rev_b"] == 2
    assert case.open == ["store"]


def test_a_branch_that_waits_300_rounds_keeps_the_snapshot_small():
    drawing = (
        Drawing(startEvent="s", userTask="x y", parallelGateway="f j", exclusiveGateway="m g", endEvent="e")
        .chain("s", "f", "m", "x", "g")
        .flow("g", "m", "again = true")
        .flow("g", "j", default=True)
        .chain("f", "y", "j", "e")
    )
    case = Case(drawing, {"again": True})
    rows = len(case.snapshot["scopes"][0][3])
    for _ in range(300):
        case.do("x")
    assert len(case.snapshot["scopes"][0][3]) <= rows + 3
    case.do("x", again=False)
    assert case.open == ["y"]
    assert case.do("y").done


def test_excess_tokens_stay_at_their_input():
    # Two tokens come in from the left before one from the right: the join fires once, and once more later.
    drawing = (
        Drawing(startEvent="s", userTask="l1 l2 r after", parallelGateway="f j", exclusiveGateway="m n", endEvent="e")
        .chain("s", "f", "l1", "m")
        .chain("f", "l2", "m", "j")
        .chain("f", "r", "n", "j", "after", "e")
    )
    case = Case(drawing).do("l1").do("l2")
    assert case.open == ["r"]
    assert case.do("r").open == ["after"]


def inclusive():
    return (
        Drawing(startEvent="s", userTask="a x y z after", inclusiveGateway="o j", endEvent="e")
        .chain("s", "a", "o")
        .flow("o", "x", "wx = true")
        .flow("o", "y", "wy = true")
        .flow("o", "z", default=True)
        .chain("x", "j", "after", "e")
        .chain("y", "j")
        .chain("z", "j")
    )


@pytest.mark.parametrize(
    ("chosen", "expected"), [({"wx": True, "wy": True}, ["x", "y"]), ({"wy": True}, ["y"]), ({}, ["z"])]
)
def test_an_inclusive_join_waits_for_exactly_the_chosen_branches(chosen, expected):
    for order in itertools.permutations(expected):
        case = Case(inclusive()).do("a", **chosen)
        assert case.open == expected
        for name in order:
            assert "after" not in case.open
            case.do(name)
        assert case.open == ["after"]


def test_an_inclusive_join_in_a_loop_forgets_the_round_before():
    drawing = (
        Drawing(startEvent="s", userTask="u z", exclusiveGateway="m h", inclusiveGateway="o j",
                intermediateThrowEvent="x y", endEvent="e")
        .rule("inc", "n")
        .chain("s", "m", "inc", "o")
        .flow("o", "x", "n > 0")
        .flow("o", "y", "n < 3")
        .flow("o", "u", "n = 3")
        .chain("x", "j", "h")
        .chain("y", "j")
        .chain("u", "j")
        .flow("h", "m", "n < 3")
        .flow("h", "z", default=True)
        .chain("z", "e")
    )  # fmt: skip
    case = Case(drawing, {"n": 0}, {"inc": lambda v: v["n"] + 1})
    assert case.variables["n"] == 3
    assert case.open == ["u"]
    assert case.do("u").open == ["z"]


def test_a_timer_that_interrupts_a_branch_before_the_join_brings_its_token_on():
    drawing = (
        Drawing(startEvent="s", userTask="a b late after", parallelGateway="f j", exclusiveGateway="m", endEvent="e")
        .boundary("a", "t", timer())
        .chain("s", "f", "a", "m", "j", "after", "e")
        .chain("t", "late", "m")
        .chain("f", "b", "j")
    )
    case = Case(drawing).fire("t")
    assert case.open == ["b", "late"]
    case.do("b")
    assert case.open == ["late"]
    assert case.do("late").open == ["after"]


def test_many_parallel_blocks_in_a_row_cost_no_more_than_one():
    # The library predicts every way ahead: with 14 blocks each step would hold 16,384 futures.
    drawing = Drawing(startEvent="s", endEvent="e").node("userTask", "u")
    last = drawing.chain("s", "u") and "u"
    for n in range(14):
        drawing.node("parallelGateway", f"f{n}").node("parallelGateway", f"j{n}")
        drawing.node("userTask", f"a{n}").node("userTask", f"b{n}")
        drawing.chain(last, f"f{n}", f"a{n}", f"j{n}").chain(f"f{n}", f"b{n}", f"j{n}")
        last = f"j{n}"
    case = Case(drawing.flow(last, "e")).do("u")
    for n in range(14):
        case.do(f"b{n}").do(f"a{n}")
        assert case.size < 400
    assert case.done
