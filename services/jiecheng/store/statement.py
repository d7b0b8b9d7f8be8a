"""A statement written with SQLAlchemy and compiled once, at import; the driver sends it as text ever after.

Building, caching and unpacking a statement costs SQLAlchemy ten times what the driver needs to send it, and a step of a
case is some thirty statements. Tables and expressions stay SQLAlchemy's; what runs at every step goes this way.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import JSON
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.sql.expression import Executable

from jiecheng.store.tables import dump_json

_DIALECT: Final = psycopg.dialect()  # type: ignore[no-untyped-call]


class Statement:
    """`columns`: what an insert or update writes beyond its own `.values()`, each taken from the parameter of its name.

    Other parameters are the statement's `bindparam`s. Values for JSON columns are handed in as values.
    """

    __slots__ = ("_json", "_names", "text")

    def __init__(self, expression: Executable, *columns: str) -> None:
        compiled: Any = expression.compile(dialect=_DIALECT, column_keys=list(columns) or None)  # type: ignore[attr-defined]
        binds = {name: bind for bind, name in compiled.bind_names.items()}
        fixed = {name: bind for name, bind in binds.items() if not bind.required and name not in columns}
        text = str(compiled)
        # Written out, so that the server may use an index that holds only such rows: it cannot see into a parameter.
        for name, bind in fixed.items():
            text = text.replace(f"%({name})s", compiled.render_literal_value(bind.effective_value, bind.type))
        self.text = text.encode()
        assert b"POSTCOMPILE" not in self.text, "IN over a list is written anew for every length of it: use ANY or OR"
        self._names = frozenset(binds) - fixed.keys()
        self._json = tuple(name for name, bind in binds.items() if isinstance(bind.type, JSON) and name not in fixed)

    def parameters(self, given: Mapping[str, object]) -> Mapping[str, object]:
        # The driver leaves out silently what the statement does not name: a column would stay empty for good.
        assert given.keys() == self._names, f"expected {sorted(self._names)}, got {sorted(given)}"
        if not self._json:
            return given
        values = {**given}
        for name in self._json:
            values[name] = dump_json(values[name])
        return values
