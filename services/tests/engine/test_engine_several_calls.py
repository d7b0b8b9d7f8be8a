"""Several call activities in one diagram: of one process or of several, in a row, side by side, in instances, in each other.

After every step the diagrams and the snapshot are read anew: another program has nothing else.
"""

import pytest
from engine_drawing import Case, Drawing, event, instances, mapping, message, timer

from jiecheng import engine
from jiecheng.model.errors import Refused


class Reread(Case):
    def __init__(self, xml, variables=None):
        self.xml = xml
        super().__init__(xml, variables)

    def take(self, step):
        super().take(step)
        self.executable = engine.load([self.xml], "p")
        known = sorted(wait.element for wait in engine.waits(self.executable, self.snapshot, self.variables))
        assert known == ([] if self.done else self.open)
        return self

    def by(self, *calls):
        """The token that stands inside these calls, outermost first."""
        found = [token for token, wait in self.waits.items() if wait.inside and self.calls_of(wait) == calls]
        return min(found, key=int)

    @staticmethod
    def calls_of(wait):
        return tuple(name for name, _ in reversed(wait.inside.names.calls))

    def seen(self, *calls):
        return dict(engine.visible(self.executable, self.snapshot, self.variables, self.by(*calls)))

    def done_by(self, calls, **outputs):
        token = self.by(*calls)
        return self.take(engine.complete(self.executable, self.snapshot, self.variables, token, outputs, self.decide))


def asking(identity="q", prefix="q", steps=1):
    names = [f"{prefix}{number + 1}" for number in range(steps)]
    start, end = f"{prefix}s", f"{prefix}e"
    return Drawing(identity, startEvent=start, userTask=" ".join(names), endEvent=end).chain(start, *names, end)


def call(drawing, identity, process="q", repeated=""):
    words = mapping(input={"topic": f"=t_{identity}"}, output={f"answer_{identity}": "=topic + said"})
    return drawing.node("callActivity", identity, words + repeated, calledElement=process)


def two(side_by_side=False, second="q"):
    drawing = Drawing(startEvent="s", userTask="after", endEvent="e", parallelGateway="f j" if side_by_side else "")
    call(call(drawing, "k1"), "k2", second)
    if side_by_side:
        return drawing.chain("s", "f", "k1", "j", "after", "e").chain("f", "k2", "j")
    return drawing.chain("s", "k1", "k2", "after", "e")


TOPICS = {"t_k1": "甲", "t_k2": "乙"}
ANSWERS = {"answer_k1": "甲一", "answer_k2": "乙二"}


@pytest.mark.parametrize("called", [(asking(),), (asking(), asking("z", "z"))])
def test_two_calls_in_a_row_begin_each_with_what_they_are_handed(called):
    case = Reread(two(second=called[-1].identity).xml(*called), TOPICS)
    assert (case.open, case.seen("k1")) == (["q1"], {"topic": "甲"})
    case.done_by(["k1"], said="一", extra="stays inside")
    assert case.seen("k2") == {"topic": "乙"}
    assert case.step.writes == {"answer_k1": "甲一"}
    case.done_by(["k2"], said="二")
    assert (case.open, case.variables) == (["after"], TOPICS | ANSWERS)
    assert case.do("after").done


@pytest.mark.parametrize("order", [("k1", "k2"), ("k2", "k1")])
@pytest.mark.parametrize("called", [(asking(),), (asking(), asking("z", "z"))])
def test_two_calls_side_by_side_do_not_know_each_other(called, order):
    case = Reread(two(True, called[-1].identity).xml(*called), TOPICS)
    assert (case.seen("k1"), case.seen("k2")) == ({"topic": "甲"}, {"topic": "乙"})
    said = {"k1": "一", "k2": "二"}
    for number, name in enumerate(order, 1):
        assert "after" not in case.open
        case.done_by([name], said=said[name])
        assert len(case.open) == 1, number
    assert (case.open, case.variables) == (["after"], TOPICS | ANSWERS)
    assert case.do("after").done


def test_of_two_calls_side_by_side_each_is_where_it_is():
    case = Reread(two(True).xml(asking(steps=3)), TOPICS)
    case.done_by(["k2"], said="二").done_by(["k2"]).done_by(["k1"], said="一")
    assert sorted((case.calls_of(wait), wait.element) for wait in case.waits.values()) == [
        (("k1",), "q2"),
        (("k2",), "q3"),
    ]
    case.done_by(["k2"])
    assert case.open == ["q2"]
    case.done_by(["k1"]).done_by(["k1"])
    assert (case.open, case.variables) == (["after"], TOPICS | ANSWERS)


@pytest.mark.parametrize("sequential", [False, True])
def test_in_every_instance_two_calls_of_one_process(sequential):
    inner = Drawing("in", startEvent="is", endEvent="ie", parallelGateway="f j")
    for name in ("k1", "k2"):
        words = mapping(input={"topic": f"=approver + &quot;{name}&quot;"}, output={f"a_{name}": "=said"})
        inner.node("callActivity", name, words, calledElement="q").chain("f", name, "j")
    inner.chain("is", "f").chain("j", "ballot", "ie").node("userTask", "ballot")
    drawing = Drawing(startEvent="s", userTask="after", endEvent="e").chain("s", "several", "after", "e")
    drawing.node("subProcess", "several", inner.body() + instances(sequential=sequential))
    case = Reread(drawing.xml(asking()), {"approvers": ["甲", "乙"]})
    topics = []
    while case.open != ["after"]:
        token = min(case.waits, key=int) if "ballot" not in case.open else case.token("ballot")
        wait, outputs = case.waits[token], {}
        if wait.element == "ballot":
            seen = engine.visible(case.executable, case.snapshot, case.variables, token)
            outputs = {"vote": f"{seen['approver']}：{seen['a_k1']}、{seen['a_k2']}"}
        else:
            topics.append(engine.visible(case.executable, case.snapshot, case.variables, token)["topic"])
            outputs = {"said": topics[-1].lower()}
        case.take(engine.complete(case.executable, case.snapshot, case.variables, token, outputs, case.decide))
    assert sorted(topics) == ["乙k1", "乙k2", "甲k1", "甲k2"]
    assert case.variables == {"approvers": ["甲", "乙"], "votes": ["甲：甲k1、甲k2", "乙：乙k1、乙k2"]}
    assert case.do("after").done


def test_a_call_for_each_of_several_and_a_single_one_of_the_same_process():
    drawing = Drawing(startEvent="s", userTask="after", endEvent="e", parallelGateway="f j")
    words = mapping(input={"topic": "=approver"}, output={"vote": "=topic + said"})
    drawing.node("callActivity", "k1", words + instances(), calledElement="q")
    call(drawing, "k2").chain("s", "f", "k1", "j", "after", "e").chain("f", "k2", "j")
    case = Reread(drawing.xml(asking()), {"approvers": ["甲", "乙"], "t_k2": "丙"})
    case.done_by(["k2"], said="三").done_by(["k1"], said="一")
    assert case.open == ["q1"]
    case.done_by(["k1"], said="二")
    assert (case.variables["votes"], case.variables["answer_k2"]) == (["甲一", "乙二"], "丙三")
    assert case.do("after").done


@pytest.mark.parametrize("side_by_side", [False, True])
def test_two_calls_whose_process_calls_a_third(side_by_side):
    middle = Drawing("q", startEvent="qs", endEvent="qe").chain("qs", "kk", "qe")
    words = mapping(input={"deep": "=topic + &quot;下&quot;"}, output={"said": "=heard"})
    middle.node("callActivity", "kk", words, calledElement="z")
    case = Reread(two(side_by_side).xml(middle, asking("z", "z")), TOPICS)
    assert case.seen("k1", "kk") == {"deep": "甲下"}
    case.done_by(["k1", "kk"], heard="一")
    assert case.seen("k2", "kk") == {"deep": "乙下"}
    case.done_by(["k2", "kk"], heard="二")
    assert (case.open, case.variables) == (["after"], TOPICS | ANSWERS)


def test_events_at_one_call_and_inside_it_do_not_touch_the_other():
    inner = asking().boundary("q1", "late", timer()).chain("late", "qe")
    drawing = two(True).boundary("k1", "back", message()).chain("back", "e")
    case = Reread(drawing.xml(inner), TOPICS)
    assert case.open == ["back", "late", "late", "q1", "q1"]
    (late,) = [token for token, wait in case.waits.items() if wait.element == "late" and case.calls_of(wait) == ("k2",)]
    case.take(engine.fire(case.executable, case.snapshot, case.variables, late, "late", {"said": "逾期"}, case.decide))
    assert (case.open, case.variables["answer_k2"]) == (["back", "late", "q1"], "乙逾期")
    assert case.seen("k1") == {"topic": "甲"}


def test_an_error_out_of_one_call_ends_that_one_alone():
    inner = Drawing("q", startEvent="qs", userTask="q1", exclusiveGateway="g", endEvent="qe")
    inner.node("endEvent", "bad", event("error", errorRef="er")).chain("qs", "q1", "g")
    inner.flow("g", "bad", "wrong").flow("g", "qe", default=True)
    drawing = two(True).node("exclusiveGateway", "m").node("userTask", "again")
    drawing.flows = [one for one in drawing.flows if one[1:3] != ("k2", "j")]
    for name in ("k1", "k2"):
        drawing.boundary(name, f"caught_{name}", event("error", errorRef="er"))
    drawing.chain("k2", "m", "j").chain("caught_k2", "again", "m").chain("caught_k1", "e")
    case = Reread(drawing.xml(inner), TOPICS)
    case.done_by(["k2"], wrong=True)
    assert (case.open, case.variables) == (["again", "caught_k1", "q1"], TOPICS)
    assert case.seen("k1") == {"topic": "甲"}
    case.done_by(["k1"], wrong=False, said="一").do("again")
    assert (case.open, case.variables) == (["after"], TOPICS | {"answer_k1": "甲一"})


def test_one_call_begins_anew_while_the_other_goes_on():
    case = Reread(two(True).xml(asking(steps=2)), TOPICS)
    case.done_by(["k1"], said="旧").done_by(["k2"], said="二")
    moved = engine.move(case.executable, case.snapshot, case.variables, [case.by("k1")], ["k1"], case.decide)
    case.take(moved)
    assert sorted(wait.element for wait in case.waits.values()) == ["q1", "q2"]
    assert case.seen("k1") == {"topic": "甲"}  # what was said the first time is gone
    with pytest.raises(Refused):
        engine.move(case.executable, case.snapshot, case.variables, [case.by("k1")], ["k2"], case.decide)
    case.done_by(["k1"], said="一").done_by(["k1"]).done_by(["k2"])
    assert (case.open, case.variables) == (["after"], TOPICS | ANSWERS)


def test_a_step_returned_inside_one_call_stays_inside_it():
    case = Reread(two(True).xml(asking(steps=2)), TOPICS)
    case.done_by(["k1"], said="一").done_by(["k2"], said="二")
    case.take(engine.move(case.executable, case.snapshot, case.variables, [case.by("k2")], ["q1"], case.decide))
    assert sorted((case.calls_of(wait), wait.element) for wait in case.waits.values()) == [
        (("k1",), "q2"),
        (("k2",), "q1"),
    ]
    case.done_by(["k2"]).done_by(["k2"]).done_by(["k1"])
    assert case.variables == TOPICS | ANSWERS


def test_both_calls_go_along_into_a_newer_version_of_what_they_call():
    case = Reread(two(True).xml(asking(steps=1)), TOPICS)
    newer = two(True).xml(asking(steps=2))
    case.xml, new = newer, engine.load([newer], "p")
    case.migrate(new)
    case.done_by(["k1"], said="一").done_by(["k2"], said="二")
    assert case.open == ["q2", "q2"]
    case.done_by(["k2"]).done_by(["k1"])
    assert (case.open, case.variables) == (["after"], TOPICS | ANSWERS)
