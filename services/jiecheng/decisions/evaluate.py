"""Evaluates one decision with everything it requires, each required decision once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jiecheng.decisions.compile import CompiledElement, CompiledModel, Key, compiled_model
from jiecheng.decisions.model import Decision, DecisionModel, InputData, KnowledgeModel, Service
from jiecheng.decisions.read import references
from jiecheng.decisions.trace import DecisionRun, Explanation, TableTrace
from jiecheng.feel import FeelError, FeelValue, from_json, slips, to_json
from jiecheng.feel.boxed import FeelType, Frame, Function, NoValue, coerce
from jiecheng.model.errors import NotFound
from jiecheng.model.values import Value


@dataclass(frozen=True, slots=True)
class DecisionResult:
    """`value`: as the house keeps it. `explanations`: every table on the way, in the order of evaluation.
    `reasons`: why something became null."""

    value: Value
    explanations: tuple[Explanation, ...]
    reasons: tuple[str, ...]
    raw: FeelValue = None


def evaluate(model: DecisionModel, decision_id: str, variables: Mapping[str, Any]) -> DecisionResult:
    """The decision (or decision service) of that id or name over the variables. Raises NotFound, FeelError."""
    compiled = compiled_model(model)
    run = DecisionRun(variables)
    try:
        value = Evaluation(compiled, run, {}).top(find_key(model, decision_id))
    except RecursionError as error:
        raise FeelError(slips.NESTED_DECISIONS) from error
    explanations = tuple(_explanation(trace) for trace in run.traces)
    return DecisionResult(to_json(value), explanations, tuple(run.reasons), value)


def find_key(model: DecisionModel, decision_id: str) -> Key:
    candidates = [
        (file, element)
        for file in model.files
        for element in file.elements.values()
        if isinstance(element, (Decision, Service))
    ]
    for file, element in candidates:
        if element.id == decision_id:
            return file.namespace, element.id
    for file, element in candidates:
        if element.name == decision_id:
            return file.namespace, element.id
    raise NotFound(f"没有判定“{decision_id}”")


def variables_read(model: DecisionModel, decision_id: str) -> frozenset[str]:
    """The variables that the decision and everything it requires read from outside."""
    compiled = compiled_model(model)
    waiting, seen, names = [find_key(model, decision_id)], set[Key](), set[str]()
    while waiting:
        key = waiting.pop()
        if key in seen or key not in compiled.elements:
            continue
        seen.add(key)
        element = compiled.elements[key]
        names |= element.names
        if isinstance(element.element, InputData):
            names.add(element.element.name)
        waiting += [compiled.key(element.file, href) for href in references(element.element)]
    return frozenset(names)


def _explanation(trace: TableTrace) -> Explanation:
    inputs = {label: to_json(value) for label, value in trace.inputs.items()}
    return Explanation(trace.decision, trace.hit_policy, trace.rows, inputs, to_json(trace.output), trace.annotations)


class Evaluation:
    """One walk through the requirement graph. `given`: values that a decision service was called with."""

    def __init__(self, compiled: CompiledModel, run: DecisionRun, given: Mapping[Key, FeelValue]) -> None:
        self.compiled = compiled
        self.run = run
        self.values: dict[Key, FeelValue] = dict(given)
        self.open: set[Key] = set()

    def top(self, key: Key) -> FeelValue:
        element = self.compiled.elements[key].element
        if isinstance(element, Service):
            parameters = self._parameters(self.compiled.elements[key], element)
            given = {inner: self.input_value(inner) for _, _, inner in parameters}
            return self._served(key, element, given)
        return self.value(key)

    def input_value(self, key: Key) -> FeelValue:
        """What the caller gives for a parameter of a service: also an input decision is given, not computed."""
        element = self.compiled.elements[key]
        name = element.element.name
        if name in self.run.variables:
            return self._fitted(from_json(self.run.variables[name]), element)
        return None

    def value(self, key: Key) -> FeelValue:
        if key in self.values:
            return self.values[key]
        if key in self.open:
            self.run.null(f"判定“{self.compiled.elements[key].element.name}”循环引用自己")
            return None
        self.open.add(key)
        self.values[key] = value = self._computed(key)
        self.open.discard(key)
        return value

    def _computed(self, key: Key) -> FeelValue:
        compiled = self.compiled.elements[key]
        element = compiled.element
        if isinstance(element, InputData):
            if element.name not in self.run.variables:
                self.run.null(f"没有给出“{element.name}”")
            return self.input_value(key)
        if isinstance(element, Service):
            return self._service(key, element)
        if isinstance(element, KnowledgeModel):
            return self._knowledge(key, compiled)
        self.run.spend()
        frame = Frame(self.run, self._names(compiled), None)
        return self._fitted(compiled.node(frame) if compiled.node else None, compiled)

    def _fitted(self, value: FeelValue, compiled: CompiledElement) -> FeelValue:
        if compiled.wanted is None:
            return value
        try:
            return coerce(self.run, value, compiled.wanted)
        except NoValue as no:
            self.run.null(f"“{compiled.element.name}”：{no.reason}")
            return None

    def _names(self, compiled: CompiledElement) -> dict[str, FeelValue]:
        names: dict[str, FeelValue] = {}
        for alias, name, key in compiled.scope:
            if alias:
                names.setdefault(alias, {})[name] = self.value(key)
            else:
                names[name] = self.value(key)
        return names

    def _knowledge(self, key: Key, compiled: CompiledElement) -> FeelValue:
        names: dict[str, FeelValue] = {}
        function = compiled.node(Frame(self.run, names, None)) if compiled.node else None
        # Known before its own requirements are read: a knowledge model may call itself.
        self.values[key] = function
        names.update(self._names(compiled))
        return function

    def _service(self, key: Key, service: Service) -> Function:
        parameters = self._parameters(self.compiled.elements[key], service)

        def body(frame: Frame) -> FeelValue:
            return self._served(key, service, {inner: frame.names[name] for name, _, inner in parameters})

        return Function(tuple(p[0] for p in parameters), tuple(p[1] for p in parameters), body, None)

    def _parameters(self, compiled: CompiledElement, service: Service) -> list[tuple[str, FeelType | None, Key]]:
        found = []
        for href in (*service.input_data, *service.input_decisions):
            key = self.compiled.key(compiled.file, href)
            inner = self.compiled.elements.get(key)
            if inner is not None:
                found.append((inner.element.name, inner.wanted, key))
        return found

    def _served(self, key: Key, service: Service, given: Mapping[Key, FeelValue]) -> FeelValue:
        compiled = self.compiled.elements[key]
        inner = Evaluation(self.compiled, self.run, given)
        outputs = [self.compiled.key(compiled.file, href) for href in service.outputs]
        values = {self.compiled.elements[output].element.name: inner.value(output) for output in outputs}
        result = next(iter(values.values()), None) if len(values) == 1 else values
        return self._fitted(result, compiled)
