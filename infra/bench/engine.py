"""The rooms under a step: the engine in an early and a late round, FEEL cold and cached, a table of two hundred rows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from bench.figure import Figure
from bench.meter import Sample
from bench.stage import Stage
from jiecheng import decisions, definitions, engine, feel
from jiecheng.model.ids import ElementId, ProcessId
from jiecheng.model.step import Step

NAME = "engine"
EARLY, LATE = 10, 3_000
AROUND = 50
RATIO_AIM = 1.2
ROWS = 200
COLD_AIM, CACHED_AIM = 30.0, 10.0  # microseconds
FACTS = {
    "findings": [],
    "extension_findings": [],
    "committee_outcome": "agree",
    "correction_outcome": "resubmit",
    "extension_outcome": "agree",
    "filing_outcome": "file",
    "period_outcome": "extended",
    "limits": {"section_opinion_required": False},
}
LOOP = """<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t">
<bpmn:process id="again" isExecutable="true">
<bpmn:startEvent id="begun"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
<bpmn:userTask id="decide"><bpmn:incoming>f1</bpmn:incoming><bpmn:incoming>f3</bpmn:incoming>
<bpmn:outgoing>f2</bpmn:outgoing></bpmn:userTask>
<bpmn:exclusiveGateway id="agreed" default="f3"><bpmn:incoming>f2</bpmn:incoming>
<bpmn:outgoing>f3</bpmn:outgoing><bpmn:outgoing>f4</bpmn:outgoing></bpmn:exclusiveGateway>
<bpmn:endEvent id="over"><bpmn:incoming>f4</bpmn:incoming></bpmn:endEvent>
<bpmn:sequenceFlow id="f1" sourceRef="begun" targetRef="decide"/>
<bpmn:sequenceFlow id="f2" sourceRef="decide" targetRef="agreed"/>
<bpmn:sequenceFlow id="f3" sourceRef="agreed" targetRef="decide"/>
<bpmn:sequenceFlow id="f4" sourceRef="agreed" targetRef="over">
<bpmn:conditionExpression>outcome = "agree"</bpmn:conditionExpression></bpmn:sequenceFlow>
</bpmn:process></bpmn:definitions>"""


def measure(stage: Stage) -> Iterator[Figure]:
    floor = stage.floor()
    floor.run(200)
    bare = floor.sample.cpu_ms()
    rounds = {EARLY: Sample(), stage.sized(LATE, 200): Sample()}
    executable = engine.load([LOOP.encode()], ProcessId("again"))
    step = engine.start(executable, {}, undecided)
    for number in range(1, max(rounds) + AROUND):
        sample = next((one for at, one in rounds.items() if at <= number < at + AROUND), None)
        began = time.process_time()
        step = go_round(executable, step)
        if sample is not None:
            sample.seconds.append(time.process_time() - began)
    early, late = (one.ms(50) for one in rounds.values())
    for (at, sample), value in zip(rounds.items(), (early, late), strict=True):
        yield Figure(NAME, f"引擎一步，第 {at:,} 轮：CPU", value, "ms", floor=bare, detail={"n": sample.count})
    yield Figure(NAME, "引擎：晚的是早的几倍", late / early, "×", RATIO_AIM)
    conditions = own_conditions()
    cold = 1000 * cpu_ms(lambda: read_anew(conditions), 200) / len(conditions)
    yield Figure(NAME, "FEEL 借调审批图上的条件，初次（含解析），平均", cold, "µs", COLD_AIM)
    compiled = [feel.compile_expression(one) for one in conditions]
    cached = 1000 * cpu_ms(lambda: [one.evaluate(FACTS) for one in compiled], 2000) / len(compiled)
    yield Figure(NAME, "FEEL 借调审批图上的条件，已解析，平均", cached, "µs", CACHED_AIM)
    model = decisions.combine([decisions.read_decisions(table(ROWS))])
    last = {"kind": f"k{ROWS - 1}", "months": ROWS}
    answer = decisions.evaluate(model, "grade", last).value
    assert answer == f"g{ROWS - 1}", answer
    yield Figure(
        NAME,
        f"判定表 {ROWS} 行，命中最后一行",
        cpu_ms(lambda: decisions.evaluate(model, "grade", last), 200),
        "ms",
        floor=bare,
    )


def go_round(executable: engine.Executable, step: Step) -> Step:
    token = engine.waits(executable, step.snapshot, {})[0].token if not step.opened else step.opened[0].token
    return engine.complete(executable, step.snapshot, {"outcome": "return"}, token, {"outcome": "return"}, undecided)


def undecided(element: ElementId, variables: object) -> None:
    raise AssertionError(f"no decision in this drawing, but {element} asked for one")


def own_conditions() -> list[str]:
    """Every condition on a sequence flow of the staff loan diagram: what gateways really ask."""
    diagram = Path(__file__).parents[2] / "bpmn" / "staff_loan" / "staff_loan.bpmn"
    flows = definitions.read_process(diagram.read_text("utf-8")).flows.values()
    return sorted({flow.condition for flow in flows if flow.condition})


def read_anew(conditions: list[str]) -> None:
    read_anew.count += 1  # type: ignore[attr-defined]
    # Blanks behind it make the text a new one for the cache, and cost next to nothing to read.
    blanks = f"{read_anew.count:b}".replace("0", " ").replace("1", "\t")  # type: ignore[attr-defined]
    for one in conditions:
        feel.compile_expression(one + blanks).evaluate(FACTS)


read_anew.count = 0  # type: ignore[attr-defined]


def cpu_ms(act: Callable[[], object], times: int) -> float:
    act()
    began = time.process_time()
    for _ in range(times):
        act()
    return (time.process_time() - began) * 1000 / times


def table(rows: int) -> str:
    def cell(tag: str, text: str) -> str:
        return f"<{tag}><text>{escape(text)}</text></{tag}>"

    rules = "".join(
        f'<rule id="r{n}">{cell("inputEntry", f"{chr(34)}k{n}{chr(34)}")}{cell("inputEntry", f">= {n}")}'
        f"{cell('outputEntry', f'{chr(34)}g{n}{chr(34)}')}</rule>"
        for n in range(rows)
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="m" namespace="urn:m">'
        '<decision id="grade" name="grade"><decisionTable id="t" hitPolicy="UNIQUE">'
        '<input id="i1"><inputExpression id="e1"><text>kind</text></inputExpression></input>'
        '<input id="i2"><inputExpression id="e2"><text>months</text></inputExpression></input>'
        f'<output id="o1" name="grade"/>{rules}</decisionTable></decision></definitions>'
    )
