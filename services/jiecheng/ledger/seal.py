"""Seals an event behind the entry before it, and reads a sealed entry back; never checks a chain (see offline.py)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import lru_cache

from jiecheng.ledger.canonical import canonical_text, dump, parse, plain, restored_mapping
from jiecheng.ledger.offline import SALT_BYTES, VERSION, Head, commitment, genesis, link, read_leaf
from jiecheng.model.history import HistoryEvent, LedgerEntry, Opening
from jiecheng.model.ids import CaseId, ReleaseHash
from jiecheng.model.values import Value

# Shown in place of a personal value whose opening was erased.
ERASED = "「已依规删除」"


def seal(
    event: HistoryEvent, previous: LedgerEntry | None, salt: Callable[[], bytes]
) -> tuple[LedgerEntry, tuple[Opening, ...]]:
    """The entry of `event` after `previous` (None for seq 1), and what opens its personal values.

    `salt` draws 16 fresh random bytes at every call. ValueError when the event does not follow `previous`.
    """
    before = _head_before(event, previous)
    openings, promised = [], {}
    for path in sorted(event.personal):
        drawn, value = _drawn(path, salt), canonical_text(event.personal[path])
        openings.append(Opening(event.case, event.seq, path, drawn.hex(), value))
        promised[path] = commitment(event.case, event.seq, path, drawn, value)
    leaf = _leaf(event, promised)
    head = link(before, leaf)
    return LedgerEntry(event.case, event.seq, leaf, head.sha256, head.sm3), tuple(openings)


def to_event(entry: LedgerEntry, openings: Iterable[Opening] = ()) -> HistoryEvent:
    """The event as sealed; a personal value without its opening reads `ERASED`. Does not verify: `verify` does."""
    leaf = read_leaf(entry.leaf)
    if leaf is None:
        raise ValueError(f"expected a leaf of version {VERSION} at case {entry.case} seq {entry.seq}")
    values: dict[str, Value] = {
        opening.path: parse(opening.value)
        for opening in openings
        if (opening.case, opening.seq) == (entry.case, entry.seq)
    }
    return HistoryEvent(
        case=CaseId(leaf["case"]),
        seq=leaf["seq"],
        type=leaf["type"],
        at=datetime.fromisoformat(leaf["at"]),
        release=ReleaseHash(leaf["release"]),
        public=restored_mapping(leaf["public"]),
        personal={path: values.get(path, ERASED) for path in leaf["personal"]},
        clause=leaf["clause"],
    )


def head_of(entry: LedgerEntry) -> Head:
    """The head of the chain after `entry`, as checkpoints and anchors keep it."""
    return Head(entry.seq, entry.sha256, entry.sm3)


def _head_before(event: HistoryEvent, previous: LedgerEntry | None) -> Head:
    before = head_of(previous) if previous else genesis(event.case)
    if (previous and previous.case != event.case) or event.seq != before.seq + 1:
        found = f"case {previous.case} seq {previous.seq}" if previous else "nothing"
        raise ValueError(f"expected the predecessor of case {event.case} seq {event.seq}, but found {found}")
    return before


def _drawn(path: str, salt: Callable[[], bytes]) -> bytes:
    drawn = salt()
    if len(drawn) != SALT_BYTES:
        raise ValueError(f"expected a salt of {SALT_BYTES} bytes, but found {len(drawn)}")
    if not path or "\x00" in path:
        raise ValueError(f"expected a path without NUL, but found {path!r}")
    return drawn


def _leaf(event: HistoryEvent, promised: dict[str, str]) -> str:
    """`promised`: the commitment of each personal value by its path."""
    if event.at.tzinfo is None:
        raise ValueError(f"expected an aware time at case {event.case} seq {event.seq}, but found {event.at}")
    return dump(
        {
            "v": VERSION,
            "case": event.case,
            "seq": event.seq,
            "type": event.type,
            "at": _utc(event.at),
            "release": event.release,
            "clause": event.clause,
            "public": plain(event.public),
            "personal": dict(promised),
        }
    )


@lru_cache(maxsize=64)  # what happens in one command happens at one moment
def _utc(at: datetime) -> str:
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
