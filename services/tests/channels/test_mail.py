"""E-mail against a real server on this machine: it arrives, and every failure says what to look at."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from outside_world import LOGIN, Mailbox, free_port, mail_server, self_signed, silent_server

from jiecheng.channels import Mail, NotSent, Parcel, mail, send_mail

PARCEL = Parcel("urge:1:p-songmingli:mail", "街程提醒", "您有 1 件事项需要查看：会审〔2026〕1号。")
TO = "songmingli@yunchuan.example"


def plain(port: int) -> Mail:
    return Mail("127.0.0.1", port, "none", "jc@yunchuan.example")


def test_chinese_words_arrive_and_both_attempts_bear_the_same_id() -> None:
    box = Mailbox()
    with mail_server(box) as port:
        send_mail(plain(port), TO, PARCEL)
        send_mail(plain(port), TO, PARCEL)
    assert box.messages[0] == (TO, "街程提醒", "您有 1 件事项需要查看：会审〔2026〕1号。")
    assert box.ids[0] == box.ids[1]


def test_encrypted_with_a_login_where_the_certificate_is_trusted(tmp_path: Path) -> None:
    box, certificate = Mailbox(), self_signed(tmp_path)
    with mail_server(box, certificate) as port:
        known = Mail("127.0.0.1", port, "starttls", "jc@yunchuan.example", *LOGIN, certificate[0].read_text())
        send_mail(known, TO, PARCEL)
        assert len(box.messages) == 1
        with pytest.raises(NotSent, match="不接受用户名或密码"):
            send_mail(replace(known, password="wrong"), TO, PARCEL)
        with pytest.raises(NotSent, match="加密连接没有建成"):
            send_mail(replace(known, trusted=""), TO, PARCEL)
        with pytest.raises(NotSent, match="530"):
            send_mail(replace(known, security="none", user=""), TO, PARCEL)
    assert len(box.messages) == 1


def test_a_refused_address_is_final_and_everything_else_is_not() -> None:
    with mail_server(Mailbox(refuses=(TO,))) as port, pytest.raises(NotSent, match="拒收这个地址") as refused:
        send_mail(plain(port), TO, PARCEL)
    assert refused.value.final
    with pytest.raises(NotSent, match="拒绝连接") as away:
        send_mail(plain(free_port()), TO, PARCEL)
    assert not away.value.final


def test_a_silent_server_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "TIMEOUT", 0.3)
    with silent_server() as port, pytest.raises(NotSent, match="没有回答"):
        send_mail(plain(port), TO, PARCEL)


def test_a_server_without_encryption_is_named() -> None:
    with mail_server(Mailbox()) as port, pytest.raises(NotSent, match="不支持所选的加密"):
        send_mail(replace(plain(port), security="starttls"), TO, PARCEL)


def test_a_name_nobody_knows_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotSent, match="找不到邮件服务器 no-such-host"):
        send_mail(replace(plain(25), host="no-such-host.invalid"), TO, PARCEL)
