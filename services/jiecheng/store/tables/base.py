"""The metadata all tables share, and how values become JSON.

Names stay under 60 bytes and nothing here needs an extension, so that PostgreSQL's relatives can run it too.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import simplejson
from sqlalchemy import (
    MetaData,
)
from sqlalchemy.dialects.postgresql import TIMESTAMP

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
Moment = TIMESTAMP(timezone=True)


class _Beyond(Exception):
    """Something in a value that the standard library cannot write."""


def _beyond(value: object) -> object:
    raise _Beyond(value)


def _writer(*, sort_keys: bool) -> Callable[[object], str]:
    shape: dict[str, Any] = {"ensure_ascii": False, "separators": (",", ":"), "sort_keys": sort_keys}
    quick = json.JSONEncoder(**shape, allow_nan=False, check_circular=False, default=_beyond).encode
    exact = simplejson.JSONEncoder(**shape, use_decimal=True).encode

    def write(value: object) -> str:
        try:
            return quick(value)  # thrice as fast, and most values have no Decimal
        except _Beyond:
            return exact(value)

    return write


_write, _write_sorted = _writer(sort_keys=False), _writer(sort_keys=True)


def dump_json(value: object) -> str:
    """JSON text with numbers exact: a Decimal keeps its digits."""
    return _write(value)


def dump_sorted(value: object) -> str:
    """The same text for the same value, in whatever order its keys come."""
    return _write_sorted(value)


def load_json(raw: str | bytes) -> Any:  # noqa: ANN401 - JSON has no narrower name
    """JSON text to values; every number with a point or exponent becomes a Decimal, never a float."""
    return json.loads(raw, parse_float=Decimal)
