"""Forms and steps agree: each form used exists, each form there is used, each field named is in the form."""

from __future__ import annotations

from collections.abc import Iterator

from jiecheng.definitions.lint.subject import Subject, called, components, field_keys
from jiecheng.model.errors import Finding


def used_forms_exist(subject: Subject) -> Iterator[Finding]:
    files = {name.removesuffix(".form") for name in subject.bundle.forms}
    for node in subject.nodes:
        for use in node.forms:
            if use.form not in files:
                sentence = f"{called(node)}用的表单 {use.form}.form 不存在，请新建或改名。"
                yield Finding("form_unknown", node.id, sentence)


def no_unused_forms(subject: Subject) -> Iterator[Finding]:
    used = {use.form for node in subject.all_nodes for use in node.forms}
    for file in subject.bundle.forms:
        if file.removesuffix(".form") not in used:
            yield Finding("form_unused", file, f"表单 {file} 没有环节使用，请在环节里引用或删去。")


def named_fields_exist(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes:
        for use in node.forms:
            if use.form not in subject.forms:
                continue
            keys = field_keys(subject.forms[use.form])
            for key in use.rights:
                if key not in keys:
                    sentence = f"{called(node)}提到的字段 {key} 不在表单 {use.form} 里，请改正字段名。"
                    yield Finding("field_unknown", node.id, sentence)


def keys_are_unique(subject: Subject) -> Iterator[Finding]:
    for name, schema in subject.forms.items():
        keys = [str(each["key"]) for each in components(schema) if each.get("key")]
        for key in sorted({each for each in keys if keys.count(each) > 1}):
            yield Finding("field_repeated", f"{name}.form", f"表单 {name} 的字段 {key} 出现了两次，请改成不同的键。")
