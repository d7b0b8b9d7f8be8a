"""The table of built-in functions. The families fill it; this module only gathers them."""

from __future__ import annotations

from jiecheng.feel import (
    builtins_context,
    builtins_conversion,
    builtins_list,
    builtins_number,
    builtins_range,
    builtins_temporal,
    builtins_text,
)
from jiecheng.feel.values import Builtin

BUILTINS: dict[str, Builtin] = {
    **builtins_conversion.FAMILY,
    **builtins_text.FAMILY,
    **builtins_number.FAMILY,
    **builtins_list.FAMILY,
    **builtins_context.FAMILY,
    **builtins_temporal.FAMILY,
    **builtins_range.FAMILY,
}
