"""The conversation with the server over one connection: statements stay prepared, several go out in one breath.

A round trip costs more than most of the statements it carries, so whatever need not wait for an answer travels together
(libpq's pipeline). Order is kept; after an error the server skips the rest of the breath. Never decides what to ask.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.abc import PQGen
from psycopg.adapt import Transformer
from psycopg.errors import InvalidSqlStatementName, error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult
from psycopg.waiting import Ready, Wait

from jiecheng.store.statement import Statement, command

Message = tuple[Statement, Sequence[bytes | None]]
Rows = Sequence[Any]

_FAILED, _BREATH_ENDS = ExecStatus.FATAL_ERROR, ExecStatus.PIPELINE_SYNC
BEGIN, COMMIT, ROLLBACK = command("BEGIN"), command("COMMIT"), command("ROLLBACK")


class Wire:
    """One per connection, as long as it lives. Beside it the connection may be used in the ordinary way, between breaths."""

    __slots__ = ("_connection", "_drawn", "_fresh", "_names", "_open", "_pg", "_reader", "_sent", "_silent")

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._pg: PGconn = connection.pgconn
        self._reader = Transformer(connection)
        self._names: dict[Statement, bytes] = {}
        self._drawn = 0
        self._new_breath()

    def _new_breath(self) -> None:
        self._open = False  # something was sent that has no answer yet
        self._sent = 0
        self._silent: set[int] = set()  # which of it prepares a statement: nobody asked for an answer to that
        self._fresh: list[Statement] = []

    @property
    def begun(self) -> bool:
        return self._open or self._pg.transaction_status != TransactionStatus.IDLE

    @property
    def is_open(self) -> bool:
        return self._open

    def send(self, messages: Sequence[Message]) -> None:
        """Send these and go on: the server works on them meanwhile. Their answers come with the next `talk`, first."""
        try:
            self._write(messages)
            self._pg.flush()  # whatever does not go out at once goes with what comes next
        except BaseException:
            self._connection.close()
            raise

    def talk(self, messages: Sequence[Message]) -> Sequence[PGresult]:
        """Send all of these, wait once; an answer each. The first error is raised when all answers are in."""
        try:
            answers = self._exchange(messages)
        except BaseException:
            # Half a conversation: nothing that comes on this connection later could be told apart.
            self._connection.close()
            raise
        fresh, silent = self._fresh, self._silent
        self._new_breath()
        for one in answers:
            if one.status == _FAILED:
                raise self._forgetting(fresh, error_from_result(one, self._connection.info.encoding))
        return [one for at, one in enumerate(answers) if at not in silent] if silent else answers

    def forget(self) -> None:
        """Nothing is prepared any more."""
        self._names.clear()

    def rows(self, statement: Statement, answer: PGresult) -> Rows:
        """The rows of an answer, their columns by name."""
        self._reader.set_pgresult(answer)
        make = statement.row_type(answer)
        return self._reader.load_rows(0, answer.ntuples, make)

    def _forgetting(self, fresh: Sequence[Statement], error: psycopg.Error) -> psycopg.Error:
        """What may not be prepared now gets another name next time: what was new in this breath, or, where somebody
        dropped prepared statements behind our back, all."""
        if isinstance(error, InvalidSqlStatementName):
            self.forget()
        for statement in fresh:
            self._names.pop(statement, None)
        return error

    def _exchange(self, messages: Sequence[Message]) -> Sequence[PGresult]:
        self._write(messages)
        self._pg.pipeline_sync()
        answers = self._connection.wait(_answers(self._pg))
        self._pg.exit_pipeline_mode()
        return answers

    def _write(self, messages: Sequence[Message]) -> None:
        pg, names, place = self._pg, self._names, self._sent
        if not self._open:
            pg.enter_pipeline_mode()
            self._open = True
        for statement, values in messages:
            name = names.get(statement)
            if name is None:
                self._drawn += 1
                name = names[statement] = b"jc_%d" % self._drawn
                self._fresh.append(statement)
                pg.send_prepare(name, statement.text)
                self._silent.add(place)
                place += 1
            pg.send_query_prepared(name, values)
            place += 1
        self._sent = place


def _answers(pg: PGconn) -> PQGen[list[PGresult]]:
    """Everything up to the end of the breath, for psycopg to wait on."""
    while pg.flush():
        if (yield Wait.RW) & Ready.R:
            pg.consume_input()
    found: list[PGresult] = []
    is_busy, get_result = pg.is_busy, pg.get_result
    while True:
        while is_busy():
            yield Wait.R
            pg.consume_input()
        one = get_result()
        if one is not None:
            if one.status == _BREATH_ENDS:
                return found
            found.append(one)
        elif pg.status == ConnStatus.BAD:  # otherwise: it stands after each answer
            raise psycopg.OperationalError("expected an answer of the server, but the connection was lost")
