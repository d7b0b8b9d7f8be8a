from jiecheng.decisions.model import DecisionModel
from jiecheng.model.errors import Finding


def holes(model: DecisionModel, decision_id: str) -> list[Finding]:
    return []


def overlaps(model: DecisionModel, decision_id: str) -> list[Finding]:
    return []
