"""What the pages of the organisation show: organs, their posts and people on a day, what is planned, what was changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from jiecheng import permissions, store
from jiecheng.cases import people
from jiecheng.cases.house import Tx
from jiecheng.cases.organisation import clerks_of
from jiecheng.directory import Index
from jiecheng.model.actor import Actor, Role
from jiecheng.model.directory import Identity, Organ, OrganKind
from jiecheng.model.errors import Refused
from jiecheng.model.ids import OrganId, PersonId
from jiecheng.store.directory_change import ChangeRow

_HEADS = 3
_MOST_OFFERED = 20


@dataclass(frozen=True, slots=True)
class OrganRow:
    id: OrganId
    name: str
    kind: str
    place: str  # the 街镇 or the organ above
    heads: Sequence[str]
    people: int


@dataclass(frozen=True, slots=True)
class HolderView:
    identity: str
    name: str
    note: str  # 兼任, 主持工作, from and to when dated


@dataclass(frozen=True, slots=True)
class PostView:
    id: str
    name: str
    holders: Sequence[HolderView]


Choice = tuple[str, str]  # value, label


@dataclass(frozen=True, slots=True)
class OrganView:
    organ: Organ
    title: str  # its name with the 街镇 or department that it belongs to
    on: date
    parent: Choice | None
    sections: Sequence[Choice]
    posts: Sequence[PostView]
    planned: Sequence[ChangeRow]
    may_change: bool
    people: Sequence[Choice]  # everybody, for an appointment
    colleagues: Sequence[Choice]  # identities of the same house, for a hand-over
    mergers: Sequence[Choice]
    hosts: Sequence[Choice]


def list_organs(tx: Tx, text: str = "") -> Sequence[OrganRow]:
    """Every organ of today; `text` is looked for in names of organs, posts and people. For whoever is logged in."""
    known = tx.organisation
    rows = []
    for organ in known.directory.organs.values():
        if not organ.valid_from <= tx.today <= organ.valid_to:
            continue
        staff = list(known.staff(organ.id, tx.today))
        words = [organ.name, known.street_name(organ.street), *(_named(known, one) for one in staff)]
        if text and not any(text in word for word in words):
            continue
        heads = [_named(known, one) for one in staff[:_HEADS]]
        rows.append(OrganRow(organ.id, organ.name, organ.kind, _place(known, organ), heads, len(staff)))
    return rows


def people_named(tx: Tx, text: str) -> Sequence[str]:
    """Who is in office and fits these words in name, post and organ, written as a command takes them. For whoever is logged in."""
    known = tx.organisation
    today = (one for one in known.directory.identities.values() if known.in_office(one, tx.today))
    return _fitting(text, (people.label(tx, one.id) for one in today))


def organs_named(tx: Tx, text: str) -> Sequence[str]:
    known = tx.organisation
    today = (one for one in known.directory.organs.values() if one.valid_from <= tx.today <= one.valid_to)
    return _fitting(text, (_full_name(known, one) for one in today))


def show_organ(tx: Tx, actor: Actor, organ: OrganId, on: date | None = None) -> OrganView:
    known, day = tx.organisation, on or tx.today
    found = known.organ(organ)
    may = permissions.may_change_directory(actor, clerks_of(tx, organ))
    parent = known.directory.organs.get(found.parent) if found.parent else None
    return OrganView(
        organ=found,
        title=known.organ_title(found),
        on=day,
        parent=(parent.id, parent.name) if parent else None,
        sections=[(one.id, one.name) for one in known.children.get(organ, ()) if one.valid_from <= day <= one.valid_to],
        posts=_posts(known, found, day),
        planned=store.directory_change.planned_of(tx.db, organ),
        may_change=may,
        people=_people(known) if may else (),
        colleagues=_colleagues(known, found, tx.today) if may else (),
        mergers=_others(known, found, tx.today, found.kind) if may else (),
        hosts=_hosts(known, found, tx.today) if may and found.kind is OrganKind.AGENCY else (),
    )


def list_changes(tx: Tx, actor: Actor) -> Sequence[ChangeRow]:
    """Who changed what, and what came of it: for those who keep the organisation and those who watch over them."""
    if not actor.roles & {Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_AUDITOR, Role.PROCESS_ADMINISTRATOR}:
        raise Refused("只有系统管理员、安全审计员和流程管理员可以查看全部调整记录。", rule="directory_log")
    return store.directory_change.latest(tx.db)


def _posts(known: Index, organ: Organ, on: date) -> Sequence[PostView]:
    return [
        PostView(post.id, post.name, [_holder(known, one) for one in known.holders(post.id, on)])
        for post in known.posts_of_organ.get(organ.id, ())
        if post.valid_from <= on <= post.valid_to
    ]


def _holder(known: Index, identity: Identity) -> HolderView:
    notes = [
        *(["兼任"] if not identity.main else []),
        *(["主持工作"] if identity.acting else []),
        *([f"自 {identity.valid_from:%Y-%m-%d}"] if identity.valid_from != date.min else []),
        *([f"至 {identity.valid_to:%Y-%m-%d}"] if identity.valid_to != date.max else []),
    ]
    return HolderView(identity.id, known.person_name(identity), "，".join(notes))


def _people(known: Index) -> Sequence[Choice]:
    people = sorted(known.directory.persons.values(), key=lambda one: one.name)
    return [(one.id, f"{one.name}（{_office(known, one.id)}）") for one in people]


def _office(known: Index, person: PersonId) -> str:
    held = known.identities_of_person.get(person, ())
    return known.title(held[0]) if held else "尚无任职"


def _colleagues(known: Index, organ: Organ, on: date) -> Sequence[Choice]:
    """Those one hands over to: of the same 街镇, or of the same department with its sections."""
    top = organ
    while top.parent and top.kind in (OrganKind.SECTION,):
        top = known.directory.organs[top.parent]
    near = {organ.id, top.id, *(one.id for one in known.children.get(top.id, ()))}
    near |= {one.id for one in known.organs_of_street.get(organ.street, ())} if organ.street else set()
    found = [one for code in sorted(near) for one in known.staff(OrganId(code), on)]
    return [(one.id, f"{known.person_name(one)}（{known.title(one)}）") for one in found]


def _others(known: Index, organ: Organ, on: date, kind: OrganKind) -> Sequence[Choice]:
    return [
        (one.id, f"{known.street_name(one.street)}{one.name}" if one.kind is OrganKind.SECTION else one.name)
        for one in known.directory.organs.values()
        if one.kind is kind and one.id != organ.id and one.valid_from <= on <= one.valid_to
    ]


def _hosts(known: Index, agency: Organ, on: date) -> Sequence[Choice]:
    kinds = (OrganKind.STREET_OFFICE, OrganKind.TOWN_GOVERNMENT)
    return [choice for kind in kinds for choice in _others(known, agency, on, kind) if choice[0] != agency.street]


def _fitting(text: str, names: Iterable[str]) -> Sequence[str]:
    """Those in which every word occurs, whose beginning it is first; nothing for no words."""
    words = text.split()
    found = [one for one in names if all(word in one for word in words)] if words else []
    return sorted(found, key=lambda one: not one.startswith(words[0]))[:_MOST_OFFERED]


def _full_name(known: Index, organ: Organ) -> str:
    place = known.street_name(organ.street)
    return organ.name if organ.name.startswith(place) else place + organ.name


def _named(known: Index, identity: Identity) -> str:
    return f"{known.person_name(identity)}（{known.directory.posts[identity.post].name}）"


def _place(known: Index, organ: Organ) -> str:
    parent = known.directory.organs.get(organ.parent) if organ.parent else None
    return known.street_name(organ.street) or (parent.name if parent else "")
