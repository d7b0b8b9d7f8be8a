"""FEEL, the only expression language of the house: parsed to closures, Decimal, bounded, without a way to Python or a clock."""

from jiecheng.feel.api import FUNCTIONS, Expression, UnaryTests, compile_expression, compile_unary_tests
from jiecheng.feel.check import check, check_tests, type_of
from jiecheng.feel.convert import from_json, to_json
from jiecheng.feel.errors import FeelError
from jiecheng.feel.judged import Remark
from jiecheng.feel.names import Vocabulary
from jiecheng.feel.text_pattern import TextPattern, read_text_pattern
from jiecheng.feel.types import ANY, ContextType, FeelType, ListType, Simple
from jiecheng.feel.values import FeelValue

__all__ = [
    "ANY",
    "FUNCTIONS",
    "ContextType",
    "Expression",
    "FeelError",
    "FeelType",
    "FeelValue",
    "ListType",
    "Remark",
    "Simple",
    "TextPattern",
    "UnaryTests",
    "Vocabulary",
    "check",
    "check_tests",
    "compile_expression",
    "compile_unary_tests",
    "from_json",
    "read_text_pattern",
    "to_json",
    "type_of",
]
