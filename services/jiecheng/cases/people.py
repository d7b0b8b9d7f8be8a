"""Names and posts in words, for pages and refusals."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from jiecheng import directory
from jiecheng.cases.house import BEIJING, Tx
from jiecheng.model.directory import Identity
from jiecheng.model.errors import Invalid
from jiecheng.model.ids import BodyId, IdentityId, OrganId, PersonId, PostId

_MOST_NEAR = 5


def label(tx: Tx, identity: IdentityId | None) -> str:
    """王敏（彭溪街道 党政办公室主任）, also for someone who has left the post."""
    if identity is None:
        return ""
    known = tx.organisation.directory
    found = known.identities.get(identity)
    if found is None:
        return str(identity)
    return f"{known.persons[found.person].name}（{tx.organisation.title(found)}）"


def called(tx: Tx, code: str) -> str:
    """What a code of the organisation is called: 王敏（…）, 王敏, 彭溪街道办事处, 彭溪街道; any other text as it is."""
    known = tx.organisation.directory
    if code in known.identities:
        return label(tx, IdentityId(code))
    if person := known.persons.get(PersonId(code)):
        return person.name
    if organ := known.organs.get(OrganId(code)):
        return organ.name
    if body := known.bodies.get(BodyId(code)):
        return body.name
    if post := known.posts.get(PostId(code)):
        return f"{known.organs[post.organ].name} {post.name}"
    return tx.organisation.street_name(code) if code in tx.organisation.organs_of_street else code


def labels(tx: Tx, identities: Iterable[IdentityId]) -> tuple[str, ...]:
    return tuple(label(tx, one) for one in identities)


def moment(at: datetime | None) -> str:
    """2026年3月1日 09:30, in Beijing."""
    if at is None:
        return ""
    local = at.astimezone(BEIJING)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def named(tx: Tx, text: str, among: Collection[IdentityId] | None = None) -> IdentityId:
    """Whom a person means: an identity, a name, or a name with its post as `label` writes it.

    `among`: of these only it is said that they are near a name that nobody has.
    """
    known, words = tx.organisation, text.strip()
    if words in known.directory.identities:
        return IdentityId(words)
    today = [one for one in known.directory.identities.values() if known.in_office(one, tx.today)]
    found = [one.id for one in today if known.person_name(one) == words.partition("（")[0]]
    exact = [one for one in found if label(tx, one) == words] or found
    if len(exact) == 1:
        return exact[0]
    if not words:
        sentence = "请写明交给谁：写姓名，重名的写全职务。"
    elif exact:
        sentence = f"“{words}”不止一位或有几个职务，请写全：{'、'.join(labels(tx, exact))}。"
    else:
        nearest = [one.id for one in _near(tx, today, words) if among is None or one.id in among]
        near = "、".join(labels(tx, nearest[:_MOST_NEAR]))
        hint = f"相近的有：{near}。请写全其中一位。" if near else "请核对。"
        sentence = f"全区没有姓名为“{words}”的在任人员{'。' if near else '，'}{hint}"
    raise Invalid.at("to", sentence)


def _near(tx: Tx, today: Sequence[Identity], words: str) -> Sequence[Identity]:
    """Who has these words in name, post or organ; else whose name differs in one character."""
    fitting = [one for one in today if all(word in label(tx, one.id) for word in words.split())]
    name = tx.organisation.person_name
    return fitting or [one for one in today if _one_off(name(one), words.partition("（")[0])]


def _one_off(name: str, words: str) -> bool:
    return len(name) == len(words) > 1 and sum(a != b for a, b in zip(name, words, strict=True)) == 1


def describe(tx: Tx, identity: IdentityId) -> dict[str, object] | None:
    found = directory.describe_identity(tx.organisation, identity, tx.today)
    return None if found is None else dict(found)


def same_persons(tx: Tx, identities: Iterable[IdentityId], among: Iterable[IdentityId]) -> tuple[IdentityId, ...]:
    """Those of `among` whose person stands behind one of `identities`."""
    known = tx.organisation.directory.identities
    persons = {known[one].person for one in identities if one in known}
    return tuple(one for one in among if one in known and known[one].person in persons)
