"""Accounts, roles, sessions, guesses. Tokens and passwords are here as hashes only."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from jiecheng.model.actor import Role
from jiecheng.model.ids import IdentityId, PersonId
from jiecheng.store.database import Transaction
from jiecheng.store.statement import Statement
from jiecheng.store.tables import access_log, accounts, grants, login_attempts, sessions

_SESSION = Statement(
    select(
        sessions,
        select(func.array_agg(grants.c.role))
        .where(grants.c.person == sessions.c.person)
        .correlate(sessions)
        .scalar_subquery()
        .label("roles"),
    ).where(sessions.c.token_hash == bindparam("token"), sessions.c.expires_at > bindparam("now"))
)
_ROLES = Statement(select(grants.c.role).where(grants.c.person == bindparam("who")))
_LOG_ACCESS = Statement(insert(access_log).inline(), "at", "person", "identity", "action", "subject")


@dataclass(frozen=True, slots=True)
class SessionRow:
    person: PersonId
    identity: IdentityId
    csrf: str
    expires_at: datetime
    roles: frozenset[Role] = frozenset()  # as they are now; granted to the person, not to the session


def put_account(tx: Transaction, account: str, person: PersonId, password_hash: str) -> None:
    statement = upsert(accounts).values(account=account, person=person, password_hash=password_hash)
    tx.connection.execute(
        statement.on_conflict_do_update(
            index_elements=[accounts.c.account], set_={"person": person, "password_hash": password_hash}
        )
    )


def account(tx: Transaction, name: str) -> tuple[PersonId, str] | None:
    """Person and password hash."""
    row = tx.connection.execute(select(accounts).where(accounts.c.account == name)).one_or_none()
    return None if row is None else (PersonId(row.person), row.password_hash)


def has_accounts(tx: Transaction) -> bool:
    return tx.connection.execute(select(1).select_from(accounts).limit(1)).first() is not None


def put_roles(tx: Transaction, person: PersonId, roles: Collection[Role]) -> None:
    tx.connection.execute(delete(grants).where(grants.c.person == person))
    if roles:
        tx.connection.execute(insert(grants), [{"person": person, "role": role} for role in sorted(roles)])


def roles(tx: Transaction, person: PersonId) -> frozenset[Role]:
    return frozenset(Role(row.role) for row in tx.rows(_ROLES, who=person))


def add_session(tx: Transaction, token_hash: str, session: SessionRow) -> None:
    tx.connection.execute(
        insert(sessions).values(
            token_hash=token_hash, person=session.person, identity=session.identity, csrf=session.csrf,
            created_at=tx.now, expires_at=session.expires_at,
        )
    )  # fmt: skip


def session(tx: Transaction, token_hash: str) -> SessionRow | None:
    """The session, if it has not expired."""
    row = tx.row(_SESSION, token=token_hash, now=tx.now)
    if row is None:
        return None
    held = frozenset(Role(one) for one in row.roles or ())
    return SessionRow(PersonId(row.person), IdentityId(row.identity), row.csrf, row.expires_at, held)


def touch_session(tx: Transaction, token_hash: str, expires_at: datetime, identity: IdentityId | None = None) -> None:
    values: dict[str, object] = {"expires_at": expires_at}
    if identity is not None:
        values["identity"] = identity
    tx.connection.execute(update(sessions).where(sessions.c.token_hash == token_hash).values(**values))


def drop_session(tx: Transaction, token_hash: str) -> None:
    tx.connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))


def drop_sessions_of(tx: Transaction, person: PersonId) -> None:
    tx.connection.execute(delete(sessions).where(sessions.c.person == person))


def drop_expired(tx: Transaction) -> int:
    """Sessions that have expired, and failed logins that no longer count for anything. How many sessions went."""
    old = tx.now - timedelta(days=1)
    tx.connection.execute(
        delete(login_attempts).where(login_attempts.c.last_at < old, login_attempts.c.blocked_until < old)
    )
    return tx.connection.execute(delete(sessions).where(sessions.c.expires_at <= tx.now)).rowcount


def attempts(tx: Transaction, keys: Sequence[str]) -> dict[str, tuple[int, datetime, datetime]]:
    """Key -> failures, when the last one was, blocked until."""
    rows = tx.connection.execute(select(login_attempts).where(login_attempts.c.key.in_(keys)).with_for_update())
    return {row.key: (row.failures, row.last_at, row.blocked_until) for row in rows}


def put_attempt(tx: Transaction, key: str, failures: int, blocked_until: datetime) -> None:
    values = {"failures": failures, "last_at": tx.now, "blocked_until": blocked_until}
    statement = upsert(login_attempts).values(key=key, **values)
    tx.connection.execute(statement.on_conflict_do_update(index_elements=[login_attempts.c.key], set_=values))


def clear_attempts(tx: Transaction, keys: Sequence[str]) -> None:
    tx.connection.execute(delete(login_attempts).where(login_attempts.c.key.in_(keys)))


def log_access(tx: Transaction, person: PersonId, identity: IdentityId, action: str, subject: str) -> None:
    """Every read of personal data by an auditor or administrator is itself recorded."""
    tx.run(_LOG_ACCESS, at=tx.now, person=person, identity=identity, action=action, subject=subject)


@dataclass(frozen=True, slots=True)
class AccessRow:
    at: datetime
    person: PersonId
    identity: IdentityId
    action: str
    subject: str


def access_entries(tx: Transaction, limit: int) -> Sequence[AccessRow]:
    """Who read what, latest first."""
    rows = tx.connection.execute(select(access_log).order_by(access_log.c.id.desc()).limit(limit))
    return [AccessRow(row.at, row.person, row.identity, row.action, row.subject) for row in rows]


def persons_with(tx: Transaction, role: Role) -> Sequence[PersonId]:
    rows = tx.connection.execute(select(grants.c.person).where(grants.c.role == role).order_by(grants.c.person))
    return [PersonId(row.person) for row in rows]
