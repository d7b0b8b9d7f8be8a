"""Writes the ledger of one case as the JSON lines that offline.py reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from jiecheng.ledger.canonical import Plain, dump
from jiecheng.ledger.offline import FORMAT, VERSION, Head, Verdict, check, genesis
from jiecheng.ledger.seal import head_of
from jiecheng.model.history import LedgerEntry, Opening
from jiecheng.model.ids import CaseId


def verify(
    case: CaseId,
    entries: Iterable[LedgerEntry],
    openings: Iterable[Opening] = (),
    *,
    expected_head: Head | None = None,
    words: Mapping[str, str] = MappingProxyType({}),
) -> Verdict:
    """Check the entries of a case in stored order (by seq) and the openings that are left.

    Finds changed, removed, inserted and reordered entries and changed openings; `faults[0].seq` is the first bad one.
    A tail cut off or rewritten is found only against `expected_head`, a deleted case not at all; `sentence` says so.
    """
    return check(case, entries, openings, expected_head, words)


def export(
    case: CaseId,
    entries: Iterable[LedgerEntry],
    openings: Iterable[Opening] = (),
    words: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """One JSON line for the header, each entry and each opening. `words`: what the paths of openings are called."""
    return "".join(line + "\n" for line in _lines(case, tuple(entries), tuple(openings), words))


def _lines(
    case: CaseId, entries: tuple[LedgerEntry, ...], openings: tuple[Opening, ...], words: Mapping[str, str]
) -> Iterator[str]:
    head = head_of(entries[-1]) if entries else genesis(case)
    said: dict[str, Plain] = {one.path: words[one.path] for one in openings if one.path in words}
    header: dict[str, Plain] = {
        "format": FORMAT,
        "v": VERSION,
        "case": case,
        "head": _row(head, "seq", "sha256", "sm3"),
    }
    yield dump({**header, "words": said} if said else header)
    for entry in entries:
        yield dump({"entry": _row(entry, "case", "seq", "leaf", "sha256", "sm3")})
    for opening in openings:
        yield dump({"opening": _row(opening, "case", "seq", "path", "salt", "value")})


def _row(record: Head | LedgerEntry | Opening, *names: str) -> Plain:
    return {name: getattr(record, name) for name in names}
