"""Seals the few secrets that must be read again (the mail server's password, a robot's address) before they are stored.

The key is not in the database: a copy of the database gives none of them away.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jiecheng.model.errors import Invalid

if TYPE_CHECKING:
    from cryptography.fernet import Fernet


@dataclass(frozen=True, slots=True)
class Vault:
    """`key`: any long random text, the same for every process of the installation; "" where none was set."""

    key: str = ""

    @property
    def is_open(self) -> bool:
        return bool(self.key)

    def seal(self, secret: str) -> str:
        if not self.key:
            raise Invalid(
                "没有设置 JIECHENG_SECRET_KEY，密码不能保存。请在页面服务和流程执行的环境变量里设置同一个值，重启后再填。"
            )
        return self._fernet().encrypt(secret.encode()).decode()

    def unseal(self, sealed: str) -> str:
        from cryptography.fernet import InvalidToken

        if not sealed:
            return ""
        try:
            return self._fernet().decrypt(sealed.encode()).decode() if self.key else ""
        except InvalidToken:
            return ""

    def _fernet(self) -> Fernet:
        from cryptography.fernet import Fernet  # most processes never seal anything

        return Fernet(base64.urlsafe_b64encode(hashlib.sha256(self.key.encode()).digest()))
