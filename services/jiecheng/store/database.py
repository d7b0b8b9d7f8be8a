"""Connections and the one transaction. A command is one transaction; what it owes goes out with its commit or not at all."""

from __future__ import annotations

import secrets
import select
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from psycopg import Cursor
from psycopg import Error as PsycopgError
from psycopg.rows import namedtuple_row
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError

from jiecheng.store.statement import Statement
from jiecheng.store.tables import dump_json, load_json

Clock = Callable[[], datetime]

# Flows hear this channel when something is owed or a timer was set.
WORK_CHANNEL = "jiecheng_work"
# They look by themselves at least this often, so what falls due later needs no ring.
OWN_LOOK = timedelta(seconds=30)
LONG_REST = 30.0  # seconds


def utc_now() -> datetime:
    return datetime.now(UTC)


def driver_url(url: str) -> str:
    """A plain postgresql:// address, with the driver named as SQLAlchemy wants it."""
    for plain in ("postgresql://", "postgres://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url[len(plain) :]
    return url


def connect(url: str, *, pool: int = 10) -> Engine:
    """Connections with exact numbers in JSON, UTC, and a bound on how long a lock or a statement may hold a person up."""
    engine = create_engine(
        driver_url(url),
        pool_size=pool,
        max_overflow=pool,
        json_serializer=dump_json,
        json_deserializer=load_json,
        connect_args={
            "connect_timeout": 5,
            "options": "-c timezone=UTC -c lock_timeout=15s -c statement_timeout=60s"
            " -c idle_in_transaction_session_timeout=120s",
        },
    )
    event.listen(engine, "connect", _remember_statements)
    event.listen(engine, "checkout", _still_there)
    return engine


def _remember_statements(connection: Any, _: object) -> None:  # noqa: ANN401 - the driver's own
    """All of ours stay prepared: by default a hundred do, and what comes round after that is planned anew each time."""
    connection.prepared_max = 500


def _still_there(connection: Any, record: Any, _: object) -> None:  # noqa: ANN401 - the driver's and the pool's own
    """A kept connection is looked at before its next use; SQLAlchemy then puts a new one in the place of a dead one.

    A server that went away has closed its end, which costs no question to see. Only after a long rest is one asked: a
    firewall may have forgotten us.
    """
    rested = time.monotonic() - record.info.get("used", time.monotonic())
    record.info["used"] = time.monotonic()
    try:
        if connection.closed or _readable(connection):
            raise DisconnectionError
        if rested > LONG_REST:
            connection.execute(b"SELECT 1")
            connection.rollback()
    except (OSError, ValueError, PsycopgError) as problem:
        raise DisconnectionError from problem


def _readable(connection: Any) -> bool:  # noqa: ANN401
    poll = select.poll()  # not select.select: that one fails beyond a thousand open files
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(0))


@dataclass(slots=True)
class Transaction:
    """An open transaction with its moment. `now` is read once, so that everything in it happens at the same time."""

    connection: Connection
    now: datetime
    salt: Callable[[], bytes] = field(default=lambda: secrets.token_bytes(16))
    rings: bool = False
    settings: dict[str, str] | None = None  # as `store.setting` read them in this transaction
    _cursor: Cursor[Any] | None = None

    def run(self, statement: Statement, /, **values: object) -> int:
        """Send a statement; how many rows it touched."""
        return self.send(statement.text, statement.parameters(values)).rowcount

    def row(self, statement: Statement, /, **values: object) -> Any:  # noqa: ANN401 - columns by name, as the statement has them
        """The first row of the answer, or None."""
        return self.send(statement.text, statement.parameters(values)).fetchone()

    def rows(self, statement: Statement, /, **values: object) -> Sequence[Any]:
        return self.send(statement.text, statement.parameters(values)).fetchall()

    def send(self, text: bytes, values: Mapping[str, object] | None = None) -> Cursor[Any]:
        """Every statement of this kind passes here. One cursor for all: an answer is read whole before the next question."""
        if self._cursor is None:
            driver: Any = self.connection.connection.driver_connection
            self._cursor = driver.cursor(row_factory=namedtuple_row)
        return self._cursor.execute(text, values)

    def ring(self) -> None:
        """Wake the flows when this transaction commits (NOTIFY is delivered at commit, and once)."""
        if not self.rings:
            self.send(b"NOTIFY " + WORK_CHANNEL.encode())
            self.rings = True

    def ring_at(self, due: datetime) -> None:
        """Wake the flows for what falls due before they look by themselves again.

        A ring is not free: commits that ring wait for each other, and the flows ask the database what it was for.
        """
        if due <= self.now + 2 * OWN_LOOK:
            self.ring()


class Database:
    """The pool of one address. `transaction()` commits at its end, or leaves nothing when an exception passes."""

    def __init__(self, url: str, *, pool: int = 10) -> None:
        self.url = url
        self._engine = connect(url, pool=pool)

    @contextmanager
    def transaction(self, clock: Clock = utc_now) -> Iterator[Transaction]:
        with self._engine.begin() as connection:
            yield Transaction(connection, clock())

    def dispose(self) -> None:
        self._engine.dispose()
