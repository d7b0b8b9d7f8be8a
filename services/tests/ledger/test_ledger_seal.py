"""Sealing: the exact bytes of format 1, and what cannot be sealed."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiecheng.ledger import ERASED, export, head_of, seal, to_event, verify
from jiecheng.ledger.canonical import canonical_text, parse
from jiecheng.model.history import HistoryEvent
from jiecheng.model.ids import CaseId, ReleaseHash

CASE = CaseId(4711)
SALT = bytes(range(16))
EVENT = HistoryEvent(
    case=CASE,
    seq=1,
    type="work_item_decided",
    at=datetime(2026, 3, 2, 16, 15, 30, 120, tzinfo=timezone(timedelta(hours=8))),
    release=ReleaseHash("5e" * 32),
    public={"element": "party_committee_decides", "outcome": "agree", "months": 6, "share": Decimal("0.50")},
    personal={"actor.name": "顾秉文", "form.consent.opinion": {"old": None, "new": "同意借调"}},
    clause="JA-4-2-1",
)
LEAF = (
    '{"at":"2026-03-02T08:15:30.000120Z","case":4711,"clause":"JA-4-2-1","personal":{"actor.name":'
    '"%s","form.consent.opinion":"%s"},"public":{"element":"party_committee_decides","months":6,'
    '"outcome":"agree","share":{"$decimal":"0.50"}},"release":"'
    + "5e" * 32
    + '","seq":1,"type":"work_item_decided","v":1}'
)


def commitment_by_hand(path: str, value: str) -> str:
    data = b"jiecheng.ledger.v1.commitment\x004711\x001\x00" + path.encode() + b"\x00" + SALT + value.encode()
    return hashlib.sha256(data).hexdigest() + hashlib.new("sm3", data).hexdigest()


def test_the_leaf_is_the_documented_text_byte_for_byte() -> None:
    entry, _ = seal(EVENT, None, lambda: SALT)
    assert entry.leaf == LEAF % (
        commitment_by_hand("actor.name", '"顾秉文"'),
        commitment_by_hand("form.consent.opinion", '{"new":"同意借调","old":null}'),
    )


@pytest.mark.parametrize("name", ["sha256", "sm3"])
def test_each_chain_starts_at_the_genesis_of_its_case_and_hashes_its_own_digest(name: str) -> None:
    entry, _ = seal(EVENT, None, lambda: SALT)
    genesis = hashlib.new(name, b"jiecheng.ledger.v1.genesis\x004711").digest()
    by_hand = hashlib.new(name, b"jiecheng.ledger.v1.entry\x00" + genesis + entry.leaf.encode()).hexdigest()
    assert getattr(entry, name) == by_hand


def test_the_decision_page_shows_this_very_leaf_and_its_digests() -> None:
    page = Path(__file__).parents[2] / "decisions" / "0009-ledger.md"
    entry, openings = seal(EVENT, None, lambda: SALT)
    text = page.read_text("utf-8")
    for piece in (entry.leaf, entry.sha256, entry.sm3, openings[0].salt):
        assert piece in text


def test_the_leaf_holds_no_personal_value() -> None:
    entry, openings = seal(EVENT, None, lambda: SALT)
    assert "顾秉文" not in entry.leaf
    assert "同意借调" not in entry.leaf
    assert {opening.path: parse(opening.value) for opening in openings} == EVENT.personal


def test_each_personal_value_draws_its_own_salt() -> None:
    drawn = iter((b"a" * 16, b"b" * 16))
    _, openings = seal(EVENT, None, lambda: next(drawn))
    assert {opening.salt for opening in openings} == {(b"a" * 16).hex(), (b"b" * 16).hex()}


def test_a_sealed_entry_reads_back_as_the_event() -> None:
    entry, openings = seal(EVENT, None, lambda: SALT)
    assert to_event(entry, openings) == EVENT
    assert to_event(entry, openings).at.tzinfo == UTC


def test_an_erased_value_reads_back_as_a_marker_and_the_rest_stays() -> None:
    entry, openings = seal(EVENT, None, lambda: SALT)
    left = to_event(entry, openings[1:])
    assert left.personal == {"actor.name": ERASED, "form.consent.opinion": {"old": None, "new": "同意借调"}}
    assert left.public == EVENT.public


def changed(**fields: object) -> HistoryEvent:
    names = ("case", "seq", "type", "at", "release", "public", "personal", "clause")
    return HistoryEvent(**{name: getattr(EVENT, name) for name in names} | fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "event",
    [
        changed(seq=2),
        changed(seq=0),
        changed(at=datetime(2026, 3, 2)),  # noqa: DTZ001  # naive on purpose
        changed(public={"share": 0.5}),
        changed(public={"share": Decimal("NaN")}),
        changed(personal={"": "x"}),
        changed(personal={"a\x00b": "x"}),
        changed(personal={"name": "\ud800"}),
        changed(public={"file": b"x"}),
    ],
    ids=["gap", "zero", "naive", "float", "nan", "empty path", "nul path", "surrogate", "bytes"],
)
def test_what_the_format_cannot_say_is_not_sealed(event: HistoryEvent) -> None:
    with pytest.raises(ValueError, match="expected"):
        seal(event, None, lambda: SALT)


def test_an_event_follows_only_its_own_predecessor() -> None:
    first, _ = seal(EVENT, None, lambda: SALT)
    with pytest.raises(ValueError, match="expected the predecessor"):
        seal(changed(seq=3), first, lambda: SALT)
    with pytest.raises(ValueError, match="expected the predecessor"):
        seal(changed(case=CaseId(4712), seq=2), first, lambda: SALT)


def test_a_short_salt_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        seal(EVENT, None, lambda: b"short")


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["$decimal", "$integer", "$", "$$x", "a", "名"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(VALUES)
def test_every_value_survives_its_canonical_text_exactly(value: object) -> None:
    text = canonical_text(value)  # type: ignore[arg-type]
    again = parse(text)
    assert again == value
    assert canonical_text(again) == text  # also tells 1.0 from 1.00 and True from 1
    assert json.loads(text) is not ...


def test_the_head_of_an_entry_is_what_verify_ends_with() -> None:
    entry, openings = seal(EVENT, None, lambda: SALT)
    assert verify(CASE, [entry], openings).head == head_of(entry)
    assert export(CASE, [entry], openings).count("\n") == 4
