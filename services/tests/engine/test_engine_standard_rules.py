"""What the standard forbids is refused, and what it allows beside it is not."""

import pytest
from engine_drawing import COMMON, HEAD, Drawing, event, instances, message, timer

from jiecheng import engine


def sound():
    return Drawing(startEvent="s", userTask="a", endEvent="e").chain("s", "a", "e")


def split(kind="exclusiveGateway"):
    drawing = sound().node(kind, "g").node("userTask", "b").chain("a", "g").chain("b", "e")
    drawing.flows = [flow for flow in drawing.flows if flow[0] != "f_a_e"]
    return drawing.flow("g", "b", "v = 1").flow("g", "e", default=True)


def choice(*catchers):
    drawing = Drawing(startEvent="s", endEvent="e").node("eventBasedGateway", "g").chain("s", "g")
    for number, (kind, inner, attributes) in enumerate(catchers):
        drawing.node(kind, f"k{number}", inner, **attributes).chain("g", f"k{number}", "e")
    return drawing


MESSAGE = ("intermediateCatchEvent", message(), {})
TIMER = ("intermediateCatchEvent", timer(), {})
RECEIVE = ("receiveTask", "", {"messageRef": "m_recall"})
LOOP = '<bpmn:standardLoopCharacteristics loopMaximum="2"/>'


def beside(extra, drawing=None):
    process = f'<bpmn:process id="p" isExecutable="true">{(drawing or sound()).body()}</bpmn:process>'
    return f"{HEAD}{COMMON}{extra}{process}</bpmn:definitions>".encode()


def pools(flow, other=""):
    return beside(
        '<bpmn:collaboration id="co"><bpmn:participant id="pool" processRef="p"/><bpmn:participant id="street"/>'
        f'{other}<bpmn:messageFlow id="mf" {flow}/></bpmn:collaboration>'
    )


OTHERS = 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'


def foreign(inner="", **attributes):
    """A task with a word of another engine."""
    words = f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>" if inner else ""
    drawing = sound().inside("a", words)
    for key, value in attributes.items():
        drawing.set("a", **{f"camunda:{key}": value})
    return drawing.xml().replace(b"<bpmn:definitions ", f"<bpmn:definitions {OTHERS} ".encode())


def nested(levels):
    drawing = Drawing(startEvent="s_in", userTask="u_in", endEvent="e_in").chain("s_in", "u_in", "e_in")
    for level in range(levels):
        outer = Drawing(startEvent=f"s{level}", endEvent=f"e{level}").node("subProcess", f"sp{level}", drawing.body())
        drawing = outer.chain(f"s{level}", f"sp{level}", f"e{level}")
    return drawing


REFUSED = {
    "too-large by levels": ("sp3", lambda: nested(24)),
    "long-id": ("m" * 201, lambda: sound().xml(common=COMMON + f'<bpmn:message id="{"m" * 201}" name="x"/>')),
    "timer of no time": ("t", lambda: sound().boundary("a", "t", timer("R/PT0S", "timeCycle"), interrupting=False).chain("t", "e")),
    "foreign listener": ("a", lambda: foreign('<camunda:executionListener event="start"/>')),
    "foreign script inside": ("a", lambda: foreign("<camunda:inputOutput><camunda:x/></camunda:inputOutput>")),
    "foreign assignee": ("a", lambda: foreign(assignee="demo")),
    "quantity": ("a", lambda: sound().set("a", startQuantity="2")),
    "quantity out": ("a", lambda: sound().set("a", completionQuantity="3")),
    "not-immediate": ("f_s_a", lambda: sound().xml().replace(b'id="f_s_a"', b'id="f_s_a" isImmediate="false"')),
    "role": ("a", lambda: sound().inside("a", '<bpmn:potentialOwner id="po"/>')),
    "correlation": ("cs", lambda: sound().node("correlationSubscription", "cs")),
    "extension": ("extension", lambda: beside('<bpmn:extension mustUnderstand="true"/>')),
    "timer twice": ("t", lambda: sound().boundary("a", "t", timer().replace(
        "<bpmn:timeDuration>", "<bpmn:timeDate>2026-05-01</bpmn:timeDate><bpmn:timeDuration>")).chain("t", "e")),
    "timer without a time": ("t", lambda: sound().boundary("a", "t", event("timer")).chain("t", "e")),
    "loop and instances": ("a", lambda: sound().inside("a", LOOP + instances(count="2"))),
    "wrong-flow into a link": ("k", lambda: Drawing(startEvent="s", userTask="a", endEvent="e")
        .node("intermediateCatchEvent", "k", event("link", name="L")).node("intermediateThrowEvent", "th", event("link", name="L"))
        .chain("s", "a", "th").chain("k", "e").node("userTask", "b").node("parallelGateway", "g")
        .flow("b", "k")),
    "direction of a split": ("g", lambda: split().set("g", gatewayDirection="Converging")),
    "direction of a join": ("g", lambda: split().set("g", gatewayDirection="Mixed")),
    "direction unknown": ("g", lambda: split().set("g", gatewayDirection="Sideways")),
    "default-flow with a condition": ("f_g_b", lambda: split().set("g", default="f_g_b")),
    "no-way-on": ("a", lambda: Drawing(startEvent="s", userTask="a", endEvent="e").chain("s", "a").flow("a", "e", "v = 1")),
    "event-gateway alone": ("g", lambda: choice(TIMER)),
    "event-gateway mixed": ("g", lambda: choice(MESSAGE, RECEIVE)),
    "message-flow inside": ("mf", lambda: pools('sourceRef="s" targetRef="a"')),
    "reference of a message flow": ("mf", lambda: pools('sourceRef="street" targetRef="nobody"')),
    "reference of a pool": ("x", lambda: pools('sourceRef="street" targetRef="a"',
                                                '<bpmn:participant id="x" processRef="gone"/>')),
    "reference of a lane": ("l", lambda: sound().node("laneSet", "ls",
        '<bpmn:lane id="l"><bpmn:flowNodeRef>gone</bpmn:flowNodeRef></bpmn:lane>')),
    "reference of an association": ("as", lambda: sound().node("association", "as", sourceRef="a", targetRef="gone")),
}  # fmt: skip

ALLOWED = {
    "foreign note": lambda: foreign("<camunda:properties/>", asyncBefore="true"),
    "nested sub-processes": lambda: nested(12),
    "quantity of one": lambda: sound().set("a", startQuantity="1", completionQuantity="1"),
    "direction": lambda: split().set("g", gatewayDirection="Diverging"),
    "direction unspecified": lambda: split().set("g", gatewayDirection="Unspecified"),
    "event gateway": lambda: choice(MESSAGE, TIMER),
    "event gateway with receive": lambda: choice(RECEIVE, TIMER),
    "message flow": lambda: pools('sourceRef="street" targetRef="a"'),
    "message flow by prefix": lambda: pools('sourceRef="street" targetRef="tns:a"'),
    "extension": lambda: beside('<bpmn:extension mustUnderstand="false"/>'),
    "lane": lambda: sound().node(
        "laneSet", "ls", '<bpmn:lane id="l"><bpmn:flowNodeRef>a</bpmn:flowNodeRef></bpmn:lane>'
    ),
}


def findings(drawn):
    return engine.findings([drawn if isinstance(drawn, bytes) else drawn.xml()])


@pytest.mark.parametrize("case", REFUSED)
def test_it_is_refused_with_the_element_and_what_to_do(case):
    place, draw = REFUSED[case]
    code = case.partition(" ")[0]
    found = [finding for finding in findings(draw()) if finding.code == code]
    assert {finding.place for finding in found} == {place}, [finding.message[:80] for finding in findings(draw())]
    assert place in found[0].message
    assert "；" in found[0].message


@pytest.mark.parametrize("case", ALLOWED)
def test_what_is_legal_is_not_refused(case):
    assert findings(ALLOWED[case]()) == []
