"""A loan from application to filing through the pages, without JavaScript; and what each page refuses on the way."""

from __future__ import annotations

import csv
import html
import io
import re
import subprocess
import sys

import openpyxl
import pytest
from web_loan import (
    ADMINISTRATOR,
    APPLICANT,
    APPLICATION,
    AUDITOR,
    BALLOTS,
    BORROWED,
    FILING,
    MINUTES,
    OWNER,
    SECRETARY,
    SECTION_HEAD,
    STRANGER,
    words,
)

from jiecheng.web import record
from jiecheng.web.record import Line

PDF = b"%PDF-1.4\n%minutes\n"


@pytest.fixture(scope="module")
def walked(site):
    """A loan that went all the way to its start date; the case's id, and what each page said."""
    from fastapi.testclient import TestClient
    from web_loan import Plain

    def browser(account: str) -> Plain:
        plain = Plain(TestClient(site, base_url="http://127.0.0.1"))
        assert plain.log_in(account).status_code == 200
        return plain

    said = {}
    applicant = browser(APPLICANT)
    page = applicant.get("/start/staff_loan")
    started = applicant.post("/start/staff_loan", page, **APPLICATION)
    case = int(started.url.path.rsplit("/", 1)[1])
    said["start"] = words(started.text)
    said["person"] = words(browser(BORROWED).decide(_outcome="agree", _opinion="本人同意，服从安排。").text)
    said["section"] = words(browser(SECTION_HEAD).decide(_outcome="agree", handover="由朱文澜兼顾。").text)
    secretary = browser(SECRETARY)
    item = secretary.first_item()
    page = secretary.get(f"/work-items/{item}")
    said["meeting page"] = words(page)
    uploaded = secretary.post(
        f"/work-items/{item}/attachments",
        page,
        files={"_files": ("会议纪要.pdf", PDF, "application/pdf")},
        **{**MINUTES, "_opinion": "已上会。"},
    )
    said["upload"] = uploaded.text
    said["committee"] = words(secretary.decide(_outcome="agree", **MINUTES, **BALLOTS).text)
    said["filing"] = words(browser(FILING).decide(_outcome="file", filing_note="手续齐全。").text)
    return case, said


def test_each_step_says_who_has_it_next(walked):
    _, said = walked

    assert "下一步：本人意见（杨景行" in said["start"]
    assert "下一步：所在科室意见（韩素心" in said["person"]
    assert "下一步：党(工)委集体研究（郑嘉树" in said["section"]
    assert "下一步：组织部备案（许书宁" in said["committee"]


def test_a_task_page_says_why_this_person_has_it(walked):
    _, said = walked

    assert "由其录入集体决定（按会议秘书指派）" in said["meeting page"].split("为什么由您办理")[1]
    assert "办理期限 2026-" in said["meeting page"]


def test_the_meeting_page_lists_every_member_with_every_vote(walked):
    _, said = walked

    for member in ("周立言", "沈承泽", "顾秉文", "陆竹君", "许长风", "何望舒", "吴思齐"):
        for vote in ("同意", "不同意", "弃权", "缺席", "回避"):
            assert f"{member}： {vote}" in said["meeting page"]


def test_an_upload_keeps_what_was_typed(walked):
    _, said = walked

    assert "会议纪要.pdf" in said["upload"]
    assert "已上会。" in said["upload"]
    assert MINUTES["minutes_number"] in said["upload"]


def test_attachments_come_back_as_they_went_in_and_never_inside_our_page(walked, browser_of):
    case, _ = walked
    browser = browser_of(APPLICANT)
    attachment = re.search(r"/attachments/(\d+)", browser.get(f"/cases/{case}"))[1]

    answer = browser.client.get(f"/attachments/{attachment}")

    assert answer.content == PDF
    assert answer.headers["content-disposition"].startswith("attachment;")
    browser_of(STRANGER).get(f"/attachments/{attachment}", status=404)


def test_the_case_page_shows_the_walked_way_and_the_register(walked, browser_of):
    case, _ = walked
    page = browser_of(APPLICANT).get(f"/cases/{case}")

    assert "由朱文澜兼顾" not in words(page)  # the section's arrangement is not the applicant's to read
    assert "本人同意，服从安排。" in words(page)
    assert "待生效" in page
    assert "<svg" in page


def test_a_stranger_does_not_learn_that_the_case_exists(walked, browser_of):
    case, _ = walked
    browser = browser_of(STRANGER)

    existing = words(browser.get(f"/cases/{case}", status=404))
    missing = words(browser.get("/cases/999999", status=404))

    assert existing == missing
    assert "无权查看" in existing


def test_done_and_started_lists_show_the_case(walked, browser_of):
    assert "借调杨景行" in browser_of(SECTION_HEAD).get("/inbox/done")
    assert "借调杨景行" in browser_of(APPLICANT).get("/inbox/started")
    assert "没有待办" in browser_of(SECTION_HEAD).get("/inbox")


def test_the_register_is_read_searched_and_exported(walked, browser_of):
    browser = browser_of(APPLICANT)

    assert "杨景行" in browser.get("/registers/staff_loan?tab=all&text=彭溪")
    assert "没有符合条件" in browser.get("/registers/staff_loan?tab=all&text=没有这个人")
    assert "杨景行" in browser.get("/registers/staff_loan.csv?tab=all")
    book = openpyxl.load_workbook(io.BytesIO(browser.client.get("/registers/staff_loan.xlsx?tab=all").content))
    rows = list(book.active.iter_rows(values_only=True))
    assert rows[0][0] == "编号"
    assert any("杨景行" in map(str, row) for row in rows[1:])


def test_the_auditor_narrows_the_list_and_takes_it_away_as_a_table(walked, browser_of, house):
    browser = browser_of(AUDITOR)
    applicant = browser_of(APPLICANT)
    begun = applicant.start(borrowed="i-sushiyu")
    page = applicant.get(f"/cases/{begun}")
    said = applicant.post(f"/cases/{begun}/withdraw", page, _reason="换人办理", _sure="yes")
    number = re.search(r"借调〔\d+〕\d+号", words(said.text))[0]
    own, asked = "state=withdrawn&outcome=申请人撤销&since=2026-01-01", browser.get("/audit")
    organ = re.search(r'<option value="([^"]+)">区城市管理行政执法局', asked)[1]
    found = browser.get(f"/audit?{own}&until=2026-12-31&organ={organ}&process=staff_loan")
    assert number in found
    assert f'value="{organ}" selected' in found  # what was asked for stands in the form and in the address
    assert 'name="since" value="2026-01-01"' in found
    for other in ("organ=finance", "outcome=办结", "since=2027-01-01", "until=2026-01-01", "state=running"):
        assert number not in browser.get(f"/audit?{other}"), other
    # What was chosen stays chosen, and the sentence stands at its field, with and without JavaScript.
    kept = f"/audit?{own}&until=2025-01-01&organ={organ}&process=staff_loan&text=借调"
    for page in (browser.get(kept, 422), browser.client.get(kept, headers={"hx-request": "true"}).text):
        assert re.search(r'id="since-problem"[^>]*>[^<]*起止写反了', page)
        for chosen in (
            f'value="{organ}" selected',
            'value="staff_loan" selected',
            'value="2025-01-01"',
            'value="借调"',
        ):
            assert chosen in page, chosen
        assert "selected>申请人撤销" in page
    assert "日期请写成" in browser.get("/audit?since=昨天&state=ended", 422)

    link = html.unescape(re.search(r'href="(/audit\.csv\?[^"]+)"', found)[1])
    table = list(csv.DictReader(io.StringIO(browser.get(link).removeprefix("\ufeff"))))
    mine = next(one for one in table if one["编号"] == number)
    assert (mine["状态"], mine["结果"], mine["发起单位"]) == ("已撤销", "申请人撤销", "区城市管理行政执法局")
    assert int(mine["历史记录条数"]) > 1
    assert len(mine["最后一条摘要（SHA-256）"]) == 64
    assert all(one["流程"] == "借调审批" for one in table)
    with house.transaction() as tx:
        kept = tx.db.connection.exec_driver_sql("SELECT action || subject FROM access_log").scalars().all()
    assert any(one.startswith(f"导出办件列表 {len(table)} 件") and "申请人撤销" in one for one in kept)
    for address in ("/audit", "/audit?since=昨天", "/audit.csv", "/audit.csv?since=昨天"):
        assert "只有业务审计员和流程管理员" in words(applicant.get(address, 403)), address


def test_the_auditor_reads_verifies_and_exports_the_history(walked, browser_of, house):
    case, _ = walked
    browser = browser_of(AUDITOR)
    assert "借调杨景行" in browser.get("/audit?state=running")

    page = browser.get(f"/cases/{case}/history")
    verdict = browser.post(f"/cases/{case}/history/verify", page)
    export = browser.client.get(f"/cases/{case}/history/export")

    assert "表决 周立言（彭溪街道党工委 书记）：同意" in words(page)
    assert "依据：" in page
    assert "校验通过" in verdict.text
    assert re.search(r"\D+〔2026〕\d+号 从第一条到第 \d+ 条逐条核对过", words(verdict.text)), words(verdict.text)[:900]
    assert "为什么由其办理" in page
    assert not re.search(r"variables|inputs|outcome|loan_", words(page).split("封存摘要")[1])
    assert "同时记下的" in words(page)
    assert "判定结果 符合" in words(page)
    assert not re.search(r"\d{4}-\d\d-\d\dT", words(page))
    assert export.headers["content-disposition"].startswith("attachment;")
    with house.transaction() as tx:
        recorded = tx.db.connection.exec_driver_sql("SELECT action FROM access_log").scalars().all()
    assert any("查看历史" in action for action in recorded)
    assert any("校验历史" in action for action in recorded)
    assert any("导出历史" in action for action in recorded)


def test_the_auditor_takes_the_verifier_with_the_export_to_another_computer(walked, browser_of, tmp_path):
    case, _ = walked
    browser = browser_of(AUDITOR)
    assert "怎样离线校验" in browser.get(f"/cases/{case}/history")
    verifier, export = tmp_path / "verifier.py", tmp_path / "export.jsonl"
    verifier.write_bytes(browser.client.get("/audit/verifier.py").content)
    export.write_bytes(browser.client.get(f"/cases/{case}/history/export").content)

    def verified(*head):
        alone = [sys.executable, "-I", verifier, export, *head]
        return subprocess.run(alone, cwd=tmp_path, capture_output=True, text=True, check=False)

    whole = verified()
    assert whole.returncode == 0, whole.stdout + whole.stderr
    head = re.search(r"链头：(\S+)", whole.stdout)[1]
    lines = export.read_text("utf-8").splitlines(keepends=True)
    export.write_text("".join(lines[:2] + lines[3:]), "utf-8")
    assert verified().returncode == 1
    export.write_text("".join(lines).replace("同意", "反对", 1), "utf-8")
    assert verified(head).returncode == 1


def test_the_record_speaks_of_people_and_steps_and_never_of_codes(walked, browser_of):
    case, _ = walked
    page = browser_of(AUDITOR).client.get(f"/cases/{case}/history?whole=true").text
    told = re.sub(r"<(?:title|form|a|link|script|meta|input)[^>]*>", "", page)
    assert not re.findall(r"[ >；、](?:[pi]-[a-z]+|pengxi(?:-[a-z]+)*|justice|organization-department)[ <；、]", told)
    assert "经过" in told
    assert not re.search(r'data-label="内容">\s*</td>', page)
    assert "标识" not in told
    # Beside each other nothing is said twice, and what machines compare is folded away.
    for facts in re.findall(r'<dl class="facts">(.*?)</dl>', page, re.S):
        said = re.findall(r"<dt>.*?</dd>", facts, re.S)
        assert len(said) == len(set(said)), said
    opened = re.sub(r"<details.*?</details>", "", page, flags=re.S)
    assert "字节数" not in opened


def test_two_members_of_one_name_keep_two_votes_on_the_record():
    votes = [
        Line("表决", None, "张伟 同意"),
        Line("表决", None, "张伟 同意"),
        Line("期限", None, "3"),
        Line("期限", None, "3"),
    ]
    assert [line.label for line in record._once(votes)] == ["表决", "表决", "期限"]


def test_the_drawing_stands_by_itself_as_large_as_one_wants(walked, browser_of):
    case, _ = walked
    browser = browser_of(AUDITOR)
    assert f'href="/cases/{case}/diagram"' in browser.client.get(f"/cases/{case}").text
    large = browser.client.get(f"/cases/{case}/diagram?zoom=150")
    assert "zoom-150" in large.text
    assert 'href="?zoom=200"' in large.text
    assert "<svg" in large.text


def test_a_history_that_was_touched_is_shown_as_touched(walked, browser_of, house):
    case, _ = walked
    browser = browser_of(AUDITOR)
    page = browser.get(f"/cases/{case}/history")
    with house.transaction() as tx:
        db = tx.db.connection
        db.exec_driver_sql("ALTER TABLE history_openings DISABLE TRIGGER ALL")
        db.exec_driver_sql(
            f"UPDATE history_openings SET value = '\"不同意。\"' WHERE case_id = {case} AND path = 'opinion'"
        )

    verdict = browser.post(f"/cases/{case}/history/verify", page)

    assert "校验不通过" in verdict.text


def test_the_owner_reads_a_release_and_others_do_not(walked, browser_of):
    browser = browser_of(OWNER)
    releases = browser.get("/releases")
    release = re.search(r'href="(/releases/\w{64})">借调审批', releases)[1]

    page = browser.get(release)

    assert all(
        part in page for part in ("流程图", "规则表", "验收场景", "依据条款", "发布检查", release.rsplit("/", 1)[1])
    )
    assert "随程序部署" in releases
    assert "随程序部署" in page
    assert ">本人意见</summary>" in page
    assert "无权查看" in browser_of(APPLICANT).get("/releases", status=403)


def test_the_owner_compares_two_cities_and_others_do_not(browser_of):
    page = words(browser_of(OWNER).get("/profiles?first=嘉兴&second=福山"))

    assert "一次最长（月）" in page
    assert "叫停擅自从镇街借调人员行为" in page
    browser_of(APPLICANT).get("/profiles", status=403)
    assert "可用的有" in browser_of(OWNER).get("/profiles?first=南京", status=422)


def test_the_administrator_sees_vacancies_and_others_do_not(browser_of):
    assert "没有空缺" in browser_of(ADMINISTRATOR).get("/incidents")
    browser_of(APPLICANT).get("/incidents", status=403)


def test_platform_administrators_see_no_business_navigation(browser_of):
    page = browser_of("fangsongnian").get("/inbox")

    assert "发起办件" not in words(page.split("<main")[0])


def test_the_system_administrator_sees_counts_and_no_business(browser_of):
    browser = browser_of("fangsongnian")
    page = words(browser.get("/machinery"))
    assert browser.client.get("/").url.path == "/machinery"

    assert "后台没有在执行" in page
    assert "等待再试" in page
    assert "借调" not in page
    browser_of(APPLICANT).get("/machinery", status=403)


def test_an_application_that_comes_straight_back_is_said_in_amber(browser_of):
    browser = browser_of("zousuxin")
    late = {**APPLICATION, "end_date": "2027-03-01"}
    warned = browser.post("/start/staff_loan", browser.get("/start/staff_loan"), **late)
    back = browser.hand_in("/start/staff_loan", **late)
    free = {**APPLICATION, "borrowed": "i-sushiyu"}
    on_its_way = browser.hand_in("/start/staff_loan", **free)
    item = re.search(r'href="/work-items/(\d+)"', back.text)[1]
    again = browser.post(f"/work-items/{item}/decide", browser.get(f"/work-items/{item}"), _outcome="resubmit", **late)

    assert "现在提交，会马上退回给您补正" in words(warned.text), words(warned.text)
    assert 'value="2027-03-01"' in warned.text  # not a word of what was filled in is lost
    assert "借调〔" not in words(warned.text)
    assert "note is-warn" in back.text, words(back.text)
    assert "为什么退回给您" in words(back.text)
    assert "note is-good" in on_its_way.text, words(on_its_way.text)
    assert "note is-warn" in again.text, words(again.text)


def test_one_mistake_is_told_once(browser_of):
    browser = browser_of("zousuxin")
    answer = browser.post("/start/staff_loan", browser.get("/start/staff_loan"), **{**APPLICATION, "end_date": ""})

    alert = answer.text.split('id="problem"')[1].split("</div>")[0]
    sentences = re.findall("[^。>：]+。", alert)
    assert len(sentences) == len(set(sentences)), alert
    assert "autofocus" in alert


def test_the_administrator_holds_a_case_and_nobody_works_on_it_until_he_resumes(browser_of):
    applicant = browser_of(APPLICANT)
    borrowed = {"borrowed": "i-zhuwenlan"}
    started = applicant.hand_in("/start/staff_loan", **{**APPLICATION, **borrowed})
    case = started.url.path
    administrator = browser_of(ADMINISTRATOR)
    page = administrator.get(case)
    refused = administrator.post(f"{case}/hold", page, _reason="等候答复", _basis="")
    assert "请写明依据" in words(refused.text)
    assert "等候答复" in refused.text  # what was typed stays

    held = administrator.post(f"{case}/hold", administrator.get(case), _reason="等候答复", _basis="区委组织部通知")
    assert "已挂起" in words(held.text)
    assert "停止计时" in words(held.text)
    assert "恢复办理" not in words(applicant.get(case))

    resumed = administrator.post(f"{case}/resume", administrator.get(case))
    assert "期限已按挂起的天数顺延" in words(resumed.text)
    assert "曾挂起" in words(resumed.text)
