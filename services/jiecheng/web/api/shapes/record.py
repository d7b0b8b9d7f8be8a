"""The record: history, verdict, registers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from jiecheng.web.api.shapes.base import Out


class Change(Out):
    path: str
    old: Any
    new: Any


class HistoryRow(Out):
    seq: int
    at: datetime
    event: str
    label: str
    who: str
    post: str
    public: dict[str, Any]
    changes: list[Change]
    clauses: list[str]
    sha256: str
    sm3: str


class HistoryOut(BaseModel):
    case: int
    number: str
    state: str
    version: int
    rows: list[HistoryRow]


class Verdict(BaseModel):
    ok: bool
    count: int
    sentence: str
    faults: list[str]


class Entry(Out):
    case: int
    key: str
    number: str
    title: str
    status: str
    columns: dict[str, Any]
    version: int
    updated_at: datetime


class RegisterOut(BaseModel):
    name: str
    title: str
    tab: str
    counts: dict[str, int]
    rows: list[Entry]
    next_key: str
