"""The API: the same commands as the pages, JSON in and out, problems as documents, one key one deed."""

from __future__ import annotations

import json
import re
from html import escape

import pytest
from fastapi.testclient import TestClient
from web_loan import (
    APPLICANT,
    APPLICATION,
    AUDITOR,
    BORROWED,
    FILING,
    MEMBERS,
    MINUTES,
    PASSWORD,
    SECRETARY,
    SECTION_HEAD,
    words,
)

from jiecheng.definitions.draft_files import require_fit
from jiecheng.model.errors import Invalid

BASE = "/api/v1"


@pytest.fixture
def client_of(site):
    def log_in(account: str) -> TestClient:
        client = TestClient(site, base_url="http://127.0.0.1", raise_server_exceptions=False)
        answer = client.post(f"{BASE}/session", json={"account": account, "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        client.headers["authorization"] = f"Bearer {answer.json()['token']}"
        return client

    return log_in


def item_of(client: TestClient) -> int:
    return client.get(f"{BASE}/inbox").json()["rows"][0]["item"]


def decide(client: TestClient, **body: object) -> dict:
    answer = client.post(f"{BASE}/work-items/{item_of(client)}/decision", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def start(client: TestClient, **changes: str) -> dict:
    answer = client.post(f"{BASE}/cases", json={"process": "staff_loan", "data": {**APPLICATION, **changes}})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_loan_is_approved_over_the_api(client_of):
    applicant = client_of(APPLICANT)
    assert "staff_loan" in [one["process"] for one in applicant.get(f"{BASE}/processes").json()]
    case = start(applicant)["case"]

    decide(client_of(BORROWED), outcome="agree")
    decide(client_of(SECTION_HEAD), outcome="agree", data={"handover": "已作安排。"})
    secretary = client_of(SECRETARY)
    item = secretary.get(f"{BASE}/work-items/{item_of(secretary)}").json()
    assert [one["identity"] for one in item["members"]] == [f"i-{member}" for member in MEMBERS]
    votes = [{"member": one["identity"], "vote": "agree"} for one in item["members"]]
    decide(secretary, ballots=votes, data=MINUTES)
    decide(client_of(FILING), outcome="file")

    shown = applicant.get(f"{BASE}/cases/{case}").json()
    assert [step["outcome"] for step in shown["steps"]] == ["同意", "同意", "同意", "备案"]
    entry = applicant.get(f"{BASE}/registers/staff_loan", params={"tab": "all"}).json()["rows"][0]
    assert (entry["case"], entry["status"]) == (case, "待生效")
    auditor = client_of(AUDITOR)
    history = auditor.get(f"{BASE}/cases/{case}/history").json()
    assert [row["seq"] for row in history["rows"]] == list(range(1, len(history["rows"]) + 1))
    assert auditor.get(f"{BASE}/cases/{case}/history/verdict").json()["ok"] is True


def test_no_token_is_a_problem_document(client_of, site):
    answer = TestClient(site).get(f"{BASE}/inbox")

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["status"] == 401


def test_a_token_given_back_is_worth_nothing(client_of):
    client = client_of(APPLICANT)

    assert client.delete(f"{BASE}/session").status_code == 204
    assert client.get(f"{BASE}/inbox").status_code == 401


def test_a_page_cookie_opens_nothing_here(browser_of):
    assert browser_of(APPLICANT).client.get(f"{BASE}/inbox").status_code == 401


def test_wrong_data_names_its_fields(client_of):
    body = {"process": "staff_loan", "data": {**APPLICATION, "end_date": ""}}
    answer = client_of(APPLICANT).post(f"{BASE}/cases", json=body)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert list(answer.json()["fields"]) == ["end_date"]


def test_a_misspelt_member_is_refused(client_of):
    answer = client_of(APPLICANT).post(f"{BASE}/cases", json={"process": "staff_loan", "date": {}})

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_same_key_twice_starts_one_case_and_another_content_under_it_is_refused(client_of):
    client = client_of("sunianci")
    body = {"process": "staff_loan", "data": {**APPLICATION, "borrowed": "i-zhuwenlan"}}
    key = {"Idempotency-Key": "7f1c"}

    first = client.post(f"{BASE}/cases", json=body, headers=key)
    again = client.post(f"{BASE}/cases", json=body, headers=key)
    body["data"]["necessity"] += "另一个理由"
    other = client.post(f"{BASE}/cases", json=body, headers=key)

    assert first.json() == again.json()
    assert other.status_code == 409
    assert other.json()["rule"] == "operation-key"


def test_an_item_of_another_is_not_found(client_of):
    start(client_of("zousuxin"), borrowed="i-jiangcaiwei")
    item = item_of(client_of("jiangcaiwei"))

    answer = client_of("qiguiyuan").post(f"{BASE}/work-items/{item}/decision", json={"outcome": "agree"})

    assert answer.status_code == 404


def test_the_applicant_withdraws(client_of):
    client = client_of("douwenlan")
    case = start(client, borrowed="i-hezijin")["case"]

    answer = client.post(f"{BASE}/cases/{case}/withdrawal", json={"reason": "任务取消"})

    assert answer.status_code == 200
    assert client.get(f"{BASE}/cases/{case}").json()["state"] == "withdrawn"


def test_a_message_nobody_waits_for_is_refused(client_of):
    client = client_of("douwenlan")
    case = start(client, borrowed="i-taoleshan")["case"]

    answer = client.post(f"{BASE}/cases/{case}/messages/return_early", json={"data": {"early_reason": "完成"}})

    assert answer.status_code == 409


def test_the_description_names_every_command(site):
    paths = TestClient(site).get(f"{BASE}/openapi.json").json()["paths"]

    assert {
        "/api/v1/session",
        "/api/v1/cases",
        "/api/v1/cases/{case}",
        "/api/v1/cases/{case}/withdrawal",
        "/api/v1/cases/{case}/messages/{element}",
        "/api/v1/cases/{case}/history",
        "/api/v1/inbox",
        "/api/v1/work-items/{item}",
        "/api/v1/work-items/{item}/claim",
        "/api/v1/work-items/{item}/decision",
        "/api/v1/registers/{name}",
    } <= set(paths)
    assert not [path for path in paths if not path.startswith("/api/v1/")]


def test_the_manual_shows_every_command_to_whoever_asks(site):
    """For people, without a login, and from this house alone: nothing in it is loaded from elsewhere."""
    client = TestClient(site)
    page = client.get(f"{BASE}/docs")
    described = client.get(f"{BASE}/openapi.json").json()

    assert page.status_code == 200
    for path, deeds in described["paths"].items():
        for method, deed in deeds.items():
            assert f"{method.upper()} {path}</code>　{escape(deed['summary'], quote=False)}" in page.text
    for shape in described["components"]["schemas"]:
        assert f'id="shape-{shape}"' in page.text
    assert set(re.findall(r'#shape-(\w+)"', page.text)) <= set(described["components"]["schemas"])
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page.text)


def test_the_description_says_how_a_refusal_looks(site):
    client = TestClient(site)
    described = client.get(f"{BASE}/openapi.json").json()
    refused = client.get(f"{BASE}/inbox")

    for deeds in described["paths"].values():
        for deed in deeds.values():
            content = deed["responses"]["4XX"]["content"]["application/problem+json"]
            assert "422" not in deed["responses"]
    assert set(content["schema"]["required"]) <= set(refused.json()) <= set(content["schema"]["properties"])
    assert refused.headers["content-type"] == "application/problem+json"


HALF, NUL = "同意借\ud800调", "同意借\x00调"


@pytest.mark.parametrize("text", [HALF, NUL])
def test_text_that_cannot_be_written_down_is_refused_at_every_border(client_of, text):
    """In one sentence that shows where it is, and never as a fault of ours."""
    client = client_of(APPLICANT)
    bodies = [
        ("cases", {"process": "staff_loan", "data": {**APPLICATION, "work_content": text}}),
        ("cases", {"process": "staff_loan", "data": {**APPLICATION, text: "核对"}}),
        ("cases", {"process": "staff_loan", "data": {"rows": [{"name": text}]}}),
        ("work-items/1/decision", {"outcome": "agree", "opinion": text}),
        ("session", {"account": text, "password": "x"}),
    ]
    for path, body in bodies:
        sent = json.dumps(body).encode()  # with its escapes, as a program sends it
        answer = client.post(f"{BASE}/{path}", content=sent, headers={"content-type": "application/json"})
        assert answer.status_code == 422, (path, answer.text)
        assert "“同意借□调”里有不能保存的字符" in answer.json()["detail"], path
    for path, body in (("form.form", json.dumps({"components": [{"label": text}]})), ("p.feature", text)):
        with pytest.raises(Invalid, match="同意借□调"):
            require_fit("p", {path: body})


def test_pages_refuse_it_too_in_fields_addresses_and_names_of_files(browser_of):
    person = browser_of(APPLICANT)
    page = person.get("/start/staff_loan")
    upload = b'--B\r\nContent-Disposition: form-data; name="_files"; filename="a\x00.pdf"\r\n\r\n%PDF-1.4\r\n--B--\r\n'
    for answer in (
        person.post("/start/staff_loan/draft", page, work_content=NUL),
        person.client.post(
            "/start/staff_loan/draft", content=upload, headers={"content-type": "multipart/form-data; boundary=B"}
        ),
        person.client.get("/inbox", params={"text": NUL}),
        person.client.get(f"{BASE}/inbox", params={"after": NUL}),
    ):
        assert answer.status_code == 422, words(answer.text)
        assert "不能保存的字符" in answer.text
    # Half a pair does not survive the way a browser sends text: what arrives is the mark of a lost character.
    assert person.client.get("/inbox?text=%ED%A0%80").status_code == 200
    told = person.client.post(f"{BASE}/session", json={"account": 3})
    assert "account" in told.json()["detail"]
    assert ".py" not in told.text
