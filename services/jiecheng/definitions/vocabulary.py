"""The jc: words a diagram may use: where each stands, what it needs. One table for reader, check and studio.

`bpmn/README.md` explains the same words to people; a test keeps both lists equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lxml import etree

from jiecheng.definitions import safe_xml as sx
from jiecheng.model.errors import Finding

EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
TASKS = frozenset(
    {"task", "userTask", "manualTask", "serviceTask", "sendTask", "receiveTask", "businessRuleTask", "scriptTask"}
)
SUB_PROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
ACTIVITIES = TASKS | SUB_PROCESSES | {"callActivity"}
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"})
FLOW_NODES = EVENTS | ACTIVITIES | GATEWAYS

_RECEIVERS = frozenset({"intermediateCatchEvent", "boundaryEvent", "receiveTask"})
_FILLED_IN = _RECEIVERS | {"userTask", "startEvent"}


@dataclass(frozen=True, slots=True)
class Word:
    """One jc: element. `within`: BPMN tags (or the jc: word) around it; `open`: further attributes are parameters."""

    within: frozenset[str]
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    many: bool = False
    open: bool = False


RIGHTS = ("hidden", "read", "edit", "required")

WORDS: Mapping[str, Word] = {
    "starters": Word(frozenset({"process"}), ("resolver",), ("exclude",), open=True),
    "assignment": Word(_RECEIVERS | {"userTask", "sendTask"}, ("resolver",), ("exclude",), open=True),
    "form": Word(_FILLED_IN, ("name",), ("default",), {"default": RIGHTS}, many=True),
    "field": Word(frozenset({"form"}), ("key", "right"), (), {"right": RIGHTS}, many=True),
    "outcome": Word(
        frozenset({"userTask"}),
        ("value", "label"),
        ("opinion", "style"),
        {"opinion": ("required", "optional"), "style": ("primary", "danger", "secondary")},
        many=True,
    ),
    "input": Word(frozenset({"callActivity"}), ("source", "target"), many=True),
    "output": Word(_FILLED_IN | {"callActivity"}, ("source", "target"), many=True),
    "due": Word(frozenset({"userTask"}), ("workingDays",), ("basis", "supervise")),
    "meeting": Word(frozenset({"userTask"}), (), ("quorum", "majority")),
    "voting": Word(
        frozenset({"userTask"}),
        ("mode",),
        ("ratio", "quorum", "abstentions", "tie", "veto"),
        {
            "mode": ("all", "any", "sequential", "ratio"),
            "abstentions": ("count", "leave"),
            "tie": ("fails", "passes"),
        },
    ),
    "return": Word(frozenset({"userTask"}), ("to",), ("back",)),
    "transferable": Word(frozenset({"userTask"}), ("within",), (), {"within": ("organ", "street", "district")}),
    "retractable": Word(frozenset({"userTask"}), ("until",), (), {"until": ("unread", "unhandled")}),
    "addSigner": Word(
        frozenset({"userTask"}),
        ("ways", "within"),
        ("parallel",),
        {"within": ("organ", "street", "district"), "parallel": ("advice", "vote")},
    ),
    "withdrawable": Word(_RECEIVERS | {"userTask"}),
    "holdable": Word(frozenset({"userTask"})),
    "facts": Word(frozenset({"businessRuleTask"}), ("register", "where", "equals", "target"), many=True),
    "notice": Word(frozenset({"sendTask"}), ("text",)),
    "circulate": Word(frozenset({"userTask", "endEvent"}), ("to",), ("text", "post", "basis")),
    "document": Word(frozenset({"serviceTask"}), ("letter", "numberKind", "issuer"), ("to",)),
    "instance": Word(ACTIVITIES, ("key",), ("label",)),
    "compartment": Word(FLOW_NODES, ("organ",)),
    "publication": Word(frozenset({"serviceTask"}), ("register", "effective")),
    "registerEntry": Word(FLOW_NODES, ("register", "status"), ("key",), many=True),
    "column": Word(frozenset({"registerEntry"}), ("name", "source"), many=True),
}

# jc: attributes, and the BPMN tags that may carry them.
ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "title": frozenset({"process"}),
    "numberKind": frozenset({"process"}),
    "reversedBy": frozenset({"process"}),
    "alike": frozenset({"process"}),
    "clauses": FLOW_NODES | {"process"},
    "resultVariable": frozenset({"userTask", "businessRuleTask", "serviceTask"}),
    "decision": frozenset({"businessRuleTask"}),
    "job": frozenset({"serviceTask"}),
}


def check_words(root: etree._Element) -> list[Finding]:
    """Every jc: element and attribute that is not in the table, stands in a wrong place or lacks something."""
    findings: list[Finding] = []
    for element in root.iter():
        if sx.namespace(element) == sx.JC:
            findings += _check_element(element)
        else:
            findings += _check_attributes(element)
            findings += _check_repeats(element)
    return findings


def _check_element(element: etree._Element) -> Iterable[Finding]:
    name = sx.local(element)
    word = WORDS.get(name)
    if word is None:
        known = "、".join(f"jc:{each}" for each in WORDS)
        yield _finding("jc_unknown_word", element, f"没有 jc:{name} 这个扩展词，可用的有 {known}")
        return
    holder = _holder(element)
    if holder is None or sx.local(holder) not in word.within:
        found = f"<{sx.local(holder)}>" if holder is not None else "extensionElements 之外"
        places = "、".join(sorted(word.within))
        yield _finding("jc_wrong_place", element, f"jc:{name} 不能放在 {found}，只能放在 {places}")
    given = {str(key) for key in element.attrib}
    for missing in sorted(set(word.required) - {key for key in given if element.get(key, "").strip()}):
        yield _finding("jc_missing_attribute", element, f"jc:{name} 缺少 {missing}，请补上")
    if not word.open:
        for extra in sorted(given - set(word.required) - set(word.optional)):
            yield _finding("jc_unknown_attribute", element, f"jc:{name} 没有 {extra} 这个属性，请删去或改正")
    for key, allowed in word.choices.items():
        if key in given and element.get(key) not in allowed:
            chosen = "、".join(allowed)
            yield _finding("jc_wrong_value", element, f"jc:{name} 的 {key} 只能是 {chosen}，现在是“{element.get(key)}”")


def _check_attributes(element: etree._Element) -> Iterable[Finding]:
    for key in element.attrib:
        name = etree.QName(str(key))
        if name.namespace != sx.JC:
            continue
        allowed = ATTRIBUTES.get(name.localname)
        if allowed is None:
            known = "、".join(f"jc:{each}" for each in ATTRIBUTES)
            yield _finding("jc_unknown_attribute", element, f"没有 jc:{name.localname} 这个属性，可用的有 {known}")
        elif sx.local(element) not in allowed:
            yield _finding("jc_wrong_place", element, f"jc:{name.localname} 不能写在 <{sx.local(element)}> 上")


def _check_repeats(element: etree._Element) -> Iterable[Finding]:
    if sx.local(element) != "extensionElements":
        return
    seen: set[str] = set()
    for child in element:
        name = sx.local(child)
        if sx.namespace(child) == sx.JC and name in seen and name in WORDS and not WORDS[name].many:
            yield _finding("jc_repeated", child, f"jc:{name} 只能写一次，请合并")
        seen.add(name)


def _holder(element: etree._Element) -> etree._Element | None:
    """The BPMN element that carries this word, or the jc: word around it."""
    parent = element.getparent()
    if parent is None or sx.namespace(parent) == sx.JC:
        return parent
    return parent.getparent() if sx.local(parent) == "extensionElements" else None


def _finding(code: str, element: etree._Element, sentence: str) -> Finding:
    return Finding(code=code, place=place_of(element), message=f"第 {sx.line_of(element)} 行：{sentence}。")


def place_of(element: etree._Element) -> str:
    """The id of the element or of the nearest one around it that has an id."""
    current: etree._Element | None = element
    while current is not None:
        if current.get("id"):
            return str(current.get("id"))
        current = current.getparent()
    return "文件"
