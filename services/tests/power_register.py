"""A small process that writes a row of the 赋权清单 and publishes the register three times: first, changed, taken back."""

from __future__ import annotations

import itertools
import json
from dataclasses import asdict

from jiecheng import cases, definitions, store
from jiecheng.model.ids import IdentityId, ProcessId

APPLICANT = IdentityId("i-youyizhou")
LETTER = """kind: {kind}
issuer: "{{{{ issuer.name }}}}"
title: 关于赋权的决定
body:
  - "赋予{{{{ power }}}}。{words}"
"""
FORM = {
    "schemaVersion": 19,
    "type": "default",
    "id": "application",
    "components": [
        {"type": "textfield", "id": "f1", "key": "power", "label": "事项"},
        {"type": "textfield", "id": "f2", "key": "street", "label": "街镇"},
        {"type": "datetime", "subtype": "date", "dateLabel": "生效日期", "id": "f3", "key": "effective_on"},
    ],
}
_NAMESPACES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:jc="urn:jiecheng:bpmn:1.0" targetNamespace="urn:t"'
)


def _entry(name: str, status: str, more: str = "") -> str:
    return (
        f'<bpmn:intermediateThrowEvent id="{name}" name="登记"><bpmn:extensionElements>'
        f'<jc:registerEntry register="power_list" status="{status}" key="=street">'
        '<jc:column name="item" source="=power"/><jc:column name="category" source="城镇管理"/>'
        '<jc:column name="street" source="=street"/><jc:column name="effective_from" source="=effective_on"/>'
        f'<jc:column name="street_name" source="=street + &quot;街道&quot;"/>{more}</jc:registerEntry>'
        "</bpmn:extensionElements></bpmn:intermediateThrowEvent>"
    )


def _publish(name: str) -> str:
    return (
        f'<bpmn:serviceTask id="{name}" name="公布赋权清单" jc:job="publish_register"><bpmn:extensionElements>'
        '<jc:publication register="power_list" effective="=effective_on"/>'
        "</bpmn:extensionElements></bpmn:serviceTask>"
    )


_NODES = (
    '<bpmn:startEvent id="proposed" name="提出"><bpmn:extensionElements><jc:form name="application" default="edit"/>'
    '<jc:output source="=power" target="power"/><jc:output source="=street" target="street"/>'
    '<jc:output source="=effective_on" target="effective_on"/></bpmn:extensionElements></bpmn:startEvent>',
    '<bpmn:serviceTask id="decide" name="制发决定" jc:job="issue_document"><bpmn:extensionElements>'
    '<jc:document letter="grant" numberKind="决" issuer="=&quot;district-government&quot;"/>'
    "</bpmn:extensionElements></bpmn:serviceTask>",
    _entry("announced", "已公布"),
    _publish("publish_first"),
    _entry("in_force", "已生效", '<jc:column name="decision_number" source="云府决〔2026〕1号"/>'),
    _publish("publish_second"),
    _entry("taken_back", "已收回"),
    _publish("publish_third"),
    '<bpmn:endEvent id="ended" name="办结"/>',
)
_IDS = (
    "proposed",
    "decide",
    "announced",
    "publish_first",
    "in_force",
    "publish_second",
    "taken_back",
    "publish_third",
    "ended",
)
_FLOWS = "".join(
    f'<bpmn:sequenceFlow id="{one}_to_{two}" sourceRef="{one}" targetRef="{two}"/>'
    for one, two in itertools.pairwise(_IDS)
)
BPMN = (
    f'<bpmn:definitions {_NAMESPACES}><bpmn:process id="power_test" name="赋权试验" isExecutable="true" '
    'jc:title="=power" jc:numberKind="赋权"><bpmn:extensionElements><jc:starters resolver="anyone"/>'
    f"</bpmn:extensionElements>{''.join(_NODES)}{_FLOWS}</bpmn:process></bpmn:definitions>"
)


# The same paper beside a timer that ends the case: the paper is given up, its number is not.
_STOPPED = (
    _NODES[0],
    '<bpmn:parallelGateway id="both" name="同时"/>',
    _NODES[1],
    '<bpmn:endEvent id="issued" name="已制发"/>',
    '<bpmn:intermediateCatchEvent id="called_off" name="叫停"><bpmn:timerEventDefinition id="when"><bpmn:timeDate>'
    "=today</bpmn:timeDate></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>",
    '<bpmn:endEvent id="stopped" name="已叫停"><bpmn:terminateEventDefinition id="all"/></bpmn:endEvent>',
)
_WAYS = (
    ("proposed", "both"),
    ("both", "decide"),
    ("decide", "issued"),
    ("both", "called_off"),
    ("called_off", "stopped"),
)
STOPPED = (
    f'<bpmn:definitions {_NAMESPACES}><bpmn:process id="power_test" name="赋权试验" isExecutable="true" '
    'jc:title="=power" jc:numberKind="赋权"><bpmn:extensionElements><jc:starters resolver="anyone"/>'
    f"</bpmn:extensionElements>{''.join(_STOPPED)}"
    + "".join(f'<bpmn:sequenceFlow id="{a}_to_{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in _WAYS)
    + "</bpmn:process></bpmn:definitions>"
)


def deploy(house: cases.House, bpmn: str = BPMN) -> None:
    """Straight into the store: the drawing and the scenarios that a real release needs are not what is tested."""
    letters = {
        "grant.letter": LETTER.format(kind="决定", words="通用文字"),
        "grant@district-party.letter": LETTER.format(kind="决定", words="区委文字"),
        "grant@district-government.letter": LETTER.format(kind="批复", words="区政府文字"),
    }
    bundle = definitions.read_bundle(
        "power_test", {"power_test.bpmn": bpmn}, {"application.form": json.dumps(FORM), **letters}, {}, {}
    )
    with house.transaction() as tx:
        store.release.add(
            tx.db,
            {
                "hash": definitions.bundle_hash(bundle), "process": bundle.process, "name": "赋权试验", "version": 1,
                "bundle": asdict(bundle), "published_at": tx.now, "published_by": "试验", "source": "folders", "gate": {},
            },
        )  # fmt: skip


def start(house: cases.House, power: str = "占道经营处罚", street: str = "pengxi") -> cases.Answer:
    with house.transaction() as tx:
        actor = cases.accounts.actor_of(tx, APPLICANT)
        data = {"power": power, "street": street, "effective_on": "2026-04-01"}
        return cases.start_case(tx, cases.StartCase(actor, ProcessId("power_test"), data, ""))


def run_once(house: cases.House, owner: str = "test") -> int:
    """Deliver what is owed now, and nothing that follows from it."""
    desk = cases.clockwork.Desk(house)
    entries = desk.claim_outbox(owner)
    for entry in entries:
        desk.deliver(entry, owner)
    return len(entries)


def run_all(house: cases.House) -> None:
    while run_once(house):
        pass
