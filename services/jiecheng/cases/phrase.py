"""常用语: what people write again and again under an opinion. One's own, and those of the organ, kept by its clerk.

Nothing here touches a case: a phrase is put into the field by whoever signs under it, and can be changed there.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from jiecheng import directory, permissions, store
from jiecheng.cases.house import Tx
from jiecheng.cases.organisation import clerks_of
from jiecheng.model.actor import Actor
from jiecheng.model.errors import Invalid
from jiecheng.model.ids import IdentityId, OrganId
from jiecheng.store.phrase import PhraseRow

LONGEST, MOST = 200, 60


@dataclass(frozen=True, slots=True)
class KeepPhrase:
    """`shared`: for everybody in one's organ; only its clerk may."""

    actor: Actor
    words: str
    shared: bool = False


@dataclass(frozen=True, slots=True)
class ChangePhrase:
    actor: Actor
    phrase: int
    words: str


@dataclass(frozen=True, slots=True)
class PhraseBook:
    """`organ`: its name, "" for who is in none; `keeps`: whether this person keeps the organ's."""

    own: Sequence[PhraseRow]
    shared: Sequence[PhraseRow]
    organ: str
    keeps: bool


def keep_phrase(tx: Tx, command: KeepPhrase) -> None:
    """The same words again change nothing."""
    permissions.require_official(command.actor)
    words, organ = _words(command.words), ""
    if command.shared:
        organs = _organs(tx, command.actor)
        permissions.require_organ_phrases(command.actor, _clerks(tx, organs))
        organ = organs[0]
    have = [one for one in store.phrase.seen_by(tx.db, command.actor.person, [organ]) if one.organ == organ]
    if len(have) >= MOST:
        raise Invalid(f"最多存 {MOST} 条常用语。请先删掉不用的。")
    store.phrase.add(tx.db, command.actor.person, organ, words, command.actor.name)


def change_phrase(tx: Tx, command: ChangePhrase) -> None:
    _require_keeper(tx, command.actor, command.phrase)
    store.phrase.change(tx.db, command.phrase, _words(command.words), command.actor.name)


def remove_phrase(tx: Tx, actor: Actor, phrase: int) -> None:
    _require_keeper(tx, actor, phrase)
    store.phrase.remove(tx.db, phrase)


def foresee_book(tx: Tx, actor: Actor) -> None:
    """Ask for the rows of `phrase_book` together with whatever is asked next."""
    with tx.db.ahead():
        store.phrase.seen_by(tx.db, actor.person, _organs(tx, actor))


def phrase_book(tx: Tx, actor: Actor) -> PhraseBook:
    permissions.require_official(actor)
    organs = _organs(tx, actor)
    rows = store.phrase.seen_by(tx.db, actor.person, organs)
    return PhraseBook(
        own=[one for one in rows if not one.organ],
        shared=[one for one in rows if one.organ],
        organ=tx.organisation.organ(organs[0]).name if organs else "",
        keeps=bool(organs) and permissions.may_keep_organ_phrases(actor, _clerks(tx, organs)),
    )


def _require_keeper(tx: Tx, actor: Actor, phrase: int) -> None:
    row = store.phrase.get(tx.db, phrase)
    if row.organ:
        permissions.require_organ_phrases(actor, clerks_of(tx, OrganId(row.organ)))
    else:
        permissions.require_own_phrase(actor, row.person)


def _organs(tx: Tx, actor: Actor) -> list[OrganId]:
    """One's organ, with the sister organ of a 街镇."""
    return [one.id for one in directory.organs_of_person(tx.organisation, actor.identity)]


def _clerks(tx: Tx, organs: Sequence[OrganId]) -> Collection[IdentityId]:
    return [one for organ in organs[:1] for one in clerks_of(tx, organ)]


def _words(text: str) -> str:
    words = " ".join(text.split())
    if not words:
        raise Invalid("请写常用语的内容。", fields={"words": ["请写常用语的内容。"]})
    if len(words) > LONGEST:
        raise Invalid.at("words", f"一条常用语不超过 {LONGEST} 个字，现在有 {len(words)} 个。")
    return words
