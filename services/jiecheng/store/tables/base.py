"""The metadata all tables share, and how values become JSON.

Names stay under 60 bytes and nothing here needs an extension, so that PostgreSQL's relatives can run it too.
"""

from __future__ import annotations

import json
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


def dump_json(value: object) -> str:
    """JSON text with numbers exact: a Decimal keeps its digits."""
    return simplejson.dumps(value, use_decimal=True, ensure_ascii=False, separators=(",", ":"))


def load_json(raw: str | bytes) -> Any:  # noqa: ANN401 - JSON has no narrower name
    """JSON text to values; every number with a point or exponent becomes a Decimal, never a float."""
    return json.loads(raw, parse_float=Decimal)
