"""Changes of the organisation: what is true before and after the day, who takes over, and what cannot be."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from jiecheng.cases import deployment
from jiecheng.directory import Change, Changed, Index, apply_change, index
from jiecheng.model.errors import Invalid
from jiecheng.model.ids import IdentityId, OrganId, PostId

DISTRICT = deployment.read_directory(Path(__file__).parents[3] / "infra" / "demo" / "district")
DAY = date(2026, 12, 1)
BEFORE = DAY - timedelta(days=1)


def changed(kind: str, **values: str) -> Changed:
    return apply_change(DISTRICT, Change(kind, values, DAY))


def after(kind: str, **values: str) -> Index:
    return index(changed(kind, **values).directory)


def holder(known: Index, post: str, on: date) -> list[str]:
    return [known.person_name(one) for one in known.holders(PostId(post), on)]


def test_an_appointment_holds_from_its_day_and_not_before() -> None:
    known = after("任职", person="p-yangjingxing", post="pengxi-party-organization")
    assert "杨景行" not in holder(known, "pengxi-party-organization", BEFORE)
    assert "杨景行" in holder(known, "pengxi-party-organization", DAY)


def test_somebody_new_gets_an_account_of_his_own() -> None:
    known = after("任职", name="路知行", account="luzhixing", post="pengxi-party-organization")
    assert "路知行" in holder(known, "pengxi-party-organization", DAY)
    with pytest.raises(Invalid, match="已有人使用"):
        changed("任职", name="路知行", account="yangjingxing", post="pengxi-party-organization")


def test_a_sentence_names_the_street_and_no_office_twice() -> None:
    """Every 街镇 has a 社区管理办公室."""
    known = index(DISTRICT)
    everybody = known.directory.identities.values()
    head = next(one for one in everybody if known.title(one) == "彭溪街道 社区管理办公室主任")
    found = changed("离任", identity=head.id)
    assert "不再任彭溪街道社区管理办公室主任，" in found.sentence
    assert any("彭溪街道社区管理办公室主任届时空缺" in told for told in found.warnings)
    section = known.organ_of(head).id
    assert changed("设岗", organ=section, name="档案员").sentence.startswith("彭溪街道社区管理办公室自 ")
    assert "任区委组织部干部科科长" in changed("离任", identity="i-xushuning").sentence


def test_who_leaves_is_in_office_to_the_day_before_and_his_name_stays() -> None:
    found = changed("离任", identity="i-gubingwen", successor="i-yangjingxing")
    known = index(found.directory)
    assert holder(known, "pengxi-party-organization", BEFORE) == ["顾秉文"]
    assert holder(known, "pengxi-party-organization", DAY) == []
    assert found.successors == {"i-gubingwen": "i-yangjingxing"}
    assert known.person_name(known.identity(IdentityId("i-gubingwen"))) == "顾秉文"
    assert "由杨景行" in found.sentence


def test_nobody_takes_over_from_himself() -> None:
    with pytest.raises(Invalid, match="接办人"):
        changed("离任", identity="i-gubingwen", successor="i-gubingwen")


def test_a_post_is_abolished_only_when_nobody_holds_it() -> None:
    with pytest.raises(Invalid, match="顾秉文届时仍任这个岗位"):
        changed("撤岗", post="pengxi-party-organization")
    empty = index(changed("设岗", organ="pengxi-party", name="调研员", rank="8").directory)
    post = next(one for one in empty.posts_of_organ[OrganId("pengxi-party")] if one.name == "调研员")
    gone = apply_change(empty.directory, Change("撤岗", {"post": post.id}, DAY + timedelta(days=30)))
    assert gone.directory.posts[post.id].valid_to == DAY + timedelta(days=29)


def test_an_agency_that_moves_belongs_to_the_other_street() -> None:
    known = after("迁驻", organ="pengxi-agency-justice", into="donglu-office")
    agency = known.organ(OrganId("pengxi-agency-justice"))
    assert agency.street == "donglu"
    stationed = [one for one in known.relations_from[agency.id] if one.kind == "驻在"]
    assert [(one.target, one.valid_to < DAY) for one in stationed] == [
        ("pengxi-office", True),
        ("donglu-office", False),
    ]


def test_what_merges_takes_its_people_and_their_work_along() -> None:
    found = changed("并入", organ="pengxi-agency-justice", into="donglu-agency-justice")
    known = index(found.directory)
    assert known.organ(OrganId("pengxi-agency-justice")).valid_to == BEFORE
    assert found.successors
    for old, new in found.successors.items():
        assert new is not None
        assert known.person_name(known.identity(old)) == known.person_name(known.identity(new))
        assert known.organ_of(known.identity(new)).id == "donglu-agency-justice"
        assert known.in_office(known.identity(new), DAY)
        assert not known.in_office(known.identity(old), DAY)


def test_only_organs_of_one_kind_merge() -> None:
    with pytest.raises(Invalid, match="同类机关"):
        changed("并入", organ="pengxi-agency-justice", into="pengxi-office")


def test_a_new_name_keeps_the_organ() -> None:
    known = after("更名", organ="justice", name="区司法行政局")
    assert known.organ(OrganId("justice")).name == "区司法行政局"


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("任职", {}),
        ("任职", {"person": "p-yangjingxing", "post": "nowhere"}),
        ("离任", {"identity": ""}),
        ("设岗", {"organ": "pengxi-party", "name": "组织委员"}),
        ("设岗", {"organ": "pengxi-party", "name": "调研员", "rank": "0"}),
        ("迁驻", {"organ": "pengxi-office", "into": "donglu-office"}),
        ("升格", {}),
    ],
)
def test_what_cannot_be_is_said_with_the_field(kind: str, values: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        apply_change(DISTRICT, Change(kind, values, DAY))


def test_a_second_holder_a_vacancy_and_a_stranger_who_takes_over_are_warned_about() -> None:
    crowded = changed("任职", post="pengxi-general-head", person="p-yangjingxing")
    assert "郑嘉树" in crowded.warnings[0]
    assert "一共 2 人" in crowded.warnings[0]
    (empty,) = changed("离任", identity="i-gubingwen", successor="i-yangjingxing").warnings
    assert "空缺" in empty
    strange = changed("离任", identity="i-gubingwen", successor="i-zhousuxin").warnings
    assert "不在同一个单位" in strange[1]
