"""Whoever is in office no more keeps no open work: his last day was known from the start, or new tables leave him out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from jiecheng import cases, store
from jiecheng.cases import lapsed
from jiecheng.cases.organisation import import_tables


def serving_until(known, identity, day, of):
    """The same directory, in which this person's appointment, post or organ was from the start to end on a day."""
    serving = known.identities[identity]
    post = known.posts[serving.post]
    ends = {"identities": serving, "posts": post, "organs": known.organs[post.organ]}
    return replace(known, **{of: {**getattr(known, of), ends[of].id: replace(ends[of], valid_to=day)}})


@pytest.mark.parametrize("of", ["identities", "posts", "organs"])
def test_who_is_in_office_to_a_known_day_keeps_no_work_after_it(office, clock, of):
    """Nobody registers that he leaves: the table said from the start to which day he serves."""
    case = office.start().case
    office.decide(office.LENT, "agree")
    with office.house.transaction() as tx:
        known = store.directory.load(tx.db)
        store.directory.replace(tx.db, serving_until(known, office.SECTION_HEAD, date(2026, 3, 3), of))
    desk = cases.clockwork.Desk(office.house)
    assert desk.change_organisation() == 0
    assert desk.next_due() == datetime(2026, 3, 3, 16, 0, tzinfo=UTC)  # the midnight after his last day, in Beijing
    clock.now = datetime(2026, 3, 3, 16, 0, tzinfo=UTC)
    assert desk.organisation_due()
    assert desk.change_organisation() > 0
    assert not desk.organisation_due()
    assert desk.change_organisation() == 0
    with office.house.transaction() as tx:
        (item,) = [one for _, one in store.work_item.waiting(tx.db, case)]
        assert office.SECTION_HEAD not in item.candidates
        moved = [one for one in cases.history.events_of(tx, case) if one.type == "work_item_moved"]
        assert len(moved) == 1
        assert "韩素心" in store.directory_change.latest(tx.db)[0].sentence


def waits_with(office, case):
    with office.house.transaction() as tx:
        (item,) = [one for _, one in store.work_item.waiting(tx.db, case)]
        return item.candidates


def lapse(office, clock):
    """The section's head has open work on the morning after his last day."""
    office.start()
    office.decide(office.LENT, "agree")
    with office.house.transaction() as tx:
        known = store.directory.load(tx.db)
        store.directory.replace(tx.db, serving_until(known, office.SECTION_HEAD, date(2026, 3, 2), "identities"))
    clock.move(days=1)


def test_two_workers_who_see_it_in_the_same_second_put_it_down_once(office, clock):
    lapse(office, clock)
    with ThreadPoolExecutor(1) as other, office.house.transaction() as tx:
        lapsed.owe_handovers(tx)

        def also():
            with office.house.transaction() as second:
                lapsed.owe_handovers(second)

        beside = other.submit(also)
        with pytest.raises(TimeoutError):
            beside.result(0.3)  # waits for the first one
        tx.db.commit()
        beside.result(10)
    with office.house.transaction() as tx:
        assert len(store.directory_change.due_handovers(tx.db)) == 1


def test_where_the_rule_finds_no_organ_any_more_the_work_is_a_vacancy_and_stops_nobody_elses(office, clock):
    """The 街镇 itself ends: its rule cannot even be asked."""
    case = office.bring_to_committee().case
    lapse(office, clock)
    with office.house.transaction() as tx:
        known = store.directory.load(tx.db)
        party = [one for one in known.organs.values() if one.street == "pengxi" and "党工委" in one.kind]
        ended = {one.id: replace(one, valid_to=date(2026, 3, 2)) for one in party}
        assert ended
        known = serving_until(known, office.SECRETARY, date(2026, 3, 2), "identities")
        store.directory.replace(tx.db, replace(known, organs={**known.organs, **ended}))
    desk = cases.clockwork.Desk(office.house)
    desk.change_organisation()
    assert not desk.organisation_due()
    assert waits_with(office, case) == ()
    with office.house.transaction() as tx:
        told = [one.message for one in store.incident.list_open(tx.db) if one.case == case]
        assert any("尚无人接办" in one for one in told), told


def test_who_is_left_out_of_imported_tables_is_called_by_name_when_his_work_goes_over(office):
    case = office.start().case
    office.decide(office.LENT, "agree")
    with office.house.transaction() as tx:
        known = store.directory.load(tx.db)
        staying = {code: one for code, one in known.identities.items() if code != office.SECTION_HEAD}
        people = {code: one for code, one in known.persons.items() if code != "p-hansuxin"}
        told = import_tables(tx, replace(known, identities=staying, persons=people))
        assert any("韩素心" in one for one in told)
    assert office.SECTION_HEAD in waits_with(office, case)
    desk = cases.clockwork.Desk(office.house)
    assert desk.organisation_due()
    desk.change_organisation()
    assert office.SECTION_HEAD not in waits_with(office, case)
    with office.house.transaction() as tx:
        (moved,) = [one for one in cases.history.events_of(tx, case) if one.type == "work_item_moved"]
        assert "韩素心（彭溪街道 社区管理办公室主任）离任" in moved.personal["words"]
        assert "处变化" in store.directory_change.latest(tx.db)[0].sentence


def test_the_same_tables_again_put_nothing_down(office):
    with office.house.transaction() as tx:
        before = store.directory_change.latest(tx.db)
        assert import_tables(tx, store.directory.load(tx.db)) == ()
        assert store.directory_change.latest(tx.db) == before
