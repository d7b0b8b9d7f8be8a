"""One submitted value: what the person typed becomes a value of the house, or a sentence that says what to change.

Strict by kind: money is Decimal and never rounded, a date must exist, a choice must be among its options.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation

from jiecheng.feel import FeelError, TextPattern
from jiecheng.forms.components import SEVERAL, Field, Kind, Moment, Option
from jiecheng.forms.expression import Names, Setting, settle
from jiecheng.forms.words import say_moment
from jiecheng.model.values import Value

_NUMBER = re.compile(r"[+-]?[0-9]{1,20}(?:\.[0-9]{1,10})?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_EMAIL = re.compile(r"[^@\s]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_PHONE = re.compile(r"\+?[0-9][0-9 -]{5,18}[0-9]")
_TRUE = frozenset({"on", "true", "1", "yes", "是"})
_FALSE = frozenset({"", "off", "false", "0", "no", "否"})
_FARTHEST = 6_144  # as many digits as FEEL's numbers can have
_LONGEST = {Kind.TEXT: 500, Kind.TEXTAREA: 20_000}
_SAMPLES = {
    Moment.DATE: ("日期", "2026-03-01", re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")),
    Moment.TIME: ("时间", "09:30", re.compile(r"[0-9]{2}:[0-9]{2}(?::[0-9]{2})?")),
    Moment.DATETIME: (
        "日期和时间",
        "2026-03-01T09:30",
        re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?"),
    ),
}


class Wrong(Exception):
    """The value cannot be taken; the text is the sentence for the person."""


def is_empty(value: object) -> bool:
    """Nothing was filled in: no value, blank text, no rows, a box that is not ticked."""
    return value is None or value is False or (isinstance(value, str) and not value.strip()) or value in ([], ())


def take(field: Field, raw: object, names: Names, options: Sequence[Option], *, required: bool) -> Value:
    """The value of `raw` for `field`. Nothing filled in is None, for a box False, for several choices the empty list.

    Raises `Wrong`.
    """
    value = _READERS[field.kind](field, raw, options)
    if is_empty(value):
        if required:
            raise Wrong(_demand(field))
        return value if field.kind in SEVERAL or field.kind is Kind.CHECKBOX else None
    if isinstance(value, str) and field.kind in _LONGEST:
        _check_text(field, value, names)
    elif isinstance(value, Decimal | int) and field.kind is Kind.NUMBER:
        _check_number(field, Decimal(value), names)
    elif isinstance(value, str) and field.kind is Kind.DATETIME:
        _check_moment(field, value, names)
    return value


def _demand(field: Field) -> str:
    if field.kind is Kind.CHECKBOX:
        return "请勾选此项。"
    if field.kind is Kind.FILES:
        return "请上传文件。"
    if field.kind is Kind.DATETIME:
        return f"请填写{_SAMPLES[field.moment][0]}。"
    if field.kind in (Kind.RADIO, Kind.SELECT):
        return "请选择此项。"
    return "请至少选择一项。" if field.kind in SEVERAL else "请填写此项。"


def _read_text(_field: Field, raw: object, _options: Sequence[Option]) -> Value:
    if raw is None:
        return None
    if not isinstance(raw, str):
        raise Wrong("这里应填文字，请重新填写。")
    text = raw.replace("\r\n", "\n").replace("\r", "\n").strip()
    if _CONTROL.search(text):
        raise Wrong("文字里有无法保存的控制字符，请删除后重新填写。")
    return text


def _read_number(field: Field, raw: object, _options: Sequence[Option]) -> Value:
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    # A float of a JSON body is taken as what it prints, never as its binary neighbour.
    text = str(raw).strip() if isinstance(raw, str | int | float | Decimal) and not isinstance(raw, bool) else ""
    if isinstance(raw, Decimal) and raw.is_finite():
        text = format(raw, "f")
    if not _NUMBER.fullmatch(text):
        shown = f"「{raw}」" if isinstance(raw, str) else "所填内容"
        raise Wrong(f"{shown}不是可用的数字。请只填数字，例如 1200 或 1200.50，不写单位和逗号。")
    return _whole_or_exact(field, Decimal(text))


def _whole_or_exact(field: Field, number: Decimal) -> Value:
    digits = field.rules.decimal_digits
    if digits is None:
        return number
    exact = number.normalize()
    written = max(-int(exact.as_tuple().exponent), 0)
    if written > digits:
        limit = "请填整数" if digits == 0 else f"最多 {digits} 位小数，请改正"
        raise Wrong(f"「{number}」有 {written} 位小数，{limit}。")
    return int(number) if digits == 0 else number.quantize(Decimal(1).scaleb(-digits))


def _read_moment(field: Field, raw: object, _options: Sequence[Option]) -> Value:
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    what, sample, shape = _SAMPLES[field.moment]
    if not isinstance(raw, str) or not shape.fullmatch(raw.strip()):
        raise Wrong(f"{what}应写成 {sample} 的样子，请重新填写。")
    text = raw.strip().replace(" ", "T")
    try:
        if field.moment is Moment.DATE:
            return date.fromisoformat(text).isoformat()
        if field.moment is Moment.TIME:
            return time.fromisoformat(text).isoformat("minutes")
        return datetime.fromisoformat(text).isoformat(timespec="minutes")
    except ValueError:
        raise Wrong(f"{raw.strip()} 不是一个存在的{what}，请重新填写。") from None


def _read_box(_field: Field, raw: object, _options: Sequence[Option]) -> Value:
    if raw is None or isinstance(raw, bool):
        return bool(raw)
    word = raw.strip().lower() if isinstance(raw, str) else None
    if word not in _TRUE | _FALSE:
        raise Wrong("这里只能勾选或不勾选，请重新选择。")
    return word in _TRUE


def _read_choice(_field: Field, raw: object, options: Sequence[Option]) -> Value:
    if raw is None or raw == "":
        return None
    return _chosen(raw, options)


def _read_choices(_field: Field, raw: object, options: Sequence[Option]) -> Value:
    if raw is None or raw == "":
        return []
    many = raw if isinstance(raw, list | tuple) else [raw]
    values = [_chosen(one, options) for one in many if one not in (None, "")]
    return [value for index, value in enumerate(values) if value not in values[:index]]


def _chosen(raw: object, options: Sequence[Option]) -> Value:
    # A page sends text whatever the option's type is; what is kept is the option's own value.
    for option in options:
        if not isinstance(raw, list | dict) and str(raw) == str(option.value):
            return option.value
    raise Wrong("所选的不在可选范围内，可能刚刚变动过。请重新选择。")


_READERS: dict[Kind, Callable[[Field, object, Sequence[Option]], Value]] = {
    Kind.TEXT: _read_text,
    Kind.TEXTAREA: _read_text,
    Kind.NUMBER: _read_number,
    Kind.DATETIME: _read_moment,
    Kind.CHECKBOX: _read_box,
    Kind.RADIO: _read_choice,
    Kind.SELECT: _read_choice,
    Kind.CHECKLIST: _read_choices,
    Kind.TAGLIST: _read_choices,
    Kind.FILES: _read_choices,
}


def _check_text(field: Field, text: str, names: Names) -> None:
    rules = field.rules
    longest = number_of(settle(rules.max_length, names)) or Decimal(_LONGEST[field.kind])
    shortest = number_of(settle(rules.min_length, names)) or Decimal(0)
    if len(text) > longest:
        raise Wrong(f"最多 {longest} 个字，现有 {len(text)} 个字，请删减。")
    if len(text) < shortest:
        raise Wrong(f"至少 {shortest} 个字，现有 {len(text)} 个字，请补充。")
    if rules.pattern is not None:
        _check_pattern(rules.pattern, rules.pattern_message, text)
    if rules.validation_type == "email" and not _EMAIL.fullmatch(text):
        raise Wrong("这不是可用的电子邮箱地址，请按 name@example.cn 的样子填写。")
    if rules.validation_type == "phone" and not _PHONE.fullmatch(text):
        raise Wrong("这不是可用的电话号码，请只填数字，例如 021-63210000。")


def _check_pattern(pattern: TextPattern, message: str, text: str) -> None:
    try:
        fits = pattern.is_in(text)
    except FeelError:
        raise Wrong("内容太长，无法核对格式，请缩短后重新填写。") from None
    if not fits:
        raise Wrong(message or "格式不符合要求，请对照说明修改。")


def _check_number(field: Field, number: Decimal, names: Names) -> None:
    rules = field.rules
    lowest, highest = number_of(settle(rules.minimum, names)), number_of(settle(rules.maximum, names))
    if lowest is not None and number < lowest:
        raise Wrong(f"不能小于 {lowest:f}，现为 {number:f}，请改正。")
    if highest is not None and number > highest:
        raise Wrong(f"不能大于 {highest:f}，现为 {number:f}，请改正。")
    step = number_of(settle(rules.increment, names))
    if step is not None and step > 0 and number % step:
        raise Wrong(f"应为 {step:f} 的整数倍，现为 {number:f}，请改正。")


def _check_moment(field: Field, text: str, names: Names) -> None:
    """ISO texts of one subtype sort as the moments do; a limit of another precision is compared as far as both go."""
    lowest, highest = _limit(field.rules.minimum, names), _limit(field.rules.maximum, names)
    if lowest and text[: len(lowest)] < lowest[: len(text)]:
        raise Wrong(f"不能早于{say_moment(lowest)}，请改正。")
    if highest and text[: len(highest)] > highest[: len(text)]:
        raise Wrong(f"不能晚于{say_moment(highest)}，请改正。")
    today = today_of(names)
    if field.rules.no_past and field.moment is not Moment.TIME and today and text[:10] < today:
        raise Wrong(f"不能早于今天（{say_moment(today)}），请改正。")


def _limit(setting: Setting, names: Names) -> str:
    value = settle(setting, names)
    return value if isinstance(value, str) else ""


def today_of(names: Names) -> str:
    """The day the caller calls today, as ISO text; "" when it handed in none."""
    today = names.get("today")
    return str(today)[:10] if isinstance(today, date | str) else ""


def number_of(value: object) -> Decimal | None:
    """A limit as a number; None when there is none or it is no number."""
    if isinstance(value, bool) or value is None or not isinstance(value, int | str | Decimal):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    # Beyond what FEEL counts to: a text such as 1e999999999, whose digits no sentence could hold.
    return number if number.is_finite() and abs(number.adjusted()) <= _FARTHEST else None
