"""Which elements of a diagram are new or say something else than before: for colours, where `difference` has sentences."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from jiecheng.definitions.difference import changed_components, times
from jiecheng.definitions.process import read_process
from jiecheng.definitions.safe_xml import local, parse_xml, text_of
from jiecheng.model.definition import FlowNode
from jiecheng.model.form import FormUse, Right
from jiecheng.model.release import Bundle

ADDED, CHANGED = "added", "changed"
_WRITES = (Right.EDIT, Right.REQUIRED)


def changed_elements(old: Bundle, new: Bundle) -> dict[str, str]:
    """Element id -> added | changed. Raises `Invalid`.

    A step counts as changed with what is filled in at it, its letter or its table; a form it only shows is another step's.
    """
    before, after = read_process(old.bpmn, old.called), read_process(new.bpmn, new.called)
    found: dict[str, str] = {}
    earlier, later = times(old), times(new)
    around = _Around(_fields(old, new), _differing(old.letters, new.letters), _tables(old, new))
    for key, node in after.nodes.items():
        if key not in before.nodes:
            found[key] = ADDED
            continue
        # Which lane a step lies in is seen in the drawing.
        same = replace(before.nodes[key], lane=node.lane) == node and earlier.get(key) == later.get(key)
        if not same or around.touches(node):
            found[key] = CHANGED
    for name, flow in after.flows.items():
        if name not in before.flows:
            found[name] = ADDED
        elif before.flows[name] != flow:
            found[name] = CHANGED
    return found


@dataclass(frozen=True, slots=True)
class _Around:
    """What is not what it was: form -> fields (None: it cannot be told which), letters, decisions."""

    fields: Mapping[str, set[str] | None]
    letters: set[str]
    decisions: set[str]

    def touches(self, node: FlowNode) -> bool:
        return (
            any(self._written(use) for use in node.forms)
            or (node.document is not None and f"{node.document.letter}.letter" in self.letters)
            or node.decision in self.decisions
        )

    def _written(self, use: FormUse) -> bool:
        fields = self.fields.get(f"{use.form}.form", set())
        if fields is None:
            return use.default in _WRITES or any(one in _WRITES for one in use.rights.values())
        return any(use.rights.get(one, use.default) in _WRITES for one in fields)


def _fields(old: Bundle, new: Bundle) -> dict[str, set[str] | None]:
    found: dict[str, set[str] | None] = {}
    for name in _differing(old.forms, new.forms):
        try:
            found[name] = changed_components(old.forms.get(name, "{}"), new.forms[name])
        except (json.JSONDecodeError, AttributeError):
            found[name] = None
    return found


def _differing(before: Mapping[str, str], after: Mapping[str, str]) -> set[str]:
    return {name for name, text in after.items() if before.get(name) != text}


def _tables(old: Bundle, new: Bundle) -> set[str]:
    """Decisions that say something else, or ask one that does."""
    before, after = _decisions(old), _decisions(new)
    changed = {name for name in after if before.get(name) != after[name]}
    for _ in after:
        changed |= {name for name, (_, asked) in after.items() if asked & changed}
    return changed


def _decisions(bundle: Bundle) -> dict[str, tuple[object, frozenset[str]]]:
    """Decision -> what it says, and which others it asks; not how it is drawn or laid out."""
    return {
        str(one.get("id")): (
            [(local(each), sorted(each.attrib.items()), "" if len(each) else text_of(each)) for each in one.iter()],
            frozenset(
                str(each.get("href", "")).rpartition("#")[2]
                for each in one.iter()
                if local(each) in ("requiredDecision", "requiredKnowledge")
            ),
        )
        for text in bundle.dmn.values()
        for one in parse_xml(text)
        if local(one) in ("decision", "businessKnowledgeModel")
    }
