"""The demo district is sound, and has what the demo and the features need."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest

from jiecheng.directory import (
    Index,
    body_at,
    house_of,
    index,
    members,
    options,
    parse_csv,
    read_roles,
    read_tables,
    resolve,
)
from jiecheng.model.actor import Role
from jiecheng.model.directory import Directory, Identity, OrganKind, Person, Post
from jiecheng.model.ids import IdentityId, PersonId, PostId

MARCH = date(2026, 3, 2)


@pytest.fixture(scope="module")
def demo(demo_folder: Path) -> Directory:
    files = [file for file in demo_folder.glob("*.csv") if file.name != "roles.csv"]
    return read_tables({file.name: parse_csv(file.read_bytes()) for file in files})


@pytest.fixture(scope="module")
def district(demo: Directory) -> Index:
    return index(demo)


def test_it_has_six_subdistricts_a_town_and_twelve_departments(district: Index) -> None:
    streets = [label for _, label, _ in options(district, "organ", "streets", MARCH)]
    assert len([name for name in streets if name.endswith("街道")]) == 6
    assert len([name for name in streets if name.endswith("镇")]) == 1
    assert len(options(district, "organ", "departments", MARCH)) == 12
    assert len(options(district, "identity", "all", MARCH)) >= 150


def test_every_street_has_two_organs_seven_agencies_and_a_meeting_for_each_organ(district: Index) -> None:
    for street in district.organs_of_street:
        party = district.party_organ(street, MARCH)
        assert district.office(street, MARCH).id != party.id
        agencies = [organ for organ in district.organs_of_street[street] if organ.kind is OrganKind.AGENCY]
        assert len(agencies) == 7
        body = body_at(district, party.id, "党(工)委会议", MARCH)
        assert len(members(district, body.id, MARCH)) == 7
        council = body_at(district, district.office(street, MARCH).id, "主任(镇长)办公会议", MARCH)
        assert len(members(district, council.id, MARCH)) == 4
        secretary = resolve(district, "meeting_secretary", {"street": street}, on=MARCH, initiator=None)
        assert secretary.identities[0] not in members(district, body.id, MARCH)


def test_every_agency_is_sent_by_a_department_and_stationed_in_its_street(district: Index) -> None:
    for organ in district.directory.organs.values():
        if organ.kind is OrganKind.AGENCY:
            kinds = {
                relation.kind
                for relation in district.directory.relations
                if organ.id in (relation.source, relation.target)
            }
            assert {"派出", "驻在"} <= kinds
            assert any(
                one.target == district.office(organ.street, MARCH).id for one in district.relations_from[organ.id]
            )


def test_every_department_has_a_head_and_someone_who_starts_a_loan(district: Index) -> None:
    for organ, _, _ in options(district, "organ", "departments", MARCH):
        post = "干部科科长" if organ == "organization-department" else "人事科长"
        starter = resolve(district, "post", {"organ": organ, "post": post}, on=MARCH, initiator=None)
        assert not starter.vacant
        head = resolve(district, "initiator_organ_head", {}, on=MARCH, initiator=starter.identities[0])
        assert district.organ_of(district.identity(head.identities[0])).id == organ


def test_everybody_can_log_in_and_names_are_unique(demo: Directory) -> None:
    assert all(person.account for person in demo.persons.values())
    names = [person.name for person in demo.persons.values()]
    assert len(set(names)) == len(names)


def test_every_role_has_an_account_and_releases_have_two_owners(demo: Directory, demo_folder: Path) -> None:
    roles = read_roles(parse_csv((demo_folder / "roles.csv").read_bytes()), demo)
    held = [role for mine in roles.values() for role in mine]
    assert set(held) == set(Role)
    assert held.count(Role.PROCESS_OWNER) == 2


def test_resolving_among_five_thousand_identities_stays_under_a_millisecond(demo: Directory) -> None:
    many = range(5000)
    posts = {PostId(f"x{n}"): Post(PostId(f"x{n}"), demo.posts[PostId("justice-clerk")].organ, f"岗{n}") for n in many}
    persons = {PersonId(f"x{n}"): Person(PersonId(f"x{n}"), f"某{n}") for n in many}
    identities = {IdentityId(f"x{n}"): Identity(IdentityId(f"x{n}"), PersonId(f"x{n}"), PostId(f"x{n}")) for n in many}
    big = index(
        Directory(
            demo.organs,
            demo.relations,
            {**demo.posts, **posts},
            {**demo.persons, **persons},
            {**demo.identities, **identities},
            demo.bodies,
        )
    )
    start = time.perf_counter()
    for _ in range(200):
        resolve(big, "party_organ_post", {"street": "pengxi", "post": "组织委员"}, on=MARCH, initiator=None)
    assert (time.perf_counter() - start) / 200 < 0.001


def test_a_scope_may_name_the_street_and_a_house_is_all_of_it(district: Index) -> None:
    people = options(district, "identity", "street_staff:pengxi", MARCH)
    assert len(people) > 8
    assert {house_of(district, one) for one, _, _ in people} == {"pengxi"}
    assert house_of(district, "pengxi-party") == house_of(district, "pengxi-general") == "pengxi"
