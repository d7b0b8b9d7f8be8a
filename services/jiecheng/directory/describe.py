"""Identities and organs as FEEL and pickers see them; the keys are part of the language of the diagrams."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from jiecheng.directory.lookup import STREET_OFFICE_KINDS, STREET_PARTY_KINDS, Index, is_valid
from jiecheng.model.directory import Level, Organ, OrganKind
from jiecheng.model.errors import Invalid
from jiecheng.model.ids import IdentityId, OrganId
from jiecheng.model.values import Variables

Option = tuple[str, str, str]  # value, label, detail


def describe_identity(index: Index, identity: IdentityId, on: date) -> Variables | None:
    """What a diagram knows of an identity in office that day; None when unknown or not in office."""
    found = index.directory.identities.get(identity)
    if found is None or not index.in_office(found, on):
        return None
    post = index.directory.posts[found.post]
    organ = index.directory.organs[post.organ]
    parent = index.directory.organs.get(organ.parent) if organ.parent else None
    # The 党(工)委 and the 办事处 of a 街镇 are two organs (X7): consent is the one's, the duty the other's.
    party = index.party_organ(organ.street, on) if organ.street else None
    return {
        "id": found.id,
        "person": found.person,
        "name": index.person_name(found),
        "post": post.id,
        "post_name": post.name,
        "organ": organ.id,
        "organ_name": organ.name,
        "organ_kind": organ.kind.value,
        "organ_level": organ.level.value,
        "street": organ.street,
        "street_name": index.street_name(organ.street),
        "parent_organ": parent.id if parent else "",
        "parent_organ_name": parent.name if parent else "",
        "party_organ": party.id if party else "",
        "party_organ_name": party.name if party else "",
    }


def describe_organ(index: Index, organ: OrganId, on: date) -> Variables | None:
    """What a diagram knows of an organ valid that day; None when unknown or not valid."""
    found = index.directory.organs.get(organ)
    if found is None or not is_valid(found, on):
        return None
    party, office = _street_organs(index, found, on)
    return {
        "id": found.id,
        "name": found.name,
        "kind": found.kind.value,
        "level": found.level.value,
        "street": found.street,
        "street_name": index.street_name(found.street),
        "parent": found.parent or "",
        "party_organ": party.id if party else "",
        "party_organ_name": party.name if party else "",
        "office": office.id if office else "",
        "office_name": office.name if office else "",
    }


def all_streets(index: Index, on: date) -> tuple[Variables, ...]:
    """Every 街镇 of the district as its 办事处 or 镇政府 is described, in the order of the organs."""
    organs = (one for one in index.directory.organs.values() if one.kind in STREET_OFFICE_KINDS)
    return tuple(known for one in organs if (known := describe_organ(index, one.id, on)) is not None)


def _street_organs(index: Index, organ: Organ, on: date) -> tuple[Organ | None, Organ | None]:
    """The 党(工)委 and the 办事处 (镇政府) of an organ's 街镇: two organs, consent is the one's, the duty the other's (X7)."""
    there = [one for one in index.organs_of_street.get(organ.street, ()) if organ.street and is_valid(one, on)]
    party = next((one for one in there if one.kind in STREET_PARTY_KINDS), None)
    return party, next((one for one in there if one.kind in STREET_OFFICE_KINDS), None)


def house_of(index: Index, code: str) -> str:
    """The house of an identity or an organ: a 街镇 with both its organs and their sections, else an organ with its own."""
    identity = index.directory.identities.get(IdentityId(code))
    organ = index.organ_of(identity) if identity else index.organ(OrganId(code))
    return organ.street or str(_top(index, organ).id)


def house_name(index: Index, code: str) -> str:
    """What a house is called at the head of a list."""
    identity = index.directory.identities.get(IdentityId(code))
    organ = index.organ_of(identity) if identity else index.organ(OrganId(code))
    return index.street_name(organ.street) or _top(index, organ).name


def _top(index: Index, organ: Organ) -> Organ:
    while organ.kind is OrganKind.SECTION and organ.parent:
        organ = index.directory.organs[organ.parent]
    return organ


def options(index: Index, picker: str, scope: str, on: date) -> list[Option]:
    """What a picker offers that day: (id, label, detail), sorted for reading.

    picker "identity": scope "street_staff" (or "street_staff:<街镇>") | "agency_staff" | "district_staff" | "all"; picker
    "organ": scope "organs" | "all" (whole organs, no sections), "streets" (the 办事处 or 镇政府 of each 街镇, labelled with
    the 街镇), "street_party" (the 党(工)委 of each, likewise), "departments", "agencies", "agencies:<organ>" (those it sends).
    """
    if picker == "identity":
        return sorted(
            _identity_options(index, scope or "all", on), key=lambda option: (option[2], option[1], option[0])
        )
    if picker == "organ":
        return sorted(_organ_options(index, scope or "all", on), key=lambda option: option[0])
    raise Invalid(f"不认识的选择器「{picker}」，可用的有：identity、organ。")


IDENTITY_SCOPES: Mapping[str, Callable[[Organ], bool]] = {
    # A stationed agency works in the 街镇, but its people are the department's.
    "street_staff": lambda organ: organ.level is Level.STREET and organ.kind is not OrganKind.AGENCY,
    "agency_staff": lambda organ: organ.kind is OrganKind.AGENCY,
    "district_staff": lambda organ: organ.level is Level.DISTRICT,
    "all": lambda organ: True,
}
ORGAN_SCOPES: Mapping[str, Callable[[Organ], bool]] = {
    "organs": lambda organ: organ.kind is not OrganKind.SECTION,
    "all": lambda organ: organ.kind is not OrganKind.SECTION,
    "streets": lambda organ: organ.kind in STREET_OFFICE_KINDS,
    "street_party": lambda organ: organ.kind in STREET_PARTY_KINDS,
    "departments": lambda organ: organ.kind in {OrganKind.PARTY_DEPARTMENT, OrganKind.DEPARTMENT},
    "agencies": lambda organ: organ.kind is OrganKind.AGENCY,
}


def _identity_options(index: Index, scope: str, on: date) -> Iterator[Option]:
    scope, _, street = scope.partition(":")
    wanted = _scope(IDENTITY_SCOPES, scope)
    for identity in index.directory.identities.values():
        organ = index.organ_of(identity)
        if index.in_office(identity, on) and wanted(organ) and street in ("", organ.street):
            yield identity.id, index.person_name(identity), index.title(identity)


def _organ_options(index: Index, scope: str, on: date) -> Iterator[Option]:
    scope, _, sender = scope.partition(":")
    wanted = _scope(ORGAN_SCOPES, scope)
    for organ in index.directory.organs.values():
        if is_valid(organ, on) and wanted(organ) and sender in ("", organ.parent):
            street = index.street_name(organ.street)
            of_streets = scope in ("streets", "street_party")
            # A list of 街镇 is one group or two (街道, 镇), not one for each of them.
            yield (
                organ.id,
                street if of_streets else organ.name,
                organ.kind.value if of_streets else street or organ.kind.value,
            )


def _scope(scopes: Mapping[str, Callable[[Organ], bool]], scope: str) -> Callable[[Organ], bool]:
    if scope in scopes:
        return scopes[scope]
    raise Invalid(f"不认识的选择范围「{scope}」，可用的有：{'、'.join(scopes)}。")
