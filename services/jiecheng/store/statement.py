"""A statement written with SQLAlchemy and compiled once, at import; it is sent as text with its values ever after.

Building, caching and unpacking a statement costs SQLAlchemy ten times what it takes to send it, and a step of a case is
some twenty statements. Tables and expressions stay SQLAlchemy's; what runs at every step goes this way (`wire`).
"""

from __future__ import annotations

import re
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final

from psycopg import DataError
from psycopg.pq.abc import PGresult
from sqlalchemy import JSON
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.sql.expression import Executable
from sqlalchemy.sql.selectable import SelectBase

from jiecheng.store.tables import json_bytes, metadata

_DIALECT: Final = psycopg.dialect()  # type: ignore[no-untyped-call]
_PARAMETER: Final = re.compile(r"%\((\w+)\)s|%%")
_LOCKING: Final = re.compile(r"\bFOR (?:NO KEY UPDATE|UPDATE|SHARE|KEY SHARE)\b|\bpg_\w*lock\w*")
_CHANGING: Final = re.compile(r"\b(?:INSERT INTO|UPDATE|DELETE FROM|nextval)\b")
_WORD: Final = re.compile(r"\w+")

Encoder = Callable[[Any], "bytes | None"]


class Statement:
    """`columns`: what an insert or update writes beyond its own `.values()`, each taken from the parameter of its name.

    Other parameters are the statement's `bindparam`s. Values for JSON columns are handed in as values. `looks`: it
    changes and locks nothing, so the same question has the same answer until one of its `tables` is written. `locks`: it
    may have waited for somebody else's commit. `lasts`: what it found once it will find for ever (whose item this is).
    """

    __slots__ = ("_names", "_own", "_row_type", "_take", "lasts", "locks", "looks", "tables", "text")

    def __init__(self, expression: Executable, *columns: str, lasts: bool = False) -> None:
        compiled: Any = expression.compile(dialect=_DIALECT, column_keys=list(columns) or None)  # type: ignore[attr-defined]
        binds = {name: bind for bind, name in compiled.bind_names.items()}
        fixed = {name: bind for name, bind in binds.items() if not bind.required and name not in columns}
        text = str(compiled)
        # Written out, so that the server may use an index that holds only such rows: it cannot see into a parameter.
        for name, bind in fixed.items():
            text = text.replace(f"%({name})s", compiled.render_literal_value(bind.effective_value, bind.type))
        assert "POSTCOMPILE" not in text, "IN over a list is written anew for every length of it: use ANY or OR"
        numbers: dict[str, int] = {}

        def numbered(found: re.Match[str]) -> str:
            name = found[1]
            return f"${numbers.setdefault(name, len(numbers) + 1)}" if name else "%"

        self.text: bytes = _PARAMETER.sub(numbered, text).encode()
        self.locks = _LOCKING.search(text) is not None
        self.looks = isinstance(expression, SelectBase) and not self.locks and not _CHANGING.search(text)
        assert self.looks or not lasts, "only questions have an answer that lasts"
        self.lasts = lasts
        # Every word that is a table's name: one too many does no harm.
        self.tables = frozenset(_WORD.findall(text)) & metadata.tables.keys()
        self._names = numbers.keys()
        self._take = _taker(list(numbers))
        own = [json_bytes if isinstance(binds[name].type, JSON) else None for name in numbers]
        self._own: Sequence[Encoder | None] = own if any(own) else ()
        self._row_type: Callable[[Sequence[Any]], Any] | None = None

    def values(self, given: Mapping[str, object]) -> list[bytes | None]:
        """The values as the server reads them, in the order of the text."""
        # Left out silently, a column would stay empty for good.
        assert given.keys() == self._names, f"expected {sorted(self._names)}, got {sorted(given)}"
        values = self._take(given)
        if not self._own:
            return [_ENCODERS[type(value)](value) for value in values]
        return [(own or _ENCODERS[type(value)])(value) for own, value in zip(self._own, values, strict=True)]

    def row_type(self, answer: PGresult) -> Callable[[Sequence[Any]], Any]:
        """What makes a row of an answer: a tuple with the names of its columns."""
        make = self._row_type
        if make is None:
            names = [(answer.fname(at) or b"").decode() for at in range(answer.nfields)]
            made: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]
            make = self._row_type = made._make
        return make


def command(text: str) -> Statement:
    """A statement that SQLAlchemy has no words for, without parameters."""
    made = Statement.__new__(Statement)
    made.text, made.looks, made.locks, made.lasts, made.tables = text.encode(), False, False, False, frozenset()
    made._own, made._names, made._take, made._row_type = (), {}.keys(), _taker([]), None
    return made


def _taker(names: Sequence[str]) -> Callable[[Mapping[str, object]], Sequence[object]]:
    """What takes the values of these names out of a mapping, in this order."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda given: [given[name] for name in names]


class _Encoders(dict[type, Encoder]):
    """What writes a value of a type in the server's text format; every parameter's type stands in the statement."""

    def __missing__(self, kind: type) -> Encoder:
        write = next((self[one] for one in kind.__mro__ if one in self), None)
        if write is None:
            raise TypeError(f"expected a value that a column can hold, but found {kind.__name__}")
        self[kind] = write
        return write


def encode(value: object) -> bytes | None:
    """A value in the server's text format."""
    return _ENCODERS[type(value)](value)


def _text(value: str) -> bytes:
    if "\x00" in value:  # it would end there unseen
        raise DataError("expected text, but found a NUL character in it")
    return value.encode()


def _list(value: Sequence[object]) -> bytes:
    return ("{" + ",".join(map(_item, value)) + "}").encode()


def _item(value: object) -> str:
    if type(value) is str and value.isalnum():  # a word: nothing in it to hide from the server
        return f'"{value}"'
    written = encode(value)
    if written is None:
        return "NULL"
    return '"' + written.decode().replace("\\", "\\\\").replace('"', '\\"') + '"'


@lru_cache(maxsize=256)  # one moment stands in most of what a transaction writes
def _moment(value: datetime) -> bytes:
    return value.isoformat().encode()


_ENCODERS: Final = _Encoders(
    {
        type(None): lambda _: None,
        str: _text,
        bool: lambda value: b"t" if value else b"f",
        int: lambda value: b"%d" % value,
        Decimal: lambda value: str(value).encode(),
        datetime: _moment,
        date: lambda value: value.isoformat().encode(),
        bytes: lambda value: b"\\x" + value.hex().encode(),
        list: _list,
        tuple: _list,
    }
)
