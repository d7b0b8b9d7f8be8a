"""Components of a schema, one function per kind: raw object in, frozen component out, faults into the findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jiecheng.feel import FeelError, TextPattern, read_text_pattern
from jiecheng.forms.components import (
    CHOICES,
    Choices,
    Column,
    Component,
    Computed,
    DynamicList,
    Field,
    Group,
    Kind,
    Layout,
    Moment,
    Option,
    Rules,
    Separator,
    Table,
    Text,
)
from jiecheng.forms.expression import Expression, Template, as_value
from jiecheng.forms.source import Source
from jiecheng.model.values import Value

PICKERS = frozenset({"identity", "organ"})
REFUSED = {
    "html": "HTML 块可能夹带脚本，请改用「文本」组件",
    "iframe": "内嵌网页不受控制，请改用「文本」组件写明网址",
    "image": "图片不随版本保存，请改用附件",
    "documentPreview": "文件预览由办件页面提供，请删除此组件",
    "button": "提交等按钮由办理页面提供，请删除此组件",
}
_MAX_DEPTH = 6
_MAX_ROWS = 20


def transcribe(source: Source) -> tuple[Component, ...]:
    """The components of a list, in order; what cannot be read is left out and stands in the findings."""
    raw = source.raw if isinstance(source.raw, list) else []
    if source.depth > _MAX_DEPTH:
        source.fault("size", f"分组和列表最多嵌套 {_MAX_DEPTH} 层，请减少层级。")
        return ()
    read = (
        _component(Source(one, source.findings, _name(one, source.place, index), source.depth))
        for index, one in enumerate(raw)
    )
    return tuple(component for component in read if component is not None)


def _name(raw: object, parent: str, index: int) -> str:
    if isinstance(raw, Mapping):
        for name in ("key", "path", "id"):
            if isinstance(raw.get(name), str) and raw[name]:
                return str(raw[name])
    return f"{parent}[{index}]"


def _component(source: Source) -> Component | None:
    kind = source.text("type")
    if kind in REFUSED:
        source.fault("component", f"不支持组件类型「{kind}」：{REFUSED[kind]}。")
        return None
    if kind not in _READERS:
        known = "、".join(sorted(_READERS))
        source.fault("component", f"不认识的组件类型「{kind}」。可用的类型：{known}。")
        return None
    return _READERS[kind](source)


def _field(source: Source) -> Component:
    kind = Kind(source.text("type"))
    properties = source.part("properties")
    appearance = source.part("appearance")
    return Field(
        id=source.text("id"),
        key=source.key("key"),
        kind=kind,
        label=_label(source, "dateLabel", "timeLabel", "label") if kind is Kind.DATETIME else _label(source, "label"),
        description=source.template("description"),
        rules=_rules(source, kind),
        choices=_choices(source, kind),
        moment=_moment(source, kind),
        hide=source.hide(),
        read_only=tuple(setting for name in ("readonly", "disabled") if (setting := source.setting(name)) is not None),
        default=_default(source),
        personal=properties.flag("personal"),
        prefix=appearance.text("prefixAdorner"),
        suffix=appearance.text("suffixAdorner"),
        accept=source.text("accept"),
        layout=_layout(source),
    )


def _default(source: Source) -> Value:
    raw = source.at("defaultValue")
    return [as_value(one) for one in raw] if isinstance(raw, list) else as_value(raw)


def _label(source: Source, *names: str) -> Template:
    for name in names:
        if source.text(name):
            return source.template(name)
    source.fault("label", "缺少标签。请写明这一项叫什么，读屏软件和出错提示都要用它。")
    return Template()


def _rules(source: Source, kind: Kind) -> Rules:
    rules = source.part("validate")
    properties = source.part("properties")
    own_limits = kind is Kind.DATETIME  # form-js has no limits for dates; the studio keeps them as properties
    return Rules(
        required=rules.flag("required"),
        min_length=rules.setting("minLength"),
        max_length=rules.setting("maxLength"),
        minimum=properties.setting("min") if own_limits and properties.at("min") else rules.setting("min"),
        maximum=properties.setting("max") if own_limits and properties.at("max") else rules.setting("max"),
        pattern=_pattern(rules),
        pattern_message=rules.text("patternErrorMessage"),
        validation_type=_validation_type(rules),
        decimal_digits=source.whole("decimalDigits"),
        increment=source.setting("increment"),
        no_past=source.flag("disallowPassedDates"),
    )


def _validation_type(rules: Source) -> str:
    kind = rules.text("validationType")
    if kind not in {"", "custom", "email", "phone"}:
        rules.fault("schema", f"不认识的校验类型「{kind}」。可用：email、phone、custom。")
    return kind


def _pattern(rules: Source) -> TextPattern | None:
    source = rules.text("pattern")
    if not source:
        return None
    try:
        return read_text_pattern(source)
    except FeelError as error:
        shown = source if len(source) <= 60 else f"{source[:60]}…"
        rules.fault("pattern", f"格式「{shown}」不能使用：{error.reason}。请改正；不支持 (?=…) 一类的写法。")
        return None


def _choices(source: Source, kind: Kind) -> Choices:
    if kind not in CHOICES or kind is Kind.FILES:
        return Choices()
    properties = source.part("properties")
    choices = Choices(
        values=_values(source),
        variable=source.text("valuesKey"),
        expression=source.expression("valuesExpression"),
        picker=properties.text("picker"),
        scope=properties.setting("scope") or "",
    )
    if choices.picker and choices.picker not in PICKERS:
        source.fault("picker", f"不认识的选择器「{choices.picker}」。可用：identity（人员身份）、organ（单位）。")
    elif not (choices.picker or choices.variable or source.at("valuesExpression") or source.at("values")):
        source.fault("options", "没有可选项。请填写选项、选项变量、选项表达式或选择器。")
    return choices


def _values(source: Source) -> tuple[Option, ...]:
    raw = source.at("values")
    options: list[Option] = []
    for one in raw if isinstance(raw, list) else []:
        if not isinstance(one, Mapping) or one.get("value") in (None, ""):
            source.fault("options", "有一个选项没有值，请补上。")
            continue
        value = as_value(one["value"])
        options.append(Option(value, str(one.get("label") or value)))
    if len({str(option.value) for option in options}) != len(options):
        source.fault("options", "有两个选项的值相同，请改成不同的值。")
    return tuple(options)


def _moment(source: Source, kind: Kind) -> Moment:
    name = source.text("subtype") if kind is Kind.DATETIME else ""
    if name not in {"", *Moment}:
        source.fault("schema", f"不认识的日期类型「{name}」。可用：date、time、datetime。")
        return Moment.DATE
    return Moment(name or "date")


def _layout(source: Source) -> Layout:
    layout = source.part("layout")
    return Layout(layout.text("row"), layout.whole("columns"))


def _group(source: Source) -> Component:
    return Group(
        id=source.text("id"),
        path=source.key("path") if source.text("path") else "",
        label=source.template("label"),
        components=_children(source),
        hide=source.hide(),
        layout=_layout(source),
    )


def _dynamic_list(source: Source) -> Component:
    return DynamicList(
        id=source.text("id"),
        path=source.key("path"),
        label=_label(source, "label"),
        components=_children(source),
        growing=source.flag("allowAddRemove", absent=True),
        first_rows=min(source.whole("defaultRepetitions") or 1, _MAX_ROWS),
        hide=source.hide(),
        layout=_layout(source),
    )


def _children(source: Source) -> tuple[Component, ...]:
    return transcribe(Source(source.at("components"), source.findings, source.place, source.depth + 1))


def _text(source: Source) -> Component:
    blocks: list[tuple[str, tuple[Template, ...]]] = []
    for raw in source.text("text").splitlines():
        line = raw.strip()
        if not line:
            continue
        if line.startswith("#"):
            blocks.append(("heading", (source.template_of("text", line.lstrip("# ")),)))
        elif line[:2] in ("- ", "* "):
            item = source.template_of("text", line[2:])
            if blocks and blocks[-1][0] == "list":
                blocks[-1] = ("list", (*blocks[-1][1], item))
            else:
                blocks.append(("list", (item,)))
        else:
            blocks.append(("paragraph", (source.template_of("text", line),)))
    return Text(source.text("id"), tuple(blocks), source.hide())


def _separator(source: Source) -> Component:
    return Separator(source.text("id"), source.hide())


def _table(source: Source) -> Component | None:
    data, label = source.expression("dataSource"), _label(source, "label")
    raw = source.at("columns")
    columns = tuple(
        Column(str(one["key"]), str(one.get("label") or one["key"]))
        for one in (raw if isinstance(raw, list) else [])
        if isinstance(one, Mapping) and one.get("key")
    )
    if data is None or not columns:
        source.fault("table", "表格需要数据来源（FEEL）和至少一列。")
        return None
    return Table(source.text("id"), label, data, columns, source.hide())


def _computed(source: Source) -> Component | None:
    expression: Expression | None = source.expression("expression")
    if not source.text("expression"):
        source.fault("feel", "计算字段没有表达式，请填写以 = 开头的 FEEL。")
    key, hide = source.key("key"), source.hide()
    return Computed(source.text("id"), key, expression, hide) if expression is not None else None


_READERS: dict[str, Callable[[Source], Component | None]] = {
    **{kind.value: _field for kind in Kind},
    "group": _group,
    "dynamiclist": _dynamic_list,
    "text": _text,
    "separator": _separator,
    "spacer": _separator,
    "table": _table,
    "expression": _computed,
}
