"""Text that can be written down. What neither the database nor the sealed record can hold is refused where it comes in."""

from __future__ import annotations

import re
from collections.abc import Mapping

from jiecheng.model.errors import Invalid

# NUL ends a text unseen; half of a surrogate pair is no character at all.
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
_SHOWN = 12


def require_writable(value: object) -> None:
    """Raises `Invalid` for the first text in which there is such a character: keys, names and values, however deep."""
    if isinstance(value, str):
        found = _UNWRITABLE.search(value)
        if found is not None:
            raise Invalid(_sentence(value, found.start()))
    elif isinstance(value, Mapping):
        for key, one in value.items():
            require_writable(key)
            require_writable(one)
    elif isinstance(value, list | tuple | set | frozenset):
        for one in value:
            require_writable(one)


def _sentence(text: str, at: int) -> str:
    around = _UNWRITABLE.sub("□", text[max(0, at - _SHOWN) : at + _SHOWN + 1])
    return f"“{around}”里有不能保存的字符（显示为 □ 的地方，多半是复制来的乱码），没有提交。请删去后重新提交。"
