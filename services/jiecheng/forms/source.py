"""A raw schema object under reading: typed access to its keys, and the list its faults go to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from jiecheng.feel import FeelError
from jiecheng.forms.expression import Expression, Setting, Template, read_expression, read_setting, read_template
from jiecheng.model.errors import Finding

# What the house itself puts into the context of a form, or what FEEL says of a row; a field of that name would
# let a request overwrite today's date or the initiator.
RESERVED = frozenset({"today", "initiator", "profile", "this", "parent", "i", "item", "partial"})
_KEY = re.compile(r"(?!_)[^\W\d]\w{0,59}")


@dataclass(frozen=True, slots=True)
class Source:
    """`raw` is one component (a mapping) or a list of them; `place` names it for people."""

    raw: object
    findings: list[Finding]
    place: str = "components"
    depth: int = 0

    def fault(self, code: str, message: str) -> None:
        self.findings.append(Finding(code, self.place, message))

    def at(self, name: str) -> object:
        return self.raw.get(name) if isinstance(self.raw, Mapping) else None

    def part(self, name: str) -> Source:
        """The object under `name`; an absent one is empty."""
        return Source(self.at(name) or {}, self.findings, self.place, self.depth)

    def text(self, name: str) -> str:
        value = self.at(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.fault("schema", f"「{name}」应为文字，现为「{value}」。")
            return ""
        return value.strip()

    def flag(self, name: str, *, absent: bool = False) -> bool:
        value = self.at(name)
        return absent if value is None else value is True or value == "true"

    def whole(self, name: str) -> int | None:
        value = self.at(name)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            self.fault("schema", f"「{name}」应为不小于 0 的整数，现为「{value}」。")
            return None
        return value

    def setting(self, name: str) -> Setting:
        value = self.at(name)
        if value is not None and not isinstance(value, str | bool | int | Decimal):
            self.fault("schema", f"「{name}」应为文字、数字、是否或以 = 开头的 FEEL。")
            return None
        try:
            return read_setting(value)
        except FeelError as error:
            self._bad_feel(name, error)
            return None

    def expression(self, name: str) -> Expression | None:
        source = self.text(name)
        if not source:
            return None
        try:
            return read_expression(source)
        except FeelError as error:
            self._bad_feel(name, error)
            return None

    def template(self, name: str) -> Template:
        return self.template_of(name, self.text(name))

    def template_of(self, name: str, text: str) -> Template:
        if "{{#" in text:
            self.fault("feel", f"「{name}」里的 {{{{#…}}}} 块不受支持，请改用 {{{{表达式}}}} 或分成几个文本组件。")
            return Template()
        try:
            return read_template(text)
        except FeelError as error:
            self._bad_feel(name, error)
            return Template()

    def key(self, name: str) -> str:
        """A name for data: letters, digits, "_"; it must not begin with "_" nor hide a name of the house."""
        value = self.text(name)
        if value in RESERVED:
            self.fault("key", f"键「{value}」是系统保留的名称，请改名。")
        elif not _KEY.fullmatch(value):
            self.fault("key", f"键「{value}」不可用。请以字母或汉字开头，只用字母、汉字、数字和下划线，60 个字以内。")
        return value

    def hide(self) -> Setting:
        value = self.part("conditional").at("hide")
        if isinstance(value, str) and value.strip() and not value.startswith("="):
            self.fault("feel", f"隐藏条件「{value}」应以 = 开头。")
            return None
        return self.part("conditional").setting("hide")

    def _bad_feel(self, name: str, error: FeelError) -> None:
        self.fault(
            "feel", f"「{name}」的 FEEL 表达式「{self.at(name) or name}」有误：{error.message.rstrip('。')}。请改正。"
        )
