"""代理: who may act in whose place at which moment, what each of both sees of it, and that nothing of it chains."""

from __future__ import annotations

from datetime import UTC, date, datetime

import consult_process
import pytest
from test_consultation import DONGLU, PENGXI, ask
from test_handing import COLLEAGUE, JUSTICE_HEAD, begin, transfer
from test_joint_steps import ADMINISTRATOR, ASKER, REVIEWER, SIGNERS, desk, events, raise_matter
from test_races import together, two_at_the_post

from jiecheng import cases, ledger, store
from jiecheng.cases import clockwork, search, substitution, substitution_view
from jiecheng.cases.release import Publication, deploy_release
from jiecheng.model.errors import NotFound, Refused
from jiecheng.model.ids import IdentityId

__all__ = ["desk", "two_at_the_post"]
FIRST, LAST = date(2026, 3, 2), date(2026, 3, 6)  # the clock stands at nine on the first day
OVER = datetime(2026, 3, 6, 16, tzinfo=UTC)  # midnight in Beijing
FINANCE = IdentityId("i-huazhujun")


def terms(to=COLLEAGUE, **changes):
    given = {"to": str(to), "first": FIRST, "last": LAST, "reason": "出差"}
    return substitution.Terms(**given | changes)


def arrange(office, giver=REVIEWER, by=None, operation="", **changes):
    command = substitution.ArrangeSubstitution(office.actor(by or giver), giver, terms(**changes), operation)
    done = office.do(substitution.arrange_substitution, command)
    sweep(office)
    return done.substitution


def end(office, number, by=REVIEWER, operation=""):
    return office.do(substitution.end_substitution, substitution.EndSubstitution(office.actor(by), number, operation))


def decline(office, number, by=COLLEAGUE, reason="要去培训", operation=""):
    command = substitution.DeclineSubstitution(office.actor(by), number, reason, operation)
    return office.do(substitution.decline_substitution, command)


def sweep(office):
    clockwork.Desk(office.house).change_organisation()
    office.run_flows()


def lent(office, who=COLLEAGUE):
    with office.house.transaction() as tx:
        actor = cases.accounts.actor_of(tx, who)
        return [row.item for row in cases.inbox.list_lent(tx, actor, store.work_list.ListFilter()).rows]


def told(office, who):
    with office.house.transaction() as tx:
        return [row.text for row in cases.inbox.list_notices(tx, cases.accounts.actor_of(tx, who)).rows]


def found(office, who, words="停车"):
    with office.house.transaction() as tx:
        return [one.case.id for one in search.search_cases(tx, office.actor(who), search.Search(words)).rows]


@pytest.mark.parametrize("leave", [decline, end], ids=["decline", "end"])
def test_who_leaves_while_the_button_is_pressed_is_first_or_later_never_both(desk, leave):
    """What counts under a substitution was done before it ended; and who has done something declines no more."""
    for _ in range(8):
        begin(desk)
        number, item = arrange(desk), max(desk.items(REVIEWER))
        left, decided = together(lambda: leave(desk, number), lambda: desk.decide(COLLEAGUE, "agree", item=item))  # noqa: B023
        with desk.house.transaction() as tx:
            counts = store.work_item.get(tx.db, item).decided_by == COLLEAGUE
        assert counts is not isinstance(decided, Refused)
        assert isinstance(left, Refused) is (counts and leave is decline)
        if isinstance(left, Refused):
            end(desk, number)
        sweep(desk)
        assert lent(desk) == []


def test_what_he_did_under_an_earlier_one_does_not_keep_him_from_declining(desk):
    begin(desk)
    number, item = arrange(desk), lent(desk)[0]
    with desk.house.transaction() as tx:
        assert store.substitution.mark_acted(tx.db, item, COLLEAGUE)
    with pytest.raises(Refused, match="已经代办过"):
        decline(desk, number)
    end(desk, number)
    sweep(desk)
    again = arrange(desk)
    assert lent(desk) == [item]
    assert "不能代办" in decline(desk, again).sentence


def test_who_added_a_signer_does_not_sign_in_his_place(desk):
    begin(desk)
    item = desk.items(REVIEWER)[0]
    desk.do(cases.add_signer, cases.AddSigner(desk.actor(REVIEWER), item, COLLEAGUE, "before", "请把关。"))
    arrange(desk, COLLEAGUE, to=REVIEWER)
    assert lent(desk, REVIEWER) == []
    with pytest.raises(Refused, match="您不能签署"):
        desk.decide(REVIEWER, "agree", item=desk.items(COLLEAGUE)[0])


def test_the_item_is_in_both_lists_and_the_record_names_both(desk):
    case = begin(desk)
    arrange(desk)
    item = desk.items(REVIEWER)[0]
    assert lent(desk) == [item]
    assert desk.items(COLLEAGUE) == []
    desk.decide(COLLEAGUE, "agree", item=item)
    with desk.house.transaction() as tx:
        row = store.work_item.get(tx.db, item)
    assert (row.assignee, row.decided_by, row.decided_for) == (REVIEWER, COLLEAGUE, REVIEWER)
    event = next(one for one in events(desk, case) if one.type == "work_item_decided")
    assert (event.personal["actor.identity"], event.personal["actor.for"]) == (COLLEAGUE, REVIEWER)
    assert event.personal["actor.name"] == "吕子衿"
    step = next(one for one in desk.case(case).steps if one.name == "预审")
    assert step.holders[0].startswith("吕子衿（")
    assert " 代 宋明理（" in step.holders[0]
    with desk.house.transaction() as tx:
        done = [
            [
                (one.item, one.for_whom)
                for one in cases.inbox.list_decided(tx, desk.actor(who), store.work_list.ListFilter()).rows
            ]
            for who in (REVIEWER, COLLEAGUE)
        ]
    assert done == [[(item, REVIEWER)]] * 2


def test_the_approval_sheet_names_both(desk):
    case = begin(desk)
    arrange(desk)
    desk.decide(COLLEAGUE, "agree", item=lent(desk)[0])
    with desk.house.transaction() as tx:
        _, paper = cases.approval_sheet(tx, desk.actor(REVIEWER), case)
    assert "吕子衿（" in paper.text
    assert " 代 宋明理（" in paper.text


def test_to_the_second(desk, clock):
    begin(desk)
    arrange(desk)
    item = lent(desk)[0]
    clock.now = OVER
    clock.move(seconds=-1)
    with desk.house.transaction() as tx:
        assert cases.show_item(tx, desk.actor(COLLEAGUE), item).why_not == ""
    clock.now = OVER  # and no flow has run
    assert lent(desk) == []
    for deed in (
        lambda: desk.decide(COLLEAGUE, "agree", item=item),
        lambda: desk.do(
            cases.return_case, cases.ReturnCase(desk.actor(COLLEAGUE), item, "applicant_revises", "step", "改")
        ),
        lambda: desk.do(cases.release_work_item, cases.ReleaseWorkItem(desk.actor(COLLEAGUE), item)),
    ):
        with pytest.raises(Refused, match="时间已经结束") as refused:
            deed()
        assert refused.value.rule == "substitution_over"
    sweep(desk)
    with pytest.raises(Refused, match="时间已经结束"):
        desk.decide(COLLEAGUE, "agree", item=item)
    desk.decide(REVIEWER, "agree", item=item)


def test_the_end_closes_the_case_to_him_who_did_nothing_in_it_even_before_the_flows_run(desk, clock):
    case = begin(desk)
    arrange(desk)
    assert desk.case(case, COLLEAGUE).case.id == case
    assert found(desk, COLLEAGUE) == [case]
    clock.now = OVER
    assert found(desk, COLLEAGUE) == []
    with pytest.raises(NotFound):
        desk.case(case, COLLEAGUE)
    sweep(desk)
    assert found(desk, COLLEAGUE) == []
    assert found(desk, REVIEWER) == [case]


def test_what_he_acted_on_he_reads_for_ever(desk, clock):
    case = begin(desk)
    arrange(desk)
    desk.decide(COLLEAGUE, "agree", item=lent(desk)[0])
    clock.now = OVER
    sweep(desk)
    assert desk.case(case, COLLEAGUE).case.id == case
    assert found(desk, COLLEAGUE) == [case]


def test_a_draft_comes_back_and_overwrites_nothing(desk):
    begin(desk)
    number = arrange(desk)
    item = lent(desk)[0]
    with desk.house.transaction() as tx:
        cases.save_draft(tx, desk.actor(COLLEAGUE), f"item:{item}", {"opinion": "他写的", "matter": "他改的"})
        cases.save_draft(tx, desk.actor(REVIEWER), f"item:{item}", {"opinion": "我写的", "matter": ""})
    end(desk, number)
    sweep(desk)
    with desk.house.transaction() as tx:
        assert store.form.draft(tx.db, REVIEWER, f"item:{item}")[0] == {"opinion": "我写的", "matter": "他改的"}
        assert store.form.draft(tx.db, COLLEAGUE, f"item:{item}") is None


def test_both_at_once_one_decides_and_the_other_hears_by_whom(desk):
    for _ in range(5):
        case = begin(desk)
        if not lent(desk):
            arrange(desk)
        item = lent(desk)[0]
        said = together(
            *[lambda who=who, item=item: desk.decide(who, "agree", item=item) for who in (REVIEWER, COLLEAGUE)]
        )
        refusals = [one for one in said if isinstance(one, Exception)]
        assert len(refusals) == 1, said
        assert isinstance(refusals[0], Refused)
        assert "办结" in str(refusals[0])
        assert [one.type for one in events(desk, case)].count("work_item_decided") == 1


def test_the_other_one_is_told(desk):
    begin(desk)
    arrange(desk)
    desk.decide(REVIEWER, "agree")
    desk.run_flows()
    assert any("已由宋明理本人办理" in one for one in told(desk, COLLEAGUE))
    begin(desk)
    desk.decide(COLLEAGUE, "agree", item=lent(desk)[0])
    desk.run_flows()
    assert any("已由吕子衿代您办理" in one for one in told(desk, REVIEWER))


def test_a_transfer_to_one_who_is_away_reaches_his_substitute_and_leaves_the_other(desk):
    begin(desk)
    arrange(desk)
    arrange(desk, giver=JUSTICE_HEAD, to=SIGNERS[0])
    item = lent(desk)[0]
    transfer(desk, REVIEWER, JUSTICE_HEAD)
    assert lent(desk) == []
    assert lent(desk, SIGNERS[0]) == [item]


def test_who_votes_for_another_is_given_no_vote_of_his_own_by_transfer(desk):
    """会签: he has voted in one member's place; another member cannot make him a member as well."""
    case = raise_matter(desk, "会签", SIGNERS[:2])
    arrange(desk, giver=SIGNERS[0], to=COLLEAGUE)
    desk.decide(COLLEAGUE, "agree", item=lent(desk)[0])
    with desk.house.transaction() as tx:
        task = next(one for one in store.task.open_of_case(tx.db, case))
        facts = cases.handing.has_it(tx, task, SIGNERS[1], COLLEAGUE)
    assert facts


def test_whoever_left_his_post_lends_nothing(desk, clock):
    begin(desk)
    arrange(desk)
    item = lent(desk)[0]
    with desk.house.transaction() as tx:
        command = cases.organisation.ChangeOrganisation(
            desk.actor(ADMINISTRATOR), "离任", {"identity": REVIEWER, "successor": JUSTICE_HEAD}, date(2026, 3, 4)
        )
        cases.organisation.plan_change(tx, command)
    clock.now = datetime(2026, 3, 3, 16, tzinfo=UTC)
    sweep(desk)
    assert desk.items(JUSTICE_HEAD) == [item]
    assert lent(desk) == []
    with desk.house.transaction() as tx:
        one = store.substitution.of_identities(tx.db, [REVIEWER])[0]
    assert (one.state, "已不在任" in one.cause) == ("ended", True)


def test_bulk_works_for_those_of_others(desk):
    begin(desk)
    begin(desk)
    arrange(desk)
    mine = lent(desk)
    with desk.house.transaction() as tx:
        rows = store.work_list.lent_rows(tx.db, [COLLEAGUE], mine)
        counted = cases.inbox.count_lent(tx, desk.actor(COLLEAGUE))
        by_whom = cases.inbox.list_lent(tx, desk.actor(COLLEAGUE), store.work_list.ListFilter(whom=REVIEWER)).rows
        by_other = cases.inbox.list_lent(tx, desk.actor(COLLEAGUE), store.work_list.ListFilter(whom=FINANCE)).rows
    assert ([row.item for row in rows], counted) == (mine, 2)
    assert ([row.item for row in by_whom], by_other) == (mine, [])


def test_reminders_and_the_digest_reach_him_too(desk):
    begin(desk)
    arrange(desk)
    clockwork.Desk(desk.house).send_digest()
    assert any("代别人办理的 1 件" in one for one in told(desk, COLLEAGUE))


def test_the_flows_wake_at_the_moments_themselves(desk, clock):
    arrange(desk, first=date(2026, 3, 4))
    at = clockwork.Desk(desk.house)
    assert at.next_due() == datetime(2026, 3, 3, 16, tzinfo=UTC)
    clock.now = datetime(2026, 3, 3, 16, tzinfo=UTC)
    assert at.organisation_due()
    sweep(desk)
    assert at.next_due() == OVER


def test_of_several_to_whom_it_is_offered_he_takes_it_for_the_one_he_stands_in_for(office, two_at_the_post):
    first, second = two_at_the_post
    case = office.bring_to_committee().case
    office.committee_agrees()
    with office.house.transaction() as tx:
        known = tx.organisation
        near = cases.handing.reach(tx, first, "organ")
        organiser = next(
            one
            for one in near
            if known.identity(one).person not in {known.identity(first).person, known.identity(second).person}
        )
    arrange(office, giver=first, to=organiser)
    item = office.items(first)[0]
    assert (item in office.items(second), lent(office, organiser)) == (True, [item])
    office.do(cases.claim_work_item, cases.ClaimWorkItem(office.actor(organiser), item))
    with office.house.transaction() as tx:
        taken = store.work_item.get(tx.db, item)
    assert taken.assignee == first
    claimed = next(one for one in events(office, case) if one.type == "work_item_claimed")
    assert (claimed.personal["actor.identity"], claimed.personal["actor.for"]) == (organiser, first)
    assert item not in office.items(second)
    office.do(cases.release_work_item, cases.ReleaseWorkItem(office.actor(organiser), item))
    assert item in office.items(second)
    office.decide(organiser, "file", item=item)
    with office.house.transaction() as tx:
        done = store.work_item.get(tx.db, item)
    assert (done.assignee, done.decided_by, done.decided_for) == (first, organiser, first)


def test_behind_closed_doors_only_those_of_the_organ_stand_in(office):
    with office.house.transaction() as tx:
        deploy_release(tx, consult_process.bundle(consult_process.fuller()), Publication("test", {}))
    case = ask(office)
    insider, outsider = IdentityId("i-fengguiyuan"), DONGLU
    with office.house.transaction() as tx:
        seen = substitution_view.preview(tx, office.actor(PENGXI), PENGXI, terms(to=outsider))
        counted = substitution_view.preview(tx, office.actor(ADMINISTRATOR), PENGXI, terms(to=insider))
    assert ([bool(row.why_not) for row in seen.staying], list(seen.going)) == ([True], [])
    number = arrange(office, giver=PENGXI, to=outsider)
    assert lent(office, outsider) == []
    end(office, number, by=PENGXI)
    arrange(office, giver=PENGXI, to=insider)
    item = lent(office, insider)[0]
    with office.house.transaction() as tx:
        inside = cases.show_item(tx, office.actor(insider), item)
        step = inside.task.name
    assert inside.why_not == ""
    assert step not in [row.step for row in counted.going]
    for one in events_as_kept(office, case):
        assert "stand_in" not in str(one.public)
    office.decide(insider, "submit", item=item, data={"inner_words": "里面的话"}, opinion="里面的意见")
    with office.house.transaction() as tx:
        name = tx.organisation.person_name(tx.organisation.identity(insider))
        told = [row.who + row.detail for row in cases.show_whole_case(tx, office.actor(ASKER), case).timeline]
    assert not any(name in one for one in told), told


def events_as_kept(office, case):
    """As they stand in the leaves, unopened."""
    with office.house.transaction() as tx:
        return [ledger.to_event(entry, ()) for entry in store.history.entries_of(tx.db, case)]


def test_a_step_that_wants_the_person_himself_is_not_lent(office):
    """本人意见: he is asked as the one it is about, not as the holder of a post."""
    office.start()
    command = substitution.ArrangeSubstitution(office.actor(office.LENT), office.LENT, terms(to=office.SECTION_HEAD))
    with office.house.transaction() as tx:
        seen = substitution_view.preview(tx, office.actor(office.LENT), office.LENT, command.terms)
    assert [("本人表态" in row.why_not) for row in seen.staying] == [True]
    office.do(substitution.arrange_substitution, command)
    sweep(office)
    assert lent(office, office.SECTION_HEAD) == []


def test_who_stands_in_holds_the_case_in_the_others_place(office):
    case = office.bring_to_committee().case
    deputy = IdentityId("i-fengguiyuan")
    arrange(office, giver=office.SECRETARY, to=deputy)
    office.do(cases.hold_case, cases.HoldCase(office.actor(deputy), case, "等候答复", "街道党工委会议决定"))
    held = next(one for one in events(office, case) if one.type == "case_held")
    assert (held.personal["actor.identity"], held.personal["actor.for"]) == (deputy, office.SECRETARY)


def take_back(office, who, item):
    office.do(cases.retract_decision, cases.RetractDecision(office.actor(who), item, "点错了。", ""))


def test_his_decision_is_taken_back_by_him_while_he_stands_in_and_by_the_principal_always(desk, clock):
    case = begin(desk, "会签")
    arrange(desk)
    item = lent(desk)[0]
    desk.decide(COLLEAGUE, "agree", item=item)
    take_back(desk, COLLEAGUE, item)
    back = next(one for one in events(desk, case) if one.type == "decision_retracted")
    assert (back.personal["actor.identity"], back.personal["actor.for"]) == (COLLEAGUE, REVIEWER)
    again = lent(desk)[0]
    assert desk.items(REVIEWER) == [again]
    desk.decide(COLLEAGUE, "agree", item=again)
    clock.now = OVER
    with pytest.raises(Refused, match="只有办理的人本人"):
        take_back(desk, COLLEAGUE, again)
    take_back(desk, REVIEWER, again)
    assert len(desk.items(REVIEWER)) == 1
