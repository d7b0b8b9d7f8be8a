"""Rights, conditions, computed values and rows: what a submission may change, and what it never can."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiecheng.forms import describe_pickers, is_edited, read_only, refill, validate
from jiecheng.model.errors import Invalid
from jiecheng.model.form import FormUse, Right

from .conftest import CONTEXT, EDIT, GOOD, PEOPLE


@pytest.fixture
def check(application, district):
    def checked(submitted, stored=None, use=EDIT, context=CONTEXT):
        return validate(application, use, submitted, stored or {}, context=context, lookup=district)

    return checked


@pytest.fixture
def wrong(check):
    def fields(submitted, stored=None, use=EDIT):
        with pytest.raises(Invalid) as refused:
            check(submitted, stored, use)
        return refused.value.fields

    return fields


def test_a_good_application_is_taken_and_computed(check):
    checked = check(GOOD)
    assert checked.data["subsidy"] == Decimal("1200.50")
    assert checked.data["total"] == 2500
    assert [row["cost"] for row in checked.data["items"]] == [2000, 500]
    assert checked.data["office"] == {"name": "人事科", "chief": "周"}
    assert "office.name" in checked.changed
    assert "items" in checked.changed
    assert "reason" not in checked.changed


def test_handing_in_what_is_stored_changes_nothing(check):
    stored = check(GOOD).data
    again = check({**GOOD, "items": stored["items"]}, stored)
    assert (again.data, again.changed) == (stored, ())


def test_unknown_keys_are_dropped_and_stored_ones_are_kept(check):
    data = check({**GOOD, "evil": 1, "office": {"name": "人事科", "evil": 2}}, {"old_field": "kept"}).data
    assert "evil" not in data
    assert "evil" not in data["office"]
    assert data["old_field"] == "kept"


def test_every_mistake_is_said_at_once_and_counted(check):
    bad = {**GOOD, "borrowed": "nobody", "end": "2026-02-31", "office": {"name": "人事"}, "items": [{"days": "0"}]}
    with pytest.raises(Invalid, match="有 5 处需要修改") as refused:
        check(bad)
    assert set(refused.value.fields) == {"borrowed", "end", "office.name", "items.0.duty", "items.0.days"}
    assert refused.value.fields["office.name"] == ("名称应以「科」结尾",)


# --- rights ---


@pytest.mark.parametrize("right", [Right.READ, Right.HIDDEN])
def test_a_field_that_may_not_be_written_keeps_what_is_stored(check, right):
    use = FormUse("application", Right.EDIT, {"subsidy": right, "office": right, "items": right, "borrowed": right})
    stored = check(GOOD).data
    forged = {**GOOD, "subsidy": "1", "office": {"chief": "吴"}, "items": [], "borrowed": "liu"}
    assert check(forged, stored, use).changed == ()
    assert not {"subsidy", "borrowed"} & check(forged, {}, use).data.keys()


def test_a_required_right_demands_what_the_schema_does_not(wrong):
    use = FormUse("application", Right.EDIT, {"phone": Right.REQUIRED, "items": Right.REQUIRED, "kind": Right.REQUIRED})
    assert wrong({**GOOD, "phone": "", "items": [{"duty": ""}], "kind": None}, use=use) == {
        "phone": ("请填写此项。",),
        "items": ("请至少填写一行。",),
        "kind": ("请选择此项。",),
    }


def test_a_list_that_must_have_rows_does_not_demand_every_cell_of_them(check):
    use = FormUse("application", Right.EDIT, {"items": Right.REQUIRED})
    assert check({**GOOD, "items": [{"duty": "值班"}]}, use=use).data["items"][0]["days"] is None


def test_one_named_field_can_be_written_while_the_rest_is_read(check):
    use = FormUse("application", Right.READ, {"office.chief": Right.EDIT})
    stored = check(GOOD).data
    checked = check({"office": {"name": "改了", "chief": "吴"}, "subsidy": "9"}, stored, use)
    assert checked.changed == ("office.chief",)
    assert checked.data["office"] == {"name": "人事科", "chief": "吴"}


def test_a_closed_list_stays_closed_for_its_named_cells(check):
    use = FormUse("application", Right.EDIT, {"items": Right.HIDDEN, "items.verdict": Right.EDIT})
    stored = check(GOOD).data
    assert check({**GOOD, "items": [{"verdict": "x", "_row": "0"}]}, stored, use).data["items"] == stored["items"]


def test_a_field_named_open_opens_in_a_form_hidden_by_default(check):
    use = FormUse("application", Right.HIDDEN, {"office.name": Right.EDIT})
    assert check({"office": {"name": "财务科"}, "phone": "110"}, {}, use).data["office"] == {"name": "财务科"}


def test_a_form_that_is_only_read_is_never_recomputed(check, application):
    stored = {**check(GOOD).data, "total": 1}
    for use in (read_only(EDIT), FormUse("application", Right.HIDDEN)):
        assert not is_edited(application, use)
        assert check({}, stored, use).data == stored


def test_a_locked_field_is_not_taken_and_begins_with_its_default(form_of, district):
    form = form_of(
        {"type": "textfield", "key": "a", "label": "甲", "readonly": True, "defaultValue": "初值"},
        {"type": "checkbox", "key": "open", "label": "开"},
        {"type": "textfield", "key": "b", "label": "乙", "disabled": "=not(open)"},
    )
    data = validate(form, EDIT, {"a": "改", "b": "改", "open": ""}, {}, context={}, lookup=district).data
    assert data == {"a": "初值", "open": False}
    data = validate(form, EDIT, {"a": "改", "b": "改", "open": "on"}, {"a": "旧"}, context={}, lookup=district).data
    assert data == {"a": "旧", "b": "改", "open": True}


FIELDS = ["borrowed", "subsidy", "phone", "kind", "items", "items.verdict", "items.days", "office.name", "office.chief"]
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*FIELDS, "duty", "days", "verdict", "name", "chief", "_row"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(Right)),
    st.dictionaries(st.sampled_from([*FIELDS, "office", "total", "today", "initiator"]), JUNK),
)
def test_no_submission_whatever_touches_a_field_without_the_right(application, check_good, rights, submitted):
    use = FormUse("application", Right.READ, rights)
    stored = check_good
    taken = refill_of(application, use, submitted, stored)
    taken["items"] = [{key: value for key, value in row.items() if key != "_row"} for row in taken["items"]]
    writable = {path.split(".")[0] for path, right in rights.items() if right in (Right.EDIT, Right.REQUIRED)}
    computed = {"total", "items"} if writable else set()
    for key in stored.keys() | taken.keys():
        if key not in writable | computed:
            assert taken.get(key) == stored.get(key)


def refill_of(form, use, submitted, stored):
    from .conftest import District

    return refill(form, use, submitted, stored, context=CONTEXT, lookup=District())


@pytest.fixture(scope="module")
def check_good(application):
    from .conftest import District

    return validate(application, EDIT, GOOD, {}, context=CONTEXT, lookup=District()).data


# --- conditions and computed values ---


def test_a_condition_looks_at_what_is_being_handed_in(check, wrong):
    assert "reason" not in check({**GOOD, "reason": "不会被保存的理由"}).data
    assert wrong({**GOOD, "urgent": "on", "reason": "短"}) == {"reason": ("至少 4 个字，现有 1 个字，请补充。",)}
    assert check({**GOOD, "urgent": "on", "reason": "汛期值守人手不足"}).data["reason"] == "汛期值守人手不足"


def test_what_a_condition_hides_is_forgotten(check):
    stored = check({**GOOD, "urgent": "on", "reason": "汛期值守人手不足"}).data
    checked = check({**GOOD, "urgent": ""}, stored)
    assert "reason" not in checked.data
    assert "reason" in checked.changed


def test_limits_follow_the_other_fields_of_the_same_submission(check, wrong):
    assert wrong({**GOOD, "subsidy": "5000"}) == {"subsidy": ("不能大于 3000，现为 5000.00，请改正。",)}
    assert check({**GOOD, "subsidy": "5000", "urgent": "on", "reason": "汛期值守"}).data["subsidy"] == 5000
    assert "不能早于2026年4月1日" in wrong({**GOOD, "end": "2026-03-31"})["end"][0]
    assert "不能晚于2026年12月31日" in wrong({**GOOD, "end": "2027-01-31"})["end"][0]


def test_a_hidden_group_forgets_what_it_holds(form_of, district):
    form = form_of(
        {"type": "checkbox", "key": "more", "label": "更多"},
        {"type": "group", "label": "详情", "conditional": {"hide": "=more != true"}, "components": [
            {"type": "textfield", "key": "a", "label": "甲", "validate": {"required": True}},
            {"type": "dynamiclist", "path": "rows", "label": "行", "components": [
                {"type": "textfield", "key": "b", "label": "乙"}]}]},
        {"type": "group", "path": "deep", "label": "深", "conditional": {"hide": "=more != true"}, "components": [
            {"type": "textfield", "key": "c", "label": "丙"}]},
    )  # fmt: skip
    sent = {"more": "on", "a": "x", "rows": [{"b": "y"}], "deep": {"c": "z"}}
    stored = validate(form, EDIT, sent, {}, context={}, lookup=district).data
    assert stored == {"more": True, "a": "x", "rows": [{"b": "y"}], "deep": {"c": "z"}}
    data = validate(form, EDIT, {**sent, "more": ""}, stored, context={}, lookup=district).data
    assert data == {"more": False, "deep": {}}
    kept = validate(
        form, FormUse("f", Right.READ, {"more": Right.EDIT}), {"more": ""}, stored, context={}, lookup=district
    )
    assert kept.data == {**stored, "more": False}


def test_conditions_in_a_chain_settle(form_of, district):
    fields = [{"type": "textfield", "key": "k0", "label": "0"}] + [
        {"type": "textfield", "key": f"k{n}", "label": str(n), "conditional": {"hide": f"=k{n - 1} = null"}}
        for n in range(1, 6)
    ]
    form = form_of(*reversed(fields))
    sent = {f"k{n}": "x" for n in range(6)}
    assert validate(form, EDIT, sent, {}, context={}, lookup=district).data == sent
    assert validate(form, EDIT, {**sent, "k0": ""}, sent, context={}, lookup=district).data == {"k0": None}


def test_conditions_in_a_circle_are_the_forms_fault_and_said_so(form_of, district):
    form = form_of(
        {"type": "textfield", "key": "a", "label": "甲", "conditional": {"hide": "=b != null"}},
        {"type": "textfield", "key": "b", "label": "乙", "conditional": {"hide": "=a != null"}},
    )
    with pytest.raises(Invalid, match="流程负责人"):
        validate(form, EDIT, {"a": "x", "b": "y"}, {}, context={}, lookup=district)


def test_computed_values_are_never_taken_from_the_request(check):
    assert check({**GOOD, "total": 1, "items": [{"duty": "值班", "days": "2", "cost": 9}]}).data["total"] == 200


def test_no_request_can_change_what_day_it_is_or_who_began(check, wrong):
    assert "start" in wrong({**GOOD, "start": "2026-02-01", "today": "2020-01-01", "initiator": {"id": "x"}})


# --- pickers ---


def test_a_picked_person_must_be_within_the_scope(check, district, application):
    narrow = {**CONTEXT, "unit": "司法所"}
    assert check({**GOOD, "borrowed": "liu"}, context=narrow).data["borrowed"] == "liu"
    with pytest.raises(Invalid, match="1 处") as refused:
        check({**GOOD, "borrowed": "zhang"}, context=narrow)
    assert set(refused.value.fields) == {"borrowed"}


def test_expressions_see_what_is_known_of_a_picked_person(check, application, district):
    data = describe_pickers(application, check(GOOD).data, district)
    assert data["borrowed"] == PEOPLE["zhang"]
    assert data["streets"] == [{"id": "px", "name": "彭溪街道办事处"}]
    assert describe_pickers(application, {"borrowed": "gone"}, district)["borrowed"] == {"id": "gone"}


def test_the_directory_is_asked_each_question_once(check, district):
    check(GOOD)
    assert len(district.asked) == len(set(district.asked))


def test_a_file_is_one_of_the_attachments_the_caller_knows(check, wrong):
    assert check({**GOOD, "papers": ["17"]}).data["papers"] == ["17"]
    assert set(wrong({**GOOD, "papers": ["18"]})) == {"papers"}


# --- rows ---

REVIEW = FormUse("application", Right.EDIT, {"items.verdict": Right.READ})


@pytest.fixture
def reviewed(check):
    data = check(GOOD).data
    return {**data, "items": [{**row, "verdict": f"意见{at}"} for at, row in enumerate(data["items"])]}


def test_blank_rows_are_left_out_and_ask_for_nothing(check):
    rows = [{"duty": "", "days": ""}, {"duty": "值班", "days": "1"}, {}]
    assert check({**GOOD, "items": rows}).data["items"] == [{"duty": "值班", "days": 1, "verdict": None, "cost": 100}]


def test_errors_in_rows_are_placed_by_the_row_as_the_page_shows_it(wrong):
    rows = [{"duty": ""}, {"duty": "值班", "days": "x"}, {"days": "3"}]
    assert set(wrong({**GOOD, "items": rows})) == {"items.1.days", "items.2.duty"}


def test_a_cell_that_is_only_read_stays_with_its_row_when_the_row_before_it_is_removed(check, reviewed):
    rows = [
        {"_row": "1", "duty": "值班", "days": "6", "verdict": "伪造"},
        {"_row": "", "duty": "新增", "verdict": "伪造"},
    ]
    items = check({**GOOD, "items": rows}, reviewed, REVIEW).data["items"]
    assert [(row["duty"], row.get("verdict")) for row in items] == [("值班", "意见1"), ("新增", None)]
    assert "_row" not in items[0]


def test_a_stored_row_cannot_be_doubled_by_claiming_it_twice(check, reviewed):
    rows = [{"_row": "0", "duty": "甲"}, {"_row": "0", "duty": "乙"}, {"_row": "99", "duty": "丙"}]
    items = check({**GOOD, "items": rows}, reviewed, REVIEW).data["items"]
    assert [row.get("verdict") for row in items] == ["意见0", None, None]


def test_a_program_that_sends_as_many_rows_as_there_are_needs_no_marks(check, reviewed):
    items = check({**GOOD, "items": [{"duty": "甲"}, {"duty": "乙"}]}, reviewed, REVIEW).data["items"]
    assert [row["verdict"] for row in items] == ["意见0", "意见1"]


def test_a_list_that_is_read_takes_its_named_cells_and_no_new_rows(check, reviewed):
    use = FormUse("application", Right.READ, {"items.verdict": Right.EDIT})
    rows = [{"_row": "1", "verdict": "同意"}, {"_row": "0", "verdict": "缓", "duty": "改"}, {"verdict": "多"}]
    items = check({"items": rows}, reviewed, use).data["items"]
    assert [(row["duty"], row["verdict"]) for row in items] == [("整理档案", "缓"), ("值班", "同意")]


def test_a_list_without_add_and_remove_keeps_its_number_of_rows(form_of, district):
    form = form_of({
        "type": "dynamiclist", "path": "rows", "label": "行", "allowAddRemove": False, "defaultRepetitions": 2,
        "components": [{"type": "textfield", "key": "a", "label": "甲"}],
    })  # fmt: skip
    data = validate(form, EDIT, {"rows": [{"a": "1"}] * 5}, {}, context={}, lookup=district).data
    assert data["rows"] == [{"a": "1"}, {"a": "1"}]


def test_rows_are_bounded_and_must_be_rows(wrong):
    assert "最多 200 行" in wrong({**GOOD, "items": [{"duty": "x"}] * 201})["items"][0]
    for junk in ("x", 5, [1], {"a": 1}):
        assert wrong({**GOOD, "items": junk}).keys() == {"items"}


def test_rows_within_rows_know_their_own_row_and_its_parent(form_of, district):
    form = form_of(
        {"type": "number", "key": "rate", "label": "单价"},
        {"type": "dynamiclist", "path": "teams", "label": "组", "components": [
            {"type": "number", "key": "factor", "label": "系数"},
            {"type": "dynamiclist", "path": "people", "label": "人", "components": [
                {"type": "number", "key": "days", "label": "天"},
                {"type": "expression", "key": "pay", "expression": "=days * parent.factor * rate + i"}]}]},
    )  # fmt: skip
    sent = {"rate": "10", "teams": [{"factor": "2", "people": [{"days": "1"}, {"days": "3"}]}]}
    data = validate(form, EDIT, sent, {}, context={}, lookup=district).data
    assert [one["pay"] for one in data["teams"][0]["people"]] == [21, 62]


# --- showing it again ---


def test_what_was_typed_comes_back_right_or_wrong_but_never_past_the_rights(application, district, check):
    stored = check(GOOD).data
    use = FormUse("application", Right.EDIT, {"phone": Right.READ})
    typed = {**GOOD, "subsidy": "十元", "phone": "1", "borrowed": "nobody", "items": [{"_row": "1", "days": "x"}, {}]}
    data = refill(application, use, typed, stored, context=CONTEXT, lookup=district)
    assert data["subsidy"] == "十元"
    assert data["phone"] == "021-63210000"
    assert data["borrowed"] is None  # a page cannot show an option that is not offered
    assert [(row["_row"], row["days"]) for row in data["items"]] == [("1", "x"), ("", None)]
