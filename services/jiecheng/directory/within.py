"""Who belongs to an organ: its own people, those of its sections, and at a 街镇 those of both its organs (X7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from jiecheng.directory.lookup import STREET_OFFICE_KINDS, STREET_PARTY_KINDS, Index
from jiecheng.model.directory import Organ, OrganKind
from jiecheng.model.ids import IdentityId, OrganId


def people_within(index: Index, organ: OrganId, on: date) -> tuple[IdentityId, ...]:
    """Everybody in office that day who belongs to the organ. Nobody where there never was such an organ."""
    return index.memo.of(("people_within", organ, on), lambda: tuple(_people_within(index, organ, on)))


def _people_within(index: Index, organ: OrganId, on: date) -> Iterator[IdentityId]:
    found = index.directory.organs.get(organ)
    for each in organs_within(index, found) if found is not None else ():
        yield from (one.id for one in index.staff(each.id, on))


def organs_within(index: Index, organ: Organ) -> tuple[Organ, ...]:
    """The organ with its sections. The two organs of a 街镇 count as one; agencies stationed there are the department's."""
    roots = [organ]
    if organ.kind in STREET_PARTY_KINDS | STREET_OFFICE_KINDS:
        both = STREET_PARTY_KINDS | STREET_OFFICE_KINDS
        roots = [one for one in index.organs_of_street.get(organ.street, ()) if one.kind in both]
    return tuple(dict.fromkeys(each for root in roots for each in _with_sections(index, root)))


def organs_of_person(index: Index, identity: IdentityId) -> tuple[Organ, ...]:
    """The whole organs an identity belongs to: those whose papers it may read."""
    found = index.directory.identities.get(identity)
    if found is None:
        return ()
    organ = index.organ_of(found)
    while organ.kind is OrganKind.SECTION and organ.parent:
        organ = index.directory.organs[organ.parent]
    return tuple(one for one in organs_within(index, organ) if one.kind is not OrganKind.SECTION)


def _with_sections(index: Index, organ: Organ) -> Iterator[Organ]:
    yield organ
    for inner in index.children.get(organ.id, ()):
        if inner.kind is OrganKind.SECTION:
            yield from _with_sections(index, inner)
