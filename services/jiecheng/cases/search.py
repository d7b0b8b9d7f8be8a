"""全文检索: whoever searches finds what he may read, and of what lies behind closed doors only what is his.

The rights are the case page's own: those who take part, and of a compartment those inside on the day of the search. Whoever
oversees finds everything that his role reads, and each search of his is on record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from jiecheng import directory, permissions, store
from jiecheng.cases.house import BEIJING, House, Tx
from jiecheng.cases.inbox import PAGE, Page
from jiecheng.cases.received import organs_of
from jiecheng.model.actor import Actor, Role
from jiecheng.model.case import Case
from jiecheng.model.errors import Invalid
from jiecheng.model.ids import CaseId, IdentityId, OrganId
from jiecheng.model.search import fold, marked, terms_of
from jiecheng.store.search import Hit, Sought

KINDS = {
    "title": "标题", "number": "编号", "initiator": "发起人",
    "opinion": "意见", "attachment": "附件", "document": "文书",
}  # fmt: skip
_IN_HEAD = frozenset({"title", "number", "initiator"})


@dataclass(frozen=True, slots=True)
class Search:
    """`since`, `until`: days of the start, both inclusive."""

    words: str
    process: str = ""
    state: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Snippet:
    """`pieces`: stretches of text; True: what was looked for."""

    kind: str
    pieces: Sequence[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Found:
    case: Case
    title: Sequence[tuple[str, bool]]
    snippets: Sequence[Snippet]


def search_cases(tx: Tx, actor: Actor, search: Search, key: str = "", limit: int = PAGE) -> Page[Found]:
    """Newest case first. Raises Invalid where there is too little to look for."""
    permissions.require_official(actor)
    terms = terms_of(search.words)
    if not any(len(term) > 1 for term in terms):
        raise Invalid(
            "请输入至少两个连在一起的字，例如“借调”“杨景行”或编号里的“12号”。", fields={"q": ["请至少输入两个字。"]}
        )
    if key and not key.isdecimal():
        raise Invalid("列表的翻页位置无效。请回到第一页。")
    sought = _sought(tx, actor, search, terms)
    if sought.oversees and not key:
        store.account.log_access(tx.db, actor.person, actor.identity, "全文检索", search.words)
    hits = store.search.find(tx.db, sought, int(key) if key else None, limit + 1)
    shown = [_found(hit, terms) for hit in hits[:limit]]
    return Page(shown, str(shown[-1].case.id) if len(hits) > limit else "")


def fill_missing(house: House) -> int:
    """Make the cases findable that are older than the search. How many there were; each batch is a transaction."""
    done, after = 0, CaseId(0)
    while True:
        with house.transaction() as tx:
            batch = store.search.missing(tx.db, after)
            for one in batch:
                store.search.refresh(tx.db, store.case.lock(tx.db, one.id))
        if not batch:
            return done
        done, after = done + len(batch), batch[-1].id


def _sought(tx: Tx, actor: Actor, search: Search, terms: Sequence[str]) -> Sought:
    administers = Role.PROCESS_ADMINISTRATOR in actor.roles
    return Sought(
        terms=terms,
        readers=[*actor.identities, *_stood_in_by(tx, actor)],
        compartments=inside_of(tx, actor),
        oversees=administers or Role.AUDITOR in actor.roles,
        # A process administrator runs what he may not read: only the auditor stands behind every door.
        audits=Role.AUDITOR in actor.roles and not administers,
        process=search.process,
        state=search.state,
        since=_begin(search.since) if search.since else None,
        until=_begin(search.until + timedelta(days=1)) if search.until else None,
    )


def _stood_in_by(tx: Tx, actor: Actor) -> Sequence[str]:
    """The substitutions by which he may read now (代理): at the moment one ends, its cases are found no more."""
    holding = store.substitution.holding(tx.db, actor.identities)
    return [f"{store.search.SUBSTITUTION}{one.id}" for one in holding if one.substitute in actor.identities]


def inside_of(tx: Tx, actor: Actor) -> frozenset[OrganId]:
    """The organs behind whose doors this person is today."""
    known = tx.organisation
    near = set(organs_of(tx, actor))
    for identity in actor.identities:
        held = known.directory.identities.get(IdentityId(identity))
        if held is not None:
            near.add(known.organ_of(held).id)
    mine = frozenset(actor.identities)
    return frozenset(one for one in near if mine & set(directory.people_within(known, one, tx.today)))


def _found(hit: Hit, terms: Sequence[str]) -> Found:
    matching = [
        Snippet(KINDS[kind], marked(text, terms))
        for kind, text in hit.texts
        if kind not in _IN_HEAD and any(term in fold(text) for term in terms)
    ]
    number = [
        Snippet(KINDS[kind], marked(text, terms))
        for kind, text in hit.texts
        if kind in ("number", "initiator") and any(term in fold(text) for term in terms)
    ]
    return Found(hit.case, marked(hit.case.title, terms, around=200), (*number, *matching)[:3])


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), BEIJING).astimezone(UTC)
