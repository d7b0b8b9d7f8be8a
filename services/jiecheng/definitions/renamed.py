"""Steps that a draft calls otherwise, and the sentences of its scenarios that still use the old names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jiecheng.definitions.process import read_process
from jiecheng.model.release import Bundle


@dataclass(frozen=True, slots=True)
class OldSentence:
    """A line of a feature file, numbered from one."""

    file: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Renamed:
    element: str
    old: str
    new: str
    sentences: Sequence[OldSentence]


def renamed_steps(before: Bundle, after: Bundle) -> Sequence[Renamed]:
    """Nodes that keep their id and change their name, where sentences quote the old one. Raises Invalid for a diagram
    that cannot be read."""
    old, new = read_process(before.bpmn).nodes, read_process(after.bpmn).nodes
    still = {node.name for node in new.values()}
    found = []
    for code, node in new.items():
        name = old[code].name if code in old else node.name
        if name and name != node.name and name not in still:
            found.append(Renamed(code, name, node.name, _quoting(after, name)))
    return [one for one in found if one.sentences]


def _quoting(bundle: Bundle, name: str) -> Sequence[OldSentence]:
    return [
        OldSentence(file, number, line.strip())
        for file, text in bundle.features.items()
        for number, line in enumerate(text.splitlines(), 1)
        if f"“{name}”" in line
    ]
