"""Resolvers: from the words on a diagram to the identities that get the work, each with its reason ("为什么是他").

A resolver never guesses: nobody in office means vacant, an unknown name means Invalid. It decides who could work, never
who may (that is `permissions`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

from jiecheng.directory.bodies import body_at
from jiecheng.directory.lookup import STREET_OFFICE_KINDS, STREET_PARTY_KINDS, Index
from jiecheng.model.directory import Identity, Organ, OrganKind, Post, Resolution
from jiecheng.model.errors import Invalid
from jiecheng.model.ids import BodyId, IdentityId, OrganId, PersonId
from jiecheng.model.values import Value

MOST_NAMED = 10  # a reason stays a sentence, however many people a rule finds


@dataclass(frozen=True, slots=True)
class Question:
    """What a resolver is asked: the parameters of the diagram, evaluated, as of a day."""

    index: Index
    parameters: Mapping[str, Value]
    on: date
    initiator: IdentityId | None

    def text(self, name: str, default: str | None = None) -> str:
        value = self.parameters.get(name)
        if isinstance(value, str) and value:
            return value
        if default is not None and value in (None, ""):
            return default
        raise Invalid(f"指派参数 {name} 应当是文字，实际是 {value!r}，请检查流程图。")

    def ids(self, name: str) -> tuple[str, ...]:
        """One code, a picked value with its `id`, or a list of them."""
        value = self.parameters.get(name)
        codes = tuple(_codes(value))
        if not codes:
            raise Invalid(f"指派参数 {name} 没有给出编号，实际是 {value!r}，请检查流程图。")
        return codes

    def organs(self, name: str) -> tuple[Organ, ...]:
        return tuple(self.index.organ(OrganId(code)) for code in self.ids(name))

    def starter(self) -> Identity:
        if self.initiator is None:
            raise Invalid("这个环节要交给发起人或其上级，但办件还没有发起人。")
        return self.index.identity(self.initiator)


@dataclass(frozen=True, slots=True)
class Found:
    """`rule`: the relation it rests on, as the beginning of the reason; `once`: a person gets the work once."""

    identities: tuple[Identity, ...]
    rule: str
    body: BodyId | None = None
    once: bool = True


def resolve(  # the question of a diagram has these six parts
    index: Index,
    assignment_resolver: str,
    parameters: Mapping[str, Value],
    *,
    on: date,
    initiator: IdentityId | None,
    exclude: Collection[IdentityId] = (),
) -> Resolution:
    """Who gets the work on the day `on`. `exclude` removes the persons behind those identities, in all their posts.

    Invalid for an unknown resolver, a missing parameter or a code that never existed; nobody in office is `vacant`.
    """
    if assignment_resolver not in RESOLVERS:
        raise Invalid(f"不认识的指派规则「{assignment_resolver}」，可用的有：{'、'.join(RESOLVERS)}。")
    question, barred_ids = Question(index, parameters, on, initiator), tuple(exclude)
    asked = ("resolve", assignment_resolver, _hashable(parameters), on, initiator, barred_ids)
    return index.memo.of(asked, lambda: _resolve(assignment_resolver, question, barred_ids))


def _hashable(value: Value | Mapping[str, Value]) -> Hashable:
    """A value of FEEL as a key: equal values give equal keys."""
    if isinstance(value, Mapping):
        return tuple([(key, _hashable(one)) for key, one in value.items()])
    if isinstance(value, list | tuple):
        return tuple([_hashable(one) for one in value])
    return cast(Hashable, value)


def _resolve(rule: str, question: Question, exclude: Collection[IdentityId]) -> Resolution:
    index, on = question.index, question.on
    found = RESOLVERS[rule](question)
    barred = {index.identity(one).person for one in exclude}
    present = [one for one in found.identities if index.in_office(one, on)]
    allowed = tuple(one for one in present if one.person not in barred)
    chosen = _one_per_person(allowed) if found.once else allowed
    removed = _one_per_person(one for one in present if one.person in barred)
    return Resolution(
        identities=tuple(one.id for one in chosen),
        reason=_reason(index, replace(found, rule=f"{found.rule}（按{RULES[rule]}指派）"), chosen, removed, on),
        vacant=not chosen,
        body=found.body,
    )


def _one_per_person(identities: Iterable[Identity]) -> tuple[Identity, ...]:
    kept: dict[PersonId, Identity] = {}
    for identity in identities:
        kept.setdefault(identity.person, identity)
    return tuple(kept.values())


def _reason(index: Index, found: Found, chosen: tuple[Identity, ...], removed: tuple[Identity, ...], on: date) -> str:
    day = f"{on.year}年{on.month}月{on.day}日"
    sentence = f"{found.rule}；按 {day} 的任职，"
    named = "、".join(_shown(index, one) for one in chosen[:MOST_NAMED])
    more = f"等 {len(chosen)} 个任职身份" if len(chosen) > MOST_NAMED else ""
    sentence += f"是{named}{more}" if chosen else "没有可以办理的人"
    if removed:
        sentence += f"（{'、'.join(index.person_name(one) for one in removed)}须回避，已排除）"
    return sentence + ("。" if chosen else "，转流程管理员处理，不跳过。")


def _shown(index: Index, identity: Identity) -> str:
    return f"{index.person_name(identity)}（{index.title(identity)}）"


def _codes(value: Value) -> Iterator[str]:
    match value:
        case str() if value:
            yield value
        case Mapping() if isinstance(code := value.get("id"), str) and code:
            yield code
        case list() | tuple():
            for item in value:
                yield from _codes(item)


def by_identity(question: Question) -> Found:
    """identity=…: the identity named in the form or by an earlier step."""
    identities = tuple(question.index.identity(IdentityId(code)) for code in question.ids("identity"))
    return Found(identities, "表单或前面环节选定的人")


def by_initiator(question: Question) -> Found:
    return Found((question.starter(),), "发起本办件的人")


def by_post(question: Question) -> Found:
    """organ=…, post=name: at the organ itself, else in its sections."""
    name = question.text("post")
    found: list[Identity] = []
    organs = question.organs("organ")
    for organ in organs:
        found.extend(_holders_at(question, organ, name, question.index.children.get(organ.id, ())))
    return Found(tuple(found), f"{_names(organs)}的{name}")


def by_head(question: Question) -> Found:
    """organ=…: the holder of the post of rank 1, else who acts as head (主持工作)."""
    organs = question.organs("organ")
    heads = tuple(head for organ in organs for head in heads_of(question.index, organ, question.on))
    return Found(heads, f"{_names(organs)}的负责人")


def by_superior(question: Question) -> Found:
    """of=identity (default the initiator), levels=n (default 1): n heads up from the person's own section."""
    named = question.parameters.get("of")
    identity = question.index.identity(IdentityId(question.ids("of")[0])) if named else question.starter()
    levels = _whole(question.parameters.get("levels"), default=1)
    above = _organ_above(question.index, identity, levels, question.on)
    rule = f"{question.index.person_name(identity)}的上 {levels} 级"
    if above is None:
        return Found((), rule + "（已到最高一级）")
    return Found(heads_of(question.index, above, question.on), f"{rule}，即{above.name}的负责人")


def by_party_organ_post(question: Question) -> Found:
    """street=code, post=name: at the 党(工)委 of the 街镇, else in its sections, else in those of the 办事处 or 镇政府.

    The last step is for 党政办公室, which serves both organs of a 街镇 and stands under either, as the place has it.
    """
    street, name = question.text("street"), question.text("post")
    organ = question.index.party_organ(street, question.on)
    holders = _holders_at(question, organ, name, question.index.organs_of_street[street])
    return Found(holders, f"{organ.name}的{name}")


def by_meeting_secretary(question: Question) -> Found:
    """street=code or organ=…, body=name (may be left out when the organ has one body): the secretary of the body."""
    if question.parameters.get("street"):
        organ = question.index.party_organ(question.text("street"), question.on)
    else:
        organ = question.organs("organ")[0]
    body = body_at(question.index, organ.id, question.text("body", ""), question.on)
    post = question.index.directory.posts[body.secretary]
    rule = f"{organ.name}的{body.name}，秘书岗位是{post.name}，由其录入集体决定"
    return Found(question.index.holders(post.id, question.on), rule, body.id)


def by_holders(question: Question) -> Found:
    """post=name, kind=kind of organ (may be left out): everybody who holds such a post."""
    name, kind = question.text("post"), question.text("kind", "")
    if kind and kind not in set(OrganKind):
        raise Invalid(f"没有「{kind}」这一类机关，可用的有：{'、'.join(OrganKind)}。")
    organs = question.index.directory.organs
    posts = [post for post in question.index.posts_by_name.get(name, ()) if kind in ("", organs[post.organ].kind)]
    if not posts and not kind:
        raise Invalid(f"全区没有名为「{name}」的岗位，请核对岗位表。")
    found = tuple(holder for post in posts for holder in question.index.holders(post.id, question.on))
    return Found(found, f"全区{kind}的{name}")


def by_anyone(question: Question) -> Found:
    """kind=kinds of organs with blanks between (may be left out): every identity in office there or in their sections;
    for who may start or send, hardly for work."""
    index, kinds = question.index, question.text("kind", "").split()
    if unknown := [kind for kind in kinds if kind not in set(OrganKind)]:
        raise Invalid(f"没有「{unknown[0]}」这一类机关，可用的有：{'、'.join(OrganKind)}。")
    everybody = tuple(
        one
        for one in index.directory.identities.values()
        if not kinds or _whole_organ(index, index.organ_of(one)).kind in kinds
    )
    return Found(everybody, f"全区{'、'.join(kinds)}在任的人", once=False)


def by_initiator_organ_head(question: Question) -> Found:
    """The head of the organ that the initiator's section belongs to."""
    organ = _whole_organ(question.index, question.index.organ_of(question.starter()))
    heads = heads_of(question.index, organ, question.on)
    return Found(heads, f"发起人所在机关{organ.name}的负责人")


# Where an organ's papers come in: the section's name begins so.
_CLERKS = ("党政办", "办公室", "综合科", "综合办", "秘书科")


def by_organ_clerk(question: Question) -> Found:
    """organ=…: whoever receives papers for the organ, else its head."""
    organs = question.organs("organ")
    found = tuple(one for organ in organs for one in clerks_of(question.index, organ, question.on))
    return Found(found, f"{_names(organs)}办公室（党政办、综合科）的人，没有时为负责人")


def clerks_of(index: Index, organ: Organ, on: date) -> tuple[Identity, ...]:
    """The staff of the organ's office; both organs of a 街镇 have one office between them."""
    sections = [*index.children.get(organ.id, ())]
    if organ.kind in STREET_PARTY_KINDS | STREET_OFFICE_KINDS:
        sections += [one for one in index.organs_of_street.get(organ.street, ()) if one not in sections]
    offices = [one for one in sections if one.kind is OrganKind.SECTION and one.name.startswith(_CLERKS)]
    staff = tuple(one for office in offices for one in index.staff(office.id, on))
    return staff or heads_of(index, organ, on)


RESOLVERS: Mapping[str, Callable[[Question], Found]] = {
    "identity": by_identity,
    "initiator": by_initiator,
    "post": by_post,
    "head": by_head,
    "superior": by_superior,
    "party_organ_post": by_party_organ_post,
    "meeting_secretary": by_meeting_secretary,
    "holders": by_holders,
    "initiator_organ_head": by_initiator_organ_head,
    "anyone": by_anyone,
    "organ_clerk": by_organ_clerk,
}

# What each rule is called in a reason.
RULES: Mapping[str, str] = {
    "identity": "前面的填写", "initiator": "发起人", "post": "岗位", "head": "机关负责人", "superior": "上下级",
    "party_organ_post": "街镇党(工)委岗位", "meeting_secretary": "会议秘书", "holders": "同名岗位",
    "initiator_organ_head": "发起机关负责人", "anyone": "任职", "organ_clerk": "收文岗位",
}  # fmt: skip


def heads_of(index: Index, organ: Organ, on: date) -> tuple[Identity, ...]:
    """Holders of the organ's post of rank 1; while it is empty, whoever there is marked 主持工作."""
    staff = tuple(index.staff(organ.id, on))
    first = tuple(one for one in staff if index.directory.posts[one.post].rank == 1)
    return first or tuple(one for one in staff if one.acting)


def _holders_at(question: Question, organ: Organ, name: str, around: Iterable[Organ]) -> tuple[Identity, ...]:
    """Holders of the post at the organ; where it has no such post, at the sections among `around`, its own first."""
    index = question.index
    sections = [one for one in around if one.kind is OrganKind.SECTION]
    sections.sort(key=lambda one: one.parent != organ.id)
    posts = _posts_named(index, organ, name) or [post for one in sections for post in _posts_named(index, one, name)]
    if not posts:
        raise Invalid(f"{organ.name}及其内设机构没有名为「{name}」的岗位，请核对岗位表或流程图。")
    return tuple(holder for post in posts for holder in index.holders(post.id, question.on))


def _posts_named(index: Index, organ: Organ, name: str) -> list[Post]:
    return [post for post in index.posts_of_organ.get(organ.id, ()) if post.name == name]


def _organ_above(index: Index, identity: Identity, levels: int, on: date) -> Organ | None:
    organ: Organ | None = index.organ_of(identity)
    own_head = any(head.person == identity.person for head in heads_of(index, index.organ_of(identity), on))
    # A head's first superior sits one organ higher; for all others the first is the head of their own organ.
    for _ in range(levels if own_head else levels - 1):
        parent = organ.parent if organ else None
        organ = index.directory.organs[parent] if parent else None
    return organ


def _whole_organ(index: Index, organ: Organ) -> Organ:
    while organ.kind is OrganKind.SECTION and organ.parent:
        organ = index.directory.organs[organ.parent]
    return organ


def _whole(value: Value, default: int) -> int:
    try:
        number = default if value in (None, "") else int(str(value))
    except ValueError:
        number = 0
    if number < 1:
        raise Invalid(f"指派参数 levels 应当是 1 或更大的整数，实际是 {value!r}，请检查流程图。")
    return number


def _names(organs: Iterable[Organ]) -> str:
    return "、".join(organ.name for organ in organs)
