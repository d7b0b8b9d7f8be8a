"""E-mail by SMTP: one message, one connection, every failure a sentence that says what to look at."""

from __future__ import annotations

import hashlib
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate

from jiecheng.channels.parcel import NotSent, Parcel

TIMEOUT = 8.0  # seconds, for every answer of the server


@dataclass(frozen=True, slots=True)
class Mail:
    """`security`: none | starttls | tls. `user` empty: the server asks nobody. `trusted`: PEM of a house CA, "" for the
    machine's own list."""

    host: str
    port: int
    security: str
    sender: str
    user: str = ""
    password: str = ""
    trusted: str = ""


def send_mail(mail: Mail, to: str, parcel: Parcel) -> None:
    """Raises NotSent. When it returns, the server has taken the message over."""
    message = _message(mail, to, parcel)
    try:
        with _connected(mail) as server:
            if mail.user:
                server.login(mail.user, mail.password)
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused:
        raise NotSent(f"邮件服务器拒收这个地址：{to}。请核对邮箱地址。", final=True) from None
    except (smtplib.SMTPException, OSError) as error:
        raise NotSent(_words(mail, error)) from error


@contextmanager
def _connected(mail: Mail) -> Iterator[smtplib.SMTP]:
    if mail.security == "tls":
        with smtplib.SMTP_SSL(mail.host, mail.port, timeout=TIMEOUT, context=_trust(mail)) as server:
            yield server
        return
    with smtplib.SMTP(mail.host, mail.port, timeout=TIMEOUT) as server:
        if mail.security == "starttls":
            server.starttls(context=_trust(mail))
        yield server


def _trust(mail: Mail) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=mail.trusted or None)


def _message(mail: Mail, to: str, parcel: Parcel) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = mail.sender, to, parcel.subject
    message["Date"] = formatdate(localtime=False)
    # The same at every attempt: a second copy is recognised as one by mail programs.
    message["Message-ID"] = f"<{hashlib.sha256(parcel.key.encode()).hexdigest()[:32]}@jiecheng>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(parcel.text)
    return message


def _words(mail: Mail, error: Exception) -> str:
    where = f"{mail.host}:{mail.port}"
    if isinstance(error, smtplib.SMTPServerDisconnected) and "timed out" in str(error):
        error = TimeoutError()  # the library's own word for an answer that never came
    said = (
        (smtplib.SMTPAuthenticationError, f"邮件服务器 {where} 不接受用户名或密码，请核对。"),
        (
            smtplib.SMTPSenderRefused,
            f"邮件服务器 {where} 不允许以 {mail.sender} 的名义发信{_reason(error)}，请核对发件地址和登录。",
        ),
        (smtplib.SMTPNotSupportedError, f"邮件服务器 {where} 不支持所选的加密或登录方式，请核对“连接方式”。"),
        (socket.gaierror, f"找不到邮件服务器 {mail.host}，请核对名称，或本机能不能解析它。"),
        (ssl.SSLError, f"和邮件服务器 {where} 的加密连接没有建成，请核对“连接方式”和证书{_reason(error)}。"),
        (TimeoutError, f"邮件服务器 {where} 在 {TIMEOUT:.0f} 秒内没有回答，请核对端口和防火墙。"),
        (ConnectionRefusedError, f"邮件服务器 {where} 拒绝连接，请核对端口，或服务器有没有启动。"),
        (smtplib.SMTPResponseException, f"邮件服务器 {where} 没有接收{_reason(error)}。"),
    )
    return next(
        (words for kind, words in said if isinstance(error, kind)),
        f"和邮件服务器 {where} 的连接中断（{type(error).__name__}）。",
    )


def _reason(error: Exception) -> str:
    """What the other side gave as its reason, in brackets."""
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
        return f"（{error.smtp_code} {words[:200]}）"
    return f"（{error.reason}）" if isinstance(error, ssl.SSLError) and error.reason else ""
