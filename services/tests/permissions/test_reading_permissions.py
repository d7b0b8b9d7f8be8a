"""Who may read cases, releases and registers; which readings are themselves recorded."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jiecheng.model.actor import Actor, Role, system_actor
from jiecheng.model.case import CaseState
from jiecheng.model.errors import NotFound, Refused
from jiecheng.permissions import (
    CaseFacts,
    ReadFacts,
    RegisterFacts,
    may_read_case,
    require_case_read,
    require_register_read,
    require_release_read,
    require_start,
    require_withdraw,
)

ANA = Actor("p-ana", "安然", "ana-1", ("ana-1", "ana-2"), post="区司法局 科员")
FACTS = ReadFacts("initiator", ("early", "late"), compartments={"街道": ("late",), "部门": ("initiator",)})
SEPARATED = (Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.SECURITY_AUDITOR)


def who(identity: str, *roles: Role) -> Actor:
    return Actor(f"p-{identity}", identity, identity, (identity,), frozenset(roles))


@pytest.mark.parametrize(
    ("actor", "ground", "recorded"),
    [
        (who("initiator"), "参与办理", False),
        (who("early"), "参与办理", False),
        (who("x", Role.AUDITOR), "业务审计", True),
        (who("x", Role.PROCESS_ADMINISTRATOR), "流程管理", True),
        (who("late", Role.AUDITOR), "参与办理", False),  # nobody audits his own case
    ],
)
def test_a_case_is_read_on_a_ground_that_decides_whether_the_reading_is_recorded(actor, ground, recorded):
    grant = may_read_case(actor, FACTS)
    assert grant is not None
    assert (grant.ground, grant.recorded) == (ground, recorded)


@pytest.mark.parametrize("actor", [who("x"), who("x", Role.PROCESS_OWNER)])
def test_everybody_else_hears_the_words_of_a_case_that_does_not_exist(actor):
    assert may_read_case(actor, FACTS) is None
    with pytest.raises(NotFound):
        require_case_read(actor, FACTS)


@pytest.mark.parametrize("role", SEPARATED)
def test_the_separated_administrators_see_no_case_whatever_else_they_are(role):
    for actor in (who("initiator", role), who("x", role, Role.AUDITOR), who("x", role, Role.PROCESS_ADMINISTRATOR)):
        assert may_read_case(actor, FACTS) is None


def test_a_participant_in_another_of_his_posts_is_still_a_participant():
    assert may_read_case(replace(ANA, identities=("ana-1", "early")), FACTS) is not None


def test_an_administrator_reads_the_processes_he_is_named_for():
    named = replace(FACTS, administrators=("ana-2",))
    assert may_read_case(replace(ANA, roles=frozenset({Role.PROCESS_ADMINISTRATOR})), named) is not None
    assert may_read_case(who("x", Role.PROCESS_ADMINISTRATOR), named) is None
    assert may_read_case(ANA, named) is None  # named, but without the role


def test_a_compartment_opens_to_those_who_work_in_it_and_to_recorded_readers():
    initiator, late = require_case_read(who("initiator"), FACTS), require_case_read(who("late"), FACTS)
    auditor = require_case_read(who("x", Role.AUDITOR), FACTS)
    assert [initiator.opens(name) for name in ("", "街道", "部门")] == [True, False, True]
    assert [late.opens(name) for name in ("", "街道", "部门")] == [True, True, False]
    assert all(auditor.opens(name) for name in ("", "街道", "部门"))


def test_the_system_reads_what_it_drives():
    assert may_read_case(system_actor(), FACTS) is not None


@pytest.mark.parametrize("role", [Role.PROCESS_OWNER, Role.AUDITOR, Role.PROCESS_ADMINISTRATOR])
def test_releases_are_read_by_owners_auditors_and_process_administrators(role):
    assert require_release_read(who("x", role)).recorded is False
    for actor in (who("x"), who("x", Role.SYSTEM_ADMINISTRATOR), who("x", role, Role.SECURITY_AUDITOR)):
        with pytest.raises(Refused, match="流程负责人"):
            require_release_read(actor)


def test_a_register_is_read_by_its_readers_and_on_record_by_auditors():
    register = RegisterFacts("借调台账", readers=("ana-2",))
    assert require_register_read(ANA, register).recorded is False
    assert require_register_read(who("x", Role.AUDITOR), register).recorded is True
    for actor in (who("x"), replace(ANA, roles=frozenset({Role.SYSTEM_ADMINISTRATOR}))):
        with pytest.raises(Refused, match="借调台账"):
            require_register_read(actor, register)
    assert require_register_read(who("x"), RegisterFacts("赋权清单", public=True)).recorded is False


def test_only_allowed_identities_start_and_the_acting_one_counts():
    require_start(ANA, None)
    require_start(ANA, ("ana-1",))
    with pytest.raises(Refused, match="切换身份"):
        require_start(ANA, ("ana-2",))
    with pytest.raises(Refused, match="「区司法局 科员」不能发起"):
        require_start(ANA, ("other",))
    for actor in (system_actor(), who("x", Role.SYSTEM_ADMINISTRATOR)):
        with pytest.raises(Refused):
            require_start(actor, None)


def test_the_initiator_withdraws_while_every_open_step_allows_it():
    case = CaseFacts("ana-2", CaseState.RUNNING, True)
    require_withdraw(ANA, case)
    with pytest.raises(Refused, match="已进入「党工委研究」环节") as refused:
        require_withdraw(ANA, replace(case, all_open_withdrawable=False, blocking=("党工委研究",)))
    assert refused.value.conflict is False


@pytest.mark.parametrize("state", [CaseState.ENDED, CaseState.WITHDRAWN])
def test_a_case_that_is_over_cannot_be_withdrawn(state):
    with pytest.raises(Refused) as refused:
        require_withdraw(ANA, CaseFacts("ana-1", state, True))
    assert refused.value.conflict


def test_somebody_else_cannot_withdraw_and_a_stranger_does_not_learn_of_the_case():
    case = CaseFacts("initiator", CaseState.RUNNING, True, read=FACTS)
    with pytest.raises(Refused, match="只有发起人"):
        require_withdraw(who("early"), case)
    with pytest.raises(NotFound):
        require_withdraw(ANA, case)
