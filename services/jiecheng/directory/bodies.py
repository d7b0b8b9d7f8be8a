"""Meeting bodies as of a day: which body, who its members are; counts no votes."""

from __future__ import annotations

from datetime import date

from jiecheng.directory.lookup import Index, is_valid
from jiecheng.model.directory import MeetingBody
from jiecheng.model.errors import Invalid
from jiecheng.model.ids import BodyId, IdentityId, OrganId, PersonId

# A diagram serves 街道 and 镇 alike: it may say 党(工)委会议 or either word, and finds the body of the place.
_SAME_WORDS = {
    "党委": ("党(工)委", "党（工）委", "党工委"),
    "主任办公": ("主任(镇长)办公", "主任（镇长）办公", "镇长办公"),
}


def body_at(index: Index, organ: OrganId, name: str, on: date) -> MeetingBody:
    """The body of an organ by name (党工委会议, 党(工)委会议); with name "" its only body. Invalid when there is none."""
    bodies = [body for body in index.bodies_of_organ.get(organ, ()) if is_valid(body, on)]
    matching = [body for body in bodies if not name or _plain(body.name) == _plain(name)]
    if len(matching) == 1:
        return matching[0]
    known = "、".join(body.name for body in bodies) or "无"
    wanted = f"「{name}」" if name else "唯一的议事机构"
    raise Invalid(f"{index.organ(organ).name}在 {on:%Y-%m-%d} 找不到{wanted}（现有：{known}），请核对议事机构表。")


def members(index: Index, body: BodyId, on: date) -> tuple[IdentityId, ...]:
    """The members in office, in the order of their posts; a person who holds two of the posts sits once."""
    found = index.directory.bodies.get(body)
    if found is None:
        raise Invalid(f"没有编号为 {body} 的议事机构，请核对议事机构表。")
    seated: dict[PersonId, IdentityId] = {}
    for post in found.members:
        for identity in index.holders(post, on):
            seated.setdefault(identity.person, identity.id)
    return tuple(seated.values())


def _plain(name: str) -> str:
    for plain, ways in _SAME_WORDS.items():
        for words in ways:
            name = name.replace(words, plain)
    return name
