"""Who gets the work, and why him."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import pytest

from jiecheng.directory import RESOLVERS, Index, body_at, members, resolve
from jiecheng.model.directory import Resolution
from jiecheng.model.errors import Invalid
from jiecheng.model.ids import IdentityId, OrganId
from jiecheng.model.values import Value

MARCH = date(2026, 3, 2)
HR = IdentityId("i-hr")


def ask(
    district: Index, resolver: str, *, on: date = MARCH, exclude: Collection[str] = (), **parameters: Value
) -> Resolution:
    barred = [IdentityId(one) for one in exclude]
    return resolve(district, resolver, parameters, on=on, initiator=HR, exclude=barred)


@pytest.mark.parametrize(
    ("resolver", "parameters", "expected"),
    [
        ("identity", {"identity": "i-clerk"}, ["i-clerk"]),
        ("identity", {"identity": {"id": "i-clerk", "name": "冯庚"}}, ["i-clerk"]),
        ("identity", {"identity": ["i-clerk", "i-hr"]}, ["i-clerk", "i-hr"]),
        ("initiator", {}, ["i-hr"]),
        ("post", {"organ": "justice", "post": "局长"}, ["i-head"]),
        ("post", {"organ": "justice", "post": "人事科长"}, ["i-hr"]),
        ("head", {"organ": "px-party"}, ["i-secretary"]),
        ("head", {"organ": ["px-party", "px-office"]}, ["i-secretary", "i-director"]),
        ("head", {"organ": "px-justice"}, ["i-acting"]),
        ("superior", {}, ["i-head"]),
        ("superior", {"levels": "2"}, ["i-mayor"]),
        ("superior", {"of": "i-clerk"}, ["i-general"]),
        ("superior", {"of": "i-clerk", "levels": 2}, ["i-director"]),
        ("superior", {"of": "i-acting"}, ["i-head"]),
        ("party_organ_post", {"street": "pengxi", "post": "书记"}, ["i-secretary"]),
        ("party_organ_post", {"street": "pengxi", "post": "党政办公室主任"}, ["i-general"]),
        ("meeting_secretary", {"street": "pengxi", "body": "党(工)委会议"}, ["i-general"]),
        ("meeting_secretary", {"organ": "px-party"}, ["i-general"]),
        ("holders", {"post": "人事科长"}, ["i-hr"]),
        ("holders", {"post": "主任", "kind": "街道办事处"}, ["i-director"]),
        ("initiator_organ_head", {}, ["i-head"]),
        ("organ_clerk", {"organ": "px-party"}, ["i-general", "i-clerk"]),
        ("organ_clerk", {"organ": "justice"}, ["i-head"]),
    ],
)
def test_each_rule_finds_its_people(
    district: Index, resolver: str, parameters: dict[str, Value], expected: list[str]
) -> None:
    resolution = ask(district, resolver, **parameters)
    assert list(resolution.identities) == expected
    assert not resolution.vacant


def test_every_resolver_is_exercised_here() -> None:
    mark = test_each_rule_finds_its_people.pytestmark[0]  # type: ignore[attr-defined]
    assert {row[0] for row in mark.args[1]} | {"anyone"} == set(RESOLVERS)


def test_anyone_means_every_identity_in_office_also_the_second_of_a_person(district: Index) -> None:
    found = set(ask(district, "anyone", exclude=["i-hr"]).identities)
    assert found == {"i-mayor", "i-head", "i-secretary", "i-director", "i-deputy", "i-general", "i-clerk", "i-acting"}


def test_a_reason_stays_a_sentence_when_many_are_found(district: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jiecheng.directory.resolvers.MOST_NAMED", 2)
    reason = ask(district, "anyone").reason
    assert "等 9 个任职身份" in reason
    assert reason.count("（") == 3
    assert "规则" not in reason


def test_the_reason_names_rule_relation_person_and_day(district: Index) -> None:
    reason = ask(district, "party_organ_post", street="pengxi", post="书记").reason
    for word in ("街镇党(工)委岗位", "彭溪街道党工委的书记", "2026年3月2日", "沈丁"):
        assert word in reason


def test_an_old_post_never_gets_the_work(district: Index) -> None:
    before = ask(district, "post", organ="px-office", post="党政办公室主任", on=date(2025, 12, 31))
    after = ask(district, "post", organ="px-office", post="党政办公室主任", on=date(2026, 1, 1))
    assert list(before.identities) == ["i-general-old"]
    assert list(after.identities) == ["i-general"]
    assert ask(district, "identity", identity="i-general-old").vacant


def test_acting_is_said_in_the_reason(district: Index) -> None:
    assert "韩辛（彭溪街道司法所 副所长（主持工作））" in ask(district, "head", organ="px-justice").reason


def test_an_empty_post_is_vacant_and_not_skipped(district: Index) -> None:
    resolution = ask(district, "party_organ_post", street="pengxi", post="组织委员")
    assert resolution.vacant
    assert resolution.identities == ()
    assert "转流程管理员" in resolution.reason


def test_exclusion_removes_the_person_in_all_his_posts(district: Index) -> None:
    resolution = ask(district, "head", organ="px-office", exclude=["i-deputy"])
    assert resolution.vacant
    assert "何戊须回避，已排除" in resolution.reason


def test_exclusion_by_an_old_identity_still_bars_the_person(district: Index) -> None:
    assert ask(district, "identity", identity="i-clerk", exclude=["i-general-old"]).vacant


def test_a_person_found_twice_gets_the_work_once_in_the_main_post(district: Index) -> None:
    resolution = ask(district, "identity", identity=["i-director", "i-deputy"])
    assert list(resolution.identities) == ["i-director"]


def test_the_meeting_keeps_its_body_even_when_its_secretary_must_withdraw(district: Index) -> None:
    resolution = ask(district, "meeting_secretary", street="pengxi", exclude=["i-general"])
    assert resolution.vacant
    assert resolution.body == "px-meeting"


def test_members_sit_once_and_empty_posts_do_not_sit(district: Index) -> None:
    body = body_at(district, OrganId("px-party"), "党工委会议", MARCH)
    assert members(district, body.id, MARCH) == ("i-secretary", "i-deputy")


def test_the_highest_head_has_no_superior(district: Index) -> None:
    assert ask(district, "superior", of="i-mayor").vacant
    assert ask(district, "superior", of="i-mayor", levels=5).vacant


@pytest.mark.parametrize(
    ("resolver", "parameters", "sentence"),
    [
        ("boss", {}, "不认识的指派规则「boss」"),
        ("post", {"organ": "nowhere", "post": "局长"}, "没有编号为 nowhere 的机关"),
        ("post", {"organ": "justice", "post": "船长"}, "没有名为「船长」的岗位"),
        ("post", {"organ": "justice"}, "指派参数 post"),
        ("head", {"organ": None}, "指派参数 organ"),
        ("identity", {"identity": "i-nobody"}, "没有编号为 i-nobody 的任职身份"),
        ("superior", {"levels": "0"}, "指派参数 levels"),
        ("party_organ_post", {"street": "atlantis", "post": "书记"}, "街镇代码「atlantis」"),
        ("party_organ_post", {"street": "", "post": "书记"}, "指派参数 street"),
        ("meeting_secretary", {"street": "pengxi", "body": "茶话会"}, "找不到「茶话会」"),
        ("holders", {"post": "船长"}, "全区没有名为「船长」的岗位"),
        ("holders", {"post": "主任", "kind": "船"}, "没有「船」这一类机关"),
    ],
)
def test_an_unknown_name_is_invalid_and_never_vacant(
    district: Index, resolver: str, parameters: dict[str, Value], sentence: str
) -> None:
    with pytest.raises(Invalid) as caught:
        ask(district, resolver, **parameters)
    assert sentence in caught.value.message


def test_initiator_rules_need_an_initiator(district: Index) -> None:
    for resolver in ("initiator", "superior", "initiator_organ_head"):
        with pytest.raises(Invalid, match="还没有发起人"):
            resolve(district, resolver, {}, on=MARCH, initiator=None)
