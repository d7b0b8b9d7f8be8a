"""A release: the bundle of one process under one content hash, immutable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from jiecheng.model.ids import ProcessId, ReleaseHash


@dataclass(frozen=True, slots=True)
class Bundle:
    """The files of one process as text. Keys are file names: "staff_loan.bpmn", "loan_limits.dmn", "application.form",
    "eligibility.feature"; `clauses` are the clauses (id -> Clause fields) the bundle refers to."""

    process: ProcessId
    bpmn: str
    dmn: Mapping[str, str]
    forms: Mapping[str, str]
    features: Mapping[str, str]
    clauses: Mapping[str, Mapping[str, str]]
    letters: Mapping[str, str] = field(default_factory=dict)
    called: Mapping[str, str] = field(default_factory=dict)  # further diagrams, called by call activities

    @property
    def diagrams(self) -> tuple[str, ...]:
        """The texts of all diagrams, the process's own first."""
        return (self.bpmn, *(self.called[file] for file in sorted(self.called)))


@dataclass(frozen=True, slots=True)
class Release:
    hash: ReleaseHash
    process: ProcessId
    version: int  # 1, 2, 3 … within the process
    bundle: Bundle
    published_at: datetime
    published_by: str  # identity id, or the words 系统部署
    source: str  # where it came from, e.g. "folders"
    gate: Mapping[str, object]  # the gate report kept with it
    drafted_by: str = ""  # who wrote it: identities with blanks between; "" from the folders


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence of policy that a rule rests on. `authority`: 文件 | 报道 | 经验材料 | 推论 | 惯例.

    Only 文件 is quoted as law; all else is shown as 本区规则 with its origin.
    """

    id: str
    document: str
    section: str
    words: str
    authority: str
    profiles: tuple[str, ...] = ()

    def quotation(self) -> str:
        """The sentence a refusal shows."""
        if self.authority == "文件":
            return f"依据：{self.document}{self.section}「{self.words}」"
        return f"依据：本区规则（{self.authority}）：{self.words}"
