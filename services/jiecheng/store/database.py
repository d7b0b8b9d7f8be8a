"""Connections and the one transaction. A command is one transaction; what it owes goes out with its commit or not at all."""

from __future__ import annotations

import os
import re
import select
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from psycopg import Error as PsycopgError
from psycopg import OperationalError
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult
from sqlalchemy import Connection, Engine, PoolProxiedConnection, create_engine, event
from sqlalchemy.exc import DisconnectionError

from jiecheng.store.statement import Statement, command
from jiecheng.store.tables import dump_json, load_json
from jiecheng.store.wire import BEGIN, COMMIT, ROLLBACK, Message, Rows, Wire

Clock = Callable[[], datetime]

# Flows hear this channel when something is owed or a timer was set.
WORK_CHANNEL = "jiecheng_work"
# They look by themselves at least this often, so what falls due later needs no ring.
OWN_LOOK = timedelta(seconds=30)
LONG_REST = 30.0  # seconds
_DROPPING = re.compile(r"\s*(?:DROP|ALTER|ROLLBACK|DISCARD|DEALLOCATE)\b", re.IGNORECASE)
_RING = command(f"NOTIFY {WORK_CHANNEL}")

Question = tuple[Statement, Mapping[str, object]]
Asked = tuple[Statement, tuple[bytes | None, ...]]
Check = Callable[[Rows], None]


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
    event.listen(engine, "after_cursor_execute", _prepared_anew)
    return engine


def _remember_statements(connection: Any, _: object) -> None:  # noqa: ANN401 - the driver's own
    """What SQLAlchemy builds stays prepared too: by default a hundred do, and what comes round after that is planned anew."""
    connection.prepared_max = 500


def _prepared_anew(connection: Connection, _: object, text: str, *__: object) -> None:
    """After such a statement the driver drops everything that is prepared, for it may have become wrong; ours with it."""
    if _DROPPING.match(text) and "wire" in connection.connection.info:
        connection.connection.info["wire"].forget()


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
        # Past the driver's own cursors: their rollback would drop every prepared statement, ours too.
        if rested > LONG_REST and connection.pgconn.exec_(b"SELECT 1").status != ExecStatus.TUPLES_OK:
            raise DisconnectionError
    except (OSError, ValueError, PsycopgError) as problem:
        raise DisconnectionError from problem


def _readable(connection: Any) -> bool:  # noqa: ANN401
    poll = select.poll()  # not select.select: that one fails beyond a thousand open files
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(0))


@dataclass(slots=True)
class Transaction:
    """An open transaction with its moment. `now` is read once, so that everything in it happens at the same time.

    What nobody waits for (`later`) goes out before the next question, in the same breath, and at the latest with the
    commit. A question asked again, with nothing written or locked since, has the answer it had. The server begins a
    transaction at the first statement that is more than a question: at its level (read committed) each question sees what
    is committed when it is asked, inside one or not.
    """

    now: datetime
    _kept: PoolProxiedConnection
    _engine: Engine
    salt: Callable[[], bytes] = field(default=lambda: os.urandom(16))
    rings: bool = False
    settings: dict[str, str] | None = None  # as `store.setting` read them in this transaction
    _wire: Wire = field(init=False)
    _waiting: list[tuple[Message, Check | None]] = field(default_factory=list)
    _sent: list[tuple[Statement, Check | None]] = field(default_factory=list)  # nobody has looked at their answers yet
    _ahead: list[Asked] = field(default_factory=list)
    _collecting: bool = False
    _known: dict[Asked, Rows] = field(default_factory=dict)
    _connection: Connection | None = None

    def __post_init__(self) -> None:
        self._wire = self._kept.info.get("wire") or Wire(self._kept.driver_connection)  # type: ignore[arg-type]
        self._kept.info["wire"] = self._wire

    def run(self, statement: Statement, /, **values: object) -> int:
        """Send a statement; how many rows it touched."""
        self._forget(statement)
        return self._talk([(statement, statement.values(values))])[0].command_tuples or 0

    def row(self, statement: Statement, /, **values: object) -> Any:  # noqa: ANN401 - columns by name, as the statement has them
        """The first row of the answer, or None."""
        found = self._ask(statement, values)
        return found[0] if found else None

    def rows(self, statement: Statement, /, **values: object) -> Sequence[Any]:
        return self._ask(statement, values)

    def each(self, *statements: Question) -> Sequence[Rows]:
        """Several statements in one breath, one after the other; the rows of each."""
        for statement, _ in statements:
            self._forget(statement)
        answers = self._talk([(statement, statement.values(values)) for statement, values in statements])
        return [self._wire.rows(one, answer) for (one, _), answer in zip(statements, answers, strict=True)]

    def later(self, statement: Statement, /, **values: object) -> None:
        """A statement whose answer nobody needs."""
        self._forget(statement)
        self._waiting.append(((statement, statement.values(values)), None))

    def expect(self, check: Check, statement: Statement, /, **values: object) -> None:
        """The same, but with its answer somebody looks at it, and may raise what then passes through whoever asked."""
        self._forget_all()
        self._waiting.append(((statement, statement.values(values)), check))

    def foresee(self, *questions: Question) -> None:
        """These will be asked: fetch their answers with whatever is sent next, after it."""
        self._ahead += [(statement, tuple(statement.values(values))) for statement, values in questions]

    @contextmanager
    def ahead(self) -> Iterator[None]:
        """What is asked in here is foreseen, not answered: every answer is empty. For functions that give lists."""
        self._collecting = True
        try:
            yield
        finally:
            self._collecting = False

    @property
    def connection(self) -> Connection:
        """For statements that SQLAlchemy builds anew each time. What waits goes out first, what is known may change."""
        self.flush()
        self._forget_all()
        if self._connection is None:
            self._connection = Connection(self._engine, self._kept)
        return self._connection

    def send(self) -> None:
        """What waits goes out now, and the server works on it while we go on. Whether it went through shows with the next
        question or the commit, as for all that waits. Before what takes a while here."""
        if not self._waiting:
            return
        if not self._wire.begun:
            self._waiting.insert(0, ((BEGIN, ()), None))
        self._wire.send([message for message, _ in self._waiting])
        self._sent += [(statement, check) for (statement, _), check in self._waiting]
        self._waiting = []

    def flush(self) -> None:
        """Send what waits, for who must know now whether it went through."""
        if self._waiting or self._sent:
            self._talk([])

    def commit(self) -> None:
        self._ahead.clear()
        if not self._wire.begun and not self._waiting:
            return  # only questions
        # A transaction that failed earlier answers to COMMIT that it rolled back.
        if self._talk([(COMMIT, ())])[0].command_status != b"COMMIT":
            raise OperationalError("expected to commit, but the transaction had failed before")

    def rollback(self) -> None:
        self._waiting.clear()
        self._sent.clear()
        if self._wire.is_open:
            with suppress(PsycopgError):  # it is taken back, whatever became of it
                self._wire.talk([])
        if not self._kept.driver_connection.closed and self._wire.begun:  # type: ignore[union-attr]
            self._wire.talk([(ROLLBACK, ())])

    def _ask(self, statement: Statement, values: Mapping[str, object]) -> Rows:
        question = (statement, tuple(statement.values(values)))
        if self._collecting:
            assert statement.looks, "only questions are foreseen"
            self._ahead.append(question)
            return ()
        if not statement.looks:
            self._forget(statement)
            return self._wire.rows(statement, self._talk([question])[0])
        found = self._known.get(question)
        if found is None:
            found = self._known[question] = self._wire.rows(statement, self._talk([question])[0])
        return found

    def _forget(self, statement: Statement) -> None:
        if statement.locks:
            self._forget_all()
        elif self._known:
            tables = statement.tables
            for one in [one for one in self._known if one[0].tables & tables]:
                if not self._lasts(one):
                    del self._known[one]

    def _forget_all(self) -> None:
        self._known = {one: rows for one, rows in self._known.items() if self._lasts(one)}

    def _lasts(self, asked: Asked) -> bool:
        """An answer that nothing takes back; that there was none yet does not last."""
        return asked[0].lasts and bool(self._known[asked])

    def _talk(self, messages: Sequence[Message]) -> Sequence[PGresult]:
        """Everything to the server passes here: what waits, these messages, what is foreseen. The answers to the messages."""
        waiting, ahead = self._waiting, [one for one in dict.fromkeys(self._ahead) if one not in self._known]
        ahead = [one for one in ahead if one not in messages]
        self._waiting, self._ahead = [], []
        said: list[Message] = [*(message for message, _ in waiting), *messages, *ahead]
        begins = not self._wire.begun and not all(statement.looks for statement, _ in said)
        answers = self._wire.talk([(BEGIN, ()), *said])[1:] if begins else self._wire.talk(said)
        before = [*self._sent, *((statement, check) for (statement, _), check in waiting)]
        self._sent = []
        first, last = len(before), len(before) + len(messages)
        self._known |= {one: self._wire.rows(one[0], answer) for one, answer in zip(ahead, answers[last:], strict=True)}
        for (statement, check), answer in zip(before, answers[:first], strict=True):
            if check is not None:
                check(self._wire.rows(statement, answer))
        return answers[first:last]

    def ring(self) -> None:
        """Wake the flows when this transaction commits (NOTIFY is delivered at commit, and once)."""
        if not self.rings:
            self.later(_RING)
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
        kept = self._engine.raw_connection()
        try:
            tx = Transaction(clock(), kept, self._engine)
            try:
                yield tx
                tx.commit()
            except BaseException:
                tx.rollback()
                raise
        finally:
            kept.close()

    def dispose(self) -> None:
        self._engine.dispose()
