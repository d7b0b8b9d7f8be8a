"""The flows: when each runs, what it tries again, what it touches. The worker tells the product, whose page shows it."""

from __future__ import annotations

from collections.abc import Sequence

from jiecheng.model.flow import DeclaredFlow
from jiecheng_flows import reminders, upkeep, verification

_IN_THE_END = "还不成，隔一会儿再试，多次不成就停下，列入「空缺与异常」"

FLOWS: Sequence[DeclaredFlow] = (
    DeclaredFlow(
        "fire-due-timers", "触发到期的定时事项", "有定时事项到期时", f"当场再试 1 次；{_IN_THE_END}",
        "办件的定时环节：借期届满、升级、到期提醒",
    ),
    DeclaredFlow(
        "send-due-reminders", "提醒临期和超期的待办", "有待办临期、超期时", "当场再试 1 次；还不成，隔一会儿再试",
        "给办理人的通知，给上级的通知",
    ),
    DeclaredFlow(
        "drain-outbox", "送达通知、执行系统作业", "有待送达的通知或作业时", f"当场再试 2 次；{_IN_THE_END}",
        "通知、借调函等文书的编号和制作、清单公布、附件病毒检查",
    ),
    DeclaredFlow(
        "send-dispatches", "往外发提醒", "有要往外发的提醒时", _IN_THE_END,
        "邮件、企业微信、钉钉、飞书；只发事项名称，不发内容",
    ),
    DeclaredFlow(
        "change-organisation", "机构人员调整和代理到期", "有调整生效、任职到期、代理起止时", "没有做完的，下一次接着做",
        "机构人员、代理、待办的交接",
    ),
    DeclaredFlow(
        "run-gates", "流程草稿的检查", "有人提交检查时", "中断以后由下一个执行进程从头再做",
        "草稿的检查结果；在另外的临时库里做，不碰办件",
    ),
    DeclaredFlow(
        "send-digest", "每日待办汇总", "工作日早上", "不再试，第二天照常", "给每个有待办的人一条通知", reminders.MORNING,
    ),
    DeclaredFlow(
        "clean-up", "清理过期的登录", "每天凌晨", "不再试，第二天照常", "过期的登录会话、一天以前的登录失败记录", upkeep.NIGHTLY,
    ),
    DeclaredFlow(
        "verify-ledger", "校验全部办件的历史", "每天凌晨", "不再试，第二天照常；校验不通过的办件列入「空缺与异常」",
        "只读历史，不改动", verification.NIGHTLY,
    ),
)  # fmt: skip
