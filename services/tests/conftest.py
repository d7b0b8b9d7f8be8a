"""One PostgreSQL a test process, one migrated template in it; a fresh database is a copy of the template (15 ms)."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from jiecheng import store
from jiecheng.cli import database, postgres

TEMPLATE = "jiecheng"  # the product database of the embedded server, migrated and then only copied
numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The migrated template's address. Copy it (`database_url`), never write to it."""
    # Not pytest's own folder: a socket's path must be short, and as root the server runs as nobody.
    data = Path(tempfile.mkdtemp(prefix="jc-"))
    try:
        with database.embedded(data, postgres.FAST_AND_LOOSE) as url:
            store.migrate(url)
            yield url
    finally:
        shutil.rmtree(data, ignore_errors=True)


@contextmanager
def copied(template: str) -> Iterator[str]:
    name = f"t{next(numbers)}"
    base = template.replace(f"/{TEMPLATE}?", "/postgres?")
    with psycopg.connect(base, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY file_copy".encode())
        try:
            yield template.replace(f"/{TEMPLATE}?", f"/{name}?")
        finally:
            # WITH (FORCE): a pool that a test left open must not keep the next one waiting.
            server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def database_url(postgres_url: str) -> Iterator[str]:
    """A migrated, empty database for one test."""
    with copied(postgres_url) as url:
        yield url


@pytest.fixture(scope="module")
def module_database_url(postgres_url: str) -> Iterator[str]:
    """A migrated, empty database for the tests of one file, in their order."""
    with copied(postgres_url) as url:
        yield url
