"""A release as it is worked with: every file parsed once, shared by all cases of the release, never changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from jiecheng import decisions, definitions, documents, engine, forms
from jiecheng.definitions.onward import in_order
from jiecheng.model.definition import FlowNode, ProcessDefinition
from jiecheng.model.ids import ElementId, ReleaseHash
from jiecheng.model.memo import Memo
from jiecheng.model.release import Clause, Release
from jiecheng.model.values import Value

ALL_STREETS = "all_streets"
DAYS_AHEAD = "next_working_days"  # a list: the first working day after today, the second …
MOST_READ = 100  # contents; a house keeps those of its own releases besides
_read: dict[ReleaseHash, Deployed] = {}


@dataclass(frozen=True, slots=True)
class Deployed:
    release: Release
    definition: ProcessDefinition
    executable: engine.Executable
    forms: Mapping[str, forms.Form]
    tables: decisions.DecisionModel
    letters: Mapping[str, documents.Letter]
    clauses: Mapping[str, Clause]
    speaks_of_streets: bool = False  # some text asks for all 街镇: the list is made only then
    speaks_of_days: bool = False  # the same of the working days ahead
    memo: Memo = field(default_factory=Memo, init=False, compare=False, repr=False)

    def node(self, element: ElementId) -> FlowNode:
        """A bare node, in which nothing can be done, for what was done in a step that only an earlier release had."""
        return self.definition.nodes.get(element) or FlowNode(element, "userTask", "")

    @property
    def form_order(self) -> Sequence[str]:
        """The forms in the order in which the process comes to where they are filled in, then to where they are shown."""
        return self.memo.of("form_order", lambda: _form_order(self))

    def letter(self, name: str, issuer: str) -> documents.Letter:
        """The letter as this organ words it: its own variant where it has one (name@organ), else everybody's."""
        return self.letters.get(f"{name}@{issuer}") or self.letters[name]

    def in_words(self, result: Value) -> Value:
        """A decision's result with the headings of its table in place of the names that expressions use."""
        labels = {
            column.name: column.label
            for one in self.tables.decisions.values()
            if isinstance(one.logic, decisions.DecisionTable)
            for column in one.logic.outputs
            if column.name and column.label
        }
        if not isinstance(result, Mapping):
            return result
        return {labels.get(name, name): value for name, value in result.items()}

    def clause(self, rule: str, profile: str) -> Clause | None:
        """The clause a rule rests on in this city: "L2" is L2 itself where its profiles say so, else a variant L2-…"""
        variants = [one for name, one in self.clauses.items() if name == rule or name.partition("-")[0] == rule]
        fitting = [one for one in variants if not one.profiles or not profile or profile in one.profiles]
        return next((one for one in fitting if one.id == rule), fitting[0] if fitting else None)

    def clause_words(self, rule: str, profile: str) -> str:
        """The quotation that a refusal by this rule shows, "" when the bundle has no such clause."""
        found = self.clause(rule, profile)
        return found.quotation() if found is not None else ""


def _form_order(deployed: Deployed) -> Sequence[str]:
    uses = [use for node in in_order(deployed.definition) for use in node.forms]
    written = [use for use in uses if use.form in deployed.forms and forms.is_edited(deployed.forms[use.form], use)]
    return tuple(dict.fromkeys(use.form for use in (*written, *uses)))


def load_release(release: Release) -> Deployed:
    """The release, read. Its hash names its content, so several houses in one process read a content once."""
    known = _read.get(release.hash)
    if known is not None and known.release.bundle == release.bundle:
        return replace(known, release=release)
    found = _load(release)
    if len(_read) >= MOST_READ:
        _read.clear()
    _read[release.hash] = found
    return found


def _load(release: Release) -> Deployed:
    bundle = release.bundle
    return Deployed(
        release=release,
        definition=definitions.read_process(bundle.bpmn, bundle.called),
        executable=engine.load([one.encode("utf-8") for one in bundle.diagrams], bundle.process),
        forms={name.removesuffix(".form"): forms.read_form(text) for name, text in bundle.forms.items()},
        tables=decisions.combine([decisions.read_decisions(text) for text in bundle.dmn.values()]),
        letters={name.removesuffix(".letter"): documents.read_letter(text) for name, text in bundle.letters.items()},
        clauses={name: read_clause(name, words) for name, words in bundle.clauses.items()},
        speaks_of_days=any(DAYS_AHEAD in text for text in bundle.diagrams),
        speaks_of_streets=any(
            ALL_STREETS in text for text in (*bundle.diagrams, *bundle.dmn.values(), *bundle.forms.values())
        ),
    )


def read_clause(name: str, words: Mapping[str, str]) -> Clause:
    """A clause from a bundle; `profiles` is one text with 、 between."""
    return Clause(
        id=name,
        document=words.get("document", ""),
        section=words.get("section", ""),
        words=words.get("words", ""),
        authority=words.get("authority", "惯例"),
        profiles=tuple(one for one in words.get("profiles", "").split("、") if one),
    )
