"""Changes of the organisation as people make them: appoint, relieve, hand over, set up, abolish, merge, move, rename.

Pure: a directory and a change in, the directory after it out, with who takes over from whom. Nothing is ever deleted: an
office that ends keeps its row with its last day, so histories keep names and posts as of then.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from jiecheng.directory.lookup import Index, index, is_valid
from jiecheng.model.directory import Directory, Identity, Organ, OrganKind, Person, Post, Relation
from jiecheng.model.errors import Invalid
from jiecheng.model.ids import IdentityId, OrganId, PersonId, PostId

STATIONED = "驻在"
LATEST = date.max


@dataclass(frozen=True, slots=True)
class Change:
    """`kind`: a key of KINDS; `values`: what the form gave, texts; `first`: the day from which it holds."""

    kind: str
    values: Mapping[str, str]
    first: date

    @property
    def last_before(self) -> date:
        return self.first - timedelta(days=1)

    def text(self, name: str, what: str) -> str:
        found = self.values.get(name, "").strip()
        if not found:
            raise Invalid(f"请填写{what}。", fields={name: [f"请填写{what}。"]})
        return found

    def flag(self, name: str) -> bool:
        return self.values.get(name, "") in ("是", "true", "on", "1")


@dataclass(frozen=True, slots=True)
class Changed:
    """`successors`: identity that ends -> who takes over its open work, None where nobody is named. `warnings`: what is
    allowed and perhaps not meant."""

    directory: Directory
    sentence: str
    successors: Mapping[IdentityId, IdentityId | None] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def apply_change(directory: Directory, change: Change) -> Changed:
    """The organisation after the change. Raises Invalid, with fields, for what cannot be."""
    known = KINDS.get(change.kind)
    if known is None:
        raise Invalid(f"没有“{change.kind}”这种调整，可用的有：{'、'.join(KINDS)}。")
    return known(index(directory), change)


def _appoint(known: Index, change: Change) -> Changed:
    """person (an id, or name + account of somebody new), post, main, acting."""
    post = _post(known, change)
    old = known.directory
    person = old.persons.get(PersonId(change.values.get("person", "")))
    persons = dict(old.persons)
    if person is None:
        person = _newcomer(old, change)
        persons[person.id] = person
    if any(one.person == person.id for one in known.holders(post.id, change.first)):
        raise Invalid(f"{person.name}已经担任{_shown(known, post)}。", fields={"person": ["此人已经担任这个岗位。"]})
    identity = Identity(
        id=_fresh_identity(old, person),
        person=person.id,
        post=post.id,
        main=not change.flag("additional"),
        acting=change.flag("acting"),
        valid_from=change.first,
    )
    new = replace(old, persons=persons, identities={**old.identities, identity.id: identity})
    how = "主持工作，" if identity.acting else ""
    kind = "" if identity.main else "兼"
    sentence = f"{person.name}自 {_day(change.first)} 起{how}{kind}任{_shown(known, post)}。"
    return Changed(new, sentence, warnings=_crowded(known, post, change))


def _crowded(known: Index, post: Post, change: Change) -> tuple[str, ...]:
    """Two people in one post: sometimes meant, often a departure that nobody has entered."""
    others = known.holders(post.id, change.first)
    if not others:
        return ()
    names = "、".join(known.person_name(one) for one in others)
    count = len(others) + 1
    return (
        f"{_shown(known, post)}届时还有{names}在任，一共 {count} 人：这个岗位的待办会同时发给他们，由先签收的人办理。"
        f"如果是接替，请先给{names}办理离任。",
    )


def _relieve(known: Index, change: Change) -> Changed:
    """identity, successor (an identity, may be left out): the last day is the day before the change holds."""
    identity = _identity(known, change, "identity", "谁离任")
    successor = change.values.get("successor", "").strip()
    taker = known.identity(IdentityId(successor)) if successor else None
    if taker is not None and (taker.id == identity.id or not known.in_office(taker, change.first)):
        raise Invalid("接办人要在任，而且不能是离任的人自己。", fields={"successor": ["请选择届时在任的另一个人。"]})
    ended = replace(identity, valid_to=change.last_before)
    new = replace(known.directory, identities={**known.directory.identities, identity.id: ended})
    post = known.directory.posts[identity.post]
    name = known.person_name(identity)
    sentence = f"{name}自 {_day(change.first)} 起不再任{_shown(known, post)}"
    sentence += f"，未办事项由{_who(known, taker)}接办。" if taker else "，未办事项按岗位规则重新指派。"
    return Changed(
        new, sentence, {identity.id: taker.id if taker else None}, _left_behind(known, identity, taker, change)
    )


def _left_behind(known: Index, left: Identity, taker: Identity | None, change: Change) -> tuple[str, ...]:
    """The post stands empty afterwards; whoever takes over comes from another house."""
    post = known.directory.posts[left.post]
    told = []
    others = [one for one in known.holders(post.id, change.first) if one.id != left.id]
    if not others:
        told.append(f"{_shown(known, post)}届时空缺：新的待办没有人接，会转流程管理员。请另外登记新任的人。")
    if taker is not None and _house(known, known.organ_of(taker)) != _house(known, known.organ_of(left)):
        told.append(f"接办人{_who(known, taker)}不在同一个单位（街镇），未办事项会交到外单位的人手里。请核对。")
    return tuple(told)


def _house(known: Index, organ: Organ) -> str:
    """Both organs of a 街镇 with their sections are one house; so is a department with its sections."""
    while organ.kind is OrganKind.SECTION and organ.parent:
        organ = known.directory.organs[organ.parent]
    return organ.street or organ.id


def _add_post(known: Index, change: Change) -> Changed:
    """organ, name, rank (1 is the head)."""
    organ = _organ(known, change)
    name = change.text("name", "岗位名称")
    if any(post.name == name and is_valid(post, change.first) for post in known.posts_of_organ.get(organ.id, ())):
        raise Invalid(f"{known.organ_title(organ)}已有“{name}”这个岗位。", fields={"name": ["已有这个岗位。"]})
    rank = change.values.get("rank", "").strip() or "9"
    if not rank.isdecimal() or not 1 <= int(rank) <= 99:
        raise Invalid("排序应是 1 到 99 的整数，1 是负责人。", fields={"rank": ["请填 1 到 99 的整数。"]})
    post = Post(PostId(_fresh(f"{organ.id}-post", known.directory.posts)), organ.id, name, int(rank), change.first)
    new = replace(known.directory, posts={**known.directory.posts, post.id: post})
    return Changed(new, f"{known.organ_title(organ)}自 {_day(change.first)} 起设“{name}”岗位。")


def _end_post(known: Index, change: Change) -> Changed:
    """post: nobody may hold it any more."""
    post = _post(known, change)
    holders = known.holders(post.id, change.first)
    if holders:
        names = "、".join(known.person_name(one) for one in holders)
        raise Invalid(f"{names}届时仍任这个岗位，请先办理离任。", fields={"post": ["还有人在任。"]})
    ended = replace(post, valid_to=change.last_before)
    new = replace(known.directory, posts={**known.directory.posts, post.id: ended})
    return Changed(new, f"{_shown(known, post)}岗位自 {_day(change.first)} 起撤销。")


def _rename(known: Index, change: Change) -> Changed:
    """organ, name, code_word: papers already issued keep the old name."""
    organ = _organ(known, change)
    name, word = change.text("name", "新的名称"), change.values.get("code_word", "").strip() or organ.code_word
    renamed = replace(organ, name=name, code_word=word)
    new = replace(known.directory, organs={**known.directory.organs, organ.id: renamed})
    return Changed(new, f"{known.organ_title(organ)}自 {_day(change.first)} 起更名为{name}，机关代字“{word or '无'}”。")


def _merge(known: Index, change: Change) -> Changed:
    """organ, into: posts and people go over, each keeps his work; relations point to the organ that remains."""
    organ, into = _organ(known, change), _organ(known, change, "into", "并入哪个机关")
    if organ.id == into.id or organ.kind is not into.kind:
        raise Invalid("只能并入另一个同类机关。", fields={"into": ["请选择另一个同类机关。"]})
    directory, successors = known.directory, dict[IdentityId, IdentityId | None]()
    gone = [organ, *(one for one in known.children.get(organ.id, ()) if is_valid(one, change.first))]
    for each in gone:
        directory, moved = _carry_over(index(directory), each, into, change)
        successors |= moved
    organs = {**directory.organs, **{one.id: replace(one, valid_to=change.last_before) for one in gone}}
    shut = {one.id for one in gone}
    bodies = {
        body.id: replace(body, valid_to=min(body.valid_to, change.last_before)) if body.organ in shut else body
        for body in directory.bodies.values()
    }
    relations = tuple(_redirected(one, organ.id, into.id, change) for one in directory.relations)
    kept = tuple(relation for pair in relations for relation in pair)
    new = replace(directory, organs=organs, relations=kept, bodies=bodies)
    sentence = (
        f"{known.organ_title(organ)}自 {_day(change.first)} 起并入{known.organ_title(into)}，"
        f"{len(successors)} 个任职身份和未办事项随之转入。"
    )
    return Changed(new, sentence, successors)


def _carry_over(
    known: Index, organ: Organ, into: Organ, change: Change
) -> tuple[Directory, dict[IdentityId, IdentityId | None]]:
    posts, identities = dict(known.directory.posts), dict(known.directory.identities)
    successors: dict[IdentityId, IdentityId | None] = {}
    there = {post.name: post for post in known.posts_of_organ.get(into.id, ()) if is_valid(post, change.first)}
    for post in known.posts_of_organ.get(organ.id, ()):
        if not is_valid(post, change.first):
            continue
        target = there.get(post.name)
        for identity in known.holders(post.id, change.first):
            if target is None:
                fresh = PostId(_fresh(f"{into.id}-post", posts))
                target = there[post.name] = posts[fresh] = Post(
                    fresh, into.id, post.name, max(post.rank, 2), change.first
                )
            code = IdentityId(_fresh(str(identity.id), identities))
            identities[code] = replace(identity, id=code, post=target.id, valid_from=change.first)
            identities[identity.id] = replace(identity, valid_to=change.last_before)
            successors[identity.id] = code
        posts[post.id] = replace(post, valid_to=change.last_before)
    return replace(known.directory, posts=posts, identities=identities), successors


def _redirected(relation: Relation, gone: OrganId, into: OrganId, change: Change) -> tuple[Relation, ...]:
    if gone not in (relation.source, relation.target) or not is_valid(relation, change.first):
        return (relation,)
    moved = replace(
        relation,
        source=into if relation.source == gone else relation.source,
        target=into if relation.target == gone else relation.target,
        valid_from=change.first,
    )
    return (replace(relation, valid_to=change.last_before), moved)


def _move_agency(known: Index, change: Change) -> Changed:
    """organ (a stationed agency), street (the 办事处 or 镇政府 where it goes): its people stay in their posts."""
    agency, host = _organ(known, change), _organ(known, change, "into", "迁驻到哪个街镇")
    if agency.kind is not OrganKind.AGENCY:
        raise Invalid("只有派驻机构可以迁驻。", fields={"organ": ["不是派驻机构。"]})
    if not host.street or host.street == agency.street:
        raise Invalid("请选择另一个街镇的办事处或镇政府。", fields={"into": ["请选择另一个街镇。"]})
    relations: list[Relation] = []
    for one in known.directory.relations:
        here = one.kind == STATIONED and one.source == agency.id and is_valid(one, change.first)
        relations.append(replace(one, valid_to=change.last_before) if here else one)
    relations.append(Relation(STATIONED, agency.id, host.id, valid_from=change.first))
    organs = {**known.directory.organs, agency.id: replace(agency, street=host.street)}
    new = replace(known.directory, organs=organs, relations=tuple(relations))
    return Changed(new, f"{agency.name}自 {_day(change.first)} 起迁驻{known.street_name(host.street)}。")


KINDS: Mapping[str, Callable[[Index, Change], Changed]] = {
    "任职": _appoint,
    "离任": _relieve,
    "设岗": _add_post,
    "撤岗": _end_post,
    "更名": _rename,
    "并入": _merge,
    "迁驻": _move_agency,
}


def _organ(known: Index, change: Change, name: str = "organ", what: str = "机关") -> Organ:
    organ = known.organ(OrganId(change.text(name, what)))
    if not is_valid(organ, change.first):
        raise Invalid(f"{organ.name}届时已经撤销。", fields={name: ["届时已经撤销。"]})
    return organ


def _post(known: Index, change: Change) -> Post:
    post = known.directory.posts.get(PostId(change.text("post", "岗位")))
    if post is None or not is_valid(post, change.first):
        raise Invalid("没有这个岗位，或者届时已经撤销。", fields={"post": ["请重新选择岗位。"]})
    return post


def _identity(known: Index, change: Change, name: str, what: str) -> Identity:
    identity = known.identity(IdentityId(change.text(name, what)))
    if not known.in_office(identity, change.last_before) and not known.in_office(identity, change.first):
        raise Invalid(f"{known.person_name(identity)}届时不在这个岗位。", fields={name: ["届时不在这个岗位。"]})
    return identity


def _newcomer(old: Directory, change: Change) -> Person:
    name = change.text("name", "姓名，或从名单里选人")
    account = change.values.get("account", "").strip()
    if account and any(person.account == account for person in old.persons.values()):
        raise Invalid(f"账号 {account} 已有人使用。", fields={"account": ["已有人使用，请换一个。"]})
    return Person(PersonId(_fresh(f"p-{account or 'person'}", old.persons)), name, account)


def _fresh_identity(old: Directory, person: Person) -> IdentityId:
    return IdentityId(_fresh(f"i-{str(person.id).removeprefix('p-')}", old.identities))


def _fresh(stem: str, taken: Collection[str]) -> str:
    """The stem, or the stem with the first number that is free."""
    if stem not in taken:
        return stem
    return next(code for number in range(2, len(taken) + 3) if (code := f"{stem}-{number}") not in taken)


def _shown(known: Index, post: Post) -> str:
    return known.post_title(post)


def _who(known: Index, identity: Identity | None) -> str:
    return f"{known.person_name(identity)}（{known.title(identity)}）" if identity else ""


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"
