"""What every request and answer of the API shares."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class In(BaseModel):
    """Unknown members are refused: a misspelt name must not pass silently."""

    model_config = ConfigDict(extra="forbid")


class Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class Holder(Out):
    step: str
    people: list[str]


class AnswerOut(Out):
    """`holders`: who goes on with the case."""

    case: int
    number: str
    state: str
    sentence: str
    holders: list[Holder]
