"""The metadata all tables share, and how values become JSON.

Names stay under 60 bytes and nothing here needs an extension, so that PostgreSQL's relatives can run it too.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import orjson
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


# orjson is ten times as fast and most values have no Decimal; whatever it does not know is written exactly.
_PLAIN = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
_SORTED = _PLAIN | orjson.OPT_SORT_KEYS


def _writer(options: int) -> Callable[[object], bytes]:
    exact = simplejson.JSONEncoder(
        ensure_ascii=False, separators=(",", ":"), sort_keys=bool(options & orjson.OPT_SORT_KEYS),
        allow_nan=False, use_decimal=True,
    ).encode  # fmt: skip

    def write(value: object) -> bytes:
        try:
            return orjson.dumps(value, option=options)
        except orjson.JSONEncodeError:
            return exact(value).encode()

    return write


_write, _write_sorted = _writer(_PLAIN), _writer(_SORTED)
# One reader for ever: with `parse_float`, `json.loads` would make a new one for each value of each row.
_read = json.JSONDecoder(parse_float=Decimal).decode


def dump_json(value: object) -> str:
    """JSON text with numbers exact: a Decimal keeps its digits."""
    return _write(value).decode()


def json_bytes(value: object) -> bytes:
    """The same as it travels to the server."""
    return _write(value)


def dump_sorted(value: object) -> str:
    """The same text for the same value, in whatever order its keys come."""
    return _write_sorted(value).decode()


def load_json(raw: str | bytes) -> Any:  # noqa: ANN401 - JSON has no narrower name
    """JSON text to values; every number with a point or exponent becomes a Decimal, never a float."""
    return _read(raw if isinstance(raw, str) else raw.decode())
