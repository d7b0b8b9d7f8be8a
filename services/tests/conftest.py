"""One PostgreSQL a test process, with two templates in it: a migrated one and the demo district, deployed. A fresh
database is a copy of one of them (15 ms and 30 ms)."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from jiecheng import store
from jiecheng.cases import deployment
from jiecheng.cli import database, postgres

ROOT = Path(__file__).parents[2]
DISTRICT = "district"
PLENTY = 8 * 2**30  # bytes; the servers of a whole run together need less than half of it
TEMPLATE = "jiecheng"  # the product database of the embedded server, migrated and then only copied
numbers = itertools.count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def quick_place() -> str | None:
    """Memory, where there is plenty: thousands of databases come and go, and some disks get slow over that."""
    memory = "/dev/shm"  # mkdtemp makes a folder of our own in it
    try:
        return memory if shutil.disk_usage(memory).free >= PLENTY and os.access(memory, os.W_OK) else None
    except OSError:
        return None


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The migrated template's address. Copy it (`database_url`), never write to it."""
    # Not pytest's own folder: a socket's path must be short, and as root the server runs as nobody.
    data = Path(tempfile.mkdtemp(prefix="jc-", dir=quick_place()))
    try:
        with database.embedded(data, postgres.FAST_AND_LOOSE) as url:
            store.migrate(url)
            yield url
    finally:
        shutil.rmtree(data, ignore_errors=True)


@pytest.fixture(scope="session")
def district_template(postgres_url: str) -> str:
    """The demo district: releases of the folders, working days, people. Copy it (`district_url`), never write to it."""
    _create(postgres_url, DISTRICT, TEMPLATE)
    url = _named(postgres_url, DISTRICT)
    deployment.prepare(url, ROOT, demo=True)
    return url


def _named(url: str, name: str) -> str:
    return url.replace(f"/{TEMPLATE}?", f"/{name}?")


def _create(url: str, name: str, template: str) -> None:
    with psycopg.connect(_named(url, "postgres"), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy".encode())


@contextmanager
def copied(url: str, template: str) -> Iterator[str]:
    name = f"t{next(numbers)}"
    _create(url, name, template)
    try:
        yield _named(url, name)
    finally:
        # WITH (FORCE): a pool that a test left open must not keep the next one waiting.
        with psycopg.connect(_named(url, "postgres"), autocommit=True) as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def database_url(postgres_url: str) -> Iterator[str]:
    """A migrated, empty database for one test."""
    with copied(postgres_url, TEMPLATE) as url:
        yield url


@pytest.fixture(scope="module")
def module_database_url(postgres_url: str) -> Iterator[str]:
    """A migrated, empty database for the tests of one file, in their order."""
    with copied(postgres_url, TEMPLATE) as url:
        yield url


@pytest.fixture
def district_url(postgres_url: str, district_template: str) -> Iterator[str]:
    """A district for one test."""
    with copied(postgres_url, DISTRICT) as url:
        yield url


@pytest.fixture(scope="module")
def module_district_url(postgres_url: str, district_template: str) -> Iterator[str]:
    """One district for all tests of a file, each with cases of its own."""
    with copied(postgres_url, DISTRICT) as url:
        yield url
