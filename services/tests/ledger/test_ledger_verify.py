"""Verification: every tampering within a case is found at its first bad entry, and limits are said."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiecheng.ledger import Head, head_of, seal, verify
from jiecheng.model.history import HistoryEvent, LedgerEntry, Opening
from jiecheng.model.ids import CaseId, ReleaseHash

CASE = CaseId(12)
LENGTH = 9


def sealed(case: CaseId, length: int, word: str = "同意") -> tuple[list[LedgerEntry], list[Opening]]:
    entries: list[LedgerEntry] = []
    openings: list[Opening] = []
    draw = random.Random(length)
    for seq in range(1, length + 1):
        event = HistoryEvent(
            case=case,
            seq=seq,
            type="task_completed",
            at=datetime(2026, 3, 2, tzinfo=UTC) + timedelta(minutes=seq),
            release=ReleaseHash("0f" * 32),
            public={"element": f"step_{seq}"},
            personal={"actor.name": f"顾秉文{seq}", "form.opinion": word},
        )
        entry, opened = seal(event, entries[-1] if entries else None, lambda: draw.randbytes(16))
        entries.append(entry)
        openings.extend(opened)
    return entries, openings


ENTRIES, OPENINGS = sealed(CASE, LENGTH)
SEQS = st.integers(1, LENGTH)


def first_bad(entries: list[LedgerEntry], openings: list[Opening] | None = None) -> int:
    verdict = verify(CASE, entries, openings or [])
    assert not verdict.ok
    assert f"第 {verdict.faults[0].seq} 条" in verdict.sentence
    return verdict.faults[0].seq


def flipped(text: str, place: int, bit: int) -> str:
    data = bytearray(text.encode())
    data[place % len(data)] ^= 1 << bit
    # surrogateescape stands for a database that hands out what is no UTF-8.
    return data.decode("utf-8", "surrogateescape")


def test_an_untouched_case_is_found_whole_and_the_limits_are_said() -> None:
    verdict = verify(CASE, ENTRIES, OPENINGS)
    assert verdict.ok
    assert (verdict.count, verdict.opened, verdict.closed) == (LENGTH, 2 * LENGTH, 0)
    assert verdict.head == head_of(ENTRIES[-1])
    for limit in ("末尾整段被截去", "整个办件被删除", "全部重算"):
        assert limit in verdict.sentence


def test_a_case_without_entries_has_the_genesis_as_head() -> None:
    assert verify(CASE, []).ok
    assert verify(CASE, []).head.seq == 0
    assert verify(CASE, []).head != verify(CaseId(13), []).head


@settings(max_examples=300, deadline=None)
@given(SEQS, st.sampled_from(["leaf", "sha256", "sm3"]), st.integers(0, 10_000), st.integers(0, 7))
def test_any_flipped_bit_of_an_entry_is_found_there(seq: int, name: str, place: int, bit: int) -> None:
    entries = list(ENTRIES)
    entry = entries[seq - 1]
    entries[seq - 1] = replace(entry, **{name: flipped(getattr(entry, name), place, bit)})
    assert first_bad(entries) == seq


@given(st.integers(1, LENGTH - 1))
def test_a_removed_entry_is_missed(seq: int) -> None:
    assert first_bad(ENTRIES[: seq - 1] + ENTRIES[seq:]) == seq


@given(st.integers(1, LENGTH - 1))
def test_a_removed_entry_is_missed_even_when_the_rest_is_renumbered(seq: int) -> None:
    rest = [replace(entry, seq=entry.seq - 1) for entry in ENTRIES[seq:]]
    assert first_bad(ENTRIES[: seq - 1] + rest) == seq


@given(SEQS, SEQS)
def test_two_swapped_entries_are_found_at_the_first(one: int, other: int) -> None:
    entries = list(ENTRIES)
    entries[one - 1], entries[other - 1] = entries[other - 1], entries[one - 1]
    if one != other:
        assert first_bad(entries) == min(one, other)


@given(SEQS, st.integers(0, LENGTH))
def test_a_duplicated_entry_is_found(seq: int, place: int) -> None:
    entries = [*ENTRIES[:place], ENTRIES[seq - 1], *ENTRIES[place:]]
    assert first_bad(entries) == min(seq, place + 1)


@given(SEQS)
def test_an_entry_forged_with_right_digests_breaks_at_the_entry_it_displaces(seq: int) -> None:
    before = ENTRIES[seq - 2] if seq > 1 else None
    event = HistoryEvent(CASE, seq, "case_ended", datetime(2026, 3, 2, tzinfo=UTC), ReleaseHash("0f" * 32))
    forged, _ = seal(event, before, lambda: b"s" * 16)
    assert first_bad([*ENTRIES[: seq - 1], forged, *ENTRIES[seq - 1 :]]) == seq
    if seq < LENGTH:  # replaced instead of inserted: the next one no longer fits
        assert first_bad([*ENTRIES[: seq - 1], forged, *ENTRIES[seq:]]) == seq + 1


@given(SEQS)
def test_an_entry_of_another_case_is_found(seq: int) -> None:
    foreign, _ = sealed(CaseId(13), LENGTH)
    assert first_bad([*ENTRIES[: seq - 1], foreign[seq - 1], *ENTRIES[seq:]]) == seq
    found = verify(CASE, [*ENTRIES[: seq - 1], foreign[seq - 1], *ENTRIES[seq - 1 :]]).faults
    assert [(fault.seq, fault.kind) for fault in found] == [(seq, "foreign")]  # and the own entries still fit
    posing = replace(foreign[seq - 1], case=CASE)
    assert first_bad([*ENTRIES[: seq - 1], posing, *ENTRIES[seq:]]) == seq


@settings(max_examples=200, deadline=None)
@given(
    st.integers(0, 2 * LENGTH - 1), st.sampled_from(["path", "salt", "value"]), st.integers(0, 99), st.integers(0, 7)
)
def test_any_flipped_bit_of_an_opening_is_found_at_its_entry(number: int, name: str, place: int, bit: int) -> None:
    opening = OPENINGS[number]
    openings = list(OPENINGS)
    openings[number] = replace(opening, **{name: flipped(getattr(opening, name), place, bit)})
    assert first_bad(ENTRIES, openings) == opening.seq


def test_a_salt_in_capitals_counts_as_changed() -> None:
    assert first_bad(ENTRIES, [replace(OPENINGS[0], salt=OPENINGS[0].salt.upper())]) == 1


def test_a_text_that_was_changed_is_not_said_to_be_missing() -> None:
    changed = [replace(OPENINGS[0], value='"不同意"'), *OPENINGS[1:]]
    verdict = verify(CASE, ENTRIES, changed)
    assert (verdict.ok, verdict.opened, verdict.closed) == (False, 2 * LENGTH - 1, 0)


def test_an_opening_moved_to_another_entry_is_found() -> None:
    moved = replace(OPENINGS[1], seq=2)  # same path, same value, other place
    assert first_bad(ENTRIES, [moved]) == 2


def test_an_opening_of_another_case_is_said_to_be_foreign() -> None:
    _, foreign = sealed(CaseId(13), 1)
    (fault,) = verify(CASE, ENTRIES, foreign[:1]).faults
    assert "不属于这条记录" in fault.sentence


def test_erased_openings_are_fine_and_counted() -> None:
    verdict = verify(CASE, ENTRIES, OPENINGS[3:])
    assert verdict.ok
    assert verdict.closed == 3
    assert "另有 3 项没有明文（已依规删除或未随附）" in verdict.sentence


def test_a_cut_tail_is_found_only_against_a_remembered_head() -> None:
    cut = ENTRIES[:-2]
    assert verify(CASE, cut).ok
    verdict = verify(CASE, cut, expected_head=head_of(ENTRIES[-1]))
    assert [(fault.seq, fault.kind) for fault in verdict.faults] == [(LENGTH - 1, "head")]


def test_a_rewritten_case_is_found_only_against_a_remembered_head() -> None:
    rewritten, _ = sealed(CASE, LENGTH, word="不同意")
    assert verify(CASE, rewritten).ok
    verdict = verify(CASE, rewritten, expected_head=head_of(ENTRIES[4]))
    assert [(fault.seq, fault.kind) for fault in verdict.faults] == [(5, "head")]


def test_a_case_that_grew_still_holds_an_older_head() -> None:
    verdict = verify(CASE, ENTRIES, expected_head=head_of(ENTRIES[4]))
    assert verdict.ok
    assert "第 5 条及以前与给定的链头一致" in verdict.sentence


def test_an_emptied_case_does_not_hold_a_remembered_head() -> None:
    assert verify(CASE, [], expected_head=Head(1, "a" * 64, "b" * 64)).faults[0].seq == 1


@pytest.mark.parametrize("leaf", ["", "[]", "{}", "null", '{"v":2}', "[" * 100_000], ids=lambda leaf: leaf[:8])
def test_what_is_no_leaf_is_a_fault_and_no_crash(leaf: str) -> None:
    verdict = verify(CASE, [replace(ENTRIES[0], leaf=leaf), *ENTRIES[1:]], OPENINGS)
    assert (verdict.faults[0].seq, verdict.faults[0].kind) == (1, "malformed")


@pytest.mark.parametrize("damage", [lambda d: d.upper(), lambda d: d[:-1], lambda d: "x" * 64, lambda d: ""])
def test_a_digest_that_is_none_is_a_fault_and_no_crash(damage: Callable[[str], str]) -> None:
    entries = [*ENTRIES[:3], replace(ENTRIES[3], sm3=damage(ENTRIES[3].sm3)), *ENTRIES[4:]]
    assert first_bad(entries) == 4
