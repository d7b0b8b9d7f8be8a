"""Whether the organs, 街镇 and posts that a draft names are those of the directory: a rule that names nobody finds nobody.

Warnings only: an organ may be set up after the process is written. What an expression gives is known when a case runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from jiecheng import definitions
from jiecheng.cases.house import Tx
from jiecheng.model.definition import Assignment
from jiecheng.model.directory import OrganKind
from jiecheng.model.errors import Finding, Invalid
from jiecheng.model.release import Bundle

Known = Mapping[
    str, tuple[str, Callable[[str], bool], str]
]  # parameter -> its name, whether there is one, where to look


def unknown_names(tx: Tx, bundle: Bundle) -> list[Finding]:
    """One for each name that nobody has; none for a diagram that cannot be read, of which the linter tells."""
    try:
        process = definitions.read_process(bundle.bpmn, bundle.called)
    except Invalid:
        return []
    known = _known(tx)
    starters = [(str(process.id), "谁可以发起", process.starters)] if process.starters else []
    places = [*starters, *((one.id, f"“{one.name}”", one.assignment) for one in process.nodes.values())]
    return [
        Finding("unknown_in_directory", place, f"{name}：{sentence}", "warning")
        for place, name, assignment in places
        if assignment is not None
        for sentence in _said(known, assignment)
    ]


def _said(known: Known, assignment: Assignment) -> Iterator[str]:
    for key, value in assignment.parameters.items():
        if key in known and value and not value.startswith("="):
            kind, found, advice = known[key]
            if not found(value):
                yield f"机构人员里没有{kind}“{value}”，办到这里会找不到人。{advice}"


def _known(tx: Tx) -> Known:
    index = tx.organisation
    posts = {one.name for one in index.directory.posts.values()}
    kinds = set(OrganKind)
    choose = "请在属性里重新选一个，或写以 = 开头的表达式。"
    return {
        "organ": ("机关", lambda code: code in index.directory.organs, choose),
        "street": ("街镇", lambda code: code in index.organs_of_street, choose),
        "post": ("岗位", posts.__contains__, "请核对岗位名称，或先在“机构人员”里设岗。"),
        "kind": (
            "机关类别",
            lambda words: all(one in kinds for one in words.split()),
            f"类别有：{'、'.join(OrganKind)}。",
        ),
    }
