"""Servers of the outside as tests need them, on this machine only: a mail server, a chat group's robot, one that is silent."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LOGIN = ("jiecheng", "correct horse")


@dataclass
class Mailbox:
    """`refuses`: addresses that the server does not take."""

    refuses: tuple[str, ...] = ()
    messages: list[tuple[str, str, str]] = field(default_factory=list)  # to, subject, text
    ids: list[str] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuses:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        read = message_from_bytes(envelope.content, policy=policy.default)
        body = read.get_body(("plain",))
        assert body is not None
        self.messages.append((envelope.rcpt_tos[0], str(read["subject"]), body.get_content().strip()))
        self.ids.append(str(read["message-id"]))
        return "250 taken"


@contextmanager
def mail_server(mailbox: Mailbox, certificate: tuple[Path, Path] | None = None) -> Iterator[int]:
    """Its port. With a certificate: STARTTLS and a login are demanded."""
    options: dict[str, object] = {}
    if certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*certificate)

        def check(server: object, session: object, envelope: object, mechanism: str, data: object) -> AuthResult:
            given = (data.login.decode(), data.password.decode())  # type: ignore[attr-defined]
            return AuthResult(success=given == LOGIN, handled=False)

        options = {
            "tls_context": context, "require_starttls": True, "auth_required": True, "authenticator": check,
        }  # fmt: skip
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@dataclass
class Group:
    """`answer`: what the service says with HTTP 200."""

    answer: dict[str, object] = field(default_factory=lambda: {"errcode": 0, "code": 0})
    status: int = 200
    posts: list[tuple[str, dict[str, object]]] = field(default_factory=list)


@contextmanager
def chat_server(group: Group) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            group.posts.append((self.path, json.loads(body)))
            self.send_response(group.status)
            self.end_headers()
            self.wfile.write(json.dumps(group.answer).encode())

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def silent_server() -> Iterator[int]:
    """Takes the connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield int(listening.getsockname()[1])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def self_signed(folder: Path) -> tuple[Path, Path]:
    """Certificate and key for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return certificate, secret
