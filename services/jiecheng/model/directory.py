"""Nouns of the organisation: organs, relations, posts, persons, identities, meeting bodies; all dated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from jiecheng.model.ids import BodyId, IdentityId, OrganId, PersonId, PostId


class OrganKind(StrEnum):
    DISTRICT_PARTY = "区委"
    DISTRICT_GOVERNMENT = "区政府"
    PARTY_DEPARTMENT = "党委部门"
    DEPARTMENT = "政府部门"
    DEPARTMENT_PARTY_GROUP = "部门党组"
    STREET_PARTY = "街道党工委"
    STREET_OFFICE = "街道办事处"
    TOWN_PARTY = "镇党委"
    TOWN_GOVERNMENT = "镇政府"
    SECTION = "内设机构"
    INSTITUTION = "事业单位"
    AGENCY = "派驻机构"
    VILLAGE = "居村"


class Level(StrEnum):
    DISTRICT = "区级"
    STREET = "街镇级"
    VILLAGE = "居村级"


@dataclass(frozen=True, slots=True)
class Organ:
    """`street`: code shared by all organs of one 街镇 (party organ, office, sections, agencies there), "" at the district.
    `code_word`: 机关代字."""

    id: OrganId
    name: str
    kind: OrganKind
    level: Level
    parent: OrganId | None = None
    street: str = ""
    code_word: str = ""
    agency_class: str = ""  # 垂管 | 部门派驻 | 街镇所属 | 窗口进驻
    valid_from: date = date.min
    valid_to: date = date.max


@dataclass(frozen=True, slots=True)
class Relation:
    """A dated line between organs: 派出, 驻在, 业务指导, 党组织隶属, 考核, 编制."""

    kind: str
    source: OrganId
    target: OrganId
    weight: str = ""
    valid_from: date = date.min
    valid_to: date = date.max


@dataclass(frozen=True, slots=True)
class Post:
    """A post at an organ. `rank`: 1 is the head of the organ; the next higher post of the same or the parent organ is the superior."""

    id: PostId
    organ: OrganId
    name: str
    rank: int = 9
    valid_from: date = date.min
    valid_to: date = date.max


@dataclass(frozen=True, slots=True)
class Person:
    id: PersonId
    name: str
    account: str = ""  # login name, "" for people who never log in


@dataclass(frozen=True, slots=True)
class Identity:
    """Person × post × organ, dated. Work is addressed to identities and posts, never to bare accounts."""

    id: IdentityId
    person: PersonId
    post: PostId
    main: bool = True
    acting: bool = False  # 主持工作
    valid_from: date = date.min
    valid_to: date = date.max


@dataclass(frozen=True, slots=True)
class MeetingBody:
    """A body that decides in meetings. The secretary enters the decision and need not be a member."""

    id: BodyId
    organ: OrganId
    name: str
    secretary: PostId
    members: tuple[PostId, ...] = ()
    quorum: str = "1/2"
    majority: str = "1/2"
    valid_from: date = date.min
    valid_to: date = date.max


@dataclass(frozen=True, slots=True)
class Directory:
    """The whole organisation as values, all dates included; `directory.resolvers` looks at it as of a day."""

    organs: Mapping[OrganId, Organ] = field(default_factory=dict)
    relations: tuple[Relation, ...] = ()
    posts: Mapping[PostId, Post] = field(default_factory=dict)
    persons: Mapping[PersonId, Person] = field(default_factory=dict)
    identities: Mapping[IdentityId, Identity] = field(default_factory=dict)
    bodies: Mapping[BodyId, MeetingBody] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Resolution:
    """Who gets the work, and why. `reason` is a Chinese sentence: rule, relations, as-of date ("为什么是他").

    `vacant`: nobody was found; the work opens for the process administrator with an alarm, and is never skipped.
    """

    identities: tuple[IdentityId, ...]
    reason: str
    vacant: bool = False
    body: BodyId | None = None
