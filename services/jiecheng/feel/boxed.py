"""What the room of decisions builds boxed expressions from: the same closures, frames and calls as the parser uses."""

from __future__ import annotations

from jiecheng.feel import points
from jiecheng.feel.builtins import BUILTINS
from jiecheng.feel.calls import call_value, coerce, define, invoke
from jiecheng.feel.comparison import equal, order_key
from jiecheng.feel.errors import NoValue
from jiecheng.feel.loops import filtered, loop, make_context, make_list, quantified
from jiecheng.feel.names import Vocabulary
from jiecheng.feel.nodes import condition, constant
from jiecheng.feel.runtime import Frame, Node, Run
from jiecheng.feel.types import (
    ANY,
    SIMPLE_TYPES,
    ContextType,
    FeelType,
    FunctionType,
    Limited,
    ListType,
    Simple,
    conforms,
)
from jiecheng.feel.values import FeelValue, Function

__all__ = [
    "ANY",
    "SIMPLE_TYPES",
    "ContextType",
    "FeelType",
    "FeelValue",
    "Frame",
    "Function",
    "FunctionType",
    "Limited",
    "ListType",
    "NoValue",
    "Node",
    "Run",
    "Simple",
    "Vocabulary",
    "call_builtin",
    "call_value",
    "coerce",
    "condition",
    "conforms",
    "constant",
    "define",
    "equal",
    "filtered",
    "invoke",
    "loop",
    "make_context",
    "make_list",
    "order_key",
    "points",
    "quantified",
    "typed",
]


def typed(node: Node, wanted: FeelType | None, what: str) -> Node:
    """The node's value as the declared type; null with a reason when it does not fit."""
    if wanted is None or wanted == ANY:
        return node

    def run(frame: Frame) -> FeelValue:
        try:
            return coerce(frame.run, node(frame), wanted)
        except NoValue as no:
            frame.run.null(f"{what}：{no.reason}")
            return None

    return run


def call_builtin(run: Run, name: str, *values: FeelValue) -> FeelValue:
    """A built-in function by name. Raises NoValue."""
    return invoke(run, BUILTINS[name], values)
