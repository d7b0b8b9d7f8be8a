"""Drafts of processes: rows, texts by hash, revisions, the log. What may be done with them is `cases`' affair."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Text, any_, bindparam, exists, func, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert

from jiecheng.model.actor import Actor
from jiecheng.model.draft import DraftEntry, DraftState, ProcessDraft
from jiecheng.model.errors import NotFound
from jiecheng.model.ids import IdentityId, PersonId, ProcessId, ReleaseHash
from jiecheng.store.database import Question, Transaction
from jiecheng.store.statement import Statement
from jiecheng.store.tables import draft_log, draft_revisions, draft_texts, process_drafts

OPEN_STATES = (DraftState.EDITING, DraftState.SUBMITTED)


def text_hash(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def add(tx: Transaction, process: ProcessId, name: str, base: ReleaseHash) -> int | None:
    """The id of the new draft; None when the process has an open one. Waits for a twin that is being opened."""
    statement = (
        upsert(process_drafts)
        .values(
            process=process, name=name, base=base, state=DraftState.EDITING, revision=0,
            opened_at=tx.now, changed_at=tx.now,
        )
        .on_conflict_do_nothing()
        .returning(process_drafts.c.id)
    )  # fmt: skip
    found = tx.connection.execute(statement).scalar()
    return None if found is None else int(found)


def open_of(tx: Transaction, process: ProcessId) -> ProcessDraft | None:
    """The one open draft of a process."""
    row = tx.connection.execute(
        select(process_drafts).where(process_drafts.c.process == process, process_drafts.c.state.in_(OPEN_STATES))
    ).one_or_none()
    return None if row is None else _draft(row)


def get(tx: Transaction, draft: int) -> ProcessDraft:
    return _found(tx.connection.execute(select(process_drafts).where(process_drafts.c.id == draft)).one_or_none())


def lock(tx: Transaction, draft: int) -> ProcessDraft:
    """The draft, ours until the transaction ends: whoever saves, submits or publishes takes turns here."""
    statement = select(process_drafts).where(process_drafts.c.id == draft).with_for_update()
    return _found(tx.connection.execute(statement).one_or_none())


def list_all(tx: Transaction, limit: int = 100) -> Sequence[ProcessDraft]:
    """Newest first."""
    rows = tx.connection.execute(select(process_drafts).order_by(process_drafts.c.id.desc()).limit(limit))
    return [_draft(row) for row in rows]


# The first revision is the copy, which nobody has written.
_COUNT_TO_APPROVE = Statement(
    select(func.count()).where(
        process_drafts.c.state == "submitted",
        ~(process_drafts.c.submitted_by == any_(bindparam("identities", type_=ARRAY(Text)))),
        ~exists().where(
            draft_revisions.c.draft_id == process_drafts.c.id,
            draft_revisions.c.number > 1,
            draft_revisions.c.person == bindparam("person"),
        ),
    )
)


def asks_to_approve(person: PersonId, identities: Collection[IdentityId]) -> Question:
    return _COUNT_TO_APPROVE, {"person": person, "identities": list(identities)}


def count_to_approve(tx: Transaction, person: PersonId, identities: Collection[IdentityId]) -> int:
    """Submitted drafts that this person neither wrote nor submitted."""
    statement, values = asks_to_approve(person, identities)
    rows = tx.rows(statement, **values)
    return int(rows[0][0]) if rows else 0


def put_state(tx: Transaction, draft: int, state: DraftState, **values: object) -> None:
    statement = update(process_drafts).where(process_drafts.c.id == draft).values(state=state, **values)
    tx.connection.execute(statement)


def add_revision(tx: Transaction, draft: int, number: int, files: Mapping[str, str], actor: Actor) -> None:
    """Keep the files under the next number."""
    hashes = {name: text_hash(content) for name, content in files.items()}
    texts = [{"hash": hashes[name], "content": content} for name, content in files.items()]
    if texts:
        tx.connection.execute(upsert(draft_texts).values(texts).on_conflict_do_nothing())
    row = {"draft_id": draft, "number": number, "files": hashes, "saved_at": tx.now}
    tx.connection.execute(insert(draft_revisions).values(**row, identity=actor.identity, person=actor.person))
    tx.connection.execute(
        update(process_drafts).where(process_drafts.c.id == draft).values(revision=number, changed_at=tx.now)
    )


def files(tx: Transaction, draft: int, revision: int) -> dict[str, str]:
    """File name -> text, in the order of the names."""
    hashes: Mapping[str, str] = tx.connection.execute(
        select(draft_revisions.c.files).where(draft_revisions.c.draft_id == draft, draft_revisions.c.number == revision)
    ).scalar_one()
    rows = tx.connection.execute(select(draft_texts).where(draft_texts.c.hash.in_(set(hashes.values()))))
    contents = {row.hash: row.content for row in rows}
    return {name: contents[hashes[name]] for name in sorted(hashes)}


def last_saver(tx: Transaction, draft: int) -> IdentityId:
    row = tx.connection.execute(
        select(draft_revisions.c.identity)
        .where(draft_revisions.c.draft_id == draft)
        .order_by(draft_revisions.c.number.desc())
        .limit(1)
    ).scalar_one()
    return IdentityId(row)


def authors(tx: Transaction, draft: int) -> Mapping[PersonId, IdentityId]:
    """Everybody who saved something after the copy, and in which identity first; of an untouched copy, who opened it."""
    rows = tx.connection.execute(
        select(draft_revisions.c.person, draft_revisions.c.identity)
        .where(draft_revisions.c.draft_id == draft)
        .order_by(draft_revisions.c.number)
    ).all()
    writers = rows[1:] or rows
    found: dict[PersonId, IdentityId] = {}
    for row in writers:
        found.setdefault(PersonId(row.person), IdentityId(row.identity))
    return found


def add_entry(tx: Transaction, draft: ProcessDraft, actor: Actor, event: str, words: str = "") -> None:
    """A line of the log; the database refuses to change or remove it."""
    number = tx.connection.execute(
        select(func.max(draft_revisions.c.number)).where(draft_revisions.c.draft_id == draft.id)
    ).scalar()
    row = {"draft_id": draft.id, "at": tx.now, "event": event, "revision": number or 0, "words": words}
    tx.connection.execute(insert(draft_log).values(**row, identity=actor.identity, person=actor.person))


def log(tx: Transaction, draft: int) -> Sequence[DraftEntry]:
    """Newest first."""
    rows = tx.connection.execute(select(draft_log).where(draft_log.c.draft_id == draft).order_by(draft_log.c.id.desc()))
    return [
        DraftEntry(row.at, IdentityId(row.identity), PersonId(row.person), row.event, row.revision, row.words)
        for row in rows
    ]


def _found(row: Row[Any] | None) -> ProcessDraft:
    if row is None:
        raise NotFound("没有这个草稿。")
    return _draft(row)


def _draft(row: Row[Any]) -> ProcessDraft:
    return ProcessDraft(
        id=row.id,
        process=ProcessId(row.process),
        name=row.name,
        base=ReleaseHash(row.base),
        state=DraftState(row.state),
        revision=row.revision,
        opened_at=row.opened_at,
        changed_at=row.changed_at,
        submitted_by=IdentityId(row.submitted_by) if row.submitted_by else None,
        released=ReleaseHash(row.released) if row.released else None,
    )
