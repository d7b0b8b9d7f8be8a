"""What every request and answer of the API shares."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from jiecheng.model.writable import require_writable


class In(BaseModel):
    """Unknown members are refused: a misspelt name must not pass silently. So is text that cannot be written down."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _writable(cls, body: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
        require_writable(body)
        return body


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
