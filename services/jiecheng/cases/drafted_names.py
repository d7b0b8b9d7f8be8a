"""Whether the organs, 街镇 and posts that a draft names are those of the directory: a rule that names nobody finds nobody.

Assignments of the diagram, and cells of decision tables that ask for such a name or give one to an assignment. Warnings
only: an organ may be set up after the process is written. What an expression gives is known when a case runs.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from jiecheng import decisions, definitions
from jiecheng.cases.house import Tx
from jiecheng.model.definition import Assignment, ProcessDefinition
from jiecheng.model.directory import Level, OrganKind
from jiecheng.model.errors import Finding, Invalid
from jiecheng.model.release import Bundle

CHOOSE = "请在属性里重新选一个，或写以 = 开头的表达式。"
ASKED = {
    "organ": "organ",
    "street": "street",
    "post": "post_name",
    "kind": "kind",
}  # what an assignment's parameter names


@dataclass(frozen=True, slots=True)
class Names:
    """What may be written for one kind of thing. `codes`: a code -> the name that people know; empty where the name is
    what is written."""

    called: str
    names: Collection[str]
    codes: Mapping[str, str]
    advice: str

    def knows(self, text: str) -> bool:
        return text in (self.codes or self.names)

    def near(self, text: str) -> str:
        """What was probably meant."""
        meant = [code for code, name in self.codes.items() if name == text]
        if meant:
            return f"“{text}”是名称，这里要写标识：{'、'.join(meant[:3])}。"
        found = difflib.get_close_matches(text, list(self.codes or self.names), 3, 0.5)
        shown = [f"{one}（{self.codes[one]}）" if one in self.codes else one for one in found]
        return (f"相近的有：{'、'.join(shown)}。" if shown else "") + self.advice


@dataclass(frozen=True, slots=True)
class Offered:
    """A column of a table, and what may stand in it: for the editor's side."""

    table: str
    label: str
    options: Sequence[tuple[str, str]]  # what is written, and the name where that is a code


def unknown_names(tx: Tx, bundle: Bundle) -> list[Finding]:
    """One for each name that nobody has; none for a diagram that cannot be read, of which the linter tells."""
    try:
        process = definitions.read_process(bundle.bpmn, bundle.called)
    except Invalid:
        return []
    known = names_of(tx)
    starters = [(str(process.id), "谁可以发起", process.starters)] if process.starters else []
    places = [*starters, *((one.id, f"“{one.name}”", one.assignment) for one in process.nodes.values())]
    found = [
        Finding("unknown_in_directory", place, f"{name}：{sentence}", "warning")
        for place, name, assignment in places
        if assignment is not None
        for sentence in _said(known, assignment)
    ]
    return [*found, *_in_tables(known, bundle, _given(process))]


def offered_in(tx: Tx, bundle: Bundle, file: str) -> Sequence[Offered]:
    """What may be written in the columns of this file's tables that name something of the directory."""
    try:
        given = _given(definitions.read_process(bundle.bpmn, bundle.called))
        columns = list(decisions.named_columns(decisions.read_decisions(bundle.dmn[file]), given))
    except Invalid:
        return ()
    known = names_of(tx)
    return [Offered(one.table, one.label, _options(known[one.what])) for one in columns]


def names_of(tx: Tx) -> Mapping[str, Names]:
    index = tx.organisation
    organs, posts = index.directory.organs.values(), index.directory.posts.values()
    streets = {code: index.street_name(code) for code in index.organs_of_street}
    where = "请核对，或先在“机构人员”里设立。"
    return {
        "organ": Names("机关", (), {str(one.id): one.name for one in organs}, CHOOSE),
        "organ_name": Names("机关", {one.name for one in organs}, {}, where),
        "street": Names("街镇", (), streets, CHOOSE),
        "street_name": Names("街镇", set(streets.values()), {}, where),
        "post_name": Names("岗位", {one.name for one in posts}, {}, "请核对岗位名称，或先在“机构人员”里设岗。"),
        "kind": Names("机关类别", list(OrganKind), {}, f"类别有：{'、'.join(OrganKind)}。"),
        "level": Names("层级", list(Level), {}, f"层级有：{'、'.join(Level)}。"),
    }


def _said(known: Mapping[str, Names], assignment: Assignment) -> Iterator[str]:
    for key, value in assignment.parameters.items():
        if key not in ASKED or not value or value.startswith("="):
            continue
        names = known[ASKED[key]]
        for one in value.split() if key == "kind" else [value]:
            if not names.knows(one):
                yield f"机构人员里没有{names.called}“{one}”，办到这里会找不到人。{names.near(one)}"


def _given(process: ProcessDefinition) -> dict[tuple[str, str], str]:
    """The outputs of tables that an assignment takes its organ, 街镇 or post from: =route.organ."""
    asking = {f"={node.result_variable}": node.decision for node in process.nodes.values() if node.decision}
    found = {}
    for assignment in (process.starters, *(node.assignment for node in process.nodes.values())):
        for key, value in assignment.parameters.items() if assignment is not None else ():
            variable, _, column = value.strip().partition(".")
            if key in ASKED and variable in asking and column:
                found[asking[variable], column] = ASKED[key]
    return found


def _in_tables(known: Mapping[str, Names], bundle: Bundle, given: decisions.Given) -> Iterator[Finding]:
    """Kinds and levels are the linter's: it knows them without a directory."""
    for file, text in bundle.dmn.items():
        try:
            cells = list(decisions.named_cells(decisions.read_decisions(text), given))
        except Invalid:
            continue
        for cell in cells:
            column, names = cell.column, known[cell.column.what]
            if column.what not in ("kind", "level") and not names.knows(cell.text):
                place = f"判定表「{column.table}」第 {cell.row} 行“{column.label}”一栏"
                sentence = f"{place}：机构人员里没有{names.called}“{cell.text}”。{names.near(cell.text)}"
                yield Finding("unknown_in_directory", f"{file}:{column.decision}#{cell.row}", sentence, "warning")


def _options(names: Names) -> Sequence[tuple[str, str]]:
    return list(names.codes.items()) if names.codes else [(one, "") for one in sorted(names.names)]
