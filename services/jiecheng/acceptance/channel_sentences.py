"""Sentences about what leaves the house: which channels are open, who wants what, and what is owed to whom. A plugin beside
`sentences`; nothing is really sent here."""

from __future__ import annotations

from dataclasses import replace

from pytest_bdd import given, parsers, step, then

from jiecheng import store
from jiecheng.acceptance.clock import moment, read_date
from jiecheng.acceptance.words import DATE, NAME
from jiecheng.acceptance.world import World, actor
from jiecheng.cases import channel, clockwork
from jiecheng.store.outbox import OutboxRow

_SERVER = {"host": "mail.yunchuan.example", "port": "587", "security": "starttls", "sender": "jc@yunchuan.example"}


@given(parsers.re(rf"(?P<who>{NAME})开通了邮件通道"))
def _open(world: World, who: str) -> None:
    world.attempt(
        lambda tx: channel.save_channel(tx, channel.SaveChannel(actor(world, tx, who), channel.MAIL, True, _SERVER))
    )


@given(parsers.re(rf"(?P<who>{NAME})选择用邮件提醒"))
def _choose(world: World, who: str) -> None:
    wish = replace(channel.Choice(), mail="reader@yunchuan.example", via=frozenset({channel.MAIL}))
    world.attempt(lambda tx: channel.save_choice(tx, actor(world, tx, who), wish))


@step("早上的汇总运行了两次")
def _digest(world: World) -> None:
    desk = clockwork.Desk(world.house)
    desk.send_digest()
    desk.send_digest()


@then("没有往外发的提醒")
def _nothing(world: World) -> None:
    assert owed(world) == []


@then(parsers.re(rf"发给(?P<who>{NAME})的邮件(?P<how>写着|没有写)“(?P<words>[^”]+)”"))
def _says(world: World, who: str, how: str, words: str) -> None:
    texts = [str(row.payload["text"]) for row in owed(world, who)]
    assert texts, f"没有要发给{who}的邮件。"
    assert any(words in one for one in texts) is (how == "写着"), texts


@then(parsers.re(rf"发给(?P<who>{NAME})的邮件有(?P<count>\d+)封"))
def _count(world: World, who: str, count: str) -> None:
    assert len(owed(world, who)) == int(count)


@then(parsers.re(rf"发给(?P<who>{NAME})的邮件要等到(?P<day>{DATE})"))
def _waits(world: World, who: str, day: str) -> None:
    assert owed(world, who)
    due = clockwork.Desk(world.house).next_dispatch()
    assert due is not None
    assert due >= moment(read_date(day), 8)


def owed(world: World, who: str = "") -> list[OutboxRow]:
    """What is owed to the outside, to one person when he is named."""
    world.expect_no_refusal()
    with world.transaction() as tx:
        person = actor(world, tx, who).person if who else ""
        rows = [row for row, _, _ in store.dispatch.latest(tx.db, channel.MAIL)]
    return [row for row in rows if person in ("", row.payload["person"])]
