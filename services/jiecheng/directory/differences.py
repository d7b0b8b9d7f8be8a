"""What changed between two directories, as Chinese lines for the person who imports; decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from typing import Any

from jiecheng.model.directory import Directory, Identity, Organ, Person, Post

# Column words as in the tables' Chinese headers.
_WORDS = {
    "name": "名称",
    "kind": "类别",
    "level": "层级",
    "parent": "上级机关",
    "street": "街镇代码",
    "code_word": "机关代字",
    "agency_class": "派驻类别",
    "organ": "机关",
    "rank": "排序",
    "account": "账号",
    "person": "人员",
    "post": "岗位",
    "main": "主职",
    "acting": "主持工作",
    "secretary": "秘书岗位",
    "members": "成员岗位",
    "quorum": "到会比例",
    "majority": "通过比例",
    "valid_from": "启用日期",
    "valid_to": "停用日期",
}


def differences(old: Directory, new: Directory) -> tuple[str, ...]:
    """One line per thing added, removed or changed; empty when both say the same."""
    return (
        *_of_table("机关", old.organs, new.organs, _named),
        *_of_table("岗位", old.posts, new.posts, _named),
        *_of_table("人员", old.persons, new.persons, _named),
        *_of_table("任职", old.identities, new.identities, lambda one: _office(one, old, new)),
        *_of_table("议事机构", old.bodies, new.bodies, _named),
        *(f"新增关系：{one.source} {one.kind} {one.target}" for one in new.relations if one not in old.relations),
        *(f"去掉关系：{one.source} {one.kind} {one.target}" for one in old.relations if one not in new.relations),
    )


def _of_table(noun: str, old: Mapping[Any, Any], new: Mapping[Any, Any], shown: Callable[[Any], str]) -> Iterator[str]:
    for code in sorted(new.keys() - old.keys()):
        yield f"新增{noun} {code}：{shown(new[code])}"
    for code in sorted(old.keys() - new.keys()):
        yield f"去掉{noun} {code}：{shown(old[code])}"
    for code in sorted(old.keys() & new.keys()):
        if old[code] != new[code]:
            yield f"更改{noun} {code}（{shown(new[code])}）：{'；'.join(_changes(old[code], new[code]))}"


def _changes(old: Any, new: Any) -> Iterator[str]:  # noqa: ANN401  # any noun of the directory
    for one in fields(old):
        before, after = getattr(old, one.name), getattr(new, one.name)
        if before != after:
            yield f"{_WORDS[one.name]}由「{_text(before)}」改为「{_text(after)}」"


def _text(value: object) -> str:
    match value:
        case None:
            return "无"
        case bool():
            return "是" if value else "否"
        case tuple():
            return "、".join(str(item) for item in value)
    return str(value)


def _named(thing: Organ | Post | Person) -> str:
    return thing.name


def _office(identity: Identity, old: Directory, new: Directory) -> str:
    person = new.persons.get(identity.person) or old.persons[identity.person]
    post = new.posts.get(identity.post) or old.posts[identity.post]
    organ = new.organs.get(post.organ) or old.organs[post.organ]
    return f"{person.name} 任 {organ.name}{post.name}"
