"""A release as it is worked with: every file parsed once, shared by all cases of the release, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jiecheng import decisions, definitions, documents, engine, forms
from jiecheng.model.definition import FlowNode, ProcessDefinition
from jiecheng.model.ids import ElementId
from jiecheng.model.release import Clause, Release


@dataclass(frozen=True, slots=True)
class Deployed:
    release: Release
    definition: ProcessDefinition
    executable: engine.Executable
    forms: Mapping[str, forms.Form]
    tables: decisions.DecisionModel
    letters: Mapping[str, documents.Letter]
    clauses: Mapping[str, Clause]

    def node(self, element: ElementId) -> FlowNode:
        return self.definition.nodes[element]

    def clause_words(self, rule: str) -> str:
        """The quotation that a refusal by this rule shows, "" when the bundle has no such clause."""
        clause = self.clauses.get(rule)
        return clause.quotation() if clause is not None else ""


def load_release(release: Release) -> Deployed:
    bundle = release.bundle
    return Deployed(
        release=release,
        definition=definitions.read_process(bundle.bpmn),
        executable=engine.load([bundle.bpmn.encode("utf-8")], bundle.process),
        forms={name.removesuffix(".form"): forms.read_form(text) for name, text in bundle.forms.items()},
        tables=decisions.combine([decisions.read_decisions(text) for text in bundle.dmn.values()]),
        letters={name.removesuffix(".letter"): documents.read_letter(text) for name, text in bundle.letters.items()},
        clauses={name: read_clause(name, words) for name, words in bundle.clauses.items()},
    )


def read_clause(name: str, words: Mapping[str, str]) -> Clause:
    """A clause from a row of clauses.yaml; `profiles` is one text with blanks between."""
    return Clause(
        id=name,
        document=words.get("document", ""),
        section=words.get("section", ""),
        words=words.get("words", ""),
        authority=words.get("authority", "惯例"),
        profiles=tuple(words.get("profiles", "").split()),
    )
