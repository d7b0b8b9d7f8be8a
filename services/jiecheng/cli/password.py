"""`jiecheng set-password`: a password for an account of the directory, never on a command line, where everybody could read it."""

from __future__ import annotations

import getpass
import sys

from jiecheng.cases import accounts
from jiecheng.cases.house import House
from jiecheng.cli import database
from jiecheng.cli.terminal import say
from jiecheng.cli.trouble import Trouble
from jiecheng.settings import Settings


def set_password(settings: Settings, account: str) -> int:
    password = read_password(account)
    with database.attached(settings) as url:
        house = House(url, settings.clock, pool=1)
        try:
            with house.transaction() as tx:
                person = accounts.set_password(tx, account, password)
        finally:
            house.close()
    say(f"已设置{person}（账号 {account}）的密码。此人正在使用的登录已失效，请重新登录。")
    return 0


def read_password(account: str) -> str:
    """Twice at a terminal, where nothing shows; one line from a pipe."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass(f"{account} 的新密码（不显示）：")
    if getpass.getpass("再输入一遍：") != first:
        raise Trouble("两遍不一样，没有改动。请再试一次。")
    return first
