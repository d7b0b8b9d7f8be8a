"""Kept connections: one that the server has ended is replaced before anybody notices."""

import psycopg

from jiecheng import store


def test_a_connection_the_server_has_ended_is_replaced(database_url):
    database = store.Database(database_url, pool=1)
    with database.transaction() as tx:
        mine = tx.connection.connection.driver_connection.info.backend_pid
    with psycopg.connect(database_url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (mine,))
    with database.transaction() as tx:
        assert tx.connection.connection.driver_connection.info.backend_pid != mine
        assert store.setting.get(tx, "no such setting", "none") == "none"
    database.dispose()


def test_a_connection_that_is_still_there_is_kept(database_url):
    database = store.Database(database_url, pool=1)
    pids = set()
    for _ in range(3):
        with database.transaction() as tx:
            pids.add(tx.connection.connection.driver_connection.info.backend_pid)
    assert len(pids) == 1
    database.dispose()
