"""A prepared database (releases of the folders, working days, the demo district), copied for every scenario."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from jiecheng.cases import deployment

ROOT = Path(__file__).parents[3]
SENTENCES = "jiecheng.acceptance.sentences"
numbers = itertools.count(1)


def pytest_configure(config: pytest.Config) -> None:
    # Runs that do not name the plugin get it here; a controller of several workers needs `-p` to count their passed nodes.
    if not config.pluginmanager.hasplugin(SENTENCES):
        config.pluginmanager.import_plugin(SENTENCES)


@pytest.fixture(scope="session")
def prepared_url(postgres_url: str) -> str:
    """A database with everything a scenario starts from. Copied, never written to."""
    _create(postgres_url, "prepared", "jiecheng")
    url = _named(postgres_url, "prepared")
    deployment.prepare(url, ROOT, demo=True)
    return url


@pytest.fixture
def scratch_url(postgres_url: str, prepared_url: str) -> Iterator[str]:
    name = f"s{next(numbers)}"
    _create(postgres_url, name, "prepared")
    try:
        yield _named(postgres_url, name)
    finally:
        with psycopg.connect(_named(postgres_url, "postgres"), autocommit=True) as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _named(url: str, name: str) -> str:
    return url.replace("/jiecheng?", f"/{name}?")


def _create(url: str, name: str, template: str) -> None:
    with psycopg.connect(_named(url, "postgres"), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy".encode())
