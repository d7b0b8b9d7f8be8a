"""What a process writes into registers is described there: the register, its columns, and that it has versions to publish."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jiecheng.definitions.lint.subject import Subject, called
from jiecheng.definitions.registers import REGISTERS
from jiecheng.model.definition import RegisterEntry
from jiecheng.model.errors import Finding
from jiecheng.model.register import Register

# What names a person in an expression; an organ's name is no personal data.
_PERSONAL_SOURCE = re.compile(r"\b(?:initiator|subject)\s*\.\s*(?:name|person|post_name|id)\b")


def entries_are_described(subject: Subject) -> Iterator[Finding]:
    """Checked only where the caller says which registers there are."""
    if subject.registers is None:
        return
    for node in subject.nodes:
        for entry in node.register_entries:
            register = subject.registers.get(entry.register)
            if register is None:
                sentence = f"{called(node)}登记的台账 {entry.register} 不存在，请在 {REGISTERS} 里写明或改名。"
                yield Finding("register_unknown", node.id, sentence)
            else:
                yield from (Finding(code, node.id, called(node) + words) for code, words in _columns(entry, register))
        for facts in node.facts:
            known = subject.registers.get(facts.register)
            if known is None:
                sentence = f"{called(node)}查看的台账 {facts.register} 不存在，请在 {REGISTERS} 里写明或改名。"
                yield Finding("register_unknown", node.id, sentence)
            elif facts.where not in known.columns:
                sentence = f"{called(node)}按 {facts.where} 查看{known.title}，台账没有这一栏，请改正。"
                yield Finding("column_unknown", node.id, sentence)


def _columns(entry: RegisterEntry, register: Register) -> Iterator[tuple[str, str]]:
    for name, source in entry.columns.items():
        column = register.columns.get(name)
        if column is None:
            yield "column_unknown", f"填写的 {name} 栏不在{register.title}里，请在 {REGISTERS} 里写明或改名。"
        elif register.public and column in register.published and _PERSONAL_SOURCE.search(source):
            yield (
                "register_personal",
                f"把个人信息写进了公开台账{register.title}的“{column.title}”栏，请写单位或改为不公开。",
            )


def publications_are_possible(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes:
        if node.publication is None or subject.registers is None:
            continue
        register = subject.registers.get(node.publication.register)
        if register is None:
            sentence = f"{called(node)}公布的台账 {node.publication.register} 不存在，请在 {REGISTERS} 里写明或改名。"
            yield Finding("register_unknown", node.id, sentence)
        elif not register.versioned:
            sentence = f"{called(node)}公布的{register.title}没有版本，请在 {REGISTERS} 里写 versioned: true。"
            yield Finding("register_unversioned", node.id, sentence)
