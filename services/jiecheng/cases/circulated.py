"""What the diagram shows to readers by itself (jc:circulate): recorded as 系统 under the rule's id. It holds up nothing."""

from __future__ import annotations

from collections.abc import Mapping

from jiecheng import store
from jiecheng.cases import facts, people
from jiecheng.cases.open_case import OpenCase
from jiecheng.cases.place import Place
from jiecheng.cases.readers import clerks, holders, tell, within
from jiecheng.model.actor import SYSTEM_IDENTITY
from jiecheng.model.definition import FlowNode
from jiecheng.model.ids import IdentityId, OrganId
from jiecheng.model.values import Value


def circulate_by_itself(opened: OpenCase, node: FlowNode, place: Place) -> None:
    """The step's forms to whom it names; of an end what was applied for. Whoever is not behind the door gets nothing."""
    assert node.circulate is not None
    tx, rule = opened.tx, node.circulate.basis or " ".join(node.clauses) or str(node.id)
    post = str(facts.evaluate(node.circulate.post, place.known, node.name) or "")
    found = _readers(opened, facts.evaluate(node.circulate.to, place.known, node.name), post)
    inside = within(tx, place.compartment)
    readers = [one for one in found if inside is None or one in inside]
    words = str(facts.evaluate(node.circulate.text, place.known, node.name) or "")
    name = place.called(node.name)
    if readers:
        ended = node.kind == "endEvent"
        values = {
            "case_id": opened.id, "element": opened.deployed.definition.start if ended else node.id, "name": name,
            "instance_key": "" if ended else place.key, "compartment": place.compartment,
            "sender": SYSTEM_IDENTITY, "rule": rule, "words": words,
        }  # fmt: skip
        first = store.circulation.add(tx.db, values, readers)[0]
        note = f"：{words}" if words else "，请阅。"
        tell(opened, f"circulation:{first}", readers, f"「{opened.case.title}」按流程传阅给您{note}")
    outside = [one for one in found if one not in readers]
    said = f"按流程传阅给{'、'.join(people.labels(tx, readers))}。" if readers else "没有找到收阅的人，没有传阅。"
    if outside:
        said += f"{'、'.join(people.labels(tx, outside))}不在这个机关，内部办理的内容没有给。"
    public: dict[str, Value] = {"element": node.id, "name": name, "readers": len(readers)}
    told: dict[str, Value] = {"words": said, "circulation.readers": readers}
    opened.record_consequence("case_circulated", rule, public, told, rule, place.compartment)


def _readers(opened: OpenCase, value: Value, post: str) -> list[IdentityId]:
    """People, or organs for which their clerks or those of a post stand; one or a list. Nobody twice, and nobody who
    has left."""
    tx = opened.tx
    known = tx.organisation
    found: list[IdentityId] = []
    for code in _codes(value):
        if code in known.directory.organs:
            found += holders(tx, OrganId(code), post) if post else clerks(tx, OrganId(code))
        elif code in known.directory.identities and known.in_office(
            known.directory.identities[IdentityId(code)], tx.today
        ):
            found.append(IdentityId(code))
    return list(dict.fromkeys(found))


def _codes(value: Value) -> list[str]:
    if isinstance(value, list | tuple):
        return [code for each in value for code in _codes(each)]
    code = value.get("id") if isinstance(value, Mapping) else value
    return [str(code)] if code else []
