"""The tables of 加签: complete, and nothing in them lets a decision hold while somebody has not signed."""

from __future__ import annotations

from itertools import chain, combinations

import pytest

from jiecheng.model.signing import ADVISING, SIGNER_LIFECYCLE, SignerState, SignWay, Standing, gives_back, standing

EVERY = [set(some) for some in chain.from_iterable(combinations(SignWay, size) for size in range(len(SignWay) + 1))]


@pytest.mark.parametrize("ways", EVERY)
def test_before_a_decision_only_those_before_are_waited_for(ways: set[str]) -> None:
    assert standing(ways, decided=False) is (Standing.WAITS if SignWay.BEFORE in ways else Standing.HIS)


@pytest.mark.parametrize("ways", [ways for ways in EVERY if SignWay.BEFORE not in ways])
def test_a_decision_holds_when_nobody_who_advises_is_out(ways: set[str]) -> None:
    assert (standing(ways, decided=True) is Standing.HOLDS) == (not ways & ADVISING)


def test_only_a_disagreement_after_the_decision_gives_it_back() -> None:
    assert [(way, agrees) for way in SignWay for agrees in (True, False) if gives_back(way, agrees=agrees)] == [
        (SignWay.AFTER, False)
    ]


def test_whatever_has_ended_stays_as_it_is() -> None:
    assert set(SIGNER_LIFECYCLE) == set(SignerState)
    assert [state for state, moves in SIGNER_LIFECYCLE.items() if not moves] == [
        SignerState.SIGNED,
        SignerState.WITHDRAWN,
    ]
    assert all("withdraw_signer" in moves for moves in SIGNER_LIFECYCLE.values() if moves)
