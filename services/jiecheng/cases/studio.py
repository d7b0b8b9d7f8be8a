"""What the studio's pages read: the list of processes, one draft with everything that is known of it, a letter's preview."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from jiecheng import decisions, definitions, documents, permissions, store
from jiecheng.cases.draft import draft_bundle, known_clauses
from jiecheng.cases.drafted_names import Offered, offered_in, unknown_names
from jiecheng.cases.gate import draft_findings, latest_run, plain_finding
from jiecheng.cases.house import Tx
from jiecheng.cases.people import label
from jiecheng.cases.publication import writers
from jiecheng.cases.release import TableView, tables_of
from jiecheng.definitions.picture import Drawing
from jiecheng.model.actor import Actor
from jiecheng.model.directory import Organ, OrganKind
from jiecheng.model.draft import DRAFT_EVENTS, DraftState, GateRun, ProcessDraft
from jiecheng.model.errors import Finding, Invalid, Refused
from jiecheng.model.release import Bundle, Release

KINDS = {"bpmn": "流程图", "dmn": "判定表", "form": "表单", "letter": "文书模板", "feature": "场景"}
_SHOWN = re.compile(r"\{\{-?\s*(.+?)\s*-?\}\}", re.DOTALL)
_SAID = re.compile(r"\{%.*?%\}", re.DOTALL)

_FILE = re.compile(rf"(?:(?:{'|'.join(KINDS.values())}) ?)?\b([a-z][\w@-]*\.(?:{'|'.join(KINDS)}))\b ?", re.ASCII)
# Feature files -> what is wrong with their sentences, by those who know the sentences.
Spelling = Callable[[Mapping[str, str]], Sequence[Finding]]

# What a finding says a second time, for programmers of other countries: an owner reads the first.
_CODE = re.compile(r"（(?:jc:)?[a-z]\w*）")
_ENGLISH = re.compile(r'（(?=[^（）]*(?:\s[^\s（）]+){4})(?:[^（）"\u4e00-\u9fff]|"[^"]*")*）')


@dataclass(frozen=True, slots=True)
class ProcessRow:
    """A process in the studio's list: the release in force, and its open draft."""

    release: Release
    name: str
    draft: ProcessDraft | None


@dataclass(frozen=True, slots=True)
class FileRow:
    """`title`: what people call it; `state`: "" as published, else 新增 or 改动."""

    name: str
    kind: str
    title: str
    state: str


@dataclass(frozen=True, slots=True)
class LogRow:
    at: datetime
    who: str
    said: str
    revision: int
    words: str


@dataclass(frozen=True, slots=True)
class DraftView:
    """`difference` is None when it cannot be told; `blocked`: why it cannot be submitted yet; `approval`: why this
    person may not approve, "" when he may."""

    draft: ProcessDraft
    base_version: int
    released_version: int
    files: Sequence[FileRow]
    removed: Sequence[FileRow]
    findings: Sequence[Mapping[str, str]]
    elements: Mapping[str, str]  # of called processes: element id -> the file of its diagram
    difference: Sequence[str] | None
    renamed: Sequence[definitions.Renamed]
    picture: Drawing
    run: GateRun | None
    is_run_current: bool
    log: Sequence[LogRow]
    writers: Sequence[str]
    may_edit: bool
    may_recall: bool
    approval: str

    @property
    def errors(self) -> int:
        return sum(one["severity"] == "error" for one in self.findings)


def list_processes(tx: Tx, actor: Actor) -> tuple[Sequence[ProcessRow], Sequence[ProcessDraft]]:
    """Every process with its open draft, and the drafts that are closed, newest first."""
    permissions.require_release_read(actor)
    drafts = store.draft.list_all(tx.db)
    opened = {one.process: one for one in drafts if one.state in store.draft.OPEN_STATES}
    rows = [
        ProcessRow(deployed.release, deployed.definition.name, opened.get(process))
        for process, latest in tx.latest_releases().items()
        for deployed in (tx.release(latest),)
    ]
    return rows, [one for one in drafts if one.state not in store.draft.OPEN_STATES]


def _elements(files: Mapping[str, str], process: str) -> dict[str, str]:
    return {
        element: name
        for name, text in files.items()
        if name.endswith(".bpmn") and name != f"{process}.bpmn"
        for element in re.findall(r'\bid="([^"]+)"', text)
    }


def show_draft(tx: Tx, actor: Actor, number: int, spelling: Spelling = lambda _: ()) -> DraftView:
    permissions.require_release_read(actor)
    draft = store.draft.get(tx.db, number)
    files = store.draft.files(tx.db, number, draft.revision)
    base = tx.release(draft.base).release
    before = definitions.files_of(base.bundle)
    bundle, findings = _bundle(tx, draft, files, spelling)
    run, named, published = latest_run(tx, draft), titles(bundle, files), titles(base.bundle, before)
    ever = {**published, **named}
    known = tx.organisation.directory
    return DraftView(
        draft=draft,
        base_version=base.version,
        released_version=tx.release(draft.released).release.version if draft.released else 0,
        files=[
            FileRow(name, KINDS[name.rpartition(".")[2]], named.get(name, name), _state(name, text, before))
            for name, text in sorted(files.items(), key=_in_order)
        ],
        removed=[
            FileRow(name, KINDS[name.rpartition(".")[2]], title, "")
            for name, title in published.items()
            if name not in files
        ],
        findings=findings,
        elements=_elements(files, draft.process),
        difference=_difference(base.bundle, bundle, tx.profile),
        renamed=_renamed(base.bundle, bundle),
        picture=_picture(base.bundle, bundle, draft.name),
        run=run,
        is_run_current=run is not None and run.revision == draft.revision,
        log=[
            LogRow(
                one.at, label(tx, one.identity), DRAFT_EVENTS[one.event][2], one.revision, _by_title(one.words, ever)
            )
            for one in store.draft.log(tx.db, number)
        ],
        writers=sorted(known.persons[one].name for one in writers(tx, draft) if one in known.persons),
        may_edit=permissions.may_draft(actor) and draft.state is DraftState.EDITING,
        may_recall=permissions.may_draft(actor) and draft.state is DraftState.SUBMITTED,
        approval=_approval(tx, actor, draft),
    )


def findings_of(
    tx: Tx, draft: ProcessDraft, files: Mapping[str, str], spelling: Spelling
) -> Sequence[Mapping[str, str]]:
    """What `jiecheng check` would say of these files, and which of their sentences nobody understands."""
    return _bundle(tx, draft, files, spelling)[1]


def preview_letter(tx: Tx, text: str) -> documents.Rendered:
    """The letter as it would look, with the names of its blanks in the places of what a case would fill in."""
    documents.read_letter(text)  # what is wrong is told of the words as they are written

    def blank(found: re.Match[str]) -> str:
        return "〔" + re.sub(r"[^\w.]", "", found[1].partition("|")[0]) + "〕"

    letter = documents.read_letter(_SAID.sub("", _SHOWN.sub(blank, text)))
    number = "〔文号〕" if letter.layout == "文件" else "某某函〔2026〕1号"
    return documents.render_letter(letter, {}, number=number, issued_on=tx.today, fonts=tx.house.fonts)


def plain_picture(files: Mapping[str, str], name: str) -> Drawing:
    """A diagram as it is saved, for those who only look; "" when it cannot be drawn."""
    try:
        return Drawing(definitions.picture.draw(files[name], states={}, flows=(), title="流程图"))
    except Invalid:
        return Drawing("")


def choices(tx: Tx, draft: ProcessDraft, files: Mapping[str, str]) -> dict[str, object]:
    """What the editor offers in its lists: clauses, forms with their fields, letters, tables, registers, organs, 街镇, posts."""
    known, named = tx.organisation.directory, _titles(tx, draft, files)
    deployed = [tx.release(one) for one in tx.latest_releases().values()]
    entries = [entry for one in deployed for node in one.definition.nodes.values() for entry in node.register_entries]
    registers: dict[str, dict[str, list[str]]] = {}
    for entry in entries:
        row = registers.setdefault(entry.register, {"statuses": [], "columns": []})
        row["statuses"] = list(dict.fromkeys([*row["statuses"], entry.status]))
        row["columns"] = list(dict.fromkeys([*row["columns"], *entry.columns]))
    return {
        "clauses": [{"id": key, "words": str(one.get("words", ""))[:60]} for key, one in known_clauses(tx).items()],
        "forms": {name.removesuffix(".form"): _fields(text) for name, text in files.items() if name.endswith(".form")},
        "letters": [name.removesuffix(".letter") for name in files if name.endswith(".letter")],
        # What people call what is chosen by a code.
        "titles": {
            **{name.rpartition(".")[0]: title for name, title in named.items() if name.endswith((".form", ".letter"))},
            **{name: register.title for name, register in tx.registers.items()},
        },
        "decisions": [one for name, text in files.items() if name.endswith(".dmn") for one in _decisions(text)],
        "registers": registers,
        "organs": [{"id": one.id, "name": _organ_name(tx, one)} for one in known.organs.values()],
        "streets": [{"id": one, "name": tx.organisation.street_name(one)} for one in tx.organisation.organs_of_street],
        "posts": sorted({one.name for one in known.posts.values()}),
        "kinds": [*OrganKind],
    }


def plain_tables(files: Mapping[str, str], name: str) -> Sequence[TableView]:
    """The decision tables of a file as they are saved, for those who only look; none when they cannot be read."""
    try:
        return tables_of(decisions.combine([decisions.read_decisions(files[name])]))
    except Invalid:
        return ()


def meanings(tx: Tx, draft: ProcessDraft, files: Mapping[str, str]) -> dict[str, object]:
    """What the expressions of the diagrams say, and the conditions on outcomes that a way may have; {} of what cannot be read."""
    try:
        bundle = draft_bundle(tx, draft, files)
        told = definitions.panel_words(bundle, tx.profile)
    except Invalid:
        return {"meanings": {}, "conditions": [], "dates": []}
    return {
        "meanings": {expression: {"words": one.words, "file": one.file} for expression, one in told.meanings.items()},
        "conditions": [{"value": value, "label": label} for value, label in told.conditions.items()],
        "dates": [{"value": value, "label": label} for value, label in told.dates.items()],
    }


def _organ_name(tx: Tx, organ: Organ) -> str:
    """Sections are called alike in every house: the 街镇 or the organ above tells them apart."""
    above = tx.organisation.directory.organs.get(organ.parent) if organ.parent else None
    place = tx.organisation.street_name(organ.street) or (above.name if above else "")
    return organ.name if organ.kind is not OrganKind.SECTION or not place else f"{place} {organ.name}"


def _bundle(
    tx: Tx, draft: ProcessDraft, files: Mapping[str, str], spelling: Spelling
) -> tuple[Bundle | None, Sequence[Mapping[str, str]]]:
    try:
        bundle = draft_bundle(tx, draft, files)
    except Invalid as error:
        return None, [{"code": "unreadable", "place": "", "message": error.message, "severity": "error"}]
    told = [*draft_findings(bundle), *map(plain_finding, (*unknown_names(tx, bundle), *spelling(bundle.features)))]
    named = titles(bundle, files)
    return bundle, [
        {**one, "message": _by_title(_CODE.sub("", _ENGLISH.sub("", one["message"])), named)} for one in told
    ]


def _by_title(text: str, named: Mapping[str, str]) -> str:
    """A text with its files as people call them: 表单 spare.form 没有环节使用 becomes 表单「spare」没有环节使用."""

    def words(found: re.Match[str]) -> str:
        name = found[1]
        return called(name, named.get(name) or name.rpartition(".")[0])  # one that is gone has only its name

    return _FILE.sub(words, text)


def called(name: str, title: str) -> str:
    """A file as people speak of it: 判定表「适用条件」."""
    return f"{KINDS[name.rpartition('.')[2]]}「{title}」" if "." in name else title


def _difference(base: Bundle, bundle: Bundle | None, profile: str) -> Sequence[str] | None:
    if bundle is None:
        return None
    try:
        return definitions.difference(base, bundle, profile)
    except Invalid:
        return None


def _renamed(base: Bundle, bundle: Bundle | None) -> Sequence[definitions.Renamed]:
    if bundle is None:
        return ()
    try:
        return definitions.renamed_steps(base, bundle)
    except Invalid:
        return ()


def _picture(base: Bundle, bundle: Bundle | None, name: str) -> Drawing:
    if bundle is None:
        return Drawing("")
    try:
        states = definitions.changed_elements(base, bundle)
        called = list(definitions.read_process(bundle.bpmn, bundle.called).called.values())
        return definitions.picture.draw_all(bundle.diagrams, called, states=states, flows=(), title=name)
    except Invalid:
        return Drawing("")


def _approval(tx: Tx, actor: Actor, draft: ProcessDraft) -> str:
    try:
        permissions.require_approval(actor, writers(tx, draft))
    except Refused as refusal:
        return refusal.message
    return ""


def offered(tx: Tx, draft: ProcessDraft, files: Mapping[str, str], name: str) -> Sequence[Offered]:
    """The names of the directory that may stand in the columns of a decision table."""
    try:
        return offered_in(tx, draft_bundle(tx, draft, files), name)
    except Invalid:
        return ()


def title_of(tx: Tx, draft: ProcessDraft, files: Mapping[str, str], name: str) -> str:
    return _titles(tx, draft, files).get(name, name)


def _titles(tx: Tx, draft: ProcessDraft, files: Mapping[str, str]) -> Mapping[str, str]:
    try:
        return titles(draft_bundle(tx, draft, files), files)
    except Invalid:
        return titles(None, files)


def _state(name: str, text: str, before: Mapping[str, str]) -> str:
    return "新增" if name not in before else "" if before[name] == text else "改动"


def titles(bundle: Bundle | None, files: Mapping[str, str]) -> Mapping[str, str]:
    """What people call these files."""
    return definitions.file_titles(bundle) if bundle is not None else {name: name for name in files}


def _in_order(row: tuple[str, str]) -> tuple[int, str]:
    return list(KINDS).index(row[0].rpartition(".")[2]), row[0]


def _fields(text: str) -> list[dict[str, str]]:
    return [{"key": key, "label": label} for key, label in definitions.field_names(text).items()]


def _decisions(text: str) -> list[dict[str, str]]:
    try:
        root = definitions.parse_xml(text)
    except Invalid:
        return []
    return [
        {"id": str(one.get("id", "")), "name": str(one.get("name", ""))}
        for one in root.iter()
        if isinstance(one.tag, str) and one.tag.endswith("}decision")
    ]
