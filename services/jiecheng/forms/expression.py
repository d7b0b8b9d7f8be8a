"""FEEL inside a form: an expression, a text with {{expressions}}, a setting that is either a value or an expression.

Compiling fails loudly when a form is read; evaluating never raises, for a page must not break because one case's
data surprises an expression: what cannot be computed is null, as FEEL itself says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from jiecheng.feel import Expression as Compiled
from jiecheng.feel import FeelError, compile_expression, to_json
from jiecheng.model.values import Value

Names: TypeAlias = Mapping[str, object]  # what an expression sees

_HOLE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_WORD = re.compile(r"[^\W\d]\w*")
_MARKS = re.compile(r"\*\*|__|`")


@dataclass(frozen=True, slots=True)
class Expression:
    source: str
    compiled: Compiled

    def evaluate(self, names: Names) -> Value:
        """The result as a value of the house (dates as ISO text); null when it cannot be computed."""
        try:
            return to_json(self.compiled.evaluate(names))
        except FeelError:
            return None

    @property
    def words(self) -> frozenset[str]:
        """Every word in the source: a superset of the names it looks at."""
        return frozenset(_WORD.findall(self.source))


Setting: TypeAlias = "Value | Expression"


@dataclass(frozen=True, slots=True)
class Template:
    """Literal text and expressions in turn."""

    parts: tuple[str | Expression, ...] = ()

    @property
    def words(self) -> frozenset[str]:
        return frozenset(word for part in self.parts if isinstance(part, Expression) for word in part.words)


NO_TEXT = Template()


def read_expression(source: str) -> Expression:
    """Compile FEEL, with or without a leading "="; raises `FeelError`."""
    text = source.strip().removeprefix("=").strip()
    return Expression(text, compile_expression(text))


def read_setting(value: Value) -> Setting:
    """A text that begins with "=" is FEEL, all else is meant as it stands; raises `FeelError`."""
    return read_expression(value) if isinstance(value, str) and value.startswith("=") else value


def read_template(text: str) -> Template:
    """Text with {{FEEL}} holes; emphasis marks of Markdown are dropped from the literal parts. Raises `FeelError`."""
    if text.startswith("="):
        return Template((read_expression(text),))
    pieces = _HOLE.split(text)
    parts = (read_expression(piece) if odd % 2 else _MARKS.sub("", piece) for odd, piece in enumerate(pieces))
    return Template(tuple(part for part in parts if part != ""))


def settle(setting: Setting, names: Names) -> Value:
    """The value of a setting here and now."""
    return setting.evaluate(names) if isinstance(setting, Expression) else setting


def as_value(raw: object) -> Value:
    """A scalar of unknown origin as a value; anything else as its text."""
    return raw if raw is None or isinstance(raw, str | bool | int | Decimal) else str(raw)


def words_of(*settings: Setting | Template) -> frozenset[str]:
    """The words that any of the settings looks at."""
    return frozenset(
        word for setting in settings if isinstance(setting, Expression | Template) for word in setting.words
    )
