"""Arrange a substitution (代理), change it before it begins, end it early, decline it.

The arrangement is a row; which items it reaches is found case by case when it begins (`substitution_due`) and at every
command on a case (`standing`). Never decides which item a substitute may hold.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta

from jiecheng import permissions, store
from jiecheng.cases import dispatch, people
from jiecheng.cases.house import BEIJING, Tx
from jiecheng.cases.organisation import clerks_of
from jiecheng.cases.typed import words_of
from jiecheng.model.actor import Actor
from jiecheng.model.errors import Invalid, Refused
from jiecheng.model.ids import IdentityId, PersonId
from jiecheng.model.substitution import LONGEST_DAYS, Substitution, SubstitutionState, scopes_meet
from jiecheng.permissions.actor import SEPARATED_ROLES

WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Terms:
    """`to`: an identity, or a person's name as people write it. Days both included, in the district's time."""

    to: str
    first: date
    last: date
    reason: str
    scope: tuple[str, ...] = ()
    arriving: bool = False


@dataclass(frozen=True, slots=True)
class ArrangeSubstitution:
    actor: Actor
    giver: IdentityId
    terms: Terms
    operation: str = ""


@dataclass(frozen=True, slots=True)
class ChangeSubstitution:
    actor: Actor
    substitution: int
    terms: Terms
    operation: str = ""


@dataclass(frozen=True, slots=True)
class EndSubstitution:
    actor: Actor
    substitution: int
    operation: str = ""


@dataclass(frozen=True, slots=True)
class DeclineSubstitution:
    """Of the one who was named: he cannot."""

    actor: Actor
    substitution: int
    reason: str
    operation: str = ""


@dataclass(frozen=True, slots=True)
class Arranged:
    substitution: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Agreed:
    """Terms that may be: who, and from which moment to which."""

    giver: IdentityId
    substitute: IdentityId
    starts_at: datetime
    ends_at: datetime


def arrange_substitution(tx: Tx, command: ArrangeSubstitution) -> Arranged:
    content = {"arrange": command.giver, **_content(command.terms)}
    return _once(tx, command.actor, command.operation, content, lambda: _arrange(tx, command))


def change_substitution(tx: Tx, command: ChangeSubstitution) -> Arranged:
    content = {"change": command.substitution, **_content(command.terms)}
    return _once(tx, command.actor, command.operation, content, lambda: _change(tx, command))


def end_substitution(tx: Tx, command: EndSubstitution) -> Arranged:
    content = {"end": command.substitution}
    return _once(tx, command.actor, command.operation, content, lambda: _end(tx, command))


def decline_substitution(tx: Tx, command: DeclineSubstitution) -> Arranged:
    content = {"decline": command.substitution, "reason": command.reason}
    return _once(tx, command.actor, command.operation, content, lambda: _decline(tx, command))


def agree(tx: Tx, actor: Actor, giver: IdentityId, terms: Terms, besides: int = 0) -> Agreed:
    """The terms, checked: people, days, scope, and no chain with another substitution (but the one that is changed)."""
    to = people.named(tx, terms.to)
    permissions.require_arrangement(actor, _facts(tx, giver, to))
    _require_days(tx, terms, giver, to)
    if not terms.reason.strip():
        raise Invalid("请写明请人代办的原因，例如出差、休假。", fields={"reason": ["请写明原因。"]})
    _require_scope(tx, terms.scope)
    starts_at = max(tx.now, midnight(terms.first))
    agreed = Agreed(giver, to, starts_at, midnight(terms.last + timedelta(days=1)))
    _require_no_chain(tx, agreed, terms, besides)
    return agreed


def may_end(tx: Tx, actor: Actor, one: Substitution) -> bool:
    return (
        one.ends_at > tx.now
        and one.state in (SubstitutionState.PLANNED, SubstitutionState.ACTIVE)
        and _mine(tx, actor, one)
    )


def may_decline(tx: Tx, actor: Actor, one: Substitution) -> bool:
    """Who was named, as long as he has done nothing under it."""
    open_still = one.ends_at > tx.now and one.state in (SubstitutionState.PLANNED, SubstitutionState.ACTIVE)
    return open_still and one.substitute in actor.identities and not one.acted


def may_change(tx: Tx, actor: Actor, one: Substitution) -> bool:
    return one.state is SubstitutionState.PLANNED and one.starts_at > tx.now and _mine(tx, actor, one)


def require_known(tx: Tx, actor: Actor, one: Substitution) -> None:
    permissions.require_known(actor, (one.giver, one.substitute), one.giver, _clerks(tx, one.giver))


def midnight(day: date) -> datetime:
    """When a day begins in the district."""
    return datetime.combine(day, time(), BEIJING)


def day_in_words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"


def _content(terms: Terms) -> dict[str, object]:
    return {**asdict(terms), "first": terms.first.isoformat(), "last": terms.last.isoformat()}


def _arrange(tx: Tx, command: ArrangeSubstitution) -> Arranged:
    store.substitution.lock_arranging(tx.db)
    agreed = agree(tx, command.actor, command.giver, command.terms)
    actor, terms = command.actor, command.terms
    values = {**_values(agreed, terms), "arranged_by": actor.identity, "arranged_by_name": actor.name}
    found = store.substitution.add(tx.db, {"giver": agreed.giver, **values})
    told = f"{_names(tx, agreed)}，{_days(terms)}：{terms.reason.strip()}"
    store.substitution.log(tx.db, found, (actor.name, actor.identity), f"安排{told}")
    _tell(tx, found, agreed, actor, f"{told}。到时候在「我代办的」里办理。")
    tx.db.ring_at(agreed.starts_at)
    return Arranged(found, f"已安排：{told}。")


def _change(tx: Tx, command: ChangeSubstitution) -> Arranged:
    store.substitution.lock_arranging(tx.db)
    one = store.substitution.get(tx.db, command.substitution, lock=True)
    require_known(tx, command.actor, one)
    _require_mine(tx, command.actor, one)
    if not may_change(tx, command.actor, one):
        raise Refused(
            "这条代理已经开始或取消，不能再改。可以提前结束，再另外安排。", rule="substitution_begun", conflict=True
        )
    agreed = agree(tx, command.actor, one.giver, command.terms, besides=one.id)
    store.substitution.change(tx.db, one.id, _values(agreed, command.terms))
    told = f"{_names(tx, agreed)}，{_days(command.terms)}：{command.terms.reason.strip()}"
    actor = command.actor
    store.substitution.log(tx.db, one.id, (actor.name, actor.identity), f"改为{told}")
    if one.substitute != agreed.substitute:
        notify(tx, one.id, "withdrawn", one.substitute, f"{_name(tx, one.giver)}的代理已改由别人承担，您不用代办了。")
    _tell(tx, one.id, agreed, actor, f"代理有变化：{told}。")
    tx.db.ring_at(agreed.starts_at)
    return Arranged(one.id, f"已修改：{told}。")


def _end(tx: Tx, command: EndSubstitution) -> Arranged:
    one = store.substitution.get(tx.db, command.substitution, lock=True)
    actor = command.actor
    require_known(tx, actor, one)
    _require_mine(tx, actor, one)
    if not may_end(tx, actor, one):
        raise Refused("这条代理已经结束或取消。", rule="substitution_ended", conflict=True)
    who = f"{_name(tx, one.substitute)}代{_name(tx, one.giver)}"
    if one.starts_at > tx.now:
        said, told = f"已取消：{who}办理。", "取消"
    else:
        said, told = f"已结束：{who}办理。还没有办的都回到{_name(tx, one.giver)}名下，填过的内容保留。", "提前结束"
    _over(tx, one, f"{actor.name}{told}")
    store.substitution.log(tx.db, one.id, (actor.name, actor.identity), told)
    for reader in (one.giver, one.substitute):
        if reader not in actor.identities:
            notify(tx, one.id, "ended_early", reader, f"{who}办理已由{actor.name}{told}。")
    tx.db.ring()
    return Arranged(one.id, said)


def _decline(tx: Tx, command: DeclineSubstitution) -> Arranged:
    one, actor = store.substitution.get(tx.db, command.substitution, lock=True), command.actor
    require_known(tx, actor, one)
    permissions.require_declining(actor, one.substitute, _name(tx, one.substitute))
    if not may_decline(tx, actor, one):
        raise Refused(
            "这条代理已经结束，或者您已经代办过，不能再推辞。确实不能再代的，请与对方联系，由对方提前结束。",
            rule="substitution_declined", conflict=True,
        )  # fmt: skip
    reason = words_of(command.reason, "reason", "请写明为什么不能代办，对方好另作安排。")
    _over(tx, one, f"{actor.name}不能代办：{reason}")
    store.substitution.log(tx.db, one.id, (actor.name, actor.identity), f"不能代办：{reason}")
    days = f"{day_in_words(one.first)}至{day_in_words(one.last)}"
    for reader in dict.fromkeys((one.giver, one.arranged_by)):
        if reader not in actor.identities:
            whose = "您" if reader == one.giver else _name(tx, one.giver)
            notify(tx, one.id, "declined", reader, f"{actor.name}不能代{whose}办理（{days}）：{reason}。请另请一位。")
    tx.db.ring()
    return Arranged(one.id, f"已告知{_name(tx, one.giver)}：您不能代办。")


def _over(tx: Tx, one: Substitution, cause: str) -> None:
    """Before it began it never was; after that nobody may act under it from this moment, and giving back what is open
    follows case by case."""
    values: Mapping[str, object] = {"ends_at": tx.now, "cause": cause}
    if one.starts_at > tx.now:
        values = {"state": SubstitutionState.CANCELLED, "cause": cause}
    store.substitution.change(tx.db, one.id, values)


def _values(agreed: Agreed, terms: Terms) -> dict[str, object]:
    return {
        "substitute": agreed.substitute, "first": terms.first, "last": terms.last, "starts_at": agreed.starts_at,
        "ends_at": agreed.ends_at, "scope": sorted(set(terms.scope)), "arriving": terms.arriving,
        "reason": terms.reason.strip(),
    }  # fmt: skip


def _facts(tx: Tx, giver: IdentityId, to: IdentityId) -> permissions.ArrangementFacts:
    known = tx.organisation
    ours, theirs = known.identity(giver), known.identity(to)
    held_back = sorted(role.value for role in store.account.roles(tx.db, theirs.person) & SEPARATED_ROLES)
    return permissions.ArrangementFacts(
        giver=giver,
        giver_name=people.label(tx, giver),
        giver_in_office=known.in_office(ours, tx.today),
        substitute=to,
        substitute_name=people.label(tx, to),
        substitute_in_office=known.in_office(theirs, tx.today),
        one_person=ours.person == theirs.person,
        held_back="、".join(held_back),
        clerks=_clerks(tx, giver),
    )


def _clerks(tx: Tx, giver: IdentityId) -> tuple[IdentityId, ...]:
    known = tx.organisation
    return tuple(clerks_of(tx, known.organ_of(known.identity(giver)).id))


def _mine(tx: Tx, actor: Actor, one: Substitution) -> bool:
    return permissions.may_arrange(actor, one.giver, _clerks(tx, one.giver))


def _require_mine(tx: Tx, actor: Actor, one: Substitution) -> None:
    if not _mine(tx, actor, one):
        raise Refused(
            f"这条代理由{_name(tx, one.giver)}本人、本机关的办公室负责人或系统管理员改动。请与他们联系。",
            rule="substitution_arrange",
        )


def _require_days(tx: Tx, terms: Terms, giver: IdentityId, to: IdentityId) -> None:
    if terms.first < tx.today:
        raise Invalid("开始日期不能早于今天：以前的事由当时的承办人办理。", fields={"first": ["请填今天或以后。"]})
    if terms.last < terms.first:
        raise Invalid("结束日期不能早于开始日期，请核对。", fields={"last": ["不能早于开始日期。"]})
    if (terms.last - terms.first).days >= LONGEST_DAYS:
        raise Invalid("一次代理最长一年。到期以后还需要的，请再安排一次。", fields={"last": ["从开始日期起最长一年。"]})
    known = tx.organisation
    for one in (giver, to):
        if not known.in_office(known.identity(one), terms.last):
            raise Invalid.at("last", f"{people.label(tx, one)}的任职在那以前结束，代理随任职结束。请把结束日期提前。")


def _require_scope(tx: Tx, scope: tuple[str, ...]) -> None:
    known = {code for process, steps in work_of_processes(tx).items() for code in (process, *steps)}
    if unknown := [one for one in scope if one not in known]:
        raise Invalid(f"没有这样的流程或环节：{'、'.join(unknown)}。请重新选择。", fields={"scope": ["请重新选择。"]})


def work_of_processes(tx: Tx) -> Mapping[str, Mapping[str, str]]:
    """Process -> its steps as a scope names them -> their names."""
    return {
        str(process): {
            f"{process}/{node.id}": node.name
            for node in tx.release(release).definition.nodes.values()
            if node.kind == "userTask"
        }
        for process, release in sorted(tx.latest_releases().items())
    }


def _require_no_chain(tx: Tx, agreed: Agreed, terms: Terms, besides: int) -> None:
    """Who stands in is there himself, and who is away stands in for nobody, at any moment of these days."""
    known = tx.organisation

    def person(one: IdentityId) -> PersonId:
        return known.identity(one).person

    away, standing = person(agreed.giver), person(agreed.substitute)
    mine = [one.id for who in (away, standing) for one in known.identities_of_person.get(who, ())]
    for other in store.substitution.meeting(tx.db, mine, agreed.starts_at, agreed.ends_at):
        when = f"{day_in_words(other.first)}至{day_in_words(other.last)}"
        if other.id == besides:
            continue
        if other.giver == agreed.giver and scopes_meet(other.scope, terms.scope):
            told = f"{when}已经由{people.label(tx, other.substitute)}代办，同一件事不能请两个人代办。"
            raise Refused(f"{told}请改日期、改范围，或先结束那一条。", rule="substitution_twice", conflict=True)
        if person(other.giver) == standing:
            told = f"{people.label(tx, agreed.substitute)}在{when}自己也请人代办"
            raise Refused(f"{told}，不能再代别人办理。请另选一位，或改日期。", rule="substitution_chain", conflict=True)
        if person(other.substitute) == away:
            told = f"{people.label(tx, agreed.giver)}在{when}正代{people.label(tx, other.giver)}办理"
            raise Refused(
                f"{told}，不能再转给第三个人。请先结束那一条，再安排。", rule="substitution_chain", conflict=True
            )


def _tell(tx: Tx, substitution: int, agreed: Agreed, actor: Actor, text: str) -> None:
    for reader in (agreed.giver, agreed.substitute):
        if reader not in actor.identities:
            more = "不能代办的，请在「请人代办」里说明，对方好另作安排。" if reader == agreed.substitute else ""
            notify(tx, substitution, f"arranged:{tx.now.isoformat()}", reader, text + more)


def notify(tx: Tx, substitution: int, occasion: str, reader: IdentityId, text: str) -> None:
    """A notice that belongs to no case: on his page at once, and outside as he wants it. The same occasion twice is one."""
    key = f"substitution:{substitution}:{occasion}"
    store.notice.add(tx.db, key=key, identity=reader, case=None, text=text)
    dispatch.tell_outside(tx, [dispatch.Told(key, reader, None)])


def _names(tx: Tx, agreed: Agreed) -> str:
    return f"{people.label(tx, agreed.substitute)}代{people.label(tx, agreed.giver)}办理"


def _days(terms: Terms) -> str:
    return f"{day_in_words(terms.first)}至{day_in_words(terms.last)}"


def _name(tx: Tx, identity: IdentityId) -> str:
    return people.label(tx, identity).split("（")[0]


def _once(tx: Tx, actor: Actor, key: str, content: Mapping[str, object], deed: Callable[[], Arranged]) -> Arranged:
    """As `once` of the case commands, for deeds that belong to no case."""
    if not key:
        return deed()
    fingerprint = hashlib.sha256(repr(sorted(content.items())).encode()).hexdigest()
    try:
        store.operation.begin(tx.db, actor.person, key, fingerprint)
        tx.db.flush()
    except store.operation.Repeated as earlier:
        return Arranged(**earlier.answer)
    done = deed()
    store.operation.finish(tx.db, actor.person, key, asdict(done))
    return done
