"""Tools of the engine's tests: a BPMN drawing in a few words, and a case that does around the engine what `cases` does."""

import itertools
import json
from collections import Counter
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from jiecheng import engine
from jiecheng.model.step import Closing

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:jc="urn:jiecheng:bpmn:1.0" '
    'targetNamespace="t">'
)
COMMON = (
    '<bpmn:message id="m_ask" name="补充材料"/><bpmn:message id="m_recall" name="撤回"/>'
    '<bpmn:signal id="sg" name="Sig"/><bpmn:error id="er" name="Bad" errorCode="bad"/>'
    '<bpmn:error id="er2" name="Worse" errorCode="worse"/><bpmn:escalation id="es" name="Up" escalationCode="up"/>'
)


def message(ref="m_ask"):
    return f'<bpmn:messageEventDefinition messageRef="{ref}"/>'


def timer(value="P3D", kind="timeDuration"):
    return f"<bpmn:timerEventDefinition><bpmn:{kind}>{escape(value)}</bpmn:{kind}></bpmn:timerEventDefinition>"


def condition(text):
    return f"<bpmn:conditionalEventDefinition><bpmn:condition>{escape(text)}</bpmn:condition></bpmn:conditionalEventDefinition>"


def event(kind, **refs):
    return f"<bpmn:{kind}EventDefinition {' '.join(f'{k}={quoteattr(v)}' for k, v in refs.items())}/>"


def instances(
    collection="approvers", item="approver", output="votes", vote="vote", until="", sequential=False, count=""
):
    inner = f"<bpmn:loopCardinality>{count}</bpmn:loopCardinality>" if count else ""
    if collection and not count:
        inner += f"<bpmn:loopDataInputRef>{collection}</bpmn:loopDataInputRef>"
    if output:
        inner += f"<bpmn:loopDataOutputRef>{output}</bpmn:loopDataOutputRef>"
    if item and not count:
        inner += f'<bpmn:inputDataItem id="{item}"/>'
    if output:
        inner += f'<bpmn:outputDataItem id="{vote}"/>'
    if until:
        inner += f"<bpmn:completionCondition>{escape(until)}</bpmn:completionCondition>"
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">{inner}'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )


def mapping(**words):
    """input={inside: outside}, output={outside: inside}; each a variable's name"""
    pairs = [(word, target, source) for word, them in words.items() for target, source in them.items()]
    inner = "".join(f'<jc:{word} source="={source}" target="{target}"/>' for word, target, source in pairs)
    return f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>"


class Drawing:
    """Drawing("p", startEvent="s", userTask="a b", endEvent="e").chain("s", "a", "b", "e").xml()"""

    def __init__(self, identity="p", **nodes):
        self.identity, self.nodes, self.flows = identity, {}, []
        # For the reference interpreter: inner drawings, (count, sequential, until), (most, condition, test before), pairs.
        # and what a call hands down and takes back.
        self.embedded, self.repeated, self.loops, self.links, self.mapped = {}, {}, {}, {}, {}
        self.region = None
        for kind, names in nodes.items():
            for name in names.split():
                self.node(kind, name)

    def node(self, kind, identity, inner="", **attributes):
        self.nodes[identity] = [kind, attributes, inner]
        return self

    def boundary(self, host, identity, inner, interrupting=True):
        return self.node(
            "boundaryEvent", identity, inner, attachedToRef=host, cancelActivity="true" if interrupting else "false"
        )

    def rule(self, identity, variable):
        return self.node(
            "businessRuleTask", identity, **{"jc:decision": f"dmn_{identity}", "jc:resultVariable": variable}
        )

    def inside(self, identity, inner):
        self.nodes[identity][2] += inner
        return self

    def set(self, identity, **attributes):
        self.nodes[identity][1].update(attributes)
        return self

    def flow(self, source, target, when="", id="", default=False):
        identity = id or f"f_{source}_{target}"
        self.flows.append((identity, source, target, when))
        if default:
            self.set(source, default=identity)
        return self

    def chain(self, *names):
        for source, target in itertools.pairwise(names):
            self.flow(source, target)
        return self

    def body(self):
        out = []
        for identity, (kind, attributes, inner) in self.nodes.items():
            written = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
            out.append(f'<bpmn:{kind} id="{identity}" name="名{identity}"{written}>{inner}</bpmn:{kind}>')
        for identity, source, target, when in self.flows:
            inner = f"<bpmn:conditionExpression>{escape(when)}</bpmn:conditionExpression>" if when else ""
            out.append(
                f'<bpmn:sequenceFlow id="{identity}" sourceRef="{source}" targetRef="{target}">{inner}</bpmn:sequenceFlow>'
            )
        return "".join(out)

    def xml(self, *others, common=COMMON):
        processes = "".join(
            f'<bpmn:process id="{one.identity}" isExecutable="true">{one.body()}</bpmn:process>'
            for one in (self, *others)
        )
        return f"{HEAD}{common}{processes}</bpmn:definitions>".encode()


class Case:
    """Keeps variables, waits and the snapshot (through JSON, with its keys reordered as JSONB does)."""

    def __init__(self, drawn, variables=None, decisions=None, process="p"):
        self.executable = drawn if isinstance(drawn, engine.Executable) else engine.load([_bytes(drawn)], process)
        self.variables, self.waits, self.passed = dict(variables or {}), {}, []
        self.decisions = decisions or {}
        self.take(engine.start(self.executable, self.variables, self.decide))

    def decide(self, element, variables):
        return self.decisions[element](variables)

    def take(self, step):
        text = json.dumps(step.snapshot, sort_keys=True)
        self.snapshot, self.size = json.loads(text), len(text)
        self.variables.update(step.writes)
        for closed in step.closed:
            assert self.waits.pop(closed.token).element == closed.element
        for wait in step.opened:
            assert wait.token not in self.waits
            self.waits[wait.token] = wait
        self.step, self.done = step, step.done
        self.passed += step.passed
        assert not step.done or not self.waits
        return self

    @property
    def open(self):
        return sorted(wait.element for wait in self.waits.values())

    def token(self, element, nth=0):
        found = [
            token
            for token, wait in self.waits.items()
            if element in (wait.element, *(one.element for one in wait.subscriptions))
        ]
        return sorted(found, key=lambda token: (len(token), token))[nth]

    def tokens(self, names):
        """A name that stands there twice means two tokens."""
        seen = Counter()
        return [self.token(name, seen.update([name]) or seen[name] - 1) for name in names]

    def do(self, element, nth=0, **outputs):
        token = self.token(element, nth)
        return self.take(engine.complete(self.executable, self.snapshot, self.variables, token, outputs, self.decide))

    def fire(self, element, nth=0, **payload):
        token = self.token(element, nth)
        return self.take(
            engine.fire(self.executable, self.snapshot, self.variables, token, element, payload, self.decide)
        )

    def recheck(self, **changed):
        self.variables.update(changed)
        return self.take(engine.recheck(self.executable, self.snapshot, self.variables, self.decide))

    def move(self, elements, *targets):
        names: Iterable[str] = [elements] if isinstance(elements, str) else elements
        tokens = "all" if elements == "all" else self.tokens(names)
        return self.take(engine.move(self.executable, self.snapshot, self.variables, tokens, targets, self.decide))

    def migrate(self, executable, mapping=()):
        old, self.executable = self.executable, executable
        try:
            step = engine.migrate(old, executable, self.snapshot, dict(mapping), self.variables, self.decide)
        except Exception:
            self.executable = old
            raise
        return self.take(step)

    def end(self):
        return self.take(engine.end(self.executable, self.snapshot))

    def cancelled(self):
        return sorted((one.element, one.cause) for one in self.step.closed if one.closing == Closing.CANCELLED)

    def subscription(self, element):
        wait = self.waits[self.token(element)]
        return next((one.kind, one.value) for one in wait.subscriptions if one.element == element)


def _bytes(drawn):
    return drawn if isinstance(drawn, bytes) else drawn.xml()
