"""Registers are locked all at once, in one order for everybody: two cases never wait for each other's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from psycopg.errors import LockNotAvailable

from jiecheng import cases, store
from jiecheng.cases.open_case import OpenCase
from jiecheng.model.ids import ProcessId


@pytest.fixture
def house(module_district_url) -> Iterator[cases.House]:
    opened = cases.House(module_district_url, pool=3)
    yield opened
    opened.close()


def opened(tx, process):
    deployed = tx.release(tx.latest_releases()[ProcessId(process)])
    return OpenCase(tx, None, deployed)  # which case it is makes no difference to the locks


def lock_at_once(house, register):
    with house.transaction() as tx:
        tx.db.connection.exec_driver_sql("SET LOCAL lock_timeout = '50ms'")
        store.register.lock(tx.db, [register])


def test_the_first_touch_locks_all_that_the_process_has_to_do_with(house):
    with house.transaction() as tx:
        one = opened(tx, "duty_report")
        assert one.deployed.definition.registers == ("street_duty_list", "unadmitted_duty")
        one.lock_registers()
        one.lock_registers()  # a second touch asks for nothing
        for register in one.deployed.definition.registers:
            with pytest.raises(LockNotAvailable):
                lock_at_once(house, register)
