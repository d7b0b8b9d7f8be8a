"""DMN decisions over FEEL: read, evaluate with reasons, and find holes and overlaps in tables. Pure."""

from jiecheng.decisions.cell_words import ANY as ANY_CELL
from jiecheng.decisions.cell_words import cell_in_words
from jiecheng.decisions.check import result_type, type_findings
from jiecheng.decisions.evaluate import DecisionResult, evaluate, variables_read
from jiecheng.decisions.holes import holes, overlaps
from jiecheng.decisions.model import DecisionModel, DecisionTable, Rule
from jiecheng.decisions.named import Given, NamedCell, NamedColumn, named_cells, named_columns
from jiecheng.decisions.read import combine, read_decisions
from jiecheng.decisions.trace import Explanation

__all__ = [
    "ANY_CELL",
    "DecisionModel",
    "DecisionResult",
    "DecisionTable",
    "Explanation",
    "Given",
    "NamedCell",
    "NamedColumn",
    "Rule",
    "cell_in_words",
    "combine",
    "evaluate",
    "holes",
    "named_cells",
    "named_columns",
    "overlaps",
    "read_decisions",
    "result_type",
    "type_findings",
    "variables_read",
]
