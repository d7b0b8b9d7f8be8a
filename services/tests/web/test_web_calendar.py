"""The year's page: everybody looks, its keeper sees the effect before he changes it; over the API too."""

from __future__ import annotations

import pytest
from web_loan import APPLICANT, BORROWED, PASSWORD, words

KEEPER = "fangsongnian"


@pytest.fixture
def waiting(browser_of):
    """A loan that waits for 杨景行 until 2026-03-05."""
    return browser_of(APPLICANT).start()


def test_everybody_looks_and_nobody_else_changes(browser_of):
    person = browser_of(APPLICANT)
    page = person.get("/calendar?year=2026")
    assert "248 个工作日" in words(page)
    assert "国庆节放假" in page
    assert "/calendar/days" not in page
    assert "按星期暂定" in words(person.get("/calendar?year=2027"))
    refused = person.post("/calendar/days", page, _day="2026-03-04", _kind="off", _name="休息")
    assert refused.status_code == 403
    assert "只有系统管理员可以修改工作日历" in words(refused.text)


def test_a_day_is_previewed_then_confirmed_and_stands_in_the_log(waiting, browser_of):
    keeper = browser_of(KEEPER)
    shown = keeper.post("/calendar/days", keeper.get("/calendar"), _day="2026-03-04", _kind="off", _name="防汛停工")
    said = words(shown.text)
    assert "1 件待办的期限改日子" in said
    assert "2026-03-05（周四） 2026-03-06（周五）" in said
    change = shown.text.split('action="/calendar/changes/')[1].split("/")[0]
    assert "本区 2026-03-04 放假" in words(keeper.get(f"/calendar/changes/{change}"))
    done = words(keeper.post(f"/calendar/changes/{change}/confirm", shown.text, _year="2026").text)
    assert "已生效：本区 2026-03-04 放假（防汛停工）" in done
    assert "1 件改日子" in done
    again = words(keeper.post(f"/calendar/changes/{change}/confirm", shown.text, _year="2026").text)
    assert "已生效" in again
    item = browser_of(BORROWED).first_item()
    explained = browser_of(BORROWED).get(f"/work-items/{item}/due")
    assert "本区放假：防汛停工" in explained
    assert 'href="/calendar?year=2026"' in explained


def test_a_file_is_compared_before_it_holds(browser_of):
    keeper = browser_of(KEEPER)
    page = keeper.get("/calendar?year=2027")
    assert "节假日库里还没有 2027 年" in words(page)
    file = {"_file": ("2027.csv", "2027-01-01,放假,元旦\n2027-02-07,上班,春节\n".encode(), "text/csv")}
    shown = keeper.post("/calendar/2027/published", page, files=file, _from="file")
    assert "2 天由工作日改为休息，或由休息改为工作日；另有 363 天" in words(shown.text)
    assert "只有 1 天放假" in words(shown.text)
    change = shown.text.split('action="/calendar/changes/')[1].split("/")[0]
    keeper.post(f"/calendar/changes/{change}/confirm", shown.text, _year="2027")
    assert "按星期暂定" not in words(keeper.get("/calendar?year=2027"))
    wrong = {"_file": ("2027.csv", "2027-01-01,放假\n昨天,放假\n".encode(), "text/csv")}
    told = keeper.post("/calendar/2027/published", page, files=wrong, _from="file")
    assert told.status_code == 422
    assert "第 2 行" in words(told.text)
    none = keeper.post("/calendar/2027/published", page, _from="file")
    assert "请选择放假安排的文件" in words(none.text)
    library = keeper.post("/calendar/2027/published", page, _from="library")
    assert "节假日库里还没有 2027 年" in words(library.text)


def test_over_the_api(browser_of, at_the_door):
    client = at_the_door().client
    token = client.post("/api/v1/session", json={"account": KEEPER, "password": PASSWORD}).json()["token"]
    head = {"Authorization": f"Bearer {token}"}
    day = next(one for one in client.get("/api/v1/calendar/2026", headers=head).json() if one["date"] == "2026-10-01")
    assert (day["working"], day["status"], day["name"]) == (False, "正式", "国庆节放假")
    answer = client.put("/api/v1/calendar/days/2026-03-20", headers=head, json={"working": False, "name": "停电"})
    assert answer.status_code == 200, answer.text
    said = client.post(f"/api/v1/calendar/proposals/{answer.json()['id']}/confirm", headers=head).json()["sentence"]
    assert said.startswith("已生效：本区 2026-03-20 放假（停电）")
    year = {"days": [{"date": "2028-01-01", "working": False, "name": "元旦"}]}
    assert client.post("/api/v1/calendar/2028/proposals", headers=head, json=year).json()["doubts"]
