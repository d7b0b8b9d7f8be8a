"""A release's files as one value, and its content hash. Never touches a disk: the caller hands the texts in.

The hash is SHA-256 over RFC 8785 canonical JSON of

    {"format": "jiecheng-release-1", "process": …, "bpmn": …, "dmn": {file: text}, "forms": {…}, "features": {…},
     "clauses": {id: {field: text}}, "letters": {file: text}, "called": {file: text}}

A process without letters has no key "letters", one without called diagrams no key "called": its hash is the one it had
before there were any.
Texts enter with LF line ends and without a byte order mark, so the same commit hashes alike on every system.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, cast

import rfc8785

from jiecheng.model.errors import Finding, Invalid
from jiecheng.model.ids import ProcessId, ReleaseHash
from jiecheng.model.release import Bundle

FORMAT = "jiecheng-release-1"
FORM, LETTER = ".form", ".letter"
# A letter, or how one organ words it: consent_reply.letter, consent_reply@pengxi-party.letter.
LETTER_NAME = re.compile(r"^[a-z][a-z0-9_]*(?:@[a-z0-9][a-z0-9-]*)?$")

# A rule id of the catalogue: one or two capitals, then a number: C1, X5.
RULE_ID = re.compile(r"^[A-Z]{1,2}\d+[a-z]?$")

_QUOTED_IN_DIAGRAM = re.compile(r"""(?:clauses|basis)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_TAG = re.compile(r"@([^\s@#]+)")
_WORD = re.compile(r"[\w.\-]+")


def read_bundle(
    process: str,
    bpmn_folder: Mapping[str, str],
    forms_folder: Mapping[str, str],
    features_folder: Mapping[str, str],
    clauses: Mapping[str, Mapping[str, object]],
) -> Bundle:
    """The bundle of one process from its three folders (file name -> text) and all clauses (id -> fields).

    Of the clauses only those stay whose rule the diagram, a table or a scenario refers to. Raises `Invalid` when a
    file is missing or does not belong here.
    """
    diagram = f"{process}.bpmn"
    findings = [
        *_strangers(f"bpmn/{process}", bpmn_folder, (".bpmn", ".dmn")),
        *_strangers(f"forms/{process}", forms_folder, (FORM, LETTER)),
        *_strangers(f"features/{process}", features_folder, (".feature",)),
    ]
    if diagram not in bpmn_folder:
        findings.append(Finding("missing_diagram", f"bpmn/{process}", f"bpmn/{process} 里缺少流程图 {diagram}。"))
    if findings:
        raise Invalid(findings[0].message, findings=findings)
    bundle = Bundle(
        process=ProcessId(process),
        bpmn=_plain(bpmn_folder[diagram]),
        dmn=_texts(bpmn_folder, ".dmn"),
        forms=_texts(forms_folder, FORM),
        features=_texts(features_folder, ".feature"),
        clauses={},
        letters=_texts(forms_folder, LETTER),
        called={name: text for name, text in _texts(bpmn_folder, ".bpmn").items() if name != diagram},
    )
    return replace(bundle, clauses=_kept(_referred(bundle), clauses))


def bundle_hash(bundle: Bundle) -> ReleaseHash:
    """64 hex digits that name exactly this content."""
    document = {
        "format": FORMAT,
        "process": str(bundle.process),
        "bpmn": bundle.bpmn,
        "dmn": dict(bundle.dmn),
        "forms": dict(bundle.forms),
        "features": dict(bundle.features),
        "clauses": {key: dict(fields) for key, fields in bundle.clauses.items()},
        **({"letters": dict(bundle.letters)} if bundle.letters else {}),
        **({"called": dict(bundle.called)} if bundle.called else {}),
    }
    return ReleaseHash(hashlib.sha256(rfc8785.dumps(cast(Any, document))).hexdigest())


def _strangers(folder: str, files: Mapping[str, str], endings: tuple[str, ...]) -> Iterable[Finding]:
    for name in sorted(files):
        if "/" in name or not name.endswith(endings):
            allowed = "、".join(f"*{ending}" for ending in endings)
            yield Finding("stranger", f"{folder}/{name}", f"{folder} 里只能放 {allowed}，请移走 {name}。")


def _texts(files: Mapping[str, str], ending: str) -> dict[str, str]:
    return {name: _plain(files[name]) for name in sorted(files) if name.endswith(ending)}


def _plain(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _referred(bundle: Bundle) -> set[str]:
    """Words that may be clause ids; the caller keeps those that are."""
    found = {
        word
        for diagram in bundle.diagrams
        for quoted in _QUOTED_IN_DIAGRAM.findall(diagram)
        for text in quoted
        for word in _WORD.findall(text)
    }
    for text in bundle.features.values():
        found.update(_TAG.findall(text))
    for text in bundle.dmn.values():
        found.update(_WORD.findall(text))
    return found


def rule_of(clause: str) -> str:
    """The rule a clause belongs to: "L2-惯例" is the wording of L2 where no document speaks."""
    return clause.partition("-")[0]


def _kept(referred: set[str], clauses: Mapping[str, Mapping[str, object]]) -> dict[str, dict[str, str]]:
    # A rule takes all its clauses along: which of them is quoted depends on the profile of the day.
    return {key: _fields(clauses[key]) for key in sorted(clauses) if {key, rule_of(key)} & referred}


def _fields(clause: Mapping[str, object]) -> dict[str, str]:
    """Clause fields as text; a list (profiles) is written with 、 between."""
    return {
        str(key): "、".join(str(each) for each in value) if isinstance(value, list | tuple) else str(value or "")
        for key, value in clause.items()
    }
