"""The four families of "no". A refused command changes nothing and quotes its clause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with something that was handed in: where, what, and what to do instead.

    `place` is an element id, a field key, or "file:row:column"; `code` is a short stable word for machines.
    """

    code: str
    place: str
    message: str
    severity: str = "error"  # error | warning


class JiechengError(Exception):
    """Root of the errors that are answers, not bugs. `message` is a Chinese sentence for the person who asked."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Refused(JiechengError):
    """The rules say no (403 or 409): the rule's id and the clause it rests on travel with the sentence."""

    def __init__(self, message: str, *, rule: str = "", clause: str = "", conflict: bool = False) -> None:
        super().__init__(message)
        self.rule = rule  # a rule id of the catalogue, or the short name of a platform rule
        self.clause = clause  # a clause id of bpmn/clauses.yaml, "" where no clause is needed
        self.conflict = conflict  # True: somebody else was quicker (409); False: not allowed (403)


class Invalid(JiechengError):
    """The data is wrong (422). `fields` maps a field key to its sentences; `findings` names places in a file."""

    def __init__(
        self,
        message: str,
        *,
        fields: Mapping[str, Sequence[str]] | None = None,
        findings: Sequence[Finding] = (),
    ) -> None:
        super().__init__(message)
        self.fields = {key: tuple(sentences) for key, sentences in (fields or {}).items()}
        self.findings = tuple(findings)

    @classmethod
    def at(cls, field: str, sentence: str) -> Invalid:
        """One thing is wrong, at one field."""
        return cls(sentence, fields={field: [sentence]})


class NotFound(JiechengError):
    """There is no such thing, or this person may not know that there is (404)."""
