"""The scale form of containers: ../compose.yaml as it stands, under a project name of its own, with what the test adds.

Needs docker with compose and the image `jiecheng`, which compose builds where it is missing. Its volumes are thrown away.
"""

from __future__ import annotations

import http.client
import secrets
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from jiecheng.cli import programs
from scale.form import REQUEST_PATIENCE, Form, finished
from scale.server import Server

PROJECT = "jiecheng-scale"
FILES = ("infra/compose.yaml", "infra/scale/compose.yaml")
# No .env: that of a real installation beside it is not for the test.
COMPOSE = (
    "docker",
    "compose",
    "-p",
    PROJECT,
    "--env-file",
    "/dev/null",
    *(word for name in FILES for word in ("-f", name)),
)
SITE = "localhost"
WHO_WE_ARE = "SELECT current_setting('server_version'), rolsuper FROM pg_roles WHERE rolname = current_user"
AUTHORITY = "/data/caddy/pki/authorities/local/root.crt"


@dataclass
class Containers(Form):
    """Nobody looks after them but docker, by the restart policy of the file."""

    port: int
    environment: Mapping[str, str]
    trust: ssl.SSLContext

    def look(self) -> None:
        """Docker does."""

    def kill(self, name: str) -> None:
        """As the kernel would end it. `docker kill` would count as wished, and nobody would start it again."""
        container = self.compose("ps", "--quiet", name).strip()
        process = self._told("docker", "inspect", "--format", "{{.State.Pid}}", container).strip()
        if process not in {"", "0"}:  # it is just being started again
            everybody = (
                "docker",
                "run",
                "--rm",
                "--pid",
                "host",
                "--user",
                "0",
                "--network",
                "none",
                "--entrypoint",
                "sh",
            )
            self._told(*everybody, "jiecheng", "-c", f"kill -9 {process}")
            self.killed += 1

    def run(self, *words: str, told: str = "") -> str:
        return self.compose("run", "--rm", "--no-deps", "-T", "deploy", *words, told=told)

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPSConnection(SITE, self.port, timeout=REQUEST_PATIENCE, context=self.trust)

    def last_words(self) -> list[str]:
        return [self.compose("ps", "--all"), self.compose("logs", "--no-color", "--tail", "10")]

    def compose(self, *words: str, told: str = "") -> str:
        return finished((*COMPOSE, *words), self.environment, told)

    def _told(self, *command: str) -> str:
        return finished(command, self.environment)


@contextmanager
def running(data: Path) -> Iterator[Containers]:
    """Everything of the file, healthy. Takes it down with its volumes, before (what a broken-off test left) and after."""
    data.chmod(0o755)  # the account in the image is another one
    door, password = programs.free_port(), secrets.token_hex(12)
    own = programs.free_port()
    environment = {
        "POSTGRES_PASSWORD": password,
        "JIECHENG_PREFECT_PASSWORD": secrets.token_hex(12),
        "JIECHENG_SECRET_KEY": secrets.token_hex(16),
        "JIECHENG_SITE": SITE,
        "JIECHENG_HTTPS_PORT": f"127.0.0.1:{own}",
        "JIECHENG_SCALE_FOLDER": str(data),
        "JIECHENG_SCALE_DATABASE_PORT": str(door),
    }
    finished((*COMPOSE, "down", "--volumes", "--timeout", "5"), environment)
    try:
        finished((*COMPOSE, "up", "--detach", "--wait"), environment)
        authority = finished((*COMPOSE, "exec", "-T", "proxy", "cat", AUTHORITY), environment)
        address = f"postgresql://jiecheng:{password}@127.0.0.1:{door}"
        database = Server("", f"{address}/jiecheng", f"{address}/prefect")
        form = Containers(database, data / "clock", own, environment, ssl.create_default_context(cadata=authority))
        with form.sql() as connection:
            row = connection.execute(WHO_WE_ARE).fetchone()
        version, rules = row or ("", True)
        if rules:
            raise RuntimeError("the application's account rules the database server")
        form.database = Server(str(version), database.product, database.prefect)
        yield form
    finally:
        with suppress(RuntimeError):
            finished((*COMPOSE, "down", "--volumes", "--timeout", "5"), environment)
