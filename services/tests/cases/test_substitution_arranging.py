"""代理: who arranges it for whom and on what terms, and how it is changed, declined and ended before it begins."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from test_handing import COLLEAGUE, JUSTICE_HEAD, begin
from test_joint_steps import ADMINISTRATOR, ASKER, REVIEWER, desk
from test_races import together
from test_substitution import arrange, decline, end, terms, told

from jiecheng import cases, store
from jiecheng.cases import substitution, substitution_view
from jiecheng.model.errors import Invalid, NotFound, Refused

__all__ = ["desk"]


def test_only_who_was_named_declines_with_a_reason_and_once(desk):
    number = arrange(desk, first=date(2026, 3, 4))
    for who, reason, kind in ((REVIEWER, "忙", Refused), (ASKER, "忙", NotFound), (COLLEAGUE, " ", Invalid)):
        with pytest.raises(kind):
            decline(desk, number, who, reason)
    assert decline(desk, number, operation="once") == decline(desk, number, operation="once")
    assert [text for text in told(desk, REVIEWER) if "吕子衿不能代您办理（2026年3月4日" in text]
    with pytest.raises(Refused, match="不能再推辞"):
        decline(desk, number)
    arrange(desk, to=JUSTICE_HEAD, first=date(2026, 3, 4))  # the days are free again


def test_the_same_press_twice_arranges_once(desk):
    first = arrange(desk, operation="k1")
    assert arrange(desk, operation="k1") == first
    with desk.house.transaction() as tx:
        assert len(store.substitution.of_identities(tx.db, [REVIEWER])) == 1
    assert end(desk, first, operation="k2") == end(desk, first, operation="k2")


def test_two_who_name_each_other_in_the_same_second_make_no_circle(desk):
    for turn in range(5):
        day = date(2026, 5, 1 + turn)
        said = together(
            *[
                lambda who=who, to=to, day=day: arrange(desk, giver=who, to=to, first=day, last=day)
                for who, to in ((REVIEWER, COLLEAGUE), (COLLEAGUE, REVIEWER))
            ]
        )
        refusals = [one for one in said if isinstance(one, Exception)]
        assert [one.rule for one in refusals] == ["substitution_chain"], said


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"last": date(2026, 3, 1)}, "不能早于开始日期"),
        ({"first": date(2026, 3, 1)}, "不能早于今天"),
        ({"last": date(2027, 3, 3)}, "最长一年"),
        ({"reason": " "}, "原因"),
        ({"scope": ("joint_review/nowhere",)}, "没有这样的流程或环节"),
        ({"to": "没有这个人"}, "没有姓名为"),
    ],
)
def test_terms_that_cannot_be(desk, changes, words):
    with pytest.raises(Invalid, match=words):
        arrange(desk, **changes)


@pytest.mark.parametrize(
    ("giver", "to", "by", "rule"),
    [
        (REVIEWER, REVIEWER, None, "substitution_self"),
        (REVIEWER, ADMINISTRATOR, None, "separated_roles"),
        (REVIEWER, COLLEAGUE, ASKER, "substitution_arrange"),
        (REVIEWER, ADMINISTRATOR, ADMINISTRATOR, "separated_roles"),
    ],
)
def test_who_may_not(desk, giver, to, by, rule):
    with pytest.raises(Refused) as refused:
        arrange(desk, giver=giver, to=to, by=by)
    assert refused.value.rule == rule


def test_a_clerk_arranges_for_his_colleague_and_never_for_himself(desk):
    with desk.house.transaction() as tx:
        clerk = cases.organisation.clerks_of(tx, tx.organisation.organ_of(tx.organisation.identity(REVIEWER)).id)[0]
    arrange(desk, by=clerk)
    assert any("吕子衿" in one for one in told(desk, REVIEWER))
    with pytest.raises(Refused, match="由您自己代办"):
        arrange(desk, giver=JUSTICE_HEAD, to=clerk, by=clerk)


def test_the_administrator_sees_counts_and_no_business(desk):
    begin(desk)
    with desk.house.transaction() as tx:
        seen = substitution_view.preview(tx, desk.actor(ADMINISTRATOR), REVIEWER, terms())
        own = substitution_view.preview(tx, desk.actor(REVIEWER), REVIEWER, terms())
    assert seen.going_by_step == [("联合会审", "预审", 1)]
    assert [(row.number, row.title) for row in seen.going] == [("", "")]
    assert own.going[0].title
    assert "这 1 件从今天起" in own.sentence


def test_only_until_it_begins_can_it_be_changed(desk, clock):
    number = arrange(desk, first=date(2026, 3, 3))
    changed = terms(to=JUSTICE_HEAD, first=date(2026, 3, 4))
    command = substitution.ChangeSubstitution(desk.actor(REVIEWER), number, changed)
    desk.do(substitution.change_substitution, command)
    assert any("改由别人承担" in one for one in told(desk, COLLEAGUE))
    clock.now = datetime(2026, 3, 3, 16, tzinfo=UTC)
    with pytest.raises(Refused, match="已经开始"):
        desk.do(substitution.change_substitution, command)
    with pytest.raises(Refused, match="由宋明理本人"):
        end(desk, number, by=JUSTICE_HEAD)
    with pytest.raises(NotFound):
        end(desk, number, by=ASKER)
    end(desk, number)
    with pytest.raises(Refused, match="已经结束"):
        end(desk, number)
