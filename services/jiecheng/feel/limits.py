"""How much one expression may cost. Each bound has a test that runs into it."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, DivisionByZero, InvalidOperation, Overflow

MAX_SOURCE = 20_000  # characters of one expression
MAX_DEPTH = 60  # nested brackets, ifs, functions
MAX_STEPS = 100_000  # loop turns, list elements touched, function calls, 64 characters of a text that is made
MAX_CALLS = 80  # functions inside functions at run time
MAX_LIST = 20_000
MAX_TEXT = 200_000
MAX_DIGITS = 400  # characters of a number given as text
MAX_YEAR = 999_999_999
MAX_PATTERN = 500  # characters of a regular expression
MAX_PROGRAM = 4_000  # instructions of a compiled regular expression
MAX_MATCH_STEPS = 200_000
MAX_RESULT = 200_000  # values inside one result

# IEEE 754 decimal128, as the standard demands.
NUMBERS = Context(
    prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=[InvalidOperation, DivisionByZero, Overflow]
)
