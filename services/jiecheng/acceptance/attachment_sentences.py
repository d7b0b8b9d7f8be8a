"""Sentences about attachments: uploaded with a step, replaced by a new version, taken away, and who may open them."""

from __future__ import annotations

import pytest
from pytest_bdd import parsers, step, then

from jiecheng import cases, store
from jiecheng.acceptance import deeds
from jiecheng.acceptance.words import NAME
from jiecheng.acceptance.world import World, actor, open_items
from jiecheng.cases.attachment import AddAttachment, RemoveAttachment
from jiecheng.model.errors import JiechengError
from jiecheng.model.ids import AttachmentId
from jiecheng.store.attachment import AttachmentRow

_FILE = r"“(?P<name>[^”]+)”"


@step(parsers.re(rf"(?P<who>{NAME})在“(?P<at>[^”]+)”上传附件{_FILE}(?:，内容是“(?P<content>[^”]*)”)?"))
def _upload(world: World, who: str, at: str, name: str, content: str | None) -> None:
    def deed(tx: cases.Tx) -> None:
        _, item = deeds.his(world, tx, who, open_items(tx, world.current(), at))
        me = actor(world, tx, who, item.candidates)
        command = AddAttachment(me, world.current(), name, (content or name).encode(), "", item.id)
        cases.add_attachment(tx, command)

    world.attempt(deed)


@step(parsers.re(rf"(?P<who>{NAME})给办件上传附件{_FILE}"))
def _upload_to_case(world: World, who: str, name: str) -> None:
    def deed(tx: cases.Tx) -> None:
        cases.add_attachment(tx, AddAttachment(actor(world, tx, who), world.current(), name, name.encode()))

    world.attempt(deed)


@step(parsers.re(rf"(?P<who>{NAME})把附件{_FILE}换成新的一版“(?P<newer>[^”]+)”"))
def _replace(world: World, who: str, name: str, newer: str) -> None:
    def deed(tx: cases.Tx) -> None:
        older = _named(world, tx, name).id
        command = AddAttachment(actor(world, tx, who), world.current(), newer, newer.encode(), replaces=older)
        cases.add_attachment(tx, command)

    world.attempt(deed)


@step(parsers.re(rf"(?P<who>{NAME})删除附件{_FILE}"))
def _remove(world: World, who: str, name: str) -> None:
    def deed(tx: cases.Tx) -> None:
        cases.remove_attachment(tx, RemoveAttachment(actor(world, tx, who), _named(world, tx, name).id))

    world.attempt(deed)


@then(parsers.re(rf"(?P<who>{NAME})打得开附件{_FILE}"))
def _opens(world: World, who: str, name: str) -> None:
    world.expect_no_refusal()
    with world.transaction() as tx:
        assert _content(world, tx, who, name) == name.encode()


@then(parsers.re(rf"(?P<who>{NAME})打不开附件{_FILE}"))
def _does_not_open(world: World, who: str, name: str) -> None:
    world.expect_no_refusal()
    with world.transaction() as tx, pytest.raises(JiechengError):
        _content(world, tx, who, name)


@then(parsers.re(rf"附件{_FILE}是第(?P<version>\d+)版(?P<replaced>，已替换)?"))
def _version(world: World, name: str, version: str, replaced: str | None) -> None:
    world.expect_no_refusal()
    with world.transaction() as tx:
        row = _named(world, tx, name)
    assert (row.version, row.replaced_by is not None) == (int(version), bool(replaced)), row


@then(parsers.re(rf"附件{_FILE}的内容没有了，历史里还有它的摘要"))
def _gone(world: World, name: str) -> None:
    """Found by its name in the history."""
    world.expect_no_refusal()
    with world.transaction() as tx:
        told = cases.history.events_of(tx, world.current())
        (added,) = [
            one for one in told if one.type == "attachment_added" and one.personal.get("attachment.name") == name
        ]
        assert len(str(added.public["sha256"])) == 64
        assert [one.public["sha256"] for one in told if one.type == "attachment_removed"] == [added.public["sha256"]]
        assert store.attachment.content(tx.db, AttachmentId(int(str(added.public["attachment"])))) == b""


def _named(world: World, tx: cases.Tx, name: str) -> AttachmentRow:
    return next(one for one in store.attachment.of_case(tx.db, world.current()) if one.name == name)


def _content(world: World, tx: cases.Tx, who: str, name: str) -> bytes:
    return cases.read_attachment(tx, actor(world, tx, who), _named(world, tx, name).id)[1]
