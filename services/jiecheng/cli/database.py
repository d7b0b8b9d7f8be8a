"""Which database this installation uses, opened and brought to this program's version; every "no" as a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from jiecheng import store
from jiecheng.cli import child, folder, postgres
from jiecheng.cli.child import Child
from jiecheng.cli.trouble import Trouble
from jiecheng.model.errors import JiechengError
from jiecheng.settings import Settings


@contextmanager
def embedded(data_folder: Path, options: Sequence[str] = postgres.DURABLE) -> Iterator[str]:
    """The embedded PostgreSQL of a data folder for as long as the block runs; gives the product database's address."""
    with server(data_folder, options) as database:
        yield database.url


@dataclass(frozen=True, slots=True)
class Database:
    url: str
    server: Child | None  # ours to keep alive; None where the environment names a server


@contextmanager
def server(data_folder: Path, options: Sequence[str] = postgres.DURABLE) -> Iterator[Database]:
    data = data_folder.resolve()
    folder.make_ready(data)
    cluster = postgres.cluster(data, data / "logs", options)
    running = postgres.start(cluster)
    try:
        yield Database(cluster.url(postgres.OWNER), running)
    finally:
        child.end([running], postgres.LEAVE_PATIENCE)


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """The database of this installation: the named server's, or the embedded one, running for this block."""
    if settings.database_url:
        yield Database(settings.database_url, None)
        return
    with server(settings.data) as found:
        yield found


@contextmanager
def attached(settings: Settings) -> Iterator[str]:
    """The migrated database for a command beside the service: the running one's, or started for this block."""
    if settings.database_url:
        migrate(settings.database_url)
        yield settings.database_url
        return
    folder.make_ready(settings.data)
    with folder.held_or_not(settings.data) as ours:
        if not ours:
            yield postgres.running_url(settings.data)
            return
        with embedded(settings.data) as url:
            migrate(url)
            yield url


def migrate(url: str) -> None:
    """Bring the tables to this program's version. A newer database is left alone."""
    require_postgres(url)
    try:
        store.migrate(url)
    except JiechengError:
        raise
    except Exception as problem:
        # The driver's classes stay in store; here only its words are read, and what they do not explain is shown whole.
        sentence = explain(url, str(problem))
        if not sentence:
            raise
        raise Trouble(sentence) from problem


def require_postgres(url: str) -> None:
    if urlsplit(url).scheme not in {"postgresql", "postgres"}:
        raise Trouble(
            f"JIECHENG_DATABASE_URL 应写成 postgresql://用户:密码@主机:端口/数据库，收到的是“{without_password(url)}”。"
        )


def without_password(url: str) -> str:
    return re.sub(r"(//[^:/@]*):[^@/]*@", r"\1:***@", url)


def explain(url: str, words: str) -> str:
    """What is wrong with a connection or a database, from the words of PostgreSQL (English or Chinese) and Alembic."""
    shown = without_password(url)
    for pattern, sentence in REASONS:
        if re.search(pattern, words, re.IGNORECASE):
            return sentence.format(url=shown, words=words.strip().splitlines()[0][:300])
    return ""


CHECK_URL = "请检查 JIECHENG_DATABASE_URL（{url}）"
# Order matters: the particular before the general.
REASONS = (
    (
        r"Can't locate revision|newer than this program",
        "数据库是更新版本的街程建的，这个版本读不懂它，没有改动任何内容。请换用新版本的程序，或恢复升级前的备份。",
    ),
    (r"password authentication failed|no password supplied|密码|口令", f"数据库不接受用户名或密码。{CHECK_URL}。"),
    (
        r'database ".*" does not exist|数据库.*不存在',
        f"服务器上没有这个数据库。请先建立它（createdb），或{CHECK_URL[1:]}。",
    ),
    (r'role ".*" does not exist|角色.*不存在', f"数据库服务器上没有这个用户。{CHECK_URL}。"),
    (
        r"no pg_hba.conf entry|pg_hba",
        f"数据库服务器不允许从这台机器连接（pg_hba.conf）。请让管理员放行，或{CHECK_URL[1:]}。",
    ),
    (r"resolve host|could not translate host", f"找不到数据库主机。{CHECK_URL} 里的主机名。"),
    (
        r"refused|timeout|timed out|unreachable|No such file|connection failed|拒绝",
        f"连不上数据库服务器：没有应答。{CHECK_URL}，并确认服务器已启动。",
    ),
    (r"No space left|DiskFull|磁盘", "数据库所在的磁盘已满。请腾出空间后再试；已经提交的内容不会丢。"),
    (r"permission denied|权限", f"这个数据库用户没有建表的权限（{{words}}）。请让管理员授权，或{CHECK_URL[1:]}。"),
    (
        r"too many connections|remaining connection slots",
        "数据库的连接已用完。请稍后再试，或加大服务器的 max_connections。",
    ),
)
