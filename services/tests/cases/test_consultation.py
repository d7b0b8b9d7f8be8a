"""Several 街镇 asked at once: each with its own forms and limits; who is silent; what nobody outside reads; papers."""

from __future__ import annotations

import re

import pytest
from consult_process import bundle
from fastapi.testclient import TestClient

from jiecheng import cases, store
from jiecheng.cases.deployment import DEMO_PASSWORD
from jiecheng.cases.fanout import FanState
from jiecheng.cases.release import Publication, deploy_release
from jiecheng.model.actor import Role
from jiecheng.model.errors import NotFound, Refused
from jiecheng.model.ids import IdentityId, ProcessId
from jiecheng.web.site import build_site

FINANCE = IdentityId("i-caochengze")  # 区财政局 科员, who asks
FINANCE_HEAD = IdentityId("i-shijingshu")
PENGXI, DONGLU, LIUWAN = (IdentityId(one) for one in ("i-zhengjiashu", "i-baishuning", "i-wuqinghe"))  # 党政办公室主任
PENGXI_STAFF = IdentityId("i-gubingwen")
STREETS = ["pengxi-office", "donglu-office", "liuwan-office"]
SECRET = {PENGXI: "彭溪机密底线甲", DONGLU: "东麓机密底线乙", LIUWAN: "柳湾机密底线丙"}


@pytest.fixture
def desk(office):
    with office.house.transaction() as tx:
        deploy_release(tx, bundle(), Publication("test", {}))
    return office


def ask(office, streets=STREETS):
    data = {"plan_name": "停车管理方案", "streets": streets}
    command = cases.StartCase(office.actor(FINANCE), ProcessId("plan_consult"), data)
    return office.do(cases.start_case, command).case


def study(office, who, *, outcome="agree"):
    office.decide(who, "submit", data={"inner_words": SECRET[who]}, opinion=f"{SECRET[who]}之意见")
    item = office.items(who)[0]
    with office.house.transaction() as tx:
        view = cases.show_item(tx, cases.accounts.actor_of(tx, who), item)
    votes = [cases_ballot(one.identity, outcome) for one in view.meeting.members]
    office.decide(who, outcome, item=item, ballots=votes, opinion=f"{SECRET[who]}之表决")


def cases_ballot(member, outcome):
    from jiecheng.model.voting import Ballot, Vote

    return Ballot(member, Vote.AGREE if outcome == "agree" else Vote.DISAGREE)


def reply(office, who, words):
    office.decide(who, "reply", data={"reply_words": words})
    office.run_flows()


def fan(office, case, who=FINANCE):
    (table,) = office.case(case, who).fan_outs
    return table


def test_three_organs_fill_in_the_same_forms_apart_and_their_answers_come_in_the_order_asked(desk):
    case = ask(desk)
    for who in (DONGLU, PENGXI, LIUWAN):
        study(desk, who)
    for who, words in ((LIUWAN, "柳湾同意"), (PENGXI, "彭溪同意"), (DONGLU, "东麓同意")):
        reply(desk, who, words)
    with desk.house.transaction() as tx:
        found = store.case.get(tx.db, case)
        assert [one["words"] for one in found.variables["replies"]] == ["彭溪同意", "东麓同意", "柳湾同意"]
        assert [one["position"] for one in found.variables["replies"]] == ["agree"] * 3
        assert not {"position", "reply", "street"} & set(found.variables)
        assert store.form.of_case(tx.db, case, "donglu-office")["reply"] == {"reply_words": "东麓同意"}
        assert "reply" not in store.form.of_case(tx.db, case)
    item = desk.items(FINANCE)[0]
    with desk.house.transaction() as tx:
        sections = cases.show_item(tx, cases.accounts.actor_of(tx, FINANCE), item).sections
    assert [one.title for one in sections][:3] == [
        f"街镇答复（{name}）" for name in ("东麓街道", "柳湾街道", "彭溪街道")
    ]
    desk.decide(FINANCE, "done", data={"summary_words": "全部采纳。"})
    assert desk.case(case).case.outcome == "征求意见结束"


def test_the_table_says_where_each_organ_is_and_each_has_its_own_limit(desk, clock):
    case = ask(desk)
    clock.move(days=1)
    study(desk, PENGXI)
    table = fan(desk, case, PENGXI)
    assert [(row.label, row.step) for row in table.rows] == [
        ("彭溪街道", "街镇答复"),
        ("东麓街道", "街镇内部研究"),
        ("柳湾街道", "街镇内部研究"),
    ]
    mine = table.rows[0]
    assert mine.holders == ("郑嘉树（彭溪街道 党政办公室主任）",)
    assert mine.due_at.date().isoformat() == "2026-03-10"  # five working days from the day it came, not from the start
    assert table.unanswered == ("彭溪街道", "东麓街道", "柳湾街道")
    reply(desk, PENGXI, "同意")
    assert fan(desk, case).rows[0].state is FanState.ANSWERED
    assert fan(desk, case).unanswered == ("东麓街道", "柳湾街道")


def test_when_the_time_is_over_silence_is_not_consent(desk, clock):
    case = ask(desk)
    study(desk, PENGXI)
    reply(desk, PENGXI, "同意")
    study(desk, DONGLU)
    clock.move(days=11)
    desk.run_flows()
    table = fan(desk, case)
    assert [(row.label, row.state) for row in table.rows] == [
        ("彭溪街道", FanState.ANSWERED),
        ("东麓街道", FanState.SILENT),
        ("柳湾街道", FanState.SILENT),
    ]
    assert table.rows[1].cause == "因「征求意见期满」取消"
    with desk.house.transaction() as tx:
        replies = store.case.get(tx.db, case).variables["replies"]
    assert [one and one["street"] for one in replies] == ["彭溪街道", None, None]
    assert desk.items(DONGLU) == desk.items(LIUWAN) == []
    desk.decide(FINANCE, "done", data={"summary_words": "两家未答复。"})
    with desk.house.transaction() as tx:
        assert store.case.get(tx.db, case).variables["silent"] == 2


def test_steps_carry_the_name_of_their_organ_in_lists_and_answers(desk):
    case = ask(desk)
    study(desk, DONGLU)
    with desk.house.transaction() as tx:
        (row,) = cases.inbox.list_open(tx, cases.accounts.actor_of(tx, DONGLU), store.work_list.ListFilter()).rows
    assert row.element_name == "街镇答复（东麓街道）"
    assert "街镇答复（东麓街道）" in [step.name for step in desk.case(case, DONGLU).steps]


def test_a_paper_goes_to_the_organ_it_is_addressed_to_and_only_its_people_sign(desk):
    case = ask(desk)
    study(desk, PENGXI)
    reply(desk, PENGXI, "同意方案。")
    with desk.house.transaction() as tx:
        head = cases.accounts.actor_of(tx, FINANCE_HEAD)
        (paper,) = cases.received.list_papers(tx, head).rows
        assert (paper.title, paper.issuer, paper.case) == ("彭溪街道关于停车管理方案的意见", "彭溪街道办事处", None)
        assert cases.read_document(tx, head, paper.document)[1].startswith(b"%PDF")
        with pytest.raises(NotFound):
            cases.show_case(tx, head, case)
        stranger = cases.accounts.actor_of(tx, desk.STRANGER)
        assert not cases.received.list_papers(tx, stranger).rows
        with pytest.raises(NotFound):
            cases.read_document(tx, stranger, paper.document)
    desk.do(cases.received.receive_paper, cases.received.ReceivePaper(desk.actor(FINANCE_HEAD), paper.id))
    with pytest.raises(Refused, match="已由"):
        desk.do(cases.received.receive_paper, cases.received.ReceivePaper(desk.actor(FINANCE), paper.id))
    with pytest.raises(NotFound):
        desk.do(cases.received.receive_paper, cases.received.ReceivePaper(desk.actor(desk.STRANGER), paper.id))
    assert "document_received" in {row.event for row in desk.case(case).timeline}


def test_only_departments_may_ask(desk):
    command = cases.StartCase(desk.actor(PENGXI), ProcessId("plan_consult"), {"plan_name": "x", "streets": STREETS})
    with pytest.raises(Refused, match="不能发起"):
        desk.do(cases.start_case, command)


def test_nobody_outside_finds_a_word_of_what_is_said_behind_closed_doors(desk):
    case = ask(desk)
    study(desk, PENGXI)
    secret = SECRET[PENGXI]
    with desk.house.transaction() as tx:
        own = [item.id for item in store.work_item.of_case(tx.db, case) if PENGXI in item.candidates]
        administrator = next(
            cases.accounts.actor_of(tx, one)
            for person in store.account.persons_with(tx.db, Role.PROCESS_ADMINISTRATOR)
            for one in cases.accounts.identities_of(tx, person)[:1]
        )
        initiator, neighbour = (cases.accounts.actor_of(tx, one) for one in (FINANCE, DONGLU))
        for outsider in (initiator, neighbour, administrator):
            view = cases.show_case(tx, outsider, case)
            assert secret not in repr(view)
            assert "内部办理，不对外显示" in repr(view.steps)
            for item in own[:2]:
                with pytest.raises(NotFound):
                    cases.show_item(tx, outsider, item)
                with pytest.raises(NotFound):
                    cases.explain_due(tx, outsider, item)
        assert secret not in repr(cases.history.show_history(tx, administrator, case))
        assert secret not in cases.history.export_case(tx, administrator, case)[1]
        assert cases.history.verify_case(tx, administrator, case).ok
        insider = cases.accounts.actor_of(tx, PENGXI)
        assert secret in repr(cases.show_case(tx, insider, case))
        auditor = cases.accounts.actor_of(tx, desk.AUDITOR)
        assert secret in repr(cases.history.show_history(tx, auditor, case))


def test_pages_and_api_show_the_fan_out_and_the_papers_and_leak_nothing(desk):
    case = ask(desk)
    study(desk, PENGXI)
    reply(desk, PENGXI, "同意方案。")
    study(desk, DONGLU)
    with TestClient(build_site(desk.house), base_url="https://testserver") as client:
        login = {"account": "caochengze", "password": DEMO_PASSWORD}
        token = client.post("/api/v1/session", json=login).json()["token"]
        shown = client.get(f"/api/v1/cases/{case}", headers={"Authorization": f"Bearer {token}"})
        assert shown.json()["fan_outs"][0]["unanswered"] == ["东麓街道", "柳湾街道"]
        assert [one["step"] for one in shown.json()["fan_outs"][0]["rows"]][1:] == ["街镇答复", "街镇内部研究"]
        assert not [one for one in SECRET.values() if one in shown.text]
        fields = dict(re.findall(r'name="(_\w+)" value="([^"]*)"', client.get("/login").text))
        client.post("/login", data={**fields, **login, "next": "/"}, headers={"Origin": "https://testserver"})
        page = client.get(f"/cases/{case}").text
        assert "未答复：东麓街道、柳湾街道" in page
        assert not [one for one in SECRET.values() if one in page]
        assert "彭溪街道关于停车管理方案的意见" in client.get("/papers").text
        bearer = {"Authorization": f"Bearer {token}"}
        (paper,) = client.get("/api/v1/papers", headers=bearer).json()["rows"]
        assert (paper["title"], paper["received_by"]) == ("彭溪街道关于停车管理方案的意见", "")
        signed = client.post(f"/api/v1/papers/{paper['id']}/receipt", headers=bearer)
        assert "已签收" in signed.json()["sentence"]
        assert client.get("/api/v1/papers", headers=bearer).json()["rows"][0]["received_by"]
