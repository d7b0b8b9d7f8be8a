"""Letters and the tasks that issue them: each one named exists, each one there is issued, all parse, their words are known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jiecheng import documents
from jiecheng.definitions.bundle import LETTER
from jiecheng.definitions.lint.subject import Subject, called, field_keys
from jiecheng.definitions.lint.variables import GIVEN, written
from jiecheng.model.errors import Finding, Invalid

# What a letter sees besides the case's variables; see bpmn/README.md.
_IN_LETTERS = frozenset({"issuer", "number", "issued_on", "case_number", "case_title"})


def issued_letters_exist(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes:
        if node.document is not None and f"{node.document.letter}{LETTER}" not in subject.bundle.letters:
            sentence = f"{called(node)}制发的文书模板 {node.document.letter}{LETTER} 不存在，请新建或改名。"
            yield Finding("letter_unknown", node.id, sentence)


def no_unused_letters(subject: Subject) -> Iterator[Finding]:
    """A warning only: unlike a form, a letter is often agreed on before the step that issues it."""
    issued = {node.document.letter for node in subject.all_nodes if node.document is not None}
    for file in subject.bundle.letters:
        # loan_letter@justice.letter: the variant of one issuing organ.
        if file.removesuffix(LETTER).partition("@")[0] not in issued:
            sentence = f"文书模板 {file} 没有环节制发，请在环节里引用（jc:document）或删去。"
            yield Finding("letter_unused", file, sentence, severity="warning")


def variants_have_a_base(subject: Subject) -> Iterator[Finding]:
    """An organ's own wording is chosen by the issuer; every other issuer needs the common one."""
    for file in subject.bundle.letters:
        base, _, organ = file.removesuffix(LETTER).partition("@")
        if organ and f"{base}{LETTER}" not in subject.bundle.letters:
            sentence = f"文书模板 {file} 是某机关专用的，还缺通用的 {base}{LETTER}，请补上。"
            yield Finding("letter_unknown", file, sentence)


def letters_parse(subject: Subject) -> Iterator[Finding]:
    for file, text in subject.bundle.letters.items():
        try:
            documents.read_letter(text)
        except Invalid as error:
            for each in error.findings:
                yield Finding(each.code, f"{file}:{each.place}".rstrip(":"), f"{file}：{each.message}", each.severity)


def words_are_known(subject: Subject) -> Iterator[Finding]:
    """A word that no step writes and no form asks for stops the letter when it is due."""
    typed = {key for schema in subject.forms.values() for key in field_keys(schema)}
    known = GIVEN | _IN_LETTERS | written(subject) | typed
    here = {node.document.letter for node in subject.nodes if node.document is not None}
    elsewhere = {node.document.letter for node in subject.all_nodes if node.document is not None} - here
    for file, letter in _readable(subject).items():
        name_of = file.removesuffix(LETTER).partition("@")[0]
        if name_of in elsewhere or (subject.is_called and name_of not in here):
            continue
        for name in sorted(documents.letter_names(letter) - known):
            sentence = f"文书模板 {file} 用到的 {name} 没有任何一步写入，也没有表单填写，请检查名称。"
            yield Finding("variable_unknown", file, sentence, severity="warning")


def _readable(subject: Subject) -> Mapping[str, documents.Letter]:
    found = {}
    for file, text in subject.bundle.letters.items():
        try:
            found[file] = documents.read_letter(text)
        except Invalid:
            continue  # the rule on parsing reports it
    return found
