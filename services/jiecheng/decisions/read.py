"""DMN text to a DecisionModel: reads the graph, the types and the logic, and finds what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from lxml import etree

from jiecheng.decisions.compile import compiled_model
from jiecheng.decisions.model import (
    Decision,
    DecisionModel,
    Definitions,
    Element,
    InputData,
    ItemDefinition,
    KnowledgeModel,
    Service,
)
from jiecheng.decisions.read_boxed import boxed_child, read_function, read_parameter
from jiecheng.decisions.read_xml import attribute, child, children, invalid, local_name, parse, text_of, type_name
from jiecheng.model.errors import Finding, Invalid

MAX_ITEM_DEPTH = 30
ELEMENTS = ("inputData", "decision", "businessKnowledgeModel", "decisionService")


@lru_cache(maxsize=64)  # a linter's rules each look at a release's tables; a model is never changed
def read_decisions(xml: str) -> DecisionModel:
    """One DMN file, its FEEL checked. Raises Invalid whose findings name the decision and the row."""
    model = DecisionModel((read_definitions(xml),))
    findings = graph_findings(model)
    if not model.files[0].imports:
        findings = [*findings, *compiled_model(model).findings]
    _require_none(findings)
    return model


def combine(models: Iterable[DecisionModel]) -> DecisionModel:
    """Several files as one model, so that imports between them are found."""
    model = DecisionModel(tuple(file for part in models for file in part.files))
    seen: dict[str, str] = {}
    for file in model.files:
        for decision in (e for e in file.elements.values() if isinstance(e, Decision)):
            if seen.get(decision.id, file.namespace) != file.namespace:
                continue  # the same id in another namespace is another decision
            if decision.id in seen:
                raise invalid("decision_twice", decision.id, f"判定“{decision.id}”在两个文件里都有，请改名")
            seen[decision.id] = file.namespace
    _require_none(compiled_model(model).findings)
    return model


def _require_none(findings: Sequence[Finding]) -> None:
    if findings:
        first = findings[0].message
        more = f"（另有 {len(findings) - 1} 处）" if len(findings) > 1 else ""
        raise Invalid(f"{first}{more}", findings=findings)


def read_definitions(xml: str) -> Definitions:
    root = parse(xml)
    elements: dict[str, Element] = {}
    for node in children(root, *ELEMENTS):
        element = _element(node)
        if not element.id or element.id in elements:
            name = element.name or element.id
            raise invalid("decision_id", element.id, f"“{name}”没有 id，或者 id 与别的重复")
        elements[element.id] = element
    items = {item.name: item for item in (_item(node, 0) for node in children(root, "itemDefinition"))}
    imports = {attribute(node, "name"): attribute(node, "namespace") for node in children(root, "import")}
    return Definitions(attribute(root, "namespace"), attribute(root, "name"), elements, items, imports)


def _element(node: etree._Element) -> Element:
    element_id, variable = attribute(node, "id"), child(node, "variable")
    name = attribute(variable, "name") or attribute(node, "name")
    kind = local_name(node)
    if kind == "inputData":
        return InputData(element_id, name, type_name(variable))
    if kind == "decision":
        return _decision(node, (element_id, name), type_name(variable))
    if kind == "businessKnowledgeModel":
        logic = child(node, "encapsulatedLogic")
        function = None if logic is None else read_function(logic, element_id)
        return KnowledgeModel(element_id, name, type_name(variable), _knowledge(node), function)
    return Service(
        element_id,
        name,
        type_name(variable),
        _hrefs(node, "outputDecision"),
        _hrefs(node, "inputDecision"),
        _hrefs(node, "inputData"),
    )


def _decision(node: etree._Element, names: tuple[str, str], wanted: str) -> Decision:
    element_id, name = names
    requires = tuple(
        href
        for requirement in children(node, "informationRequirement")
        for href in _hrefs(requirement, "requiredInput", "requiredDecision")
    )
    question = child(node, "question")
    asked = "" if question is None or question.text is None else str(question.text)
    logic = boxed_child(node, element_id)
    return Decision(
        element_id, name, wanted, requires, _knowledge(node), logic, asked, attribute(node, "name") or element_id
    )


def _hrefs(node: etree._Element, *names: str) -> tuple[str, ...]:
    return tuple(attribute(reference, "href") for reference in children(node, *names))


def _knowledge(node: etree._Element) -> tuple[str, ...]:
    return tuple(
        href
        for requirement in children(node, "knowledgeRequirement")
        for href in _hrefs(requirement, "requiredKnowledge")
    )


def _item(node: etree._Element, depth: int) -> ItemDefinition:
    if depth > MAX_ITEM_DEPTH:
        raise invalid("decision_type", attribute(node, "name"), "类型嵌套过深")
    function = child(node, "functionItem")
    signature = None
    if function is not None:
        parameters = tuple(read_parameter(parameter) for parameter in children(function, "parameters"))
        signature = (parameters, attribute(function, "outputTypeRef"))
    return ItemDefinition(
        attribute(node, "name"),
        type_name(node),
        tuple(_item(component, depth + 1) for component in children(node, "itemComponent")),
        attribute(node, "isCollection") == "true",
        text_of(child(node, "allowedValues")),
        text_of(child(node, "typeConstraint")),
        signature,
    )


def graph_findings(model: DecisionModel) -> list[Finding]:
    """References that lead nowhere. References into other files are checked when the files are combined."""
    findings = []
    for file in model.files:
        for element in file.elements.values():
            for href in references(element):
                namespace, _, target = href.rpartition("#")
                if namespace in ("", file.namespace) and target not in file.elements:
                    message = f"“{element.name}”指向不存在的“{target}”，请补上或删去这条连线"
                    findings.append(Finding("decision_reference", element.id, message))
        findings += _circles(file)
    return findings


def _circles(file: Definitions) -> list[Finding]:
    """Decisions that require themselves, directly or by way of others. Knowledge models may."""
    done: set[str] = set()
    for start in file.elements:
        path: list[str] = []
        waiting: list[tuple[str, bool]] = [(start, False)]
        while waiting:
            target, is_leaving = waiting.pop()
            if is_leaving:
                done.add(path.pop())
            elif target in path:
                name = file.elements[target].name
                message = f"判定“{name}”循环引用自己，请断开其中一条连线"
                return [Finding("decision_circle", target, message)]
            elif target not in done:
                path.append(target)
                waiting.append((target, True))
                waiting += [(inner, False) for inner in _required_here(file, target)]
    return []


def _required_here(file: Definitions, target: str) -> list[str]:
    element = file.elements.get(target)
    if not isinstance(element, Decision):
        return []
    parts = [href.rpartition("#") for href in element.requires]
    return [inner for namespace, _, inner in parts if namespace in ("", file.namespace) and inner in file.elements]


def references(element: Element) -> tuple[str, ...]:
    if isinstance(element, Decision):
        return element.requires + element.knowledge
    if isinstance(element, KnowledgeModel):
        return element.knowledge
    if isinstance(element, Service):
        return element.outputs + element.input_decisions + element.input_data
    return ()
