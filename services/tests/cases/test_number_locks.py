"""Papers that one step issues draw their numbers in one order for everybody: no two cases wait for each other's number."""

from __future__ import annotations

import pytest

from jiecheng import cases
from jiecheng.cases.open_case import OpenCase
from jiecheng.cases.opening import by_their_numbers
from jiecheng.model.case import Case, CaseState
from jiecheng.model.ids import CaseId, ElementId, IdentityId, ProcessId, Token
from jiecheng.model.step import Wait, WaitKind


@pytest.fixture
def house(module_district_url):
    opened = cases.House(module_district_url, pool=2)
    yield opened
    opened.close()


def case_of(tx, deployed) -> Case:
    return Case(
        id=CaseId(1), number="", process=deployed.release.process, release=deployed.release.hash,
        state=CaseState.RUNNING, title="", initiator=IdentityId("i-youyizhou"), initiator_name="", initiator_organ="",
        snapshot={}, variables={"initiator": {"id": "i-youyizhou"}}, outcome="", started_at=tx.now, ended_at=None,
        seq=0, head_sha256="", head_sm3="",
    )  # fmt: skip


def papers(deployed) -> list[ElementId]:
    """The elements that issue a paper of a fixed organ, in the order of the diagram."""
    nodes = deployed.definition.nodes.values()
    return [node.id for node in nodes if node.document and not node.document.issuer.startswith("=")]


def test_whatever_order_the_engine_opens_them_in_the_numbers_are_drawn_in_one(house):
    with house.transaction() as tx:
        deployed = tx.release(tx.latest_releases()[ProcessId("duty_admission")])
        opened = OpenCase(tx, case_of(tx, deployed), deployed)
        jobs = [Wait(Token(one), WaitKind.JOB, one, Token("0")) for one in papers(deployed)]
        assert len({deployed.node(one.element).document.issuer for one in jobs}) > 1
        person = Wait(Token("somebody"), WaitKind.USER, ElementId("somebody"), Token("0"))
        forth = by_their_numbers(opened, [*jobs, person])
        back = by_their_numbers(opened, [person, *reversed(jobs)])
        assert [one for one in forth if one is not person] == [one for one in back if one is not person]
        assert forth[-1] is person
        assert back[0] is person
