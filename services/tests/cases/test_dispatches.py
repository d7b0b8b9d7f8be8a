"""What leaves the house: owed once, sent at least once, never again after it went out; a channel that is down is one incident."""

import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from jiecheng import cases, outbox, store
from jiecheng.cases import channel, dispatch
from jiecheng.cases.clockwork import Desk
from jiecheng.cases.vault import Vault
from jiecheng.model.errors import Invalid, Refused
from jiecheng.model.ids import IdentityId

sys.path.insert(0, str(Path(__file__).parents[1]))

from outside_world import Group, Mailbox, chat_server, free_port, mail_server

KEEPER = IdentityId("i-fangsongnian")
ADMINISTRATOR = IdentityId("i-lumuqing")
READER = "yangjingxing@yunchuan.example"


@pytest.fixture
def house(district_url, clock):
    opened = cases.House(district_url, clock, pool=8, vault=Vault("a key of this test"))
    yield opened
    opened.close()


def set_up(office, port, enabled=True, **changes):
    settings = {"host": "127.0.0.1", "port": str(port), "security": "none", "sender": "jc@yunchuan.example", **changes}
    return office.do(channel.save_channel, channel.SaveChannel(office.actor(KEEPER), "mail", enabled, settings))


def choose(office, identity, mail=READER, via=("mail",), **changes):
    with office.house.transaction() as tx:
        wish = replace(channel.Choice(), mail=mail, via=frozenset(via), **changes)
        return channel.save_choice(tx, cases.accounts.actor_of(tx, identity), wish)


def urge(office, case):
    office.do(cases.urge_case, cases.UrgeCase(office.actor(office.BORROWER), case, "王秀兰的情况很急"))
    office.run_flows()


def send(office):
    return Desk(office.house).send_dispatches("test", 20)


def rows(office, name="mail"):
    with office.house.transaction() as tx:
        return [row for row, _, _ in store.dispatch.latest(tx.db, name)]


def incidents(office):
    with office.house.transaction() as tx:
        return cases.incident.list_incidents(tx, cases.accounts.actor_of(tx, ADMINISTRATOR))


def test_a_closed_house_owes_nothing_to_the_outside(office):
    urge(office, office.start().case)
    assert rows(office) == []
    assert Desk(office.house).next_dispatch() is None


def test_an_urging_goes_out_at_once_without_a_word_of_the_case_and_only_once(office):
    box = Mailbox()
    with mail_server(box) as port:
        set_up(office, port)
        office.do(
            lambda tx, address: channel.save_public_address(tx, office.actor(KEEPER), address), "https://jc.example/"
        )
        choose(office, office.LENT)
        answer = office.start()
        urge(office, answer.case)
        assert send(office) == 1
        assert send(office) == 0
        (row,) = rows(office)
        dispatch.send(office.house, row.id, "test")  # a worker that slept through its lease
    ((to, subject, text),) = box.messages
    assert (to, subject) == (READER, "街程提醒")
    assert text == f"您有 1 件事项需要查看：{answer.number}。请登录街程查看：https://jc.example/inbox"
    assert (row.state, row.error) == ("done", "")


def test_a_server_that_is_down_is_tried_again_then_one_incident_then_all_go_out(office, clock):
    port = free_port()
    set_up(office, port)
    for who in (office.LENT, office.SECTION_HEAD):
        choose(office, who, quiet=False, topics={"reminder": "now", "urge": "now", "other": "now"})
    case = office.start().case
    urge(office, case)
    office.decide(office.LENT, "agree")
    clock.move(hours=6)
    urge(office, case)
    for _ in range(outbox.MOST_ATTEMPTS):
        assert send(office) == 2
        clock.now += timedelta(minutes=6)
    assert send(office) == 0
    assert {row.state for row in rows(office)} == {"dead"}
    (incident,) = [one for one in incidents(office) if one.kind == "channel"]
    assert "邮件通道连续 12 次没有发出" in incident.message
    assert "拒绝连接" in incident.message
    box = Mailbox()
    with mail_server(box) as again:
        set_up(office, again)
        retry = cases.ResolveIncident(office.actor(ADMINISTRATOR), incident.id, "服务器已恢复")
        assert "已重新排队 2 条提醒" in office.do(cases.resolve_incident, retry)
        assert send(office) == 2
        assert send(office) == 0
    assert len(box.messages) == 2


def test_a_killed_worker_s_entry_comes_back_with_its_lease(office, clock):
    box = Mailbox()
    with mail_server(box) as port:
        set_up(office, port)
        choose(office, office.LENT)
        urge(office, office.start().case)
        with office.house.transaction() as tx:
            assert len(store.dispatch.claim(tx.db, "killed", 20, dispatch.LEASE)) == 1
        assert send(office) == 0
        clock.move(minutes=3)
        assert send(office) == 1
    assert len(box.messages) == 1


def test_a_refused_address_is_told_to_the_person_and_is_no_incident(office):
    with mail_server(Mailbox(refuses=(READER,))) as port:
        set_up(office, port)
        choose(office, office.LENT)
        urge(office, office.start().case)
        assert send(office) == 1
    with office.house.transaction() as tx:
        notices = cases.inbox.list_notices(tx, cases.accounts.actor_of(tx, office.LENT)).rows
    assert any("邮件服务器拒收这个地址" in row.text for row in notices)
    assert [one for one in incidents(office) if one.kind == "channel"] == []


def test_who_changed_his_mind_is_not_written_to(office):
    box = Mailbox()
    with mail_server(box) as port:
        set_up(office, port)
        choose(office, office.LENT)
        urge(office, office.start().case)
        choose(office, office.LENT, via=())
        assert send(office) == 1
        set_up(office, port, enabled=False)
    assert box.messages == []
    assert rows(office)[0].error == "本人已改为不用这个通道。"


def test_a_robot_s_address_is_sealed_and_names_the_person(office):
    group = Group()
    with chat_server(group) as address:
        hook = f"{address}/cgi-bin/webhook/send?key=abc-123"
        office.do(channel.save_channel, channel.SaveChannel(office.actor(KEEPER), "wecom", True, {}, hook))
        choose(office, office.LENT, mail="", via=("wecom",))
        urge(office, office.start().case)
        assert send(office) == 1
    assert "杨景行：您有 1 件事项需要查看" in str(group.posts[0][1])
    with office.house.transaction() as tx:
        kept = tx.db.connection.exec_driver_sql("SELECT secret FROM channels WHERE name = 'wecom'").scalar_one()
    assert "abc-123" not in kept
    assert Vault("another key").unseal(kept) == ""


def test_a_trial_says_in_a_sentence_how_it_went_and_is_tried_once(office):
    set_up(office, free_port())
    keeper = office.actor(KEEPER)

    def attempt(key):
        with office.house.transaction() as tx:
            channel.try_channel(tx, keeper, "mail", "keeper@yunchuan.example", key)
            channel.try_channel(tx, keeper, "mail", "keeper@yunchuan.example", key)
        assert send(office) == 1
        with office.house.transaction() as tx:
            return channel.sent_by(tx, "mail")[0]

    failed = attempt("one")
    assert failed.sentence.startswith("没有发出：邮件服务器 127.0.0.1:")
    assert send(office) == 0
    with mail_server(Mailbox()) as port:
        set_up(office, port)
        assert attempt("two").sentence == "已发出，对方的服务器已接收。"
    assert [one for one in incidents(office) if one.kind == "channel"] == []


def test_only_the_system_administrator_sets_channels_up_and_mistakes_are_named(office):
    with pytest.raises(Refused, match="只有系统管理员"):
        office.do(channel.save_channel, channel.SaveChannel(office.actor(office.LENT), "mail", True, {}))
    with pytest.raises(Invalid) as wrong:
        set_up(office, 0, host="", security="none", user="jc")
    assert set(wrong.value.fields) == {"host", "port", "user"}
    with pytest.raises(Invalid, match="请填写密码"):
        set_up(office, 25, security="tls", user="jc")
    with pytest.raises(Invalid, match="刷新页面"):
        choose(office, office.LENT)
    set_up(office, 25, domains="yunchuan.example")
    with pytest.raises(Invalid, match="只允许发到这些邮箱"):
        choose(office, office.LENT, mail="me@elsewhere.example")
    with pytest.raises(Invalid, match="邮箱地址"):
        choose(office, office.LENT, mail="a@b.example\r\nBcc: x@y.example")


def test_without_a_key_no_secret_is_kept(district_url, clock):
    bare = cases.House(district_url, clock, pool=2)
    with bare.transaction() as tx:
        keeper = cases.accounts.actor_of(tx, KEEPER)
        hook = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abc"
        command = channel.SaveChannel(keeper, "wecom", True, {}, hook)
        with pytest.raises(Invalid, match="JIECHENG_SECRET_KEY"):
            channel.save_channel(tx, command)
    bare.close()
