"""Codes of a release in people's words: what a form, a button or a flow of the diagram calls a value, a table or a register a name.

Nothing here is a list of words: all of them are the release's own. What it has no words for stays unsaid ("").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from jiecheng import decisions
from jiecheng.cases.deployed import Deployed
from jiecheng.cases.house import Tx
from jiecheng.model.ids import ReleaseHash

CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_EQUALS = re.compile(r'([A-Za-z_][\w.]*)\s*=\s*"([^"]+)"')
_LAST = re.compile(r"(?:.*\.)?([A-Za-z_]\w*)")


@dataclass(frozen=True, slots=True)
class CodeWords:
    """`names`: what a variable or column is called; `values`: under a name, what a code is called; `codes`: what a code is
    called wherever it stands, where all who name it agree. `inputs`: heading of a table's column -> the name it looks at."""

    names: Mapping[str, str]
    values: Mapping[tuple[str, str], str]
    codes: Mapping[str, str]
    inputs: Mapping[str, str]

    def name(self, code: str) -> str:
        """ "" for a code that nobody gave a name; what is no code is its own name."""
        return self.names.get(code, "" if CODE.fullmatch(code) else code)

    def value(self, name: str, value: str) -> str:
        """The same for a value under a name, or under the heading of a table's column."""
        name = self.inputs.get(name, name)
        found = self.values.get((name, value)) or self.codes.get(value)
        return found or ("" if CODE.fullmatch(value) else value)


def code_words(tx: Tx, release: ReleaseHash) -> CodeWords:
    columns = {key: column.title for one in tx.registers.values() for key, column in one.columns.items()}
    found = _read(tx.release(release))
    return CodeWords({**columns, **found.names}, found.values, found.codes, found.inputs)


def _read(deployed: Deployed) -> CodeWords:
    values: dict[tuple[str, str], str] = {}
    for name, code, words in (*_flows(deployed), *_buttons(deployed), *_choices(deployed)):
        values[(name, code)] = words  # the form's own words win over the button's, those over the flow's
    names = {**_outputs(deployed), **_results(deployed), **_fields(deployed)}
    quoted = {clause: one.quotation() for clause, one in deployed.clauses.items()}
    return CodeWords(names, values, {**quoted, **_agreed(values.items())}, _columns(deployed))


def _agreed(values: Iterable[tuple[tuple[str, str], str]]) -> Mapping[str, str]:
    found: dict[str, set[str]] = {}
    for (_, code), words in values:
        found.setdefault(code, set()).add(words)
    return {code: next(iter(words)) for code, words in found.items() if len(words) == 1}


def _fields(deployed: Deployed) -> dict[str, str]:
    return {
        key: "".join(part for part in field.label.parts if isinstance(part, str))
        for form in deployed.forms.values()
        for key, field in form.inputs.items()
    }


def _choices(deployed: Deployed) -> Iterator[tuple[str, str, str]]:
    for form in deployed.forms.values():
        for key, field in form.inputs.items():
            for option in field.choices.values or ():
                yield key, str(option.value), option.label


def _results(deployed: Deployed) -> dict[str, str]:
    nodes = deployed.definition.nodes.values()
    return {one.result_variable: f"{one.name}：结果" for one in nodes if one.result_variable and one.name}


def _buttons(deployed: Deployed) -> Iterator[tuple[str, str, str]]:
    for node in deployed.definition.nodes.values():
        for option in node.outcomes:
            yield node.result_variable, option.value, option.label


def _flows(deployed: Deployed) -> Iterator[tuple[str, str, str]]:
    """What a gateway asks of a value, and the name of the flow that it opens: 须发函征求意见：否，沟通后抄告."""
    definition = deployed.definition
    for flow in definition.flows.values():
        found = _EQUALS.fullmatch(flow.condition.strip().removeprefix("=").strip())
        if found is None or not flow.name:
            continue
        asked = definition.nodes[flow.source].name.rstrip("？?")
        answer = flow.name.partition("，")[2] or flow.name
        named = flow.name in ("是", "否") and asked
        yield found[1].rpartition(".")[2], found[2], f"{asked}：{flow.name}" if named else answer


def _tables(deployed: Deployed) -> Iterator[decisions.DecisionTable]:
    for one in deployed.tables.decisions.values():
        if isinstance(one.logic, decisions.DecisionTable):
            yield one.logic


def _outputs(deployed: Deployed) -> dict[str, str]:
    pairs = ((one.name, one.label) for table in _tables(deployed) for one in table.outputs)
    return {name: label for name, label in pairs if name and label and label != name}


def _columns(deployed: Deployed) -> dict[str, str]:
    found = {}
    for table in _tables(deployed):
        for column in table.inputs:
            last = _LAST.fullmatch(column.expression.strip())
            if column.label and last:
                found[column.label] = last[1]
    return found
