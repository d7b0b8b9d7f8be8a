"""The vertical slice of a process: bpmn/, forms/ and features/ tell one story under one name, with no orphans."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import yaml

from jiecheng.definitions.bundle import FORM, LETTER, LETTER_NAME, read_bundle
from jiecheng.definitions.lint.names import SPEAKING
from jiecheng.definitions.lint.policy import feature_findings, known_rules
from jiecheng.definitions.process import read, with_called
from jiecheng.definitions.safe_xml import local, parse_xml
from jiecheng.model.definition import ProcessDefinition
from jiecheng.model.errors import Finding, Invalid

CLAUSES = "bpmn/clauses.yaml"
CATALOGUES = (CLAUSES, "bpmn/rules.yaml", "bpmn/registers.yaml")  # beside the slices: they hold for all processes
AREAS = {"bpmn": (".bpmn", ".dmn"), "forms": (FORM, LETTER), "features": (".feature",)}
# Promises that hold for every process; this folder has no diagram.
PLATFORM = "platform"

_BESIDE = ("README.md", ".gitkeep", "conftest.py", "__init__.py")

Slices = dict[str, dict[str, dict[str, str]]]  # process -> area -> file name -> text


def slice_findings(tree: Mapping[str, str]) -> list[Finding]:
    """Findings over a whole checkout: repo-relative paths -> texts under bpmn/, forms/, features/.

    Files beside the slices (README.md, clauses.yaml, what pytest needs) are left alone.
    """
    findings: list[Finding] = []
    clauses, unreadable = read_clauses(tree.get(CLAUSES, ""))
    slices, strangers = _sorted_in(tree)
    findings += [*unreadable, *strangers]
    for process, areas in sorted(slices.items()):
        if process == PLATFORM:
            findings += _platform(areas)
        else:
            findings += _one_slice(process, areas, clauses)
        for name, text in areas["features"].items():
            findings += feature_findings(f"features/{process}/{name}", text, known_rules(clauses))
    return findings


def read_clauses(text: str) -> tuple[dict[str, dict[str, object]], list[Finding]]:
    """The clauses of bpmn/clauses.yaml by id, and what is wrong with the file."""
    try:
        content = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        return {}, [Finding("clauses_yaml", CLAUSES, f"条款库 {CLAUSES} 不是正确的 YAML：{error}。")]
    if not isinstance(content, dict) or not all(isinstance(each, dict) for each in content.values()):
        return {}, [Finding("clauses_yaml", CLAUSES, f"条款库 {CLAUSES} 应当是“编号: 各栏”的对照表。")]
    clauses = {str(key): {str(name): value for name, value in fields.items()} for key, fields in content.items()}
    return clauses, list(_incomplete(clauses))


def _incomplete(clauses: Mapping[str, Mapping[str, object]]) -> Iterator[Finding]:
    for key, fields in clauses.items():
        missing = [name for name in ("document", "words", "authority") if not fields.get(name)]
        if missing:
            yield Finding("clause_incomplete", f"{CLAUSES}:{key}", f"条款 {key} 缺少 {'、'.join(missing)}，请补上。")


def _sorted_in(tree: Mapping[str, str]) -> tuple[Slices, list[Finding]]:
    slices: Slices = {}
    strangers: list[Finding] = []
    for path, text in tree.items():
        area, *inner = path.split("/")
        if area not in AREAS or path in CATALOGUES or path.endswith(_BESIDE):
            continue
        if len(inner) != 2 or not inner[1].endswith(AREAS[area]):
            allowed = "、".join(f"*{ending}" for ending in AREAS[area])
            strangers.append(Finding("stranger", path, f"{path} 放错了地方：{area}/<流程>/ 里只放 {allowed}。"))
            continue
        slices.setdefault(inner[0], {each: {} for each in AREAS})[area][inner[1]] = text
    return slices, strangers


def _platform(areas: Mapping[str, Mapping[str, str]]) -> Iterator[Finding]:
    for area in ("bpmn", "forms"):
        for name in areas[area]:
            path = f"{area}/{PLATFORM}/{name}"
            yield Finding("stranger", path, f"{path} 放错了地方：{PLATFORM} 只有功能文件，没有流程。")


def _one_slice(
    process: str, areas: Mapping[str, Mapping[str, str]], clauses: Mapping[str, Mapping[str, object]]
) -> Iterator[Finding]:
    folder = f"bpmn/{process}"
    if f"{process}.bpmn" not in areas["bpmn"]:
        others = "、".join(area for area in ("forms", "features") if areas[area])
        owner = f"，{others} 里的同名文件夹没有主人" if others else ""
        yield Finding("orphan", folder, f"{folder}/{process}.bpmn 不存在{owner}，请补上流程图或删去文件夹。")
        return
    if not SPEAKING.match(process):
        yield Finding("id_not_speaking", folder, f"文件夹名 {process} 应当用小写英文单词加下划线。")
    if not areas["features"]:
        yield Finding("no_features", f"features/{process}", f"流程 {process} 没有场景，请在 features/{process}/ 写上。")
    try:
        bundle = read_bundle(process, areas["bpmn"], areas["forms"], areas["features"], clauses)
        definition, _ = read(parse_xml(bundle.bpmn))
        for text in bundle.called.values():
            definition = with_called(definition, read(parse_xml(text))[0])
    except Invalid as error:
        yield from error.findings
        return
    yield from _names(process, definition, areas)


def _names(process: str, definition: ProcessDefinition, areas: Mapping[str, Mapping[str, str]]) -> Iterator[Finding]:
    if definition.id != process:
        path = f"bpmn/{process}/{process}.bpmn"
        yield Finding("process_id", path, f"{path} 里的流程标识是 {definition.id}，应当与文件夹名相同。")
    yield from _orphan_forms(process, definition, areas["forms"])
    yield from _orphan_letters(process, definition, areas["forms"])
    for name, text in areas["bpmn"].items():
        if name.endswith(".dmn"):
            yield from _table_names(f"bpmn/{process}/{name}", name.removesuffix(".dmn"), text)


def _orphan_forms(process: str, definition: ProcessDefinition, forms: Collection[str]) -> Iterator[Finding]:
    """A form is named after the node it serves, or is shared by several and named in their jc:form."""
    used = {use.form for node in definition.nodes.values() for use in node.forms}
    files = [name for name in forms if name.endswith(FORM)]
    for name in files:
        path, form = f"forms/{process}/{name}", name.removesuffix(FORM)
        if form not in used:
            yield Finding("orphan", path, f"{path} 没有环节使用，请在流程图里引用或删去。")
        if not SPEAKING.match(form):
            yield Finding("id_not_speaking", path, f"{path} 的文件名应当用小写英文单词加下划线。")
    for form in sorted(used - {name.removesuffix(FORM) for name in files}):
        path = f"forms/{process}/{form}.form"
        yield Finding("form_unknown", path, f"流程图引用的表单 {path} 不存在，请新建。")


def _orphan_letters(process: str, definition: ProcessDefinition, forms: Collection[str]) -> Iterator[Finding]:
    used = {node.document.letter for node in definition.nodes.values() if node.document}
    files = {name.removesuffix(LETTER) for name in forms if name.endswith(LETTER)}
    for letter in sorted(files):
        path = f"forms/{process}/{letter}{LETTER}"
        if letter.partition("@")[0] not in used:
            sentence = f"{path} 没有环节制发，请在流程图里引用或删去。"
            yield Finding("orphan", path, sentence, severity="warning")
        if not LETTER_NAME.match(letter):
            sentence = f"{path} 的文件名应当用小写英文单词加下划线；某机关专用的，在后面写 @机关标识。"
            yield Finding("id_not_speaking", path, sentence)
    for letter in sorted(used - files):
        path = f"forms/{process}/{letter}{LETTER}"
        yield Finding("letter_unknown", path, f"流程图引用的文书模板 {path} 不存在，请新建。")


def _table_names(path: str, name: str, text: str) -> Iterator[Finding]:
    try:
        root = parse_xml(text)
    except Invalid as error:
        yield Finding("dmn", path, f"{path}：{error.message}")
        return
    ids = [str(each.get("id", "")) for each in root.iter() if local(each) == "decision"]
    if name not in ids:
        found = "、".join(ids) or "没有判定"
        yield Finding("file_name", path, f"{path} 应当以其中的判定命名（现有：{found}），请改文件名或判定标识。")
