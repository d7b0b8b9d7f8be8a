"""What happened, past tense and true for ever. An event is never changed or removed; `ledger` seals it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from jiecheng.model.ids import CaseId, ReleaseHash
from jiecheng.model.values import Value


@dataclass(frozen=True, slots=True)
class HistoryEvent:
    """One event of one case.

    `public` goes into the ledger leaf in clear: element ids, outcome codes, states, counts, hashes of attachments.
    `personal` maps a path ("actor.name", "form.application.reason") to a value; only a salted commitment of it goes
    into the leaf, so that erasing the value and its salt keeps every proof. Old and new values are
    {"old": …, "new": …}. Everything that a person typed, and everything that names a person, is personal.
    """

    case: CaseId
    seq: int  # 1, 2, 3 … within the case, without gaps
    type: str  # a past-tense word of model.command
    at: datetime  # aware, UTC
    release: ReleaseHash
    public: Mapping[str, Value] = field(default_factory=dict)
    personal: Mapping[str, Value] = field(default_factory=dict)
    clause: str = ""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A sealed event as it lies in the table: the RFC 8785 leaf and both chain digests (hex) after it."""

    case: CaseId
    seq: int
    leaf: str
    sha256: str
    sm3: str


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens one commitment of a leaf: path, salt (hex), value as canonical JSON text. Erasure removes the row."""

    case: CaseId
    seq: int
    path: str
    salt: str
    value: str
