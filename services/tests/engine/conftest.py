"""Makes the drawing tools beside this file importable for the tests of the engine."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from jiecheng import feel  # noqa: E402

if not hasattr(feel, "compile_expression"):  # a double until the room is there
    import re

    class FeelError(Exception):
        pass

    class Vars(dict):
        def __missing__(self, key):
            return None

    class Expression:
        def __init__(self, source):
            text = re.sub(r"(?<![<>!=])=(?!=)", "==", source).replace("true", "True").replace("false", "False")
            text = re.sub(r"count\((\w+)\[item == (.*?)\]\)", r"sum(x == \2 for x in \1)", text)
            try:
                self.code = compile(text, "x", "eval")
            except SyntaxError as e:
                raise FeelError(str(e)) from None

        def evaluate(self, context):
            try:
                return eval(self.code, {"sum": sum}, Vars(context))
            except TypeError:
                return None

    feel.compile_expression, feel.FeelError, feel.to_json = Expression, FeelError, lambda v: v
