"""FEEL, the only expression language of the house: parsed to closures, Decimal, bounded, without a way to Python or a clock."""

from jiecheng.feel.api import Expression, UnaryTests, compile_expression, compile_unary_tests
from jiecheng.feel.convert import from_json, to_json
from jiecheng.feel.errors import FeelError
from jiecheng.feel.names import Vocabulary
from jiecheng.feel.values import FeelValue

__all__ = [
    "Expression",
    "FeelError",
    "FeelValue",
    "UnaryTests",
    "Vocabulary",
    "compile_expression",
    "compile_unary_tests",
    "from_json",
    "to_json",
]
