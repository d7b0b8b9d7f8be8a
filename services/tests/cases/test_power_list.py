"""赋权清单: seven categories, as the proposal's form offers them; the numbers of 福山 (32 powers to 4 towns) can be checked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from jiecheng import cases, store

ROOT = Path(__file__).parents[3]
REGISTER = yaml.safe_load((ROOT / "bpmn" / "registers.yaml").read_text("utf-8"))["power_list"]
COUNTS: dict[str, int] = REGISTER["expected"]["counts"]
TOWNS = ("pengxi", "donglu", "liuwan", "qingtan")


@pytest.fixture
def handed_down(office, house):
    """Write so many powers of each category, each to four towns: what that many ended cases leave behind."""
    case = office.start().case

    def write(counts: dict[str, int]) -> None:
        with house.transaction() as tx:
            store.register.lock(tx.db, ["power_list"])
            for category, number in counts.items():
                for item in (f"{category}事项{each}" for each in range(number)):
                    for town in TOWNS:
                        row = {"item": item, "category": category, "street": town, "effective_from": "2026-01-01"}
                        store.register.write(tx.db, "power_list", case, "已生效", row, key=f"{item}-{town}")

    return write


def counted(house, profile: str):
    with house.transaction() as tx:
        store.setting.put(tx.db, "profile", profile)
    with house.transaction() as tx:
        actor = cases.accounts.actor_of(tx, "i-fengwangchuan")
        return cases.register.list_entries(tx, actor, "power_list").categories


def test_the_form_offers_the_seven_categories_that_the_register_counts() -> None:
    form = json.loads((ROOT / "forms" / "power_devolution" / "proposal.form").read_text("utf-8"))
    fields = [one for group in form["components"] for one in group["components"]]
    offered = next(one["values"] for one in fields if one["key"] == "category")
    assert [one["value"] for one in offered] == list(COUNTS)


def test_two_and_six_and_eight_and_three_and_four_and_five_and_four_are_thirty_two(handed_down, house) -> None:
    handed_down(COUNTS)
    found = counted(house, "福山")
    assert (found.total, list(found.counts.values()), found.agrees) == (32, [2, 6, 8, 3, 4, 5, 4], True)


def test_one_power_too_few_is_seen(handed_down, house) -> None:
    handed_down({**COUNTS, "安全生产": 2})
    found = counted(house, "福山")
    assert (found.total, found.agrees) == (31, False)


def test_where_no_document_counts_there_is_nothing_to_check(handed_down, house) -> None:
    handed_down(COUNTS)
    assert counted(house, "静安").agrees is None
