"""The city's policy that holds here, and what would differ under another one. New cases take it; running ones keep theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jiecheng import definitions, permissions, store
from jiecheng.cases.deployed import read_clause
from jiecheng.cases.house import Tx
from jiecheng.definitions.profiles import PROFILES, ClauseDifference, TableDifference
from jiecheng.model.actor import Actor
from jiecheng.model.errors import Invalid
from jiecheng.model.release import Bundle


@dataclass(frozen=True, slots=True)
class Comparison:
    first: str
    second: str
    tables: Sequence[TableDifference]
    clauses: Sequence[ClauseDifference]


def known(profile: str) -> str:
    """The profile, or Invalid with the five there are."""
    if profile not in PROFILES:
        raise Invalid(f"没有“{profile}”这种政策口径，可用的有：{'、'.join(PROFILES)}。")
    return profile


def choose_profile(tx: Tx, profile: str) -> None:
    """From now on new cases follow this city's policy."""
    store.setting.put(tx.db, "profile", known(profile))


def compare(bundles: Sequence[Bundle], first: str, second: str) -> Comparison:
    clauses = {name: read_clause(name, words) for bundle in bundles for name, words in bundle.clauses.items()}
    known(first), known(second)
    return Comparison(
        first=first,
        second=second,
        tables=definitions.profiles.table_differences(bundles, first, second),
        clauses=definitions.profiles.clause_differences(clauses, first, second),
    )


def compare_here(tx: Tx, actor: Actor, first: str, second: str) -> Comparison:
    """Between two cities, over what is published here now."""
    permissions.require_release_read(actor)
    bundles = [tx.release(content).release.bundle for _, content in sorted(tx.latest_releases().items())]
    return compare(bundles, first, second)
