"""What stands beside the formal record, on the pages and over the API: 传阅, 待阅 with its count."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient
from web_loan import APPLICANT, BORROWED, PASSWORD, SECTION_HEAD, STRANGER, words

READER, BASE = "xushuning", "/api/v1"


def tally(page: str, name: str) -> int:
    found = re.search(rf">{name}(?: <span class=\"tally\"[^>]*>(\d+))?", page.split('class="tabs"')[1])
    assert found, name
    return int(found[1] or 0)


def listed(page: str) -> int:
    return len(re.findall(r"<tr data-row=", page))


@pytest.fixture
def client_of(site):
    def log_in(account: str) -> TestClient:
        client = TestClient(site, base_url="http://127.0.0.1", raise_server_exceptions=False)
        answer = client.post(f"{BASE}/session", json={"account": account, "password": PASSWORD})
        client.headers["authorization"] = f"Bearer {answer.json()['token']}"
        return client

    return log_in


def test_a_case_is_circulated_read_and_viewed(browser_of):
    applicant = browser_of(APPLICANT)
    case = applicant.start()
    page = applicant.get(f"/cases/{case}")
    assert "传阅给别人看" in page
    said = applicant.post(f"/cases/{case}/circulations", page, _to="许书宁、没有这个人", _words="请了解")
    assert said.status_code == 422
    assert "没有姓名为“没有这个人”" in said.text
    assert 'value="许书宁、没有这个人"' in said.text  # nothing typed is lost
    said = applicant.post(f"/cases/{case}/circulations", page, _to="许书宁", _words="请了解")
    assert "已传阅给许书宁" in said.text
    assert "未看" in said.text
    reader = browser_of(READER)
    waiting = reader.get("/inbox/unread")
    assert f'href="/cases/{case}"' in waiting
    assert tally(waiting, "待阅") == listed(waiting)
    shown = reader.get(f"/cases/{case}")
    assert "送出阅办意见" in shown
    assert "上传附件" not in shown
    address = re.search(rf"/cases/{case}/circulations/\d+/view", shown)[0]
    said = reader.post(address, shown, _view="请及时归还")
    assert "不进审批表" in said.text
    assert f'href="/cases/{case}"' not in reader.get("/inbox/unread").split("未签收的收文")[0]
    mine = words(applicant.get(f"/cases/{case}"))
    assert "请及时归还" in mine
    assert "已看" in mine
    assert "请及时归还" not in words(browser_of(STRANGER).get(f"/cases/{case}", 404))


def test_what_is_ticked_and_then_all_is_marked_read(browser_of):
    applicant = browser_of(APPLICANT)
    cases = [applicant.start() for _ in range(3)]
    for case in cases:
        applicant.post(f"/cases/{case}/circulations", applicant.get(f"/cases/{case}"), _to="许书宁")
    reader = browser_of(READER)
    page = reader.get("/inbox/unread")
    before = tally(page, "待阅")
    ids = re.findall(r'name="_circulated" value="(\d+)"', page)
    said = reader.post("/inbox/unread", page, _which="chosen", _circulated=ids[:2])
    assert "共 2 条" in said.text
    page = reader.get("/inbox/unread")
    assert tally(page, "待阅") == listed(page) == before - 2
    assert "没有勾选" in reader.post("/inbox/unread", page, _which="chosen").text
    until = {
        name: re.search(rf'name="{name}" value="(\d+)"', page)[1] for name in ("_circulated_until", "_notices_until")
    }
    reader.post("/inbox/unread", page, _which="all", **until)
    page = reader.get("/inbox/unread")
    assert tally(page, "待阅") == listed(page)
    assert 'name="_circulated"' not in page
    assert 'name="_notices"' not in page


def test_a_circulation_is_taken_back_on_the_page(browser_of):
    applicant = browser_of(APPLICANT)
    case = applicant.start()
    said = applicant.post(f"/cases/{case}/circulations", applicant.get(f"/cases/{case}"), _to="许书宁")
    address = re.search(r'action="(/cases/\d+/circulations/\d+/withdrawal)"', said.text)[1]
    assert "已撤回给许书宁" in applicant.post(address, said.text).text
    assert browser_of(READER).get(f"/cases/{case}", 404)


def test_over_the_api(browser_of, client_of):
    case = browser_of(APPLICANT).start()
    applicant, reader, borrowed = client_of(APPLICANT), client_of(READER), client_of(BORROWED)
    answer = applicant.post(f"{BASE}/cases/{case}/circulations", json={"to": "许书宁"})
    assert answer.status_code == 201, answer.text
    unread = reader.get(f"{BASE}/circulations").json()
    mine = next(one for one in unread["rows"] if one["case"] == case)
    assert unread["count"] == len(unread["rows"])
    assert borrowed.post(f"{BASE}/circulations/{mine['id']}/view", json={"view": "代看"}).status_code == 404
    marked = reader.post(f"{BASE}/circulations/read", json={"circulations": [mine["id"]]}).json()
    assert marked["count"] == unread["count"] - 1
    assert reader.post(f"{BASE}/circulations/{mine['id']}/view", json={"view": "知悉"}).status_code == 200
    shown = applicant.get(f"{BASE}/cases/{case}").json()["circulations"]
    assert [one["view"] for one in shown] == ["知悉"]
    assert applicant.post(f"{BASE}/circulations/{mine['id']}/withdrawal").status_code == 409


def test_a_question_is_asked_from_the_item_and_answered_from_the_inbox(browser_of):
    case = browser_of(APPLICANT).start()
    borrowed, reader = browser_of(BORROWED), browser_of(READER)
    item = borrowed.get(f"/work-items/{borrowed.first_item()}")
    assert "向别人了解情况" in item
    assert "要问什么" in borrowed.post(f"/cases/{case}/questions", item, _to="许书宁").text
    said = borrowed.post(f"/cases/{case}/questions", item, _to="许书宁", _question="期间的考核由谁负责")
    assert "不影响办理" in said.text
    waiting = reader.get("/inbox/questions")
    assert tally(waiting, "待答复") == listed(waiting)
    assert "期间的考核由谁负责" in waiting
    page = reader.get(f"/cases/{case}")
    address = re.search(rf"/cases/{case}/questions/\d+/answer", page)[0]
    assert "已答复" in reader.post(address, page, _answer="由用人单位负责").text
    assert "由用人单位负责" in borrowed.get(f"/cases/{case}")
    seen = browser_of(APPLICANT).get(f"/cases/{case}")
    assert "由用人单位负责" not in seen
    assert "内容只有双方和业务审计员能看" in seen


def test_questions_over_the_api(browser_of, client_of):
    case = browser_of(APPLICANT).start()
    borrowed, reader, applicant = client_of(BORROWED), client_of(READER), client_of(APPLICANT)
    body = {"to": "许书宁", "question": "借调期间工资由谁发"}
    assert applicant.post(f"{BASE}/cases/{case}/questions", json=body).status_code == 403
    assert borrowed.post(f"{BASE}/cases/{case}/questions", json=body).status_code == 201
    mine = next(one for one in reader.get(f"{BASE}/questions").json()["rows"] if one["case"] == case)
    assert borrowed.post(f"{BASE}/questions/{mine['id']}/answer", json={"answer": "代答"}).status_code == 404
    assert reader.post(f"{BASE}/questions/{mine['id']}/answer", json={"answer": "原单位发"}).status_code == 200
    assert [one["answer"] for one in borrowed.get(f"{BASE}/cases/{case}").json()["questions"]] == ["原单位发"]
    assert [one["answer"] for one in applicant.get(f"{BASE}/cases/{case}").json()["questions"]] == [""]


def test_a_supervision_goes_its_way_on_the_pages(browser_of):
    case = browser_of(APPLICANT).start()
    number = re.search(r"借调〔\d+〕\d+号", browser_of(APPLICANT).get(f"/cases/{case}"))[0]
    above, borrowed = browser_of(SECTION_HEAD), browser_of(BORROWED)  # who leads the office of the borrowed man
    assert "立项督办" not in borrowed.get(f"/cases/{case}")
    here = f"/cases/{case}/supervisions"
    assert borrowed.get(f"{here}/new", 403)
    assert "没有找到您可以督办的办件" in above.get("/supervision?which=choice&text=没有这个号")
    typed = number.replace("〔", "[").replace("〕", "]").removesuffix("号")
    chosen = above.get(f"/supervision?which=choice&text={typed}")
    form = above.get(re.search(rf"{here}/new\?task=\d+", chosen)[0])
    assert re.search(r'name="_to" value="杨景行（[^"]+"', form)  # who has it now
    task = re.search(r'name="_task" value="(\d+)"', form)[1]
    said = above.post(here, form, _task=task, _to="杨景行", _demand="说明原因")
    assert said.status_code == 422
    assert re.search(r'id="supervise-days-problem">.*?请写明期限', said.text)
    assert re.search(r'id="supervise-days"[^>]* autofocus', said.text)
    assert 'value="杨景行"' in said.text  # nothing typed is lost
    page = above.post(here, form, _task=task, _demand="说明原因", _days="3").text
    assert "已立项督办" in page
    here = re.search(rf"(/cases/{case}/supervisions/\d+)/assignment", page)[1]
    said = above.post(f"{here}/assignment", page, _to="没有这个人")
    assert re.search(r'id="hand-\d+-problem">.*?没有姓名为“没有这个人”', said.text)
    before = tally(borrowed.get("/supervision"), "等我办理")
    page = above.post(f"{here}/assignment", page, _to="杨景行").text
    assert "已交办给杨景行" in page
    assert tally(borrowed.get("/supervision"), "等我办理") == before + 1
    inbox = borrowed.get("/inbox")
    assert re.search(rf'href="/supervision"[^>]*>督办 <span class="count">{before + 1}<', inbox)
    assert number in inbox.split('id="duties"')[1].split('id="news"')[0]
    page = borrowed.post(f"{here}/receipt", borrowed.get(f"/cases/{case}")).text
    page = borrowed.post(f"{here}/answer", page, _answer="今天填写意见").text
    assert "已反馈" in page
    assert borrowed.post(f"{here}/closing", page, _words="好").status_code == 403
    page = above.post(f"{here}/closing", above.get(f"/cases/{case}"), _words="按所述办").text
    assert "督办已办结" in page
    chain = words(page.split('id="supervision"')[1].split("</section>")[0])
    taken = [chain.index(step) for step in ("督办立项", "督办交办", "督办签收", "督办反馈", "督办办结")]
    assert taken == sorted(taken)
    assert "督办" in browser_of(STRANGER).get("/supervision?which=organ")


def test_a_supervision_over_the_api(browser_of, client_of):
    case = browser_of(APPLICANT).start()
    above, borrowed = client_of(SECTION_HEAD), client_of(BORROWED)
    body: dict[str, object] = {"demand": "说明原因", "days": 3}
    assert borrowed.post(f"{BASE}/cases/{case}/supervisions", json=body).status_code == 403
    assert above.post(f"{BASE}/cases/{case}/supervisions", json=body).status_code == 201
    row = next(one for one in above.get(f"{BASE}/supervisions").json()["rows"] if one["case"] == case)
    assert row["may"] == ["assign_supervision"]
    here = f"{BASE}/supervisions/{row['id']}"
    assert above.post(f"{here}/closing", json={"words": "算了"}).status_code == 409
    assert above.post(f"{here}/assignment", json={"to": "杨景行"}).status_code == 200
    assert borrowed.post(f"{here}/receipt").status_code == 200
    assert borrowed.post(f"{here}/answer", json={"answer": "今天办"}).status_code == 200
    assert above.post(f"{here}/return", json={"words": "写明几点", "days": 1}).status_code == 200
    chain = above.get(f"{BASE}/cases/{case}").json()["supervisions"][0]["chain"]
    assert [one["label"] for one in chain][-2:] == ["督办反馈", "督办要求补充"]
    assert above.post(f"{BASE}/cases/{case}/supervisions", json={**body, "to": "杨景行"}).status_code == 201
    newest = borrowed.get(f"{BASE}/supervisions?which=turn").json()["rows"][0]
    assert (newest["case"], newest["state"], newest["may"]) == (case, "已交办", ["receive_supervision"])
