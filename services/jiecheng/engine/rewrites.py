"""Small changes of a tree before the library reads it, each for something the library drops in silence.

Changes only its own copy of the tree; what it inserts has an id with a dot, which no drawn element may have.
"""

from __future__ import annotations

from lxml import etree

from jiecheng.engine.names import CHINESE_ACTIVITIES, Element, event_definitions, q, tag

BRANCH = ".out"  # the gateway inserted behind a task with several flows
CHOICE = ".choice"  # and behind a task with conditional flows
LINK = ".link"  # the flow inserted between two link events


def rewrite(root: Element) -> None:
    _forget(root)
    for scope in list(root.iter(q("process"), q("subProcess"))):
        _join_links(scope)
        _draw_branches(scope)


def _forget(root: Element) -> None:
    # The library sorts flows by the height of their targets; a shape that was moved must not change who decides.
    layout = [child for child in root if isinstance(child.tag, str) and child.tag.endswith("}BPMNDiagram")]
    # Data objects are notes for readers here; the library would look for their values beside the variables.
    notes = [*root.iter(q("dataObject")), *root.iter(q("dataObjectReference"))]
    for node in (*layout, *notes):
        parent = node.getparent()
        if parent is not None:
            parent.remove(node)


def _join_links(scope: Element) -> None:
    targets, sources = {}, []
    for node in scope:
        for definition in event_definitions(node):
            if tag(definition) != "linkEventDefinition":
                continue
            if tag(node) == "intermediateCatchEvent":
                targets[definition.get("name")] = node
            else:
                sources.append((node, definition.get("name")))
            node.remove(definition)
    for node in targets.values():
        node.tag = q("intermediateThrowEvent")  # without a definition: passes
    for node, name in sources:
        _flow(scope, f"{node.get('id')}{LINK}", node.get("id"), targets[name].get("id"))


def _draw_branches(scope: Element) -> None:
    flows = [node for node in scope if tag(node) == "sequenceFlow"]
    for node in list(scope):
        outgoing = [flow for flow in flows if flow.get("sourceRef") == node.get("id")]
        conditional = [flow for flow in outgoing if flow.find(q("conditionExpression")) is not None]
        if tag(node) in CHINESE_ACTIVITIES and (len(outgoing) > 1 or conditional):
            _insert_gateway(scope, node, outgoing, conditional)


def _insert_gateway(scope: Element, node: Element, outgoing: list[Element], conditional: list[Element]) -> None:
    """What flows out of a task mean: unconditional ones are always taken, the default only when no condition is true."""
    source, default = str(node.get("id")), node.get("default")
    node.attrib.pop("default", "")
    chosen = [flow for flow in outgoing if flow in conditional or flow.get("id") == default] if conditional else []
    always = [flow for flow in outgoing if flow not in chosen]
    if chosen and default is None:
        # Without a default there may be nothing to choose beside the unconditional flows: one gateway that always finds a way.
        for flow in always:
            etree.SubElement(flow, q("conditionExpression")).text = "true"
        chosen, always = outgoing, []
    if always:
        _gateway(scope, "parallelGateway", source, f"{source}{BRANCH}", always, {})
    if chosen:
        told = {} if default is None else {"default": default}
        before = f"{source}{BRANCH}" if always else source
        _gateway(scope, "inclusiveGateway", before, f"{source}{CHOICE}", chosen, told)


def _gateway(
    scope: Element, kind: str, source: str, identity: str, outgoing: list[Element], told: dict[str, str]
) -> None:
    etree.SubElement(scope, q(kind), {"id": identity, **told})
    _flow(scope, f"{identity}.flow", source, identity)
    for flow in outgoing:
        flow.set("sourceRef", identity)


def _flow(scope: Element, identity: str, source: str | None, target: str | None) -> None:
    etree.SubElement(scope, q("sequenceFlow"), id=identity, sourceRef=str(source), targetRef=str(target))
