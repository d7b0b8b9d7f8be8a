"""全文检索: what is found, by whom, and that nothing behind closed doors is."""

from __future__ import annotations

import pytest
from consult_process import bundle

from jiecheng import cases, store
from jiecheng.cases.release import Publication, deploy_release
from jiecheng.cases.search import Search, fill_missing, search_cases
from jiecheng.model.errors import Invalid
from jiecheng.model.ids import IdentityId, ProcessId

FINANCE = IdentityId("i-caochengze")  # asks
PENGXI, DONGLU = IdentityId("i-zhengjiashu"), IdentityId("i-baishuning")  # 党政办公室主任, each behind his own doors
PENGXI_STAFF = IdentityId("i-gubingwen")
PLANTED = "彭溪机密底线甲"


def find(office, identity, words, **limits):
    with office.house.transaction() as tx:
        page = search_cases(tx, cases.accounts.actor_of(tx, identity), Search(words, **limits))
    return [row.case.number for row in page.rows]


def snippets(office, identity, words):
    with office.house.transaction() as tx:
        page = search_cases(tx, cases.accounts.actor_of(tx, identity), Search(words))
    return [(one.kind, "".join(text for text, hit in one.pieces if hit)) for row in page.rows for one in row.snippets]


@pytest.fixture
def consulted(office):
    """A consultation in which 彭溪街道 has written a word behind its doors."""
    with office.house.transaction() as tx:
        deploy_release(tx, bundle(), Publication("test", {}))
    data = {"plan_name": "停车管理方案", "streets": ["pengxi-office", "donglu-office"]}
    office.do(cases.start_case, cases.StartCase(office.actor(FINANCE), ProcessId("plan_consult"), data))
    office.decide(PENGXI, "submit", data={"inner_words": "内部意见"}, opinion=f"{PLANTED}，不得外传")
    return office


def test_a_word_planted_behind_closed_doors_is_found_only_inside(consulted):
    number = find(consulted, FINANCE, "停车管理")
    assert len(number) == 1
    assert find(consulted, PENGXI, PLANTED) == number
    assert snippets(consulted, PENGXI, PLANTED) == [("意见", PLANTED)]
    # The department, the other street, and the one who runs the process read the case but not what lies inside.
    for outsider in (FINANCE, DONGLU, IdentityId("i-lumuqing")):
        assert find(consulted, outsider, "停车管理") == number, outsider
        assert find(consulted, outsider, PLANTED) == [], outsider
        assert find(consulted, outsider, "停车管理 机密底线") == [], outsider


def test_inside_one_finds_words_of_the_doors_and_of_the_case_together(consulted):
    assert len(find(consulted, PENGXI, "停车管理 机密底线")) == 1


def test_the_auditor_finds_behind_the_doors_and_his_search_is_on_record(consulted):
    assert len(find(consulted, consulted.AUDITOR, PLANTED)) == 1
    with consulted.house.transaction() as tx:
        rows = tx.db.connection.exec_driver_sql("SELECT action, subject FROM access_log").all()
    assert ("全文检索", PLANTED) in [tuple(row) for row in rows]


def test_a_colleague_who_takes_no_part_finds_nothing_though_he_is_inside(consulted):
    assert find(consulted, PENGXI_STAFF, PLANTED) == []


def test_title_number_applicant_opinion_and_attachment_are_found(office):
    answer = office.start()
    item = office.items(office.LENT)[0]
    file = cases.AddAttachment(office.actor(office.LENT), answer.case, "任职年限证明（盖章）.txt", b"x", item=item)
    office.do(cases.add_attachment, file)
    office.decide(office.LENT, "agree", opinion="本人服从组织安排，家中老人已有照料")
    for words in ("杨景行", answer.number, "尤以舟"[:0] or "服从组织", "年限证明(盖章)", "ＴＸＴ", "老人已有 组织安排"):
        assert find(office, office.LENT, words) == [answer.number], words
    with office.house.transaction() as tx:
        name = store.case.get(tx.db, answer.case).initiator_name
    assert find(office, office.LENT, name) == [answer.number]
    assert snippets(office, office.LENT, "服从组织") == [("意见", "服从组织")]
    assert find(office, office.STRANGER, "服从组织") == []


def test_pairs_alone_do_not_make_a_match(office):
    answer = office.start(work_content="x")
    office.decide(office.LENT, "agree", opinion="合同同工同酬")
    assert find(office, office.LENT, "合同同工") == [answer.number]
    assert find(office, office.LENT, "合同工") == []


def test_one_character_is_too_little(office):
    with pytest.raises(Invalid, match="两个"):
        find(office, office.LENT, "借")


def test_filters_narrow_by_process_state_and_day(office, clock):
    first = office.start().number
    assert find(office, office.LENT, "杨景行", process="staff_loan", state="running") == [first]
    assert find(office, office.LENT, "杨景行", state="ended") == []
    assert find(office, office.LENT, "杨景行", process="hiring_plan") == []
    day = clock.now.date()
    assert find(office, office.LENT, "杨景行", since=day, until=day) == [first]
    assert find(office, office.LENT, "杨景行", until=day.replace(day=1)) == []


def test_pages_go_on_where_the_last_one_ended(office):
    numbers = [office.start().number for _ in range(5)]
    seen, key = [], ""
    while True:
        with office.house.transaction() as tx:
            page = search_cases(tx, cases.accounts.actor_of(tx, office.BORROWER), Search("杨景行"), key, limit=2)
        seen += [row.case.number for row in page.rows]
        key = page.next_key
        if not key:
            break
    assert seen == numbers[::-1]


def test_what_a_refused_command_would_have_said_is_not_found(office):
    office.start()
    with pytest.raises(Invalid):
        office.decide(office.LENT, "no-such-outcome", opinion="从未说出口的话")
    assert find(office, office.LENT, "从未说出口") == []


def test_cases_that_were_there_before_the_search_are_filled_in(office):
    answer = office.start()
    with office.house.transaction() as tx:
        tx.db.connection.exec_driver_sql("DELETE FROM search_rows")
    assert find(office, office.LENT, "杨景行") == []
    assert fill_missing(office.house) == 1
    assert find(office, office.LENT, "杨景行") == [answer.number]
    assert fill_missing(office.house) == 0


def test_a_search_meets_old_cases_in_far_stretches(office):
    """The walk over stretches misses none: ids around the borders of the short and the long ones."""
    model = office.start().case
    places = [2_047, 2_048, 4_096, 65_535, 65_536, 131_072, 200_000]
    with office.house.transaction() as tx:
        for place in places:
            tx.db.connection.exec_driver_sql(
                "INSERT INTO cases OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record(c, jsonb_build_object("
                f"'id', {place}, 'number', '测〔2026〕{place}号'))).* FROM cases c WHERE id = {model}"
            )
            store.search.refresh(tx.db, store.case.get(tx.db, place))
    found = find(office, office.BORROWER, "杨景行")
    assert found[:-1] == [f"测〔2026〕{place}号" for place in reversed(places)]
