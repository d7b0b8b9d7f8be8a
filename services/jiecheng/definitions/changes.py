"""What changed inside a value of the model, as pieces of sentences: down to the field, never a dump of the whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from jiecheng.model.definition import Facts, Input, OutcomeOption, Output, RegisterEntry
from jiecheng.model.form import FormUse, Right
from jiecheng.model.voting import MeetingRule, Mode

# Fields of the nested nouns; a field that is not named here is said by its own word.
_WORDS = {
    "resolver": "规则",
    "exclude": "回避",
    "default": "缺省权限",
    "rights": "字段",
    "columns": "栏目",
    "label": "按钮",
    "opinion_required": "必填意见",
    "style": "样式",
    "source": "取值",
    "working_days": "工作日",
    "basis": "依据",
    "status": "状态",
    "where": "查找栏",
    "equals": "等于",
    "letter": "模板",
    "number_kind": "编号用字",
    "issuer": "发文机关",
    "register": "台账",
    "effective": "生效日期",
    "key": "行标识",
    "mode": "方式",
    "ratio": "通过比例",
    "quorum": "参加比例",
    "abstentions_count": "弃权是否计入",
    "tie": "票数相等时",
    "to": "去处",
    "back": "回来的方式",
    # The parameters of the rules by which people are found.
    "post": "岗位",
    "organ": "机关",
    "street": "街镇",
    "kind": "机关类别",
    "of": "谁的上级",
    "levels": "往上几级",
    "body": "议事机构",
    "identity": "人选",
    # What a form asks of a field.
    "required": "必填",
    "minLength": "最少字数",
    "maxLength": "最多字数",
    "min": "最小",
    "max": "最大",
    "value": "代码",
}
# How a step finds its people, as short as a table cell; the full reason stands on every task page.
RESOLVER_WORDS: Mapping[str, str] = {
    "initiator": "发起人本人",
    "identity": "表单选定的人",
    "superior": "上级负责人",
    "meeting_secretary": "会议秘书录入",
    "post": "指定岗位",
    "party_organ_post": "街镇党组织的岗位",
    "head": "单位主要负责人",
    "initiator_organ_head": "发起人单位主要负责人",
    "holders": "全区担任某岗位的人",
    "anyone": "任何在任人员",
    "organ_clerk": "机关收文的人",
}
_EXCLUDED = {"initiator": "发起人", "subject": "当事人"}
# Values that are words of the diagram, by the field they stand in.
_VALUES: Mapping[str, Mapping[str, str]] = {"resolver": RESOLVER_WORDS, "exclude": _EXCLUDED}

# Nouns that come several at once, with the field that tells them apart.
_KEYS: Mapping[type, tuple[str, str]] = {
    FormUse: ("form", "表单"),
    OutcomeOption: ("value", "结果"),
    Input: ("target", "变量"),
    Output: ("target", "变量"),
    Facts: ("target", "变量"),
    RegisterEntry: ("register", "台账"),
}

_SAID = {
    Right.HIDDEN: "不显示",
    Right.READ: "只读",
    Right.EDIT: "可填",
    Right.REQUIRED: "必填",
    Mode.SINGLE: "单人",
    Mode.MEETING: "集体研究",
    Mode.ALL: "会签",
    Mode.ANY: "或签",
    Mode.SEQUENTIAL: "依次办理",
    Mode.RATIO: "按比例表决",
}


def changes(what: str, old: object, new: object) -> Iterator[str]:
    """Pieces like 办理人的 post由“书记”改为“主任”, without a full stop."""
    if old == new:
        return
    if isinstance(old, MeetingRule) or isinstance(new, MeetingRule):
        yield f"{what}由{said(old)}改为{said(new)}"
    elif is_dataclass(old) and type(old) is type(new):
        for each in fields(old):
            sides = [_worded(each.name, getattr(side, each.name)) for side in (old, new)]
            yield from changes(_of(what, _word(each.name)), *sides)
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _in_mapping(what, old, new)
    elif isinstance(old, tuple) and isinstance(new, tuple) and _keyed(old + new):
        yield from _in_mapping(what, _by_key(old), _by_key(new)) if _one_each(old, new) else [f"{what}有改动"]
    else:
        yield f"{what}由{said(old)}改为{said(new)}"


def said(value: object) -> str:
    """A value as a sentence shows it."""
    text = _plain(value)
    return f"“{text}”" if text else "空"


def _worded(name: str, value: object) -> object:
    words = _VALUES.get(name, {})
    if isinstance(value, tuple):
        return tuple(words.get(one, one) if isinstance(one, str) else one for one in value)
    return words.get(value, value) if isinstance(value, str) else value


def _of(what: str, word: str) -> str:
    return f"{what}的{word}" if word else what


def _word(name: str) -> str:
    return "" if name == "parameters" else _WORDS.get(name, f" {name} ")


def _in_mapping(what: str, old: Mapping[Any, object], new: Mapping[Any, object]) -> Iterator[str]:
    for key in dict.fromkeys((*new, *old)):
        if key not in old:
            yield f"{what.rstrip()}新增 {_WORDS.get(key, key)}（{_plain(new[key])}）"
        elif key not in new:
            yield f"{what.rstrip()}删去 {_WORDS.get(key, key)}"
        else:
            word = str(_WORDS.get(key, key))
            before, behind = (" " if word[at : at + 1 or None].isascii() else "" for at in (0, -1))
            yield from changes(f"{what}的{before}{word}{behind}", old[key], new[key])
    if list(old) != list(new) and set(old) == set(new):
        yield f"{what}的次序有改动"


def _keyed(values: tuple[object, ...]) -> bool:
    return bool(values) and all(type(each) in _KEYS for each in values)


def _by_key(values: tuple[object, ...]) -> dict[str, object]:
    return {_key(each): each for each in values}


def _key(value: object) -> str:
    field, noun = _KEYS[type(value)]
    return f"{noun} {getattr(value, field)}"


def _one_each(*several: tuple[object, ...]) -> bool:
    """Keys that occur twice tell nothing apart."""
    return all(len(_by_key(values)) == len(values) for values in several)


def _plain(value: object) -> str:
    if isinstance(value, MeetingRule):
        quorum = _share(value.quorum, value.quorum_strict)
        return f"到会{quorum}，同意{_share(value.majority, value.majority_strict)}"
    if is_dataclass(value) and not isinstance(value, type):
        return " ".join(filter(None, (_plain(getattr(value, each.name)) for each in fields(value))))
    if isinstance(value, Mapping):
        return "，".join(f"{_WORDS.get(key, key)}：{_plain(each)}" for key, each in value.items())
    if isinstance(value, list | tuple):
        return "；".join(_plain(each) for each in value)
    return _one_word(value)


def _one_word(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    return _SAID.get(value, str(value)) if isinstance(value, Right | Mode) else str(value)


def _share(share: Decimal, strict: bool) -> str:
    fraction = Fraction(share).limit_denominator(100)
    return f"{'超过' if strict else '不少于'} {fraction.numerator}/{fraction.denominator}"
