"""The studio over HTTP: who gets in, what a save answers, files in and out, and which page may do what in a browser."""

from __future__ import annotations

import html
import io
import json
import re
import time
import zipfile
from dataclasses import asdict

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from web_loan import ADMINISTRATOR, AUDITOR, OWNER, PASSWORD, STRANGER, guard, words

from jiecheng.acceptance.failure import unknown_sentence
from jiecheng.directory import RESOLVERS
from jiecheng.web import studio, studio_editor, studio_words, wording
from jiecheng.web.assets import Assets
from jiecheng.web.page import TEMPLATES
from jiecheng.web.security import CONTENT_POLICY

SECOND = "jiangnanqiao"
DIAGRAM = "loan_stop.bpmn"


@pytest.fixture(scope="module")
def drafted(site):
    """A draft of the stop process, and its owner's browser."""
    from fastapi.testclient import TestClient
    from web_loan import Plain

    browser = Plain(TestClient(site, base_url="http://127.0.0.1"))
    assert browser.log_in(OWNER).status_code == 200
    answer = browser.post("/studio/open", browser.get("/studio"), _process="loan_stop")
    return browser, int(answer.url.path.rpartition("/")[2])


def save(browser, number, name, text, seen):
    page = browser.get(f"/studio/{number}")
    files = {"text": (name, text.encode(), "text/plain")}
    return browser.client.post(f"/studio/{number}/save", data={**guard(page), "name": name, "seen": seen}, files=files)


def load(browser, number, name):
    return json.loads(browser.get(f"/studio/{number}/data/{name}"))


def test_only_those_with_a_part_in_processes_get_in(drafted, browser_of):
    number = drafted[1]
    for path in ("/studio", f"/studio/{number}", f"/studio/{number}/data/{DIAGRAM}", f"/studio/{number}/export"):
        browser_of(STRANGER).get(path, 403)
        browser_of(AUDITOR).get(path)


def test_who_may_only_look_cannot_save(drafted, browser_of):
    number = drafted[1]
    for account in (ADMINISTRATOR, AUDITOR):
        browser = browser_of(account)
        data = load(browser, number, DIAGRAM)
        assert data["editable"] is False
        answer = save(browser, number, DIAGRAM, data["text"].replace("任何人发现", "有人发现"), data["seen"])
        assert (answer.status_code, answer.json()["rule"]) == (403, "studio_draft")


def test_a_save_without_the_pages_token_is_refused(drafted):
    browser, number = drafted
    files = {"text": (DIAGRAM, b"<a/>", "text/plain")}
    answer = browser.client.post(f"/studio/{number}/save", data={"name": DIAGRAM, "seen": ""}, files=files)
    assert answer.status_code == 409


def test_a_save_answers_with_findings_at_their_elements_and_a_late_one_with_who_was_quicker(drafted, browser_of):
    browser, number = drafted
    data = load(browser, number, DIAGRAM)
    wrong = data["text"].replace('resolver="head"', 'resolver="nobody"')
    saved = save(browser, number, DIAGRAM, wrong, data["seen"]).json()
    assert any(one["place"] == "holder_is_told" and "nobody" in one["message"] for one in saved["findings"])
    late = save(browser_of(SECOND), number, DIAGRAM, data["text"] + " ", data["seen"])
    assert late.status_code == 409
    assert "冯望川" in late.json()["problem"]
    assert "没有保存" in late.json()["problem"]
    assert save(browser, number, DIAGRAM, data["text"], saved["seen"]).json()["findings"] == []


def test_what_is_not_harmless_is_refused_in_words(drafted):
    browser, number = drafted
    data = load(browser, number, DIAGRAM)
    answer = save(browser, number, DIAGRAM, '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', data["seen"])
    assert answer.status_code == 422
    assert "DOCTYPE" in answer.json()["problem"]


def test_only_editor_pages_carry_the_wider_policy_and_it_is_no_wider(drafted):
    browser, number = drafted
    for path in ("/studio", f"/studio/{number}", f"/studio/{number}/files/stop.feature", "/inbox", "/releases"):
        assert browser.client.get(path).headers["content-security-policy"] == CONTENT_POLICY
    for name in (DIAGRAM, "loan_approval.dmn", "stop_report.form"):
        policy = browser.client.get(f"/studio/{number}/files/{name}").headers["content-security-policy"]
        assert policy == f"{CONTENT_POLICY}; style-src 'self'; style-src-attr 'unsafe-inline'"
        assert "eval" not in policy


def test_files_go_out_as_zip_and_come_back(drafted):
    browser, number = drafted
    packed = browser.client.get(f"/studio/{number}/export").content
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    assert {DIAGRAM, "loan_approval.dmn", "stop.feature", "stop_report.form"} <= set(files)
    again = browser.post(
        f"/studio/{number}/import",
        browser.get(f"/studio/{number}"),
        files={"_zip": ("a.zip", packed, "application/zip")},
    )
    assert "没有改动" in words(again.text)
    files["stop.feature"] += "\n# 改过\n"
    changed = browser.post(
        f"/studio/{number}/import",
        browser.get(f"/studio/{number}"),
        files={"_zip": ("a.zip", pack(files), "application/zip")},
    )
    assert "已导入" in words(changed.text)


def pack(files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"no zip", "不是可以打开的 zip"),
        (pack({"stop.feature": "功能: 空"}), "没有流程图"),
        (pack({DIAGRAM: "<a/>", "evil.py": "import os"}), "不能用"),
        (pack({DIAGRAM: " " * (studio.MOST_UNPACKED + 1)}), "太多"),
    ],
)
def test_what_is_no_draft_is_not_imported(drafted, content, sentence):
    browser, number = drafted
    page = browser.get(f"/studio/{number}")
    answer = browser.post(f"/studio/{number}/import", page, files={"_zip": ("a.zip", content, "application/zip")})
    assert answer.status_code == 422
    assert sentence in words(answer.text)


def test_files_are_added_removed_and_edited_without_a_script(drafted):
    browser, number = drafted
    page = browser.get(f"/studio/{number}")
    added = browser.post(f"/studio/{number}/add", page, _kind="letter", _name="stop_letter")
    assert added.url.path.endswith("/files/stop_letter.letter")
    paper = browser.client.get(f"/studio/{number}/preview/stop_letter.letter")
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF")
    browser.post(f"/studio/{number}/remove/stop_letter.letter", added.text)
    assert "/files/stop_letter.letter" not in browser.get(f"/studio/{number}")
    form = browser.get(f"/studio/{number}/files/stop.feature")
    seen = form.split('name="_seen" value="')[1].split('"')[0]
    text = load(browser, number, "stop.feature")["text"]
    saved = browser.post(f"/studio/{number}/files/stop.feature", form, _seen=seen, _text=text + "# 又改\r\n")
    assert "已保存为" in words(saved.text)
    late = browser.post(f"/studio/{number}/files/stop.feature", form, _seen=seen, _text=text + "# 再改\n")
    assert late.status_code == 409
    assert "# 再改" in late.text
    assert "只在新的一稿里： # 又改" in words(late.text)
    assert "只在您的内容里： # 再改" in words(late.text)
    knowing = late.text.split('name="_seen" value="')[1].split('"')[0]
    again = browser.post(f"/studio/{number}/files/stop.feature", late.text, _seen=knowing, _text=text + "# 再改\n")
    assert "已保存为" in words(again.text)


FILE_NAME = re.compile(r"\w+\.(?:bpmn|dmn|form|letter|feature)\b")


def test_an_owner_reads_what_files_are_called_and_file_names_stand_behind(drafted):
    """A file's own name is for programs: it stands in the address and at the pointer."""
    browser, number = drafted
    home, before = browser.get(f"/studio/{number}"), browser.client.get(f"/studio/{number}/export").content
    assert 'title="stop_report.form"' in home
    pages = [f"/studio/{number}", *(f"/studio/{number}/files/{name}" for name in (DIAGRAM, "stop.feature"))]
    for path in pages:
        page = browser.get(path)
        assert FILE_NAME.findall(words(page)) == [], path
    added = browser.post(f"/studio/{number}/add", home, _kind="form", _name="spare")
    assert "表单「spare」没有环节使用" in words(browser.get(f"/studio/{number}"))
    assert FILE_NAME.findall(words(added.text)) == []
    browser.post(f"/studio/{number}/remove/spare.form", home)
    removed = browser.post(f"/studio/{number}/remove/stop_report.form", home)
    assert re.search("删去表单「[\u4e00-\u9fff]+」", words(removed.text))
    assert FILE_NAME.findall(words(removed.text)) == []
    browser.post(f"/studio/{number}/import", home, files={"_zip": ("a.zip", before, "application/zip")})
    assert load(browser, number, "stop_report.form")["text"]


def test_two_texts_that_share_no_line_are_told_apart_at_once():
    """Both were written anew: what is compared is whole lines, not every letter with every other."""
    theirs = "\n".join(f"那么 第{number}件事由{name}办理" for number in range(1500) for name in ("甲", "乙"))
    begun = time.monotonic()
    apart = studio_editor._apart("功能: 借调\n" + theirs, "功能: 借调\n" + theirs.replace("办理", "负责"))
    assert time.monotonic() - begun < 2
    assert len(apart) == 6000
    assert apart[0] == ("只在新的一稿里", "那么 第0件事由甲办理")


def test_a_mistyped_sentence_is_told_on_saving_and_on_the_drafts_page(drafted):
    browser, number = drafted
    path = f"/studio/{number}/files/stop.feature"
    form = browser.get(path)
    right = load(browser, number, "stop.feature")["text"]
    seen = form.split('name="_seen" value="')[1].split('"')[0]
    wrong = right.replace("那么 ", "那么 随便写一句\n      那么 ", 1)
    line = wrong[: wrong.index("随便")].count("\n") + 1
    saved = browser.post(path, form, _seen=seen, _text=wrong)
    said = words(saved.text)
    assert "有 1 句没有这种句式" in said
    assert f"场景「叫停擅自借调」第 {line} 行「那么 随便写一句」：没有这种句式" in said
    assert f'href="#L{line}"' in saved.text
    assert saved.text.count(f'href="/studio/{number}/sentences"') == 2
    page = browser.get(f"/studio/{number}")
    assert "1 处错误" in words(page)
    assert f'href="/studio/{number}/files/stop.feature#L{line}"' in page
    assert "场景照着写" in words(page)
    assert any(one["code"] == "unknown_sentence" for one in load(browser, number, DIAGRAM)["findings"])
    again = saved.text.split('name="_seen" value="')[1].split('"')[0]
    assert "没有这种句式" not in words(browser.post(path, saved.text, _seen=again, _text=right).text)


def test_a_text_that_was_being_written_when_the_session_ran_out_comes_back(drafted):
    browser, number = drafted
    path = f"/studio/{number}/files/stop.feature"
    form = browser.get(path)
    seen = form.split('name="_seen" value="')[1].split('"')[0]
    browser.client.cookies.delete("jc_session")
    late = browser.post(path, form, _seen=seen, _text="# 写了很久\n功能: 还没有写完\n")
    assert late.status_code == 401
    parked = {
        name: html.unescape(value) for name, value in re.findall(r'name="(next|parked_\w+)" value="([^"]*)"', late.text)
    }
    back = browser.post("/login", late.text, **parked, account=OWNER, password=PASSWORD)
    assert "还没有提交" in back.text
    assert "# 写了很久\n功能: 还没有写完" in back.text
    assert f'name="_seen" value="{seen}"' in back.text, "who saved meanwhile is still seen"
    assert "写了很久" not in browser.get(path)


def test_the_editor_knows_every_word_of_the_vocabulary_and_every_resolver():
    from jiecheng.definitions.vocabulary import ATTRIBUTES, WORDS

    def names(words):
        return {name for word in words for name in (word["name"], *names(word["children"]))}

    assert names(studio_words.words()) == set(WORDS)
    assert {one["name"] for one in studio_words.attributes()} == set(ATTRIBUTES)
    assert {one["value"] for one in studio_words.resolvers()} == set(RESOLVERS)
    assert set(studio_words.PARAMETERS) <= set(RESOLVERS)


def test_the_office_pages_load_nothing_of_the_studio():
    folder = Assets().folder
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    office = (folder / manifest["office.js"]).read_text("utf-8")
    assert "import" not in office[:200]
    assert "bpmn" not in office
    assert (folder / manifest["office.js"]).stat().st_size < 80_000


def test_the_sentences_of_scenarios_stand_within_reach_with_the_drafts_own_names(drafted):
    browser, number = drafted
    assert f'href="/studio/{number}/sentences"' in browser.get(f"/studio/{number}/files/stop.feature")
    page = words(browser.get(f"/studio/{number}/sentences"))
    assert "许书宁对孔立言的“组织部备案”表示“备案”" in page
    assert "人做的事" in page
    assert "| 栏目 | 内容 |" in page
    assert "组织部责令归还" in page, "a step of the draft"
    assert "被借用人员、正在使用该人员的单位" in page, "its fields"


GATE = {
    "passed": False,
    "sentence": "8 个场景中有 5 个没有通过；",
    "scenarios": [
        {"file": "stop.feature", "name": f"场景{n}", "line": n, "passed": n > 5, "examples": n, "failed": int(n < 6)}
        for n in range(1, 9)
    ],
    "causes": [
        {
            **asdict(unknown_sentence("那么 天上下雨")),
            "count": 5,
            "advice": "请改写",
            "scenarios": [
                {"file": "stop.feature", "name": f"场景{n}", "line": n, "at": n + 20, "words": "那么 天上下雨"}
                for n in range(1, 6)
            ],
        }
    ],
}


def test_every_scenario_of_a_report_is_a_link_to_its_line_and_none_is_left_out():
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    wording.teach(environment)
    report = environment.get_template("gate.html").module.report
    page = report(GATE, "/studio/1/files")
    for n in range(1, 9):
        assert page.count(f' href="/studio/1/files/stop.feature#L{n}">场景{n}</a>') == (2 if n < 6 else 1)
    assert "还有 2 个场景" in page
    assert "（3 个例子，1 个没有通过）" in page
    earlier = [{**one, "scenarios": [{"file": "a", "name": "b", "line": 1}]} for one in GATE["causes"]]
    assert "现在写的是" not in report({**GATE, "causes": earlier}), "a report of before knows no lines"
    assert "<a " not in report(GATE), "a release's files are not edited"


def test_who_has_no_room_to_draw_reads_the_tables_and_fields_of_a_draft(drafted):
    browser, number = drafted
    table = words(browser.get(f"/studio/{number}/files/loan_approval.dmn"))
    assert "如果 " in table
    assert "那么 " in table
    assert "被借用人员" in words(browser.get(f"/studio/{number}/files/stop_report.form"))
    assert "改流程图、表单和判定表请用电脑" in words(browser.get(f"/studio/{number}"))
