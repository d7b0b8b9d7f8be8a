"""The migrated database and the program's tables are one and the same, and what must never change cannot."""

from decimal import Decimal

import psycopg
import pytest

from jiecheng import store
from jiecheng.model.errors import Refused
from jiecheng.store.tables import dump_json, load_json


def test_migrated_database_equals_the_tables_of_the_program(database_url):
    assert store.schema_differences(database_url) == []


def test_migrating_twice_changes_nothing(database_url):
    store.migrate(database_url)
    assert store.schema_differences(database_url) == []


def test_a_database_of_a_newer_program_is_refused_and_left_alone(database_url):
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Refused, match="更新"):
        store.migrate(database_url)
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)


@pytest.mark.parametrize("table", ["history_events", "releases"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET source = ''", "TRUNCATE {} CASCADE"])
def test_history_and_releases_refuse_to_change(database_url, table, statement):
    text = statement.format(table).replace("source", "source" if table == "releases" else "leaf")
    with (
        psycopg.connect(database_url) as connection,
        pytest.raises(psycopg.errors.RaiseException, match="never changed or removed"),
    ):
        connection.execute(text)


def test_identifiers_fit_into_sixty_bytes():
    from jiecheng.store.tables import metadata

    names = [table.name for table in metadata.tables.values()]
    names += [index.name for table in metadata.tables.values() for index in table.indexes]
    assert max(len(name.encode()) for name in names) <= 60


def test_a_decimal_goes_through_json_without_losing_a_digit():
    value = {"money": Decimal("12345678901234567890.10"), "name": "街道", "whole": 3}
    assert load_json(dump_json(value)) == value
    assert str(load_json(dump_json(value))["money"]) == "12345678901234567890.10"
