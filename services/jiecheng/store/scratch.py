"""Databases that live for one gate run: made as copies, dropped whole. Never the product's own."""

from __future__ import annotations

import re

import psycopg
from sqlalchemy.engine import make_url

from jiecheng.model.errors import Refused
from jiecheng.store.database import driver_url

_NAME = re.compile(r"^jc_scratch_[a-z0-9_]{1,40}$")


def named(server: str, name: str) -> str:
    """The address of another database on the same server."""
    url = make_url(driver_url(server)).set(database=name)
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def create(server: str, name: str, template: str = "template0") -> str:
    """A new database; its address. Raises Refused where this account may not make any."""
    try:
        with psycopg.connect(named(server, "postgres"), autocommit=True, connect_timeout=5) as connection:
            connection.execute(
                f'CREATE DATABASE "{_own(name)}" TEMPLATE "{_own(template)}" STRATEGY file_copy'.encode()
            )
    except psycopg.errors.InsufficientPrivilege:
        raise Refused(
            "数据库账号不能新建临时数据库，场景没有地方运行。请系统管理员给它 CREATEDB 权限，"
            "或者用 JIECHENG_SCRATCH_URL 另外指定一台 PostgreSQL。",
            rule="scratch-database",
        ) from None
    return named(server, name)


def drop(server: str, name: str) -> None:
    with psycopg.connect(named(server, "postgres"), autocommit=True, connect_timeout=5) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{_own(name)}" WITH (FORCE)'.encode())


def drop_all(server: str, beginning: str) -> None:
    """Drop every scratch database whose name begins so: a run that was cut off leaves none behind."""
    with psycopg.connect(named(server, "postgres"), autocommit=True, connect_timeout=5) as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", (_own(beginning),)
        ).fetchall()
        for (name,) in rows:
            connection.execute(f'DROP DATABASE IF EXISTS "{_own(name)}" WITH (FORCE)'.encode())


def _own(name: str) -> str:
    assert name == "template0" or _NAME.match(name), f"expected the name of a scratch database, found {name!r}"
    return name
