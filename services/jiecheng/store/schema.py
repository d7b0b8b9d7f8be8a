"""Brings a database to this program's schema, or says in one sentence why it will not."""

from __future__ import annotations

import hashlib
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from jiecheng.model.errors import Refused
from jiecheng.store.database import connect

# Any number will do as long as every instance asks for the same one.
_MIGRATION_LOCK = 7_301_946


def migrate(url: str) -> None:
    """Create or upgrade the tables. Two instances starting at once take turns.

    Raises Refused when the database was made by a newer program: going on could destroy what this one does not know.
    """
    engine = connect(url, pool=1)
    try:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
            _refuse_newer(connection)
            command.upgrade(_config(connection), "head")
    finally:
        engine.dispose()


def fingerprint() -> str:
    """Names exactly these tables: a copy of a database made with others is not to be taken for one of these."""
    scripts = sorted((Path(__file__).parent / "migrations" / "versions").glob("*.sql"))
    return hashlib.sha256(b"".join(one.read_bytes() for one in scripts)).hexdigest()[:12]


def is_blank(url: str) -> bool:
    """Whether nobody has put anything into this database yet."""
    engine = connect(url, pool=1)
    try:
        with engine.connect() as connection:
            return not inspect(connection).get_table_names()
    finally:
        engine.dispose()


def schema_differences(url: str) -> list[str]:
    """What the tables of the program and of the migrated database do not have in common; empty when all is well."""
    from alembic.autogenerate import compare_metadata

    from jiecheng.store.tables import metadata

    engine = connect(url, pool=1)
    try:
        with engine.begin() as connection:
            return [str(one) for one in compare_metadata(MigrationContext.configure(connection), metadata)]
    finally:
        engine.dispose()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def _refuse_newer(connection: Connection) -> None:
    current = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in ScriptDirectory.from_config(_config(connection)).walk_revisions()}
    if current is not None and current not in known:
        raise Refused(
            f"数据库的结构版本是 {current}，比本程序认识的更新。请换用新版本的程序，或者换一个数据库；现有数据没有改动。",
            rule="database-version",
        )
