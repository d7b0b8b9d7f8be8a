"""The conversation with the server: what waits goes out in order, an answer is known until it may have changed."""

from datetime import UTC, date, datetime
from decimal import Decimal

import psycopg
import pytest
from sqlalchemy import Integer, Text, bindparam, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from jiecheng import store
from jiecheng.store.statement import Statement, encode
from jiecheng.store.tables import operations, settings
from jiecheng.store.wire import Wire

PUT = Statement(
    (given := insert(settings)).on_conflict_do_update(
        index_elements=[settings.c.name], set_={"value": given.excluded.value}
    ),
    "name",
    "value",
)
GET = Statement(select(settings.c.value).where(settings.c.name == bindparam("name")))
OTHER = Statement(select(func.count().label("many")).select_from(operations))
LOCK = Statement(select(settings.c.value).where(settings.c.name == bindparam("name")).with_for_update())
DIVIDE = Statement(select(1 / bindparam("by", type_=Text).cast(Integer)))


@pytest.fixture
def books(database_url):
    database = store.Database(database_url, pool=2)
    yield database
    database.dispose()


@pytest.fixture
def said(monkeypatch):
    """Every breath: the first words of its statements."""
    breaths = []
    talk = Wire.talk

    def heard(self, messages):
        breaths.append([statement.text.decode().split()[0] for statement, _ in messages])
        return talk(self, messages)

    monkeypatch.setattr(Wire, "talk", heard)
    return breaths


def value(books, name):
    with books.transaction() as tx:
        row = tx.row(GET, name=name)
        return None if row is None else row.value


def test_what_waits_goes_out_before_the_next_question_in_its_order(books, said):
    with books.transaction() as tx:
        tx.later(PUT, name="a", value="1")
        tx.later(PUT, name="a", value="2")
        assert said == []
        assert tx.row(GET, name="a").value == "2"
    assert said == [["BEGIN", "INSERT", "INSERT", "SELECT"], ["COMMIT"]]


def test_what_nobody_waits_for_goes_out_with_the_commit(books, said):
    with books.transaction() as tx:
        tx.later(PUT, name="b", value="1")
    assert said == [["BEGIN", "INSERT", "COMMIT"]]
    assert value(books, "b") == "1"


def test_what_waits_is_forgotten_when_the_transaction_fails(books):
    def deed():
        with books.transaction() as tx:
            tx.later(PUT, name="c", value="1")
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        deed()
    assert value(books, "c") is None


def test_questions_alone_begin_no_transaction(books, said):
    with books.transaction() as tx:
        tx.row(GET, name="a")
        tx.row(OTHER)
    assert said == [["SELECT"], ["SELECT"]]


def test_a_question_asked_again_is_not_sent_until_its_table_is_written(books, said):
    with books.transaction() as tx:
        tx.row(GET, name="a")
        tx.row(GET, name="a")
        tx.row(OTHER)
        assert len(said) == 2
        tx.run(PUT, name="d", value="1")
        tx.row(OTHER)
        assert len(said) == 3
        assert tx.row(GET, name="d").value == "1"
        assert len(said) == 4


def test_after_a_lock_everything_is_asked_anew(books):
    with books.transaction() as tx:
        tx.run(PUT, name="e", value="1")
    with books.transaction() as tx:
        assert tx.row(GET, name="e").value == "1"
        with books.transaction() as other:
            other.run(PUT, name="e", value="2")
        assert tx.row(GET, name="e").value == "1"
        assert tx.row(LOCK, name="e").value == "2"
        assert tx.row(GET, name="e").value == "2"


def test_what_is_foreseen_travels_behind_the_next_statement(books, said):
    with books.transaction() as tx:
        tx.foresee((GET, {"name": "f"}), (OTHER, {}))
        tx.run(PUT, name="f", value="1")
        assert tx.row(GET, name="f").value == "1"
        tx.row(OTHER)
    assert said == [["BEGIN", "INSERT", "SELECT", "SELECT"], ["COMMIT"]]


def test_statements_of_the_builder_see_what_waits_and_change_what_is_known(books):
    with books.transaction() as tx:
        tx.later(PUT, name="g", value="1")
        assert tx.row(GET, name="g").value == "1"
        tx.later(PUT, name="g", value="2")
        assert tx.connection.execute(select(settings.c.value).where(settings.c.name == "g")).scalar_one() == "2"
        tx.connection.execute(update(settings).where(settings.c.name == "g").values(value="3"))
        assert tx.row(GET, name="g").value == "3"
    assert value(books, "g") == "3"


def test_an_error_leaves_nothing_and_the_connection_works_on(books):
    def deed():
        with books.transaction() as tx:
            tx.later(PUT, name="h", value="1")
            tx.row(DIVIDE, by="0")

    with pytest.raises(psycopg.errors.DivisionByZero):
        deed()
    assert value(books, "h") is None
    with books.transaction() as tx:
        assert tx.row(DIVIDE, by="1")[0] == 1


def test_a_failed_transaction_is_never_called_committed(books):
    def deed():
        with books.transaction() as tx:
            tx.run(PUT, name="i", value="1")
            with pytest.raises(psycopg.errors.DivisionByZero):
                tx.row(DIVIDE, by="0")

    with pytest.raises(psycopg.OperationalError, match="failed before"):
        deed()
    assert value(books, "i") is None


def test_prepared_statements_that_somebody_dropped_are_prepared_again(books):
    assert value(books, "j") is None
    with books.transaction() as tx:
        tx.later(PUT, name="j", value="1")
        tx.connection.execute(text("DEALLOCATE ALL"))
        assert tx.row(GET, name="j").value == "1"
    with books.transaction() as tx:
        tx.connection.connection.driver_connection.execute("DEALLOCATE ALL")  # where nobody can hear it
        with pytest.raises(psycopg.errors.InvalidSqlStatementName):
            tx.row(GET, name="j")
        tx.rollback()
    assert value(books, "j") == "1"


def test_what_is_sent_early_is_worked_on_at_once_and_answers_with_the_next_question(books, said):
    with books.transaction() as tx:
        tx.later(PUT, name="early", value="1")
        tx.send()
        tx.send()  # nothing waits any more
        assert said == []
        assert tx.row(GET, name="early").value == "1"
        tx.later(PUT, name="early", value="2")
        tx.send()
    assert said == [["SELECT"], ["COMMIT"]]
    assert value(books, "early") == "2"


def send_early(books, by, then):
    with books.transaction() as tx:
        tx.later(PUT, name="lost", value="1")
        tx.later(DIVIDE, by=by)
        tx.send()
        then(tx)


def give_up(_):
    raise LookupError


@pytest.mark.parametrize("then", [lambda tx: tx.row(GET, name="lost"), lambda tx: None], ids=["question", "commit"])
def test_what_fails_after_it_was_sent_fails_what_comes_next_and_leaves_nothing(books, then):
    with pytest.raises(psycopg.errors.DivisionByZero):
        send_early(books, "0", then)
    assert value(books, "lost") is None


@pytest.mark.parametrize("by", ["0", "1"])
def test_who_gives_up_after_sending_takes_it_back_whatever_became_of_it(books, by):
    with pytest.raises(LookupError):
        send_early(books, by, give_up)
    assert value(books, "lost") is None


def test_an_answer_that_is_looked_at_is_looked_at_after_sending_too(books):
    seen = []
    with books.transaction() as tx:
        tx.expect(seen.append, GET, name="nothing")
        tx.send()
        assert seen == []
        tx.flush()
    assert seen == [[]]


def test_statements_of_the_builder_wait_for_what_was_sent(books):
    with books.transaction() as tx:
        tx.later(PUT, name="built", value="1")
        tx.send()
        found = tx.connection.execute(select(settings.c.value).where(settings.c.name == "built")).scalar()
        assert found == "1"


def test_values_are_written_as_the_server_reads_them(database_url):
    moment = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    values = {
        "text": 'a "b" \\ 中', "bigint": -(2**62), "boolean": True, "date": date(2026, 3, 1), "timestamptz": moment,
        "numeric": Decimal("12.50"), "text[]": ['x"y', "a\\b", "{,}", "", None, "NULL"], "bigint[]": [1, 2], "bytea": b"\x00\xff",
    }  # fmt: skip
    with psycopg.connect(database_url) as connection:
        connection.execute("SET timezone = 'UTC'")
        for kind, one in values.items():
            found = connection.pgconn.exec_params(f"SELECT $1::{kind}::text".encode(), [encode(one)])
            ours = found.get_value(0, 0)
            theirs = connection.execute(f"SELECT %s::{kind}::text", (one,)).fetchone()[0]
            assert ours.decode() == theirs
    assert encode(None) is None


def test_text_with_a_nul_is_refused_not_cut():
    with pytest.raises(psycopg.DataError):
        encode("a\x00b")
