"""Field rights and field kinds; the schema itself stays a form-js document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Right(StrEnum):
    HIDDEN = "hidden"  # not in the page at all
    READ = "read"  # shown, never taken from the request
    EDIT = "edit"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class FormUse:
    """A form shown at a step, with the right per field; fields that are not named have `default`."""

    form: str
    default: Right = Right.READ
    rights: Mapping[str, Right] = field(default_factory=dict)
