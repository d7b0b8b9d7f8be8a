"""Lookups over a `Directory`, built once, so that questions about a day cost dictionary look-ups and no scans.

Owns what "valid on a day" means: both ends count, and an identity is in office only while its post and organ exist.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol, TypeVar

from jiecheng.model.directory import Directory, Identity, MeetingBody, Organ, OrganKind, Post, Relation
from jiecheng.model.errors import Invalid
from jiecheng.model.ids import IdentityId, OrganId, PersonId, PostId
from jiecheng.model.memo import Memo

Key = TypeVar("Key")
Thing = TypeVar("Thing")

STREET_PARTY_KINDS = frozenset({OrganKind.STREET_PARTY, OrganKind.TOWN_PARTY})
STREET_OFFICE_KINDS = frozenset({OrganKind.STREET_OFFICE, OrganKind.TOWN_GOVERNMENT})


class Dated(Protocol):
    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date: ...


def is_valid(thing: Dated, on: date) -> bool:
    """True from the first to the last day, both included."""
    return thing.valid_from <= on <= thing.valid_to


@dataclass(frozen=True, slots=True)
class Index:
    """A directory and its look-ups; holds all dates, so one index serves every day."""

    directory: Directory
    identities_of_post: Mapping[PostId, tuple[Identity, ...]]
    identities_of_person: Mapping[PersonId, tuple[Identity, ...]]
    posts_of_organ: Mapping[OrganId, tuple[Post, ...]]
    posts_by_name: Mapping[str, tuple[Post, ...]]
    children: Mapping[OrganId, tuple[Organ, ...]]
    organs_of_street: Mapping[str, tuple[Organ, ...]]
    bodies_of_organ: Mapping[OrganId, tuple[MeetingBody, ...]]
    relations_from: Mapping[OrganId, tuple[Relation, ...]]
    # About one day; every page and every step asks some of them.
    memo: Memo = field(default_factory=Memo, init=False, compare=False, repr=False)

    def organ(self, organ: OrganId) -> Organ:
        """The organ of that code; Invalid when there never was one."""
        if found := self.directory.organs.get(organ):
            return found
        raise Invalid(f"没有编号为 {organ} 的机关，请核对组织机构表。")

    def identity(self, identity: IdentityId) -> Identity:
        """The identity of that code; Invalid when there never was one."""
        if found := self.directory.identities.get(identity):
            return found
        raise Invalid(f"没有编号为 {identity} 的任职身份，请核对任职表。")

    def organ_of(self, identity: Identity) -> Organ:
        return self.directory.organs[self.directory.posts[identity.post].organ]

    def in_office(self, identity: Identity, on: date) -> bool:
        """True when the identity, its post and its organ are all valid that day."""
        post = self.directory.posts[identity.post]
        return all(is_valid(thing, on) for thing in (identity, post, self.directory.organs[post.organ]))

    def last_day(self, identity: Identity) -> date:
        """The last day in office that is known today: that of the appointment, its post or its organ, whichever is first."""
        post = self.directory.posts[identity.post]
        return min(identity.valid_to, post.valid_to, self.directory.organs[post.organ].valid_to)

    def holders(self, post: PostId, on: date) -> tuple[Identity, ...]:
        """Who holds the post that day, acting holders included."""
        return tuple(one for one in self.identities_of_post.get(post, ()) if self.in_office(one, on))

    def staff(self, organ: OrganId, on: date) -> Iterator[Identity]:
        """Everybody in office at the organ itself, highest post first."""
        for post in self.posts_of_organ.get(organ, ()):
            yield from self.holders(post.id, on)

    def person_name(self, identity: Identity) -> str:
        return self.directory.persons[identity.person].name

    def title(self, identity: Identity) -> str:
        """Organ and post as people read them: 彭溪街道党工委 组织委员, 区委组织部干部科 科员, 彭溪街道 党政办公室主任."""
        post = self.directory.posts[identity.post]
        return f"{self._place(post)} {post.name}" + ("（主持工作）" if identity.acting else "")

    def post_title(self, post: Post) -> str:
        """The same of a post, in the middle of a sentence: 彭溪街道党工委组织委员, 彭溪街道党政办公室主任."""
        return f"{self._place(post)}{post.name}"

    def organ_title(self, organ: Organ) -> str:
        """Every 街镇 has a 党政办公室: 彭溪街道党政办公室."""
        return f"{self._above(organ)}{organ.name}"

    def _place(self, post: Post) -> str:
        organ = self.directory.organs[post.organ]
        above = self._above(organ)
        return above if above and post.name.startswith(organ.name) else f"{above}{organ.name}"

    def _above(self, organ: Organ) -> str:
        """Where a section belongs; "" for an organ whose name says it."""
        if organ.kind is not OrganKind.SECTION:
            return ""
        parent = self.directory.organs[organ.parent].name if organ.parent else ""
        return self.street_name(organ.street) or parent

    def party_organ(self, street: str, on: date) -> Organ:
        """The 党(工)委 of a 街镇; Invalid when the code is of no 街镇."""
        return self._street_organ(street, STREET_PARTY_KINDS, "党(工)委", on)

    def office(self, street: str, on: date) -> Organ:
        """The 办事处 or 镇政府 of a 街镇; Invalid when the code is of no 街镇."""
        return self._street_organ(street, STREET_OFFICE_KINDS, "办事处（镇政府）", on)

    def street_name(self, street: str) -> str:
        """彭溪街道 for the code of 彭溪街道, from the names of its two organs; "" at the district."""
        for organ in self.organs_of_street.get(street, ()) if street else ():
            if organ.kind in STREET_OFFICE_KINDS:
                return organ.name.removesuffix("办事处").removesuffix("人民政府").removesuffix("政府")
        return ""

    def _street_organ(self, street: str, kinds: frozenset[OrganKind], word: str, on: date) -> Organ:
        for organ in self.organs_of_street.get(street, ()) if street else ():
            if organ.kind in kinds and is_valid(organ, on):
                return organ
        raise Invalid(f"街镇代码「{street}」在 {on:%Y-%m-%d} 没有{word}，请核对组织机构表。")


def index(directory: Directory) -> Index:
    """Build the look-ups; posts of an organ come highest rank first, main identities before additional ones."""
    identities = sorted(directory.identities.values(), key=lambda one: (not one.main, one.id))
    posts = sorted(directory.posts.values(), key=lambda post: (post.rank, post.id))
    organs = directory.organs.values()
    return Index(
        directory=directory,
        identities_of_post=_grouped((one.post, one) for one in identities),
        identities_of_person=_grouped((one.person, one) for one in identities),
        posts_of_organ=_grouped((post.organ, post) for post in posts),
        posts_by_name=_grouped((post.name, post) for post in posts),
        children=_grouped((organ.parent, organ) for organ in organs if organ.parent),
        organs_of_street=_grouped((organ.street, organ) for organ in organs if organ.street),
        bodies_of_organ=_grouped((body.organ, body) for body in directory.bodies.values()),
        relations_from=_grouped((relation.source, relation) for relation in directory.relations),
    )


def _grouped(pairs: Iterable[tuple[Key, Thing]]) -> Mapping[Key, tuple[Thing, ...]]:
    groups: defaultdict[Key, list[Thing]] = defaultdict(list)
    for key, thing in pairs:
        groups[key].append(thing)
    return {key: tuple(things) for key, things in groups.items()}
