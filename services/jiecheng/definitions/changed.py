"""Which elements of a diagram are new or say something else than before: for colours, where `difference` has sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from jiecheng.definitions.difference import times
from jiecheng.definitions.process import read_process
from jiecheng.model.release import Bundle

ADDED, CHANGED = "added", "changed"


def changed_elements(old: Bundle, new: Bundle) -> dict[str, str]:
    """Element id -> added | changed. A step counts as changed with its form, letter or table. Raises `Invalid`."""
    before, after = read_process(old.bpmn, old.called), read_process(new.bpmn, new.called)
    found: dict[str, str] = {}
    earlier, later = times(old), times(new)
    touched = _touched(old, new)
    for key, node in after.nodes.items():
        if key not in before.nodes:
            found[key] = ADDED
            continue
        uses = {f"{use.form}.form" for use in node.forms} | (
            {f"{node.document.letter}.letter"} if node.document else set()
        )
        # Which lane a step lies in, and of which table it asks, is seen in the drawing and in the tables.
        same = replace(before.nodes[key], lane=node.lane) == node and earlier.get(key) == later.get(key)
        if not same or uses & touched:
            found[key] = CHANGED
    for name, flow in after.flows.items():
        if name not in before.flows:
            found[name] = ADDED
        elif before.flows[name] != flow:
            found[name] = CHANGED
    return found


def _touched(old: Bundle, new: Bundle) -> set[str]:
    """Forms and letters that are not what they were."""

    def differing(before: Mapping[str, str], after: Mapping[str, str]) -> set[str]:
        return {name for name, text in after.items() if before.get(name) != text}

    return differing(old.forms, new.forms) | differing(old.letters, new.letters)
