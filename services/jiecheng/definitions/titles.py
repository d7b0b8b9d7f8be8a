"""What people call the files of a process: the step that fills in a form, the decision a table takes, the paper's own title.

A file that cannot be read keeps its name: the linter says why.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from jiecheng.definitions.process import read_process
from jiecheng.definitions.safe_xml import local, parse_xml
from jiecheng.model.definition import FlowNode, ProcessDefinition
from jiecheng.model.errors import Invalid
from jiecheng.model.form import FormUse, Right
from jiecheng.model.release import Bundle

_BLANK = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
_LETTER = re.compile(r'^title:\s*"?([^"\n]+)', re.MULTILINE)
_FEATURE = re.compile(r"^功能[:：]\s*(.+)", re.MULTILINE)


def file_titles(bundle: Bundle) -> dict[str, str]:
    """File name -> title, for every file of the bundle."""
    try:
        process: ProcessDefinition | None = read_process(bundle.bpmn, bundle.called)
    except Invalid:
        process = None
    diagrams = {f"{bundle.process}.bpmn": bundle.bpmn, **bundle.called}
    return _told_apart(
        {
            **{name: _first(text, "process") or _stem(name) for name, text in diagrams.items()},
            **{name: _of_table(text, process) or _stem(name) for name, text in bundle.dmn.items()},
            **{name: _of_form(_stem(name), process) or _stem(name) for name in bundle.forms},
            **{name: _said(_LETTER, text) or _stem(name) for name, text in bundle.letters.items()},
            **{name: _said(_FEATURE, text) or _stem(name) for name, text in bundle.features.items()},
        }
    )


def _told_apart(titles: dict[str, str]) -> dict[str, str]:
    """Two forms of one step are called alike: then the file's name stands with it."""
    kinds = Counter((title, name.rpartition(".")[2]) for name, title in titles.items())
    alike = {name for name, title in titles.items() if kinds[title, name.rpartition(".")[2]] > 1}
    return {name: f"{title}（{_stem(name)}）" if name in alike else title for name, title in titles.items()}


def _stem(name: str) -> str:
    return name.rpartition(".")[0]


def _said(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return _BLANK.sub("…", found[1]).strip() if found else ""


def _first(text: str, tag: str) -> str:
    return next((name for _, name in _named(text, tag) if name), "")


def _named(text: str, tag: str) -> Iterator[tuple[str, str]]:
    try:
        root = parse_xml(text)
    except Invalid:
        return
    for element in root.iter():
        if local(element) == tag:
            yield str(element.get("id", "")), str(element.get("name", ""))


def _of_table(text: str, process: ProcessDefinition | None) -> str:
    """The decisions that steps ask for; others in the file only prepare them."""
    asked = {node.decision for node in _nodes(process).values()}
    decisions = dict(_named(text, "decision"))
    names = [name for identity, name in decisions.items() if identity in asked] or list(decisions.values())
    return "、".join(name for name in names if name)


def _of_form(name: str, process: ProcessDefinition | None) -> str:
    """The first step in which it is filled in, else the first that shows it."""
    using = [(node, use) for node in _nodes(process).values() for use in node.forms if use.form == name]
    filled = [node.name for node, use in using if _is_filled(use)]
    return next(iter([*filled, *(node.name for node, _ in using)]), "")


def _is_filled(use: FormUse) -> bool:
    return any(right in (Right.EDIT, Right.REQUIRED) for right in (use.default, *use.rights.values()))


def _nodes(process: ProcessDefinition | None) -> Mapping[str, FlowNode]:
    return {} if process is None else {str(key): node for key, node in process.nodes.items()}
