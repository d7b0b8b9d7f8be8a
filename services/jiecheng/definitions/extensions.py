"""jc: words of one element as values of the model. Says nothing about wrong words: `vocabulary.check_words` does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from lxml import etree

from jiecheng.definitions import safe_xml as sx
from jiecheng.model.definition import (
    SIGNERS_VOTE,
    AddSigner,
    Assignment,
    Circulate,
    DocumentUse,
    Due,
    Facts,
    Input,
    InstanceUse,
    OutcomeOption,
    Output,
    Publication,
    RegisterEntry,
    Returns,
)
from jiecheng.model.form import FormUse, Right
from jiecheng.model.voting import MeetingRule, Mode, Tie, VotingRule

_SHARE = re.compile(
    r"^(?P<at_least>>=|≥|不少于)?\s*(?P<above>\d+(?:\.\d+)?)\s*(?:/\s*(?P<below>\d+))?\s*(?P<percent>%)?$"
)


def words(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """The jc: elements of this name in the element's own extensionElements, in order."""
    for extensions in element.findall(sx.bpmn("extensionElements")):
        yield from extensions.findall(sx.jc(name))


def attribute(element: etree._Element, name: str) -> str:
    return str(element.get(sx.jc(name), "")).strip()


def clauses(element: etree._Element) -> tuple[str, ...]:
    return tuple(attribute(element, "clauses").split())


def assignment(element: etree._Element, name: str = "assignment") -> Assignment | None:
    found = next(words(element, name), None)
    if found is None:
        return None
    parameters = {str(key): str(value) for key, value in found.attrib.items() if key not in ("resolver", "exclude")}
    return Assignment(str(found.get("resolver", "")), parameters, _excluded(str(found.get("exclude", ""))))


def _excluded(text: str) -> tuple[str, ...]:
    # Blanks part the list unless a semicolon does: an expression with blanks in it needs the semicolon.
    pieces = re.split(r"[;；]", text) if re.search(r"[;；]", text) else text.split()
    return tuple(piece.strip() for piece in pieces if piece.strip())


def forms(element: etree._Element) -> tuple[FormUse, ...]:
    return tuple(_form(found) for found in words(element, "form"))


def _form(found: etree._Element) -> FormUse:
    rights = {str(each.get("key", "")): _right(each.get("right")) for each in found.findall(sx.jc("field"))}
    return FormUse(str(found.get("name", "")), _right(found.get("default")), rights)


def _right(word: str | None) -> Right:
    # An unknown word is a finding already; until it is corrected the narrow reading holds.
    return Right(word) if word in tuple(Right) else Right.READ


def outcomes(element: etree._Element) -> tuple[OutcomeOption, ...]:
    return tuple(
        OutcomeOption(
            value=str(found.get("value", "")),
            label=str(found.get("label", "")),
            opinion_required=found.get("opinion") == "required",
            style=str(found.get("style", "primary")),
        )
        for found in words(element, "outcome")
    )


def outputs(element: etree._Element) -> tuple[Output, ...]:
    return tuple(Output(str(each.get("source", "")), str(each.get("target", ""))) for each in words(element, "output"))


def inputs(element: etree._Element) -> tuple[Input, ...]:
    return tuple(Input(str(each.get("source", "")), str(each.get("target", ""))) for each in words(element, "input"))


def due(element: etree._Element) -> Due | None:
    found = next(words(element, "due"), None)
    keys = ("workingDays", "basis", "supervise")
    return None if found is None else Due(*(str(found.get(key, "")) for key in keys))


def facts(element: etree._Element) -> tuple[Facts, ...]:
    return tuple(
        Facts(*(str(found.get(key, "")) for key in ("register", "where", "equals", "target")))
        for found in words(element, "facts")
    )


def notice(element: etree._Element) -> str:
    found = next(words(element, "notice"), None)
    return "" if found is None else str(found.get("text", ""))


def circulate(element: etree._Element) -> Circulate | None:
    found = next(words(element, "circulate"), None)
    keys = ("to", "text", "post", "basis")
    return None if found is None else Circulate(*(str(found.get(key, "")) for key in keys))


def document(element: etree._Element) -> DocumentUse | None:
    found = next(words(element, "document"), None)
    keys = ("letter", "numberKind", "issuer", "to")
    return None if found is None else DocumentUse(*(str(found.get(key, "")) for key in keys))


def instance(element: etree._Element) -> InstanceUse | None:
    found = next(words(element, "instance"), None)
    return None if found is None else InstanceUse(str(found.get("key", "")), str(found.get("label", "")))


def compartment(element: etree._Element) -> str:
    found = next(words(element, "compartment"), None)
    return "" if found is None else str(found.get("organ", ""))


def withdrawable(element: etree._Element) -> bool:
    return next(words(element, "withdrawable"), None) is not None


def returns(element: etree._Element) -> Returns | None:
    found = next(words(element, "return"), None)
    if found is None:
        return None
    return Returns(tuple(str(found.get("to", "")).split()), tuple(str(found.get("back", "step")).split()))


def transferable(element: etree._Element) -> str:
    found = next(words(element, "transferable"), None)
    return "" if found is None else str(found.get("within", ""))


def retractable(element: etree._Element) -> str:
    found = next(words(element, "retractable"), None)
    return "" if found is None else str(found.get("until", ""))


def add_signer(element: etree._Element) -> AddSigner | None:
    found = next(words(element, "addSigner"), None)
    if found is None:
        return None
    ways = tuple(str(found.get("ways", "")).split())
    return AddSigner(ways, str(found.get("within", "")), found.get("parallel") == SIGNERS_VOTE)


def holdable(element: etree._Element) -> bool:
    return next(words(element, "holdable"), None) is not None


def register_entries(element: etree._Element) -> tuple[RegisterEntry, ...]:
    return tuple(
        RegisterEntry(
            str(found.get("register", "")),
            str(found.get("status", "")),
            {str(column.get("name", "")): str(column.get("source", "")) for column in found.findall(sx.jc("column"))},
            str(found.get("key", "")),
        )
        for found in words(element, "registerEntry")
    )


def publication(element: etree._Element) -> Publication | None:
    found = next(words(element, "publication"), None)
    return None if found is None else Publication(str(found.get("register", "")), str(found.get("effective", "")))


def meeting(element: etree._Element) -> MeetingRule | None:
    """The rule of a collective decision; raises ValueError with a Chinese sentence when a share is not readable."""
    found = next(words(element, "meeting"), None)
    if found is None:
        return None
    quorum, quorum_strict = share(str(found.get("quorum", "1/2")))
    majority, majority_strict = share(str(found.get("majority", "1/2")))
    return MeetingRule(quorum, quorum_strict, majority, majority_strict)


def voting(element: etree._Element) -> VotingRule | None:
    """How several people decide a step; raises ValueError with a Chinese sentence when a share is not readable."""
    found = next(words(element, "voting"), None)
    if found is None or found.get("mode") not in ("all", "any", "sequential", "ratio"):
        return None  # a wrong mode is a finding of the vocabulary
    return VotingRule(
        mode=Mode(str(found.get("mode"))),
        ratio=share(str(found.get("ratio", "1/1")))[0],
        quorum=share(str(found.get("quorum")))[0] if found.get("quorum") else Decimal(0),
        abstentions_count=found.get("abstentions", "count") != "leave",
        tie=Tie.PASSES if found.get("tie") == "passes" else Tie.FAILS,
    )


def veto(element: etree._Element) -> str:
    found = next(words(element, "voting"), None)
    return "" if found is None else str(found.get("veto", "")).strip()


def share(text: str) -> tuple[Decimal, bool]:
    """`1/2` is more than half (True: strict); `>=2/3`, `≥2/3`, `不少于2/3` is at least two thirds (False)."""
    found = _SHARE.match(text.strip())
    sentence = f"比例“{text}”看不懂，请写 1/2（过半数）或 ≥2/3（不少于三分之二）"
    if found is None:
        raise ValueError(sentence)
    try:
        value = Decimal(found["above"]) / Decimal(found["below"] or 1) / (100 if found["percent"] else 1)
    except (InvalidOperation, ZeroDivisionError) as error:
        raise ValueError(sentence) from error
    if not 0 < value <= 1:
        raise ValueError(f"比例“{text}”应当大于 0、不超过 1")
    return value, found["at_least"] is None
