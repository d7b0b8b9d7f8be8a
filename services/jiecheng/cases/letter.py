"""Letters to be looked at before they are issued: their list, their words, and the paper they make. Issues nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jiecheng import documents, permissions, store
from jiecheng.cases import facts
from jiecheng.cases.case import read_facts
from jiecheng.cases.house import Tx
from jiecheng.cases.job import letter_facts
from jiecheng.cases.open_case import OpenCase
from jiecheng.cases.place import Place
from jiecheng.model.actor import Actor
from jiecheng.model.errors import NotFound
from jiecheng.model.ids import CaseId, OrganId, ProcessId

SAMPLE_NUMBER = "样字〔2026〕1号"


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A letter of the newest release of its process. `organ`: for whose papers only, "" for everybody's."""

    process: ProcessId
    process_name: str
    file: str
    letter: documents.Letter
    organ: str
    issued_by: Sequence[str]  # the steps that issue it
    text: str


def list_letters(tx: Tx, actor: Actor) -> Sequence[LetterLine]:
    permissions.require_release_read(actor)
    found = []
    for process, newest in sorted(tx.latest_releases().items()):
        deployed = tx.release(newest)
        for file, text in sorted(deployed.release.bundle.letters.items()):
            name, _, organ = file.removesuffix(".letter").partition("@")
            steps = [
                node.name
                for node in deployed.definition.nodes.values()
                if node.document is not None and node.document.letter == name
            ]
            letter = documents.read_letter(text)
            line = LetterLine(process, deployed.definition.name, file, letter, _organ_name(tx, organ), steps, text)
            found.append(line)
    return found


def show_letter(tx: Tx, actor: Actor, process: str, file: str) -> LetterLine:
    for one in list_letters(tx, actor):
        if (one.process, one.file) == (process, file):
            return one
    raise NotFound("没有这份文书模板。请从「文书模板」重新打开。")


def preview_letter(tx: Tx, actor: Actor, letter_text: str, case: CaseId | None = None) -> documents.Rendered:
    """The paper that this text makes: from a real case the actor may read, else with its words standing for themselves.

    Raises Invalid with a finding per fault of the text, or naming the word that the case does not have.
    """
    permissions.require_release_read(actor)
    letter = documents.read_letter(letter_text)
    known = documents.sample_facts(letter) if case is None else _case_facts(tx, actor, letter, case)
    return documents.render_letter(letter, known, number=SAMPLE_NUMBER, issued_on=tx.today, fonts=tx.house.fonts)


def _case_facts(tx: Tx, actor: Actor, letter: documents.Letter, case: CaseId) -> Mapping[str, Any]:
    found = store.case.get(tx.db, case)
    opened = OpenCase(tx, found, tx.release(found.release))
    grant = permissions.require_case_read(actor, read_facts(opened))
    if grant.recorded:
        store.account.log_access(tx.db, actor.person, actor.identity, f"预览文书（{grant.ground}）", found.number)
    issuing = [node for node in opened.deployed.definition.nodes.values() if node.document is not None]
    names = [
        (node, facts.evaluate(node.document.issuer, facts.case_facts(opened), node.name))
        for node in issuing
        if node.document
    ]
    node, issuer = next(((node, str(one)) for node, one in names if one), (None, ""))
    if node is None:
        raise NotFound("这件办件还没有走到制发文书的环节，不能用它的内容预览。请换一件，或用样例预览。")
    return letter_facts(opened, Place(facts.case_facts(opened)), issuer)


def _organ_name(tx: Tx, organ: str) -> str:
    if not organ:
        return ""
    known = tx.organisation.directory.organs.get(OrganId(organ))
    return known.name if known else f"没有 {organ} 这个机构"
