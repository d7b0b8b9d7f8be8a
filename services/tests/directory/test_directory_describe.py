"""What diagrams and pickers see of identities and organs."""

from __future__ import annotations

from datetime import date

import pytest

from jiecheng.directory import Index, all_streets, describe_identity, describe_organ, options
from jiecheng.model.errors import Invalid
from jiecheng.model.ids import IdentityId, OrganId

MARCH = date(2026, 3, 2)


def test_an_identity_shows_post_organ_street_and_parent(district: Index) -> None:
    assert describe_identity(district, IdentityId("i-general"), MARCH) == {
        "id": "i-general",
        "person": "p6",
        "name": "许己",
        "post": "g1",
        "post_name": "党政办公室主任",
        "organ": "px-general",
        "organ_name": "党政办公室",
        "organ_kind": "内设机构",
        "organ_level": "街镇级",
        "street": "pengxi",
        "street_name": "彭溪街道",
        "parent_organ": "px-office",
        "parent_organ_name": "彭溪街道办事处",
        "party_organ": "px-party",
        "party_organ_name": "彭溪街道党工委",
    }


def test_nothing_is_empty_text_and_never_missing(district: Index) -> None:
    mayor = describe_identity(district, IdentityId("i-mayor"), MARCH)
    assert mayor is not None
    assert [mayor[key] for key in ("street", "street_name", "parent_organ", "party_organ")] == [""] * 4


@pytest.mark.parametrize("identity", ["i-general-old", "i-nobody"])
def test_who_is_not_in_office_is_not_described(district: Index, identity: str) -> None:
    assert describe_identity(district, IdentityId(identity), MARCH) is None


def test_an_organ_shows_kind_level_street_and_parent(district: Index) -> None:
    assert describe_organ(district, OrganId("px-party"), MARCH) == {
        "id": "px-party",
        "name": "彭溪街道党工委",
        "kind": "街道党工委",
        "level": "街镇级",
        "street": "pengxi",
        "street_name": "彭溪街道",
        "parent": "",
        "party_organ": "px-party",
        "party_organ_name": "彭溪街道党工委",
        "office": "px-office",
        "office_name": "彭溪街道办事处",
    }
    assert describe_organ(district, OrganId("nowhere"), MARCH) is None


def test_street_staff_are_those_of_the_street_and_not_of_its_stationed_agencies(district: Index) -> None:
    offered = {value for value, _, _ in options(district, "identity", "street_staff", MARCH)}
    assert offered == {"i-secretary", "i-director", "i-deputy", "i-general", "i-clerk"}
    assert [value for value, _, _ in options(district, "identity", "agency_staff", MARCH)] == ["i-acting"]


def test_an_option_reads_as_name_and_office(district: Index) -> None:
    assert ("i-clerk", "冯庚", "彭溪街道党政办公室 科员") in options(district, "identity", "all", MARCH)


def test_yesterdays_post_is_offered_only_yesterday(district: Index) -> None:
    offered = {value for value, _, _ in options(district, "identity", "all", date(2025, 6, 1))}
    assert "i-general-old" in offered
    assert "i-general" not in offered


def test_organs_are_offered_without_sections_and_streets_once(district: Index) -> None:
    organs = {value for value, _, _ in options(district, "organ", "organs", MARCH)}
    assert organs == {"gov", "justice", "px-party", "px-office", "px-justice"}
    assert options(district, "organ", "streets", MARCH) == [("px-office", "彭溪街道", "街道办事处")]
    assert options(district, "organ", "street_party", MARCH) == [("px-party", "彭溪街道", "街道党工委")]
    assert [one["id"] for one in all_streets(district, MARCH)] == ["px-office"]
    assert [value for value, _, _ in options(district, "organ", "departments", MARCH)] == ["justice"]


def test_unknown_pickers_and_scopes_are_invalid(district: Index) -> None:
    with pytest.raises(Invalid, match="选择范围「moon」"):
        options(district, "organ", "moon", MARCH)
    with pytest.raises(Invalid, match="选择器「planet」"):
        options(district, "planet", "all", MARCH)
