"""DMN decisions over FEEL: read, evaluate with reasons, and find holes and overlaps in tables. Pure."""

from jiecheng.decisions.check import result_type, type_findings
from jiecheng.decisions.evaluate import DecisionResult, evaluate, variables_read
from jiecheng.decisions.holes import holes, overlaps
from jiecheng.decisions.model import DecisionModel, DecisionTable
from jiecheng.decisions.read import combine, read_decisions
from jiecheng.decisions.trace import Explanation

__all__ = [
    "DecisionModel",
    "DecisionResult",
    "DecisionTable",
    "Explanation",
    "combine",
    "evaluate",
    "holes",
    "overlaps",
    "read_decisions",
    "result_type",
    "type_findings",
    "variables_read",
]
