"""SVG as text: escaped, numbers short, no style attributes, so that the strictest CSP lets it pass."""

from __future__ import annotations

import re
from collections.abc import Iterable

# What XML 1.0 cannot carry at all, not even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Attribute = str | int | float | None


def tag(name: str, *children: str, **attributes: Attribute) -> str:
    """One element. `stroke_width=2` becomes stroke-width="2"; None leaves the attribute out; children are ready markup."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    inner = "".join(children)
    return f"<{name}{written}>{inner}</{name}>" if inner else f"<{name}{written}/>"


def text(words: str) -> str:
    """Words as character data."""
    clean = _FORBIDDEN.sub("", words)
    return clean.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def number(value: float) -> str:
    """At most one decimal: a tenth of a pixel is finer than any eye."""
    return f"{value:.1f}".removesuffix(".0")


def points(pairs: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{number(x)},{number(y)}" for x, y in pairs)


def _value(value: str | int | float) -> str:
    return number(value) if isinstance(value, float) else text(str(value)).replace('"', "&quot;")
