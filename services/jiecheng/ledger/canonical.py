"""Values as canonical JSON text (RFC 8785) and back, exactly; knows nothing of chains or entries.

RFC 8785 has only IEEE numbers, so what they cannot hold is tagged text: {"$decimal": "12.50"} (Python's `str`, which
keeps trailing zeros) and {"$integer": "9007199254740993"} beyond ±(2^53 - 1). A key that begins with "$" gets one
more "$", so no data can pose as a tag.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from json.encoder import encode_basestring
from typing import TypeAlias, cast

import orjson
import rfc8785

from jiecheng.model.values import Value

LARGEST_INTEGER = 2**53 - 1
# orjson writes what RFC 8785 wants, and refuses integers beyond ±(2^53 - 1), but for keys sorted by UTF-16 units where a
# character lies beyond the first plane. Text with such a character (its UTF-8 begins with these bytes) goes the slow way.
_QUICK = (
    orjson.OPT_SORT_KEYS
    | orjson.OPT_STRICT_INTEGER
    | orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_DATACLASS
)
_BEYOND = re.compile(rb"[\xf0-\xf4]")

# What json.loads gives and rfc8785 takes: JSON without fractions.
Plain: TypeAlias = "bool | int | str | list[Plain] | dict[str, Plain] | None"


def canonical_text(value: Value) -> str:
    """The one text of `value`; ValueError for what JSON cannot say (float, NaN, lone surrogates)."""
    return _quoted(value) if type(value) is str else dump(plain(value))


def _quoted(text: str) -> str:
    """A text by itself: no keys to be sorted, no number, and the standard encoder's escapes are those of RFC 8785."""
    try:
        text.encode("utf-8")  # no lone surrogates
    except UnicodeEncodeError as error:
        raise ValueError(f"expected text and numbers that JSON can say, but found: {error}") from error
    return encode_basestring(text)


def dump(document: Plain) -> str:
    """RFC 8785 over plain JSON values."""
    try:
        text = orjson.dumps(document, option=_QUICK)
        if _BEYOND.search(text):
            text = rfc8785.dumps(document)
        return text.decode("utf-8")
    except (orjson.JSONEncodeError, rfc8785.CanonicalizationError) as error:
        raise ValueError(f"expected text and numbers that JSON can say, but found: {error}") from error


def plain(value: Value) -> Plain:
    """`value` with tags for the numbers that RFC 8785 cannot hold."""
    # By type first: asking whether something is a Mapping takes longer than all the rest.
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return cast(Plain, value)
    if kind is dict:
        items = cast("dict[str, Value]", value).items()
        if _is_unmarked(cast("dict[str, Value]", value)):
            return {key: item if type(item) is str else plain(item) for key, item in items}
        return {_escaped(key): plain(item) for key, item in items}
    return _plain(value)


def _is_unmarked(document: dict[str, Value]) -> bool:
    """Whether its keys are texts that stay as they are."""
    try:
        return "$" not in "".join(document)
    except TypeError:  # a key that is no text; `_escaped` says so
        return False


def _plain(value: Value) -> Plain:
    match value:
        case None | bool():
            return value
        case str():
            return str(value)
        case int():
            return int(value) if abs(value) <= LARGEST_INTEGER else {"$integer": str(int(value))}
        case Decimal():
            if not value.is_finite():
                raise ValueError(f"expected a finite number, but found {value}")
            return {"$decimal": str(value)}
        case Mapping():
            return {_escaped(key): plain(item) for key, item in value.items()}
        case Sequence() if not isinstance(value, bytes | bytearray):
            return [plain(item) for item in value]
    raise ValueError(f"expected None, bool, int, Decimal, str, list or mapping, but found {type(value).__name__}")


def parse(text: str) -> Value:
    """The value that `canonical_text` wrote."""
    return restored(cast(Plain, json.loads(text)))


def restored(document: Plain) -> Value:
    """Plain JSON values with their tags read back; sequences come back as lists."""
    if isinstance(document, list):
        return [restored(item) for item in document]
    if not isinstance(document, dict):
        return document
    if document.keys() == {"$decimal"}:
        return Decimal(cast(str, document["$decimal"]))
    if document.keys() == {"$integer"}:
        return int(cast(str, document["$integer"]))
    return restored_mapping(document)


def restored_mapping(document: Mapping[str, Plain]) -> dict[str, Value]:
    """The mapping that `plain` was given."""
    return {key[1:] if key.startswith("$$") else key: restored(item) for key, item in document.items()}


def _escaped(key: str) -> str:
    if not isinstance(key, str):
        raise ValueError(f"expected keys of text, but found {key!r}")
    return "$" + key if key.startswith("$") else key
