"""An error of the four families as an answer: its status, its sentence, the clause it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jiecheng.model.errors import Invalid, JiechengError, NotFound, Refused

# One sentence for what is not there and for what one may not see: the difference would tell that it exists.
NOT_FOUND = "没有找到您要看的内容，或者您无权查看。"


@dataclass(frozen=True, slots=True)
class Trouble:
    """`clause`: a clause id, or its quotation where the caller knows it; `reference` finds a fault of ours in the log."""

    status: int
    message: str
    clause: str = ""
    rule: str = ""
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reference: str = ""


def status_of(error: JiechengError) -> int:
    match error:
        case Refused():
            return 409 if error.conflict else 403
        case Invalid():
            return 422
        case NotFound():
            return 404
    return 500


def trouble_of(error: JiechengError) -> Trouble:
    match error:
        case Refused():
            return Trouble(status_of(error), error.message, error.clause, error.rule)
        case Invalid():
            return Trouble(422, error.message, fields=error.fields)
        case NotFound():
            return Trouble(404, NOT_FOUND)
    return Trouble(status_of(error), error.message)
