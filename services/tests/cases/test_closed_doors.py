"""Behind closed doors: every address of the site is read by people outside, and not a byte of the inside is there."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterator
from datetime import timedelta

import pdfplumber
import pytest
from consult_process import bundle, fuller
from fastapi.testclient import TestClient
from test_consultation import DONGLU, PENGXI, STREETS, ask, cases_ballot
from test_instances import STOP

from jiecheng import cases, outbox, store
from jiecheng.cases.circulation import CirculateCase, ViewCirculation, circulate_case, view_circulation
from jiecheng.cases.deployment import DEMO_PASSWORD
from jiecheng.cases.release import Publication, deploy_release
from jiecheng.cases.supervision import SuperviseCase, supervise_case
from jiecheng.model.errors import Refused
from jiecheng.model.ids import ProcessId
from jiecheng.web.site import PAGES, build_site

pytestmark = pytest.mark.long

SECRET = "石破天惊逗秋雨"  # what 彭溪 says inside
TROUBLE, LATE = "磁盘里的东麓底稿", "闹钟里的东麓底稿"  # what a job of 东麓 stumbles over, and a timer
OUTSIDE = ("caochengze", "shijingshu", "baishuning", "wuqinghe", "lumuqing", "fengwangchuan", "zhousuxin")
SHOWN_OUTSIDE = ("xushuning", "gubingwen")  # shown the case from before the doors; the second belongs behind them
INSIDE, SHOWN_INSIDE, AUDITOR = "zhengjiashu", "wusiqi", "fanruogu"
ORIGIN = {"Origin": "https://testserver"}


@pytest.fixture
def desk(office):
    with office.house.transaction() as tx:
        deploy_release(tx, bundle(fuller()), Publication("test", {}))
    return office


def plant(desk, clock, monkeypatch):
    """The secret in everything 彭溪 can write behind its doors; a job of 东麓 given up; 柳湾 late."""
    case = ask(desk)
    item = desk.items(PENGXI)[0]
    with desk.house.transaction() as tx:
        actor = cases.accounts.actor_of(tx, PENGXI)
        named = cases.AddAttachment(actor, case, f"{SECRET}.txt", SECRET.encode(), "office_drafts", item)
        cases.add_attachment(tx, named)
        cases.save_draft(tx, actor, f"item:{item}", {"inner_words": SECRET})
    sign_inside(desk, item)
    desk.decide(PENGXI, "submit", item=item, data={"inner_words": SECRET}, opinion=SECRET)
    desk.run_flows()
    show_around(desk, case, item)
    meeting = desk.items(PENGXI)[0]
    with desk.house.transaction() as tx:
        view = cases.show_item(tx, cases.accounts.actor_of(tx, PENGXI), meeting)
    votes = [
        cases_ballot(one.identity, "agree" if place else "disagree") for place, one in enumerate(view.meeting.members)
    ]
    votes = [type(one)(one.member, one.vote, SECRET) for one in votes]
    desk.decide(PENGXI, "agree", item=meeting, ballots=votes, opinion=SECRET)
    stop_a_timer(desk, case, clock, monkeypatch)
    desk.decide(DONGLU, "submit", data={"inner_words": "东麓另有打算"})
    give_up(desk, clock, monkeypatch)
    clock.move(days=8)
    at = cases.clockwork.Desk(desk.house)
    for reminder in at.due_reminder_ids():
        at.send_reminder(reminder)
    for entry in at.claim_outbox("test"):
        at.deliver(entry, "test")
    return case


def sign_inside(desk, item):
    """彭溪 asks one of its own to sign (加签); nobody from elsewhere can be asked, however far the step lets it reach."""

    def add(to):
        return desk.do(cases.add_signer, cases.AddSigner(desk.actor(PENGXI), item, to, "before", SECRET))

    with pytest.raises(Refused, match="不是这个机关的人"):
        add("i-xushuning")
    add("i-luzhujun")
    desk.decide("i-luzhujun", "disagree", opinion=f"{SECRET}，再议")
    add("i-luzhujun")
    with desk.house.transaction() as tx:
        signer = store.work_item.of_case(tx.db, store.work_item.case_of(tx.db, item))[-1]
    desk.do(cases.withdraw_signer, cases.WithdrawSigner(desk.actor(PENGXI), signer.id, SECRET))


def show_around(desk, case, item):
    """The applicant shows the case to somebody elsewhere and to one of 彭溪; 彭溪 shows its step to one of its own."""
    for who, to, words, at in (
        ("i-caochengze", "i-xushuning、i-gubingwen", "请了解", None), (PENGXI, "i-wusiqi", SECRET, item),
    ):  # fmt: skip
        desk.do(circulate_case, CirculateCase(desk.actor(who), case, to, words, at))
    desk.do(supervise_case, SuperviseCase(desk.actor("i-zhouliyan"), case, SECRET, 3))
    with desk.house.transaction() as tx:
        copy = store.circulation.of_case(tx.db, case)[-1]
    desk.do(view_circulation, ViewCirculation(desk.actor("i-wusiqi"), copy.id, f"{SECRET}，要慎重"))


def give_up(desk, clock, monkeypatch):
    def broken(*_):
        raise OSError(TROUBLE)

    with monkeypatch.context() as patch:
        patch.setitem(cases.clockwork.DELIVERIES, "job", broken)
        at = cases.clockwork.Desk(desk.house)
        for _ in range(outbox.MOST_ATTEMPTS):
            for entry in at.claim_outbox("test"):
                try:
                    at.deliver(entry, "test")
                except OSError:
                    at.fail(entry, "test", "deliver: OSError")
            clock.now += timedelta(minutes=10)


def stop_a_timer(desk, case, clock, monkeypatch):
    """The clock behind 东麓's doors fails as often as it is tried."""

    def broken(*_):
        raise OSError(LATE)

    at = cases.clockwork.Desk(desk.house)
    with desk.house.transaction() as tx:
        waiting = store.subscription.waiting(tx.db, case)
    (row,) = [one for one in waiting if one.compartment == "donglu-party"]
    clock.now = max(clock.now, row.due_at)
    with monkeypatch.context() as patch:
        patch.setattr(cases.clockwork, "fire_timer", broken)
        for _ in range(outbox.MOST_ATTEMPTS):
            clock.now += timedelta(minutes=10)
            with pytest.raises(OSError, match=LATE):
                at.fire_timer(row.id)
    with desk.house.transaction() as tx:
        assert store.subscription.get(tx.db, row.id).state == "failed"


def numbers(desk, case):
    """Every value that an address may be asked with."""
    with desk.house.transaction() as tx:
        process = tx.latest_releases()[ProcessId("plan_consult")]
        auditor = cases.accounts.actor_of(tx, desk.AUDITOR)
        view = cases.show_whole_case(tx, auditor, case)
        return {
            "case": [case],
            "item": [one.id for one in store.work_item.of_case(tx.db, case)],
            "attachment": [one.id for one in view.attachments],
            "document": [one.id for one in view.documents],
            "element": [STOP],
            "process": ["plan_consult"],
            "file": ["inner_paper.letter", "reply_letter.letter"],
            "content": [process],
            "name": list(tx.registers),
            "organ": STREETS,
        }


def addresses(site, known) -> Iterator[str]:
    pages = [route.path for page in PAGES for route in page.router.routes if "GET" in route.methods]
    api = [path for path, deeds in site.openapi()["paths"].items() if "get" in deeds]
    assert len(pages) > 30
    assert len(api) > 6
    for pattern in (*pages, *api):
        if pattern.startswith("/studio"):  # drafts of processes: no case in them
            continue
        names = re.findall(r"{(\w+)", pattern)
        for values in itertools.product(*(known.get(name, [1]) for name in names)):
            path = pattern
            for name, value in zip(names, values, strict=True):
                path = re.sub("{" + name + "[^}]*}", str(value), path)
            yield path
            # A part of the words, so that the field that shows what was looked for does not show them all.
            yield f"{path}?q={SECRET[:4]}&text={SECRET[:4]}&whole=true&instance=pengxi-office&case={known['case'][0]}"


def read(answer) -> str:
    if answer.headers.get("content-type", "").startswith("application/pdf"):
        with pdfplumber.open(io.BytesIO(answer.content)) as pdf:
            return "".join(page.extract_text() or "" for page in pdf.pages).replace("\n", "")
    return re.sub(r"</?mark[^>]*>", "", answer.content.decode("utf-8", "replace"))


def crawl(site, account, known) -> dict[str, str]:
    """Every address, as this person reads it in his browser or over the API."""
    with TestClient(site, base_url="https://testserver", raise_server_exceptions=False) as client:
        login = {"account": account, "password": DEMO_PASSWORD}
        token = client.post("/api/v1/session", json=login).json()["token"]
        fields = dict(re.findall(r'name="(_\w+)" value="([^"]*)"', client.get("/login").text))
        client.post("/login", data={**fields, **login, "next": "/"}, headers=ORIGIN)
        found = {}
        for path in addresses(site, known):
            headers = {"Authorization": f"Bearer {token}"} if path.startswith("/api") else {}
            answer = client.get(path, headers=headers)
            assert answer.status_code != 500, (account, path)
            found[path] = read(answer)
        return found


def test_no_address_of_the_site_gives_away_what_lies_behind_closed_doors(desk, clock, monkeypatch):
    case = plant(desk, clock, monkeypatch)
    site, known = build_site(desk.house), numbers(desk, case)
    assert len(known["document"]) == len(known["attachment"]) == 1
    for account in (*OUTSIDE, *SHOWN_OUTSIDE):
        told = crawl(site, account, known)
        assert [path for path, text in told.items() if SECRET in text] == [], account
        if account != "baishuning":
            assert [path for path, text in told.items() if TROUBLE in text or LATE in text] == [], account
    # What is looked for can be found: by those inside, and by the auditor.
    telling = {path.partition("?")[0] for path, text in crawl(site, INSIDE, known).items() if SECRET in text}
    assert {f"/cases/{case}", f"/api/v1/cases/{case}", "/notices", "/search", f"/cases/{case}/course"} <= telling
    assert {f"/documents/{known['document'][0]}", f"/attachments/{known['attachment'][0]}"} <= telling
    assert f"/cases/{case}/sheet" in telling
    shown = {path.partition("?")[0] for path, text in crawl(site, SHOWN_INSIDE, known).items() if SECRET in text}
    assert {f"/cases/{case}", f"/api/v1/cases/{case}", "/search"} <= shown
    audited = {path.partition("?")[0] for path, text in crawl(site, AUDITOR, known).items() if SECRET in text}
    assert {f"/cases/{case}/history", f"/cases/{case}/history/export", f"/api/v1/cases/{case}/history"} <= audited


def test_deeds_on_what_lies_inside_are_answered_as_if_it_were_not_there(desk, clock, monkeypatch):
    case = plant(desk, clock, monkeypatch)
    with desk.house.transaction() as tx:
        inside = [
            one.id
            for one in store.work_item.of_case(tx.db, case)
            if store.task.get(tx.db, one.task).compartment == "pengxi-party"
        ]
    assert len(inside) == 4
    with TestClient(build_site(desk.house), base_url="https://testserver") as client:
        for account in ("caochengze", "baishuning", "lumuqing"):
            login = {"account": account, "password": DEMO_PASSWORD}
            token = client.post("/api/v1/session", json=login).json()["token"]
            for item, (deed, body) in itertools.product(
                inside, (("claim", {}), ("release", {}), ("decision", {"outcome": "submit"}))
            ):
                answer = client.post(
                    f"/api/v1/work-items/{item}/{deed}", json=body, headers={"Authorization": f"Bearer {token}"}
                )
                assert answer.status_code == 404, (account, deed, answer.text)


def test_what_is_told_outside_names_the_door_and_not_the_step(desk, clock, monkeypatch):
    """Reminders to superiors and administrators, incidents, and what is said when a post behind the doors is empty."""
    case = plant(desk, clock, monkeypatch)
    with desk.house.transaction() as tx:
        near = {str(one) for organ in ("pengxi-party", "donglu-party", "liuwan-party") for one in _people(tx, organ)}
        administrator = cases.accounts.actor_of(tx, "i-lumuqing")
        everybody = [one for one in tx.organisation.directory.identities if str(one) not in near]
        told = store.notice.list_latest(tx.db, everybody, None, 500)
        late = [row.text for row in told if "超期" in row.text]
        incidents = cases.incident.list_incidents(tx, administrator)
    assert any("街镇内部研究" in text for text in late)
    assert not [text for text in late if "党政办拟稿" in text]
    assert incidents
    hidden = ("制发内部请示", "拟稿两天未成", TROUBLE, LATE)
    assert not [one for one in incidents if any(words in one.message for words in hidden)]
    assert {one.kind for one in incidents} == {"outbox", "timer"}
    assert all("街镇内部研究" in one.message and "内部办理，不对外显示" in one.message for one in incidents)
    assert {one.element for one in incidents} <= {"", "street_studies"}
    with desk.house.transaction() as tx:
        inner = cases.show_case(tx, cases.accounts.actor_of(tx, DONGLU), case)
    assert TROUBLE in repr(inner.timeline)  # those inside read why
    assert LATE in repr(inner.timeline)


def _people(tx, organ):
    from jiecheng import directory

    return directory.people_within(tx.organisation, organ, tx.today)
