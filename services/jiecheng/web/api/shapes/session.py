"""Logging in."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from jiecheng.web.api.shapes.base import In


class LogIn(In):
    account: str = Field(max_length=200)
    password: str = Field(max_length=1024)


class SessionOut(BaseModel):
    token: str
    expires_at: datetime
    person: str
    name: str
    identity: str
    post: str
    roles: list[str]
