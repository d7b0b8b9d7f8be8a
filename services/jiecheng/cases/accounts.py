"""Login, sessions, identities. Guessing is slowed down per account and per address; tokens are kept as hashes."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from jiecheng import store
from jiecheng.cases import people
from jiecheng.cases.house import Tx
from jiecheng.model.actor import Actor, Role
from jiecheng.model.errors import Invalid, NotFound, Refused
from jiecheng.model.ids import IdentityId, PersonId
from jiecheng.store.account import SessionRow

SESSION_LENGTH = timedelta(hours=8)
SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 1024
_FREE_TRIES = 5
_LONGEST_WAIT = timedelta(minutes=15)
# 19 MiB, two passes, one lane: about 50 ms. Only a few at a time, or a crowd at nine o'clock would take all memory.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_AT_ONCE = threading.BoundedSemaphore(4)
# Verified when the account does not exist, so that the answer takes as long as for one that does.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"


@dataclass(frozen=True, slots=True)
class Session:
    token: str
    csrf: str
    actor: Actor
    expires_at: datetime


def hash_password(password: str) -> str:
    with _AT_ONCE:
        return _HASHER.hash(password)


def set_password(tx: Tx, account: str, password: str) -> str:
    """Give an account of the directory a password, its first or a new one; returns the person's name.

    Whoever is logged in with the old one is logged out, and the count of wrong guesses begins anew.
    """
    account = account.strip().lower()
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid(f"密码至少 {SHORTEST_PASSWORD} 个字符，收到的是 {len(password)} 个。没有改动。")
    if len(password) > LONGEST_PASSWORD:
        raise Invalid(f"密码最多 {LONGEST_PASSWORD} 个字符。没有改动。")
    persons = tx.organisation.directory.persons.values()
    person = next((one for one in persons if one.account.strip().lower() == account), None)
    if not account or person is None:
        raise NotFound(f"人员表里没有账号“{account}”。请核对，或先用 jiecheng import-directory 导入人员。")
    store.account.put_account(tx.db, account, person.id, hash_password(password))
    store.account.drop_sessions_of(tx.db, person.id)
    store.account.clear_attempts(tx.db, [f"account:{account}"])
    return person.name


def blocked_for(tx: Tx, account: str, address: str) -> timedelta | None:
    """How long this account or address must still wait before the next guess; None when it may try."""
    tries = store.account.attempts(tx.db, _keys(account, address))
    until = max((one[2] for one in tries.values()), default=tx.now)
    return until - tx.now if until > tx.now else None


def log_in(tx: Tx, account: str, password: str, address: str) -> Session | None:
    """A new session, or None when account or password is wrong; the failure is then counted, so the caller must commit.

    Raises Refused, with the time to wait, for one who has guessed too often.
    """
    account = account.strip().lower()
    wait = blocked_for(tx, account, address)
    if wait is not None:
        minutes, seconds = divmod(int(wait.total_seconds()) + 1, 60)
        text = f"{minutes} 分 {seconds} 秒" if minutes else f"{seconds} 秒"
        raise Refused(f"尝试次数过多，请等待 {text}后再登录。忘记密码请联系系统管理员。", rule="login_wait")
    found = store.account.account(tx.db, account)
    if not _verify(found[1] if found else _NOBODY, password) or found is None:
        _count_failure(tx, account, address)
        return None
    store.account.clear_attempts(tx.db, [_keys(account, address)[0]])
    identities = identities_of(tx, found[0])
    if not identities and not store.account.roles(tx.db, found[0]):
        raise Refused("您的账号目前没有有效的任职，不能登录。请联系系统管理员。", rule="no_identity")
    return _open_session(tx, found[0], identities[0] if identities else IdentityId(str(found[0])))


def load_session(tx: Tx, token: str) -> Session | None:
    """The session behind a cookie; None when there is none, it has expired, or its person has left."""
    tx.db.foresee(store.setting.asks())  # the version of the directory is among them
    row = store.account.session(tx.db, _hash(token))
    if row is None:
        return None
    actor = _actor(tx, row)
    if actor is None:
        return None
    # Prolonged at most once a minute, so that reading a page does not write a row each time.
    expires = tx.now + SESSION_LENGTH
    if expires - row.expires_at > timedelta(minutes=1):
        store.account.touch_session(tx.db, _hash(token), expires)
    return Session(token, row.csrf, actor, expires)


def log_out(tx: Tx, token: str) -> None:
    store.account.drop_session(tx.db, _hash(token))


def switch_identity(tx: Tx, token: str, identity: IdentityId) -> None:
    """Act in another of one's own posts from here on."""
    row = store.account.session(tx.db, _hash(token))
    if row is None or identity not in identities_of(tx, row.person):
        raise Refused("只能切换到您本人现任的身份。", rule="identity")
    store.account.touch_session(tx.db, _hash(token), row.expires_at, identity)


def identities_of(tx: Tx, person: PersonId) -> tuple[IdentityId, ...]:
    """Identities in office today: the main one first."""
    organisation = tx.organisation
    current = [
        one for one in organisation.identities_of_person.get(person, ()) if organisation.in_office(one, tx.today)
    ]
    return tuple(one.id for one in sorted(current, key=lambda one: (not one.main, one.id)))


def administrators(tx: Tx) -> tuple[IdentityId, ...]:
    """Who administers processes, each in his main identity."""
    persons = store.account.persons_with(tx.db, Role.PROCESS_ADMINISTRATOR)
    return tuple(one for person in persons for one in identities_of(tx, person)[:1])


def identity_choices(tx: Tx, actor: Actor) -> Sequence[tuple[IdentityId, str]]:
    return [(one, people.label(tx, one)) for one in actor.identities]


def actor_of(tx: Tx, identity: IdentityId) -> Actor:
    """The person behind an identity, acting in it: for tests, imports and the acceptance suite."""
    known = tx.organisation.directory
    person = known.identities[identity].person
    row = SessionRow(person, identity, "", tx.now, store.account.roles(tx.db, person))
    actor = _actor(tx, row)
    assert actor is not None
    return actor


def _open_session(tx: Tx, person: PersonId, identity: IdentityId) -> Session:
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
    row = SessionRow(person, identity, csrf, tx.now + SESSION_LENGTH, store.account.roles(tx.db, person))
    store.account.add_session(tx.db, _hash(token), row)
    actor = _actor(tx, row)
    assert actor is not None
    return Session(token, csrf, actor, row.expires_at)


def _actor(tx: Tx, row: SessionRow) -> Actor | None:
    known = tx.organisation.directory
    person = known.persons.get(row.person)
    identities = identities_of(tx, row.person)
    if person is None or (not identities and not row.roles):
        return None
    identity = row.identity if row.identity in identities else (identities[0] if identities else row.identity)
    described = people.describe(tx, identity) or {}
    post = tx.organisation.title(known.identities[identity]) if described else ""
    return Actor(
        person=row.person,
        name=person.name,
        identity=identity,
        identities=identities,
        roles=row.roles,
        post=post or "、".join(sorted(row.roles)),
        organ=str(described.get("organ", "")),
    )


def _verify(stored: str, password: str) -> bool:
    try:
        with _AT_ONCE:
            return _HASHER.verify(stored, password[:LONGEST_PASSWORD])
    except (Argon2Error, InvalidHashError):
        return False


def _count_failure(tx: Tx, account: str, address: str) -> None:
    keys = _keys(account, address)
    tries = store.account.attempts(tx.db, keys)
    for key in keys:
        failures, last, _ = tries.get(key, (0, tx.now, tx.now))
        failures = failures + 1 if tx.now - last < timedelta(hours=1) else 1
        # An address may belong to a whole office behind one router: it gets more tries than an account.
        free = _FREE_TRIES if key.startswith("account:") else _FREE_TRIES * 10
        wait = min(timedelta(seconds=2 ** min(failures - free, 12)), _LONGEST_WAIT) if failures >= free else timedelta()
        store.account.put_attempt(tx.db, key, failures, tx.now + wait)


def _keys(account: str, address: str) -> list[str]:
    return [f"account:{account.strip().lower()[:200]}", f"address:{address[:100]}"]


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
