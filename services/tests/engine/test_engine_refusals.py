"""What is refused before anything runs; each finding names the element, what is wrong and what to draw instead."""

import time

import pytest
from engine_drawing import HEAD, Drawing, condition, event, instances, message, timer
from lxml import etree

from jiecheng import engine
from jiecheng.model.errors import Invalid


def sound():
    return Drawing(startEvent="s", userTask="a", endEvent="e").chain("s", "a", "e")


def split(kind):
    return (
        Drawing(startEvent="s", userTask="a b", endEvent="e")
        .node(kind, "g")
        .chain("s", "g")
        .chain("a", "e")
        .chain("b", "e")
    )


def embedded(drawing):
    return sound().node("subProcess", "sp", drawing.body()).flow("a", "sp").flow("sp", "e")


def asked_inclusively(*, inside):
    """Behind a question that interrupts nobody: a choice of steps, inside the parallel block or before it."""
    drawing = Drawing(
        startEvent="s", userTask="a b c d x", inclusiveGateway="o oj", parallelGateway="g j", endEvent="e ae"
    )
    drawing.boundary("a", "ask", message(), interrupting=False).chain("s", "a", "e").chain("g", "d", "j", "ae")
    drawing.flow("o", "b", "x").flow("o", "c", default=True).chain("b", "oj").chain("c", "oj")
    return (
        drawing.chain("ask", "g", "o").chain("oj", "x", "j")
        if inside
        else drawing.chain("ask", "o").chain("oj", "g", "x", "j")
    )


DRAWINGS = {
    "script": lambda: sound().node("scriptTask", "x").chain("a", "x", "e"),
    "unsupported complexGateway": lambda: sound().node("complexGateway", "x").chain("a", "x", "e"),
    "unsupported transaction": lambda: sound().node("transaction", "x").chain("a", "x", "e"),
    "unsupported compensation": lambda: sound().set("a", isForCompensation="true"),
    "unsupported callChoreography": lambda: sound().node("globalTask", "x"),
    "unsupported-event compensate": lambda: sound().inside("e", event("compensate")),
    "unsupported-event cancel": lambda: sound().inside("e", event("cancel")),
    "unsupported-event timer throw": lambda: sound()
    .node("intermediateThrowEvent", "x", timer())
    .chain("a", "x", "e"),
    "multiple-event": lambda: sound()
    .node("intermediateCatchEvent", "x", timer() + message())
    .chain("a", "x", "e"),
    "data": lambda: sound().inside("a", "<bpmn:dataInputAssociation/>"),
    "data store": lambda: sound().node("dataStoreReference", "x"),
    "not-executable": lambda: sound().xml().replace(b'isExecutable="true"', b'isExecutable="false"'),
    "no-id": lambda: sound().xml().replace(b'id="f_s_a" ', b""),
    "duplicate-id": lambda: sound().flow("a", "e", id="f_s_a"),
    "reserved-id": lambda: Drawing(startEvent="Start", endEvent="e").chain("Start", "e"),
    "reserved-id suffix": lambda: Drawing(startEvent="s", userTask="a.out", endEvent="e").chain("s", "a.out", "e"),
    "no-start": lambda: Drawing(userTask="a", endEvent="e").chain("a", "e"),
    "two-starts": lambda: sound().node("startEvent", "s2").chain("s2", "a"),
    "no-end": lambda: Drawing(startEvent="s", userTask="a").chain("s", "a"),
    "no-way-on": lambda: sound().node("userTask", "b").chain("a", "b"),
    "unreachable": lambda: sound().node("userTask", "b").chain("b", "e"),
    "wrong-flow into start": lambda: sound().chain("a", "s"),
    "wrong-flow out of end": lambda: sound().node("userTask", "b").chain("e", "b", "e"),
    "dangling-flow": lambda: sound().flow("a", "nowhere"),
    "dangling-flow across scopes": lambda: embedded(
        Drawing(startEvent="ss", endEvent="se").chain("ss", "se").flow("ss", "a")
    ),
    "duplicate-flow": lambda: sound().flow("a", "e", "x = 1", id="again"),
    "several-flows": lambda: sound().node("userTask", "b").chain("s", "b", "e"),
    "no-condition": lambda: split("exclusiveGateway").flow("g", "a", "x = 1").flow("g", "b"),
    "no-condition inclusive": lambda: split("inclusiveGateway").flow("g", "a", "x = 1").flow("g", "b"),
    "ignored-condition": lambda: split("parallelGateway").flow("g", "a", "x = 1").flow("g", "b"),
    "default-flow": lambda: split("exclusiveGateway").flow("g", "a").flow("g", "b", "x = 1").set("g", default="gone"),
    "expression": lambda: split("exclusiveGateway").flow("g", "a", "x ==== 1").flow("g", "b", default=True),
    "expression empty": lambda: split("exclusiveGateway").flow("g", "a", " ").flow("g", "b", default=True),
    "expression completion": lambda: sound().inside("a", instances(until="count(")),
    "expression timer": lambda: sound().boundary("a", "t", timer("=date(")).chain("t", "e"),
    "timer": lambda: sound().boundary("a", "t", timer("三天")).chain("t", "e"),
    "timer of another kind": lambda: sound().boundary("a", "t", timer("P3D", "timeDate")).chain("t", "e"),
    "instances neither": lambda: sound().inside("a", instances(collection="")),
    "instances both": lambda: sound().inside("a", instances(count="2").replace(
        "<bpmn:loopCardinality>", "<bpmn:loopDataInputRef>x</bpmn:loopDataInputRef><bpmn:loopCardinality>")),
    "variable": lambda: sound().inside("a", instances(item="the approver")),
    "loop": lambda: sound().inside("a", "<bpmn:standardLoopCharacteristics/>"),
    "loop maximum": lambda: sound().inside("a", '<bpmn:standardLoopCharacteristics loopMaximum="0"/>'),
    "no-decision": lambda: sound().node("businessRuleTask", "r", **{"jc:resultVariable": "x"}).chain("a", "r", "e"),
    "no-result": lambda: sound().node("businessRuleTask", "r", **{"jc:decision": "d"}).chain("a", "r", "e"),
    "no-message": lambda: sound().node("receiveTask", "r").chain("a", "r", "e"),
    "reference": lambda: sound().boundary("a", "t", message("m_gone")).chain("t", "e"),
    "reference unnamed": lambda: sound().boundary("a", "t", message("m_x")).chain("t", "e").xml(
        common='<bpmn:message id="m_x"/>'),
    "boundary": lambda: sound().boundary("gone", "t", timer()).chain("t", "e"),
    "boundary on what passes at once": lambda: sound().rule("r", "x").boundary("r", "t", timer()).chain(
        "a", "r", "e").chain("t", "e"),
    "boundary error on a task": lambda: sound().boundary("a", "t", event("error", errorRef="er")).chain("t", "e"),
    "not-interrupting": lambda: sound().boundary("a", "t", condition("x"), interrupting=False).chain("t", "e"),
    "event-gateway": lambda: sound().node("eventBasedGateway", "g").node("userTask", "b").chain(
        "a", "g", "b", "e"),
    "event-gateway second way in": lambda: sound().node("eventBasedGateway", "g").node(
        "intermediateCatchEvent", "c", timer()).chain("a", "g", "c", "e").chain("a", "c"),
    "event-subprocess": lambda: sound().node("subProcess", "x", Drawing(
        startEvent="ws", endEvent="we").chain("ws", "we").body(), triggeredByEvent="true"),
    "event-subprocess compensation": lambda: sound().node("subProcess", "x", Drawing(endEvent="we").node(
        "startEvent", "ws", event("compensate")).chain("ws", "we").body(), triggeredByEvent="true"),
    "inner-start": lambda: embedded(Drawing(endEvent="se").node("startEvent", "ss", timer()).chain("ss", "se")),
    "link": lambda: sound().node("intermediateThrowEvent", "x", '<bpmn:linkEventDefinition name="L"/>').chain("a", "x"),
    "no-process": lambda: sound().node("callActivity", "k", calledElement="gone").chain("a", "k", "e"),
    "cyclic-call": lambda: sound().node("callActivity", "k", calledElement="p").chain("a", "k", "e"),
    "uncaught-error": lambda: embedded(Drawing(startEvent="ss").node(
        "endEvent", "bad", event("error", errorRef="er")).chain("ss", "bad")),
    "join-loop": lambda: (
        Drawing(startEvent="s", userTask="a b", parallelGateway="j", exclusiveGateway="x", endEvent="e")
        .chain("s", "a", "j", "b", "x")
        .flow("x", "j", "again = true")
        .flow("x", "e", default=True)
    ),
    "inclusive-in-rounds": lambda: asked_inclusively(inside=True),
    "nested-inclusive": lambda: (
        Drawing(startEvent="s", inclusiveGateway="o i ij oj", userTask="a b c", endEvent="e")
        .flow("s", "o")
        .flow("o", "i", "x")
        .flow("o", "c", default=True)
        .flow("i", "a", "y")
        .flow("i", "b", default=True)
        .chain("a", "ij", "oj", "e")
        .chain("b", "ij")
        .chain("c", "oj")
    ),
    "correlation": lambda: sound().node("correlationKey", "x"),
    "too-large": lambda: Drawing(
        startEvent="s", userTask=" ".join(f"u{n}" for n in range(350)), endEvent="e").chain(
        "s", *[f"u{n}" for n in range(350)], "e"),
}  # fmt: skip


@pytest.mark.parametrize("name", DRAWINGS)
def test_what_is_not_proven_is_refused_by_name(name):
    drawn = DRAWINGS[name]()
    found = engine.findings([drawn if isinstance(drawn, bytes) else drawn.xml()])
    assert name.split()[0] in {one.code for one in found}, found
    for one in found:
        assert one.place
        assert "；" in one.message  # what is wrong; what to do instead
        assert one.message.endswith("。")


def test_a_sound_drawing_has_no_findings():
    assert engine.findings([sound().xml()]) == []


def test_an_inclusive_block_behind_an_event_that_interrupts_nobody_may_stand_before_a_parallel_one():
    assert engine.findings([asked_inclusively(inside=False).xml()]) == []


def test_two_inclusive_blocks_one_after_the_other_are_not_nested():
    drawing = (
        Drawing(startEvent="s", inclusiveGateway="j2 o1 o2 j1", userTask="a b c d", endEvent="e")
        .flow("s", "o1").flow("o1", "a", "x").flow("o1", "b", default=True).chain("a", "j1").chain("b", "j1", "o2")
        .flow("o2", "c", "y").flow("o2", "d", default=True).chain("c", "j2").chain("d", "j2", "e")
    )  # fmt: skip
    assert engine.findings([drawing.xml()]) == []


def test_findings_name_element_reason_and_way_out_in_one_sentence():
    (found,) = [one for one in engine.findings([DRAWINGS["script"]().xml()]) if one.code == "script"]
    assert found.place == "x"
    assert found.message == "脚本任务「名x」（x）不能执行脚本；请改用规则任务（DMN）或环节的输出映射。"


def test_the_same_drawing_always_gives_the_same_findings_in_the_same_order():
    drawing = sound().node("scriptTask", "x").node("userTask", "b").flow("a", "nowhere").boundary("a", "t", timer("?"))
    first = engine.findings([drawing.xml()])
    assert len(first) >= 4
    assert all(engine.findings([drawing.xml()]) == first for _ in range(5))


def test_loading_raises_all_findings_at_once():
    drawing = sound().node("scriptTask", "x").node("complexGateway", "y").chain("a", "x", "y", "e")
    with pytest.raises(Invalid) as refused:
        engine.load([drawing.xml()], "p")
    assert [one.place for one in refused.value.findings] == ["x", "y"]


def test_a_process_that_is_not_in_the_files_is_named():
    with pytest.raises(Invalid, match="other"):
        engine.load([sound().xml()], "other")


# ---------------------------------------------------------------------- what comes in as a file


def test_a_doctype_is_refused():
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + sound().xml()
    assert [one.code for one in engine.findings([bomb])] == ["doctype"]


def test_an_entity_that_names_a_file_is_not_read(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("geheim")
    drawn = sound().inside("a", "<bpmn:documentation>&x;</bpmn:documentation>").xml()
    found = engine.findings([f'<!DOCTYPE d [<!ENTITY x SYSTEM "file://{secret}">]>'.encode() + drawn])
    assert [one.code for one in found] == ["doctype"]
    assert "geheim" not in str(found)


def test_files_that_are_too_long_or_have_too_many_elements_are_refused():
    assert [one.code for one in engine.findings([b" " * (2 * 1024 * 1024 + 1)])] == ["too-large"]
    flood = f"{HEAD}{'<bpmn:message/>' * 20_001}</bpmn:definitions>".encode()
    assert [one.code for one in engine.findings([flood])] == ["too-many-elements"]


@pytest.mark.parametrize(("text", "code"), [(b"<a", "xml"), (b"", "xml"), (b"<a/>", "not-bpmn")])
def test_what_is_no_bpmn_is_said(text, code):
    assert [one.code for one in engine.findings([text])] == [code]


def test_a_tree_that_is_handed_in_is_not_changed():
    tree = etree.fromstring(
        sound().flow("a", "e", "x = 1", id="again").node("userTask", "b").chain("a", "b", "e").xml()
    )
    before = etree.tostring(tree)
    engine.findings([tree])
    other = etree.fromstring(sound().node("userTask", "b").chain("a", "b", "e").xml())
    unchanged = etree.tostring(other)
    engine.load([other], "p")
    assert etree.tostring(tree) == before
    assert etree.tostring(other) == unchanged


def test_a_drawing_made_to_be_slow_is_refused_in_a_moment():
    names = [f"g{n}" for n in range(340)]
    drawing = Drawing(startEvent="s", parallelGateway=" ".join(names), endEvent="e").chain("s", *names, "e")
    for number in range(17_000):
        drawing.flow(names[number % 340], names[(number * 7) % 340], id=f"x{number}")
    begun = time.process_time()
    assert engine.findings([drawing.xml()])
    assert time.process_time() - begun < 5
