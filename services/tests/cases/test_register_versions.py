"""Registers in versions: each publication makes one, nothing is lost or doubled, and none is ever changed."""

import hashlib
import json
import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import dying
import psycopg
import pytest

from jiecheng import cases, store
from jiecheng.model.errors import Invalid, NotFound

sys.path.insert(0, str(Path(__file__).parents[1]))

import itertools

import power_register


@pytest.fixture
def powers(house):
    power_register.deploy(house)
    return house


def together(*deeds):
    """Run the deeds at the same moment; each answer or the exception it raised."""
    barrier = threading.Barrier(len(deeds))

    def run(deed):
        barrier.wait()
        try:
            return deed()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def versions_of(house):
    with house.transaction() as tx:
        return list(reversed(store.register_version.of_register(tx.db, "power_list", 100)))


def test_each_publication_makes_the_next_version_with_its_difference_in_sentences(powers, office):
    case = power_register.start(powers).case
    power_register.run_all(powers)
    found = versions_of(powers)
    assert [one.version for one in found] == [1, 2, 3]
    assert [one.row_count for one in found] == [1, 1, 0]
    assert found[0].difference == ["首次公布，共 1 行。"]
    assert found[1].difference == [
        "占道经营处罚（pengxi街道）：状态由“已公布”改为“已生效”；赋权文号填为“云府决〔2026〕1号”。"
    ]
    assert found[2].difference == ["移出：占道经营处罚（pengxi街道）（原为“已生效”）。"]
    assert str(found[0].effective_on) == "2026-04-01"
    with powers.transaction() as tx:
        assert store.case.get(tx.db, case).state == "ended"
        assert [row.key for row in store.register.of_case(tx.db, case)] == ["pengxi"]
        events = [one for one in cases.history.events_of(tx, case) if one.type == "register_published"]
        assert [one.public["version"] for one in events] == [1, 2, 3]
        assert [one.public["sha256"] for one in events] == [one.sha256 for one in found]
        assert cases.history.check_chain(tx, store.case.get(tx.db, case)).ok


def test_the_content_is_what_its_digest_says_and_holds_no_hidden_column(powers):
    power_register.start(powers)
    power_register.run_all(powers)
    with powers.transaction() as tx:
        second = store.register_version.get(tx.db, "power_list", 2)
    assert hashlib.sha256(second.content.encode()).hexdigest() == second.sha256
    document = json.loads(second.content)
    assert document["format"] == "jiecheng-register-1"
    (row,) = document["rows"]
    assert row["values"]["item"] == "占道经营处罚"
    assert set(row["values"]) == {one["key"] for one in document["columns"]}
    assert not {"street", "department"} & set(row["values"])


@pytest.mark.parametrize("table", ["register_versions", "register_definitions"])
@pytest.mark.parametrize("deed", ["UPDATE {} SET register = register", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_versions_and_descriptions_are_never_changed(district_url, table, deed):
    statement = deed.format(table).replace("register = register", "name = name" if "defin" in table else "sha256 = ''")
    with (
        psycopg.connect(district_url) as connection,
        pytest.raises(psycopg.errors.RaiseException, match="never changed"),
    ):
        connection.execute(statement)


def test_cases_that_publish_at_the_same_time_follow_one_another_and_none_is_lost(powers):
    count = 6
    for number in range(count):
        power_register.start(powers, power=f"事项{number}")
    power_register.run_once(powers)  # the decisions are issued; six publications are owed
    desk = cases.clockwork.Desk(powers)
    entries = desk.claim_outbox("crowd", 50)
    results = together(*[lambda entry=entry: desk.deliver(entry, "crowd") for entry in entries])
    assert [one for one in results if one is not None] == []
    found = versions_of(powers)
    assert [one.version for one in found] == list(range(1, count + 1))
    # Every one of them was published, and no version lacks what an earlier one had.
    rows = []
    with powers.transaction() as tx:
        for one in found:
            content = json.loads(store.register_version.get(tx.db, "power_list", one.version).content)
            rows.append({row["number"] for row in content["rows"]})
    assert len({one.case for one in found}) == count
    assert all(earlier <= later for earlier, later in itertools.pairwise(rows))
    assert len(rows[-1]) == count


def test_a_publication_delivered_twice_is_one_version(powers):
    power_register.start(powers)
    power_register.run_once(powers)
    desk = cases.clockwork.Desk(powers)
    with powers.transaction() as tx:
        job = next(row for row in store.job.of_case(tx.db, 1) if row.topic == "publish_register")
    entry = desk.claim_outbox("one")
    for one in entry:
        desk.deliver(one, "one")
    with powers.transaction() as tx:
        assert cases.register_version.publish_register(tx, job.id) is False
    assert len(versions_of(powers)) == 1


def test_a_worker_killed_at_any_statement_of_a_publication_loses_and_doubles_nothing(powers):
    """kill -9 before each SQL statement in turn; the next worker finds the version made or makes it."""
    case = power_register.start(powers).case
    power_register.run_once(powers)
    powers.close()  # a forked child must not share a socket with us
    died = 0
    for statement in range(1, 200):
        code = _publish_in_a_child_that_dies(powers, statement)
        made = len(versions_of(powers))
        with powers.transaction() as tx:
            assert cases.history.check_chain(tx, store.case.get(tx.db, case)).ok
            written = [one.type for one in cases.history.events_of(tx, case)].count("register_published")
        powers.close()
        assert written == made
        if made:
            break
        assert code == -signal.SIGKILL
        died += 1
    assert died >= 12, "it should have been killed at every one of its statements"
    assert made == 1
    power_register.run_all(powers)
    # Killed right after its commit, it had not said so: the entry is delivered again when its lease has run out.
    powers.clock.move(minutes=5)
    power_register.run_all(powers)
    assert [one.version for one in versions_of(powers)] == [1, 2, 3]


def _publish_in_a_child_that_dies(house, statement):
    """Fork; in the child a worker publishes and SIGKILL comes before its n-th statement, or right after its commit."""
    child = os.fork()
    if child == 0:
        try:
            with house.transaction() as tx:
                job = next(row for row in store.job.of_case(tx.db, 1) if row.topic == "publish_register").id
            dying.before(statement)
            with house.transaction() as tx:
                cases.register_version.publish_register(tx, job)
        finally:
            os.kill(os.getpid(), signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return -os.WTERMSIG(status)


def test_what_the_public_reads_is_the_last_version_and_only_of_public_registers(powers):
    power_register.start(powers)
    with powers.transaction() as tx:
        assert cases.published.public_registers(tx) == []
        with pytest.raises(NotFound):
            cases.published.public_version(tx, "power_list", None)
    power_register.run_once(powers)
    power_register.run_once(powers)
    with powers.transaction() as tx:
        ((definition, version),) = cases.published.public_registers(tx)
        assert (definition.title, version.version) == ("赋权清单", 1)
        document = cases.published.public_document(tx, "power_list", None)
        assert hashlib.sha256(document.text.encode()).hexdigest() == document.sha256
        for hidden in ("staff_loan", "appointment_consent", "unadmitted_duty", "no_such"):
            with pytest.raises(NotFound):
                cases.published.public_version(tx, hidden, None)


def test_a_column_made_personal_after_publication_is_withheld(powers):
    power_register.start(powers)
    power_register.run_all(powers)
    with powers.transaction() as tx:
        content = dict(tx.registers["power_list"].content)
        columns = {**content["columns"], "decision_number": {"title": "赋权文号", "public": False}}
        store.register.define(tx.db, "power_list", {**content, "columns": columns}, "test")
    with powers.transaction() as tx:
        document = cases.published.public_document(tx, "power_list", 2)
        assert not document.whole
        assert "云府决" not in document.text
        assert json.loads(document.text)["withheld"] == ["赋权文号"]


def test_a_reader_finds_a_row_by_tab_category_street_and_day_and_its_whole_story(powers, office):
    case = power_register.start(powers).case
    power_register.start(powers, power="违法建设处罚", street="donglu")
    power_register.run_once(powers)
    power_register.run_once(powers)
    register, wish_of = cases.register, cases.register.Wish
    with powers.transaction() as tx:
        actor = cases.accounts.actor_of(tx, office.BORROWER)

        def numbers(**wish):
            rows = register.list_entries(tx, actor, "power_list", wish_of(**{"tab": "all", **wish})).page.rows
            return [row.columns["item"] for row in rows]

        assert numbers() == ["违法建设处罚", "占道经营处罚"]
        assert numbers(street="pengxi") == ["占道经营处罚"]
        assert numbers(text="违法") == ["违法建设处罚"]
        assert numbers(category="民生保障") == []
        assert numbers(on="2026-03-31") == []
        assert len(numbers(on="2026-04-01")) == 2
        with pytest.raises(Invalid, match="不是日期"):
            numbers(on="明天")
        first = register.list_entries(tx, actor, "power_list", wish_of(tab="all"), limit=1)
        second = register.list_entries(tx, actor, "power_list", wish_of(tab="all"), key=first.page.next_key, limit=1)
        assert [row.columns["item"] for row in second.page.rows] == ["占道经营处罚"]
        assert second.page.next_key == ""
        story = register.show_entry(tx, actor, "power_list", case, "pengxi")
        assert [change.status for change in story.changes] == ["已公布", "已生效"]
        assert ("赋权文号", None, "云府决〔2026〕1号") in story.changes[1].changes
        view = register.list_entries(tx, actor, "power_list", wish_of())
        # Whoever names no tab gets the first with something in it, on the page and in what he exports of it.
        assert view.tab == next(name for name in view.definition.tabs if view.counts[name])
        assert len(view.page.rows) == len(register.export_csv(tx, actor, "power_list", wish_of()).splitlines()) - 1 > 0
        assert (view.categories.total, view.categories.agrees) == (2, None)
        store.setting.put(tx.db, "profile", "福山")
        view = register.list_entries(tx, actor, "power_list", wish_of())
        assert view.categories.agrees is False
        assert sum(view.categories.expected.values()) == 32


def test_the_letter_is_worded_as_its_issuer_words_it(powers, office):
    case = power_register.start(powers).case
    power_register.run_once(powers)
    with powers.transaction() as tx:
        (document,) = store.job.documents_of(tx.db, case)
        deployed = tx.release(store.case.get(tx.db, case).release)
        assert deployed.letter("grant", "district-government").kind == "批复"
        assert "区委文字" in deployed.letter("grant", "district-party").body[0]
        assert "通用文字" in deployed.letter("grant", "justice").body[0]
    assert document.number == "云府决〔2026〕1号"


def test_a_number_whose_paper_never_came_is_not_used_again_and_the_gap_is_explained(house, clock):
    power_register.deploy(house, power_register.STOPPED)
    first = power_register.start(house).case
    clock.move(days=1)
    desk = cases.clockwork.Desk(house)
    for timer in desk.due_timer_ids():
        desk.fire_timer(timer)
    power_register.run_all(house)
    second = power_register.start(house, power="第二项").case
    with house.transaction() as tx:
        assert store.job.documents_of(tx.db, first) == []
        (gap,) = [one for one in cases.history.events_of(tx, first) if one.type == "number_voided"]
        assert gap.public["number"] == "云府决〔2026〕1号"
        assert "已叫停" in gap.public["why"] or "取消" in gap.public["why"]
        assert [row.number for row in store.job.of_case(tx.db, second)] == ["云府决〔2026〕2号"]


def test_a_number_is_kept_while_its_paper_is_tried_again(powers):
    case = power_register.start(powers).case
    with powers.transaction() as tx:
        (job,) = store.job.of_case(tx.db, case)
        store.job.mark(tx.db, job.id, "failed", "字库缺失")
    power_register.run_all(powers)
    with powers.transaction() as tx:
        (document,) = store.job.documents_of(tx.db, case)
        assert document.number == job.number == "云府决〔2026〕1号"


def test_the_moment_is_beijing_time(powers, clock):
    clock.now = datetime(2026, 3, 31, 20, 0, tzinfo=UTC)
    power_register.start(powers)
    power_register.run_all(powers)
    with powers.transaction() as tx:
        content = json.loads(store.register_version.get(tx.db, "power_list", 1).content)
    assert content["published_at"] == "2026-04-01T04:00:00+08:00"
