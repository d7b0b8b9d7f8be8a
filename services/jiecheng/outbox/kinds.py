"""Kinds of debts, and what they are called."""

from __future__ import annotations

NOTICE = "notice"  # a sentence for readers' pages
JOB = "job"  # a service task's work
DISPATCH = "dispatch"  # a short word by a channel that leaves the house

SCAN = "scan"  # an attachment is to be looked at by the virus scanner

_CHINESE = {NOTICE: "通知送达", JOB: "系统作业", DISPATCH: "外发提醒", SCAN: "病毒检查"}


def say_kind(kind: str) -> str:
    return _CHINESE.get(kind, kind)
