"""betsy's BPMN cases on the engine. Only this harness knows its placeholder scripts and conditions: the product refuses scripts.

A script task becomes a service task whose job writes the word into the trace; Groovy conditions become FEEL; ids that the
engine keeps for itself get another name. Timers fire in the order of a moved clock when no job is left.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from jiecheng import engine
from jiecheng.model.errors import Invalid
from jiecheng.model.ids import ElementId, ProcessId
from jiecheng.model.step import Step, Subscription, Wait, WaitKind

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
RESERVED = {"Start", "End", "Root"}
REFERENCES = ("id", "sourceRef", "targetRef", "attachedToRef", "default")
CONTAINS = re.compile(r'(!?)test\.contains\("(\w+)"\)')
SECONDS = re.compile(r"PT(\d+)S")
MAX_STEPS = 200


@dataclass(frozen=True)
class Verdict:
    """`state`: right | refused | wrong. `note` says what was refused, or what came instead."""

    name: str
    state: str
    note: str = ""


def feel(text: str) -> str:
    """The few Groovy and EL forms of the suite as FEEL."""
    text = text.strip().removeprefix("${").removesuffix("}")
    found = CONTAINS.fullmatch(text)
    if found is None:
        return text
    asked = f'contains(test, "{found[2]}")'
    return f"not({asked})" if found[1] else asked


def bound(path: Path) -> tuple[bytes, dict[str, str]]:
    """The model with its scripts as jobs; the script of each job."""
    root = etree.parse(str(path)).getroot()
    scripts: dict[str, str] = {}
    for node in root.iter():
        for name in REFERENCES:
            if node.get(name) in RESERVED:
                node.set(name, f"{node.get(name)}_of_the_case")
    for node in list(root.iter(f"{BPMN}scriptTask")):
        script = node.find(f"{BPMN}script")
        scripts[node.get("id", "")] = (script.text or "").strip() if script is not None else ""
        if script is not None:
            node.remove(script)
        node.tag = f"{BPMN}serviceTask"
    for name in ("conditionExpression", "loopCardinality", "completionCondition"):
        for node in root.iter(f"{BPMN}{name}"):
            node.text = feel(node.text or "")
    return etree.tostring(root), scripts


@dataclass
class Run:
    """A case of the suite under way; does around the engine what the platform's jobs and timers do."""

    executable: engine.Executable
    scripts: Mapping[str, str]
    variables: dict[str, Any]
    trace: list[str] = field(default_factory=list)
    waits: dict[str, Wait] = field(default_factory=dict)
    dues: dict[tuple[str, str], int] = field(default_factory=dict)
    now: int = 0
    done: bool = False
    stamps: set[str] = field(default_factory=set)

    def take(self, step: Step) -> None:
        self.snapshot, self.done = json.loads(json.dumps(step.snapshot)), step.done
        self.variables.update(step.writes)
        for closed in step.closed:
            self.waits.pop(closed.token)
        for wait in step.opened:
            self.waits[wait.token] = wait
            for one in wait.subscriptions:
                after = SECONDS.fullmatch(one.value) if one.kind == "timeDuration" else None
                if after is not None:
                    self.dues[wait.token, one.element] = self.now + int(after[1])

    def play(self) -> list[str]:
        self.take(engine.start(self.executable, self.variables, decide))
        for _ in range(MAX_STEPS):
            if self.done or not (self._job() or self._timer()):
                return self.trace
        raise AssertionError(f"still running after {MAX_STEPS} steps")

    def _job(self) -> bool:
        for token, wait in self.waits.items():
            if wait.kind == WaitKind.JOB:
                self._work(token, wait.element)
                return True
        return False

    def _work(self, token: str, element: str) -> None:
        script, outputs = self.scripts[element], {}
        if script == "THROW_ERROR":
            self._fail(element)
            return
        if script == "INCREMENT_INTEGER_VARIABLE":
            outputs = {"integerVariable": self.variables["integerVariable"] + 1}
        if script.startswith("CREATE_TIMESTAMP_LOG"):
            self._stamp(script)
        self.take(engine.complete(self.executable, self.snapshot, self.variables, token, outputs, decide))
        if script.startswith("SCRIPT_"):
            self.trace.append(script)

    def _stamp(self, script: str) -> None:
        """Two jobs that are open at the same time are worked at the same time: the platform's workers take both."""
        others = {self.scripts[wait.element] for wait in self.waits.values() if wait.kind == WaitKind.JOB}
        beside = {one for one in others if one.startswith("CREATE_TIMESTAMP_LOG")} - {script}
        if beside:
            self.trace.append("EXECUTION_parallel")

    def _fail(self, element: str) -> None:
        """A job that fails fires the error event on its task."""
        token, caught = next(
            (token, one) for token, wait in self.waits.items() for one in wait.subscriptions if one.kind == "error"
        )
        self._fire(token, caught)

    def _timer(self) -> bool:
        due = sorted((at, key) for key, at in self.dues.items() if key[0] in self.waits)
        if not due:
            return False
        self.now, (token, element) = due[0]
        self.dues.pop((token, element))
        self._fire(token, next(one for one in self.waits[token].subscriptions if one.element == element))
        return True

    def _fire(self, token: str, caught: Subscription) -> None:
        self.take(engine.fire(self.executable, self.snapshot, self.variables, token, caught.element, {}, decide))


def decide(element: ElementId, variables: Mapping[str, object]) -> None:
    raise AssertionError(f"expected no decision in the suite, but {element} asked for one")


def verdicts(root: Path) -> Iterator[Verdict]:
    for model in json.loads((root / "cases.json").read_text()):
        for case in model["cases"]:
            yield verdict(root / model["file"], case)


def verdict(path: Path, case: Mapping[str, Any]) -> Verdict:
    name = f"{path.stem} {case['input'] or ''}{case['int'] or ''}".strip()
    document, scripts = bound(path)
    if found := engine.findings([document]):
        named = all(finding.place in finding.message for finding in found)
        return Verdict(name, "refused" if named else "wrong", found[0].message)
    process = ProcessId(etree.fromstring(document).find(f"{BPMN}process").get("id"))
    variables = {"test": case["input"] or "", "integerVariable": Decimal(case["int"])}
    run = Run(engine.load([document], process), scripts, variables)
    try:
        trace = run.play()
    except Invalid:
        # A command that raises leaves nothing behind; the suite only asks that the case stops with an error.
        trace = ["ERROR_runtime"]
    if sorted(trace) == sorted(case["expect"]):
        return Verdict(name, "right")
    return Verdict(name, "wrong", f"expected {sorted(case['expect'])}, found {sorted(trace)}")


# What the platform promises to run; a model with anything else must be refused.
UNSUPPORTED = ("complexGateway", "adHocSubProcess", "transaction", "cancelEventDefinition", "compensateEventDefinition")


def is_supported(path: Path) -> bool:
    root = etree.parse(str(path)).getroot()
    if any(root.find(f".//{BPMN}{tag}") is not None for tag in UNSUPPORTED):
        return False
    several = root.iter(f"{BPMN}multiInstanceLoopCharacteristics")
    return all(one.get("behavior", "All") == "All" for one in several)
