"""Commands and the events they leave: the one source for history, API, features and pages.

A command is imperative and may be refused; an event is past and true for ever.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EventWord:
    event: str
    chinese: str  # as the timeline says it


COMMANDS: dict[str, tuple[EventWord, ...]] = {
    "start_case": (EventWord("case_started", "发起"),),
    "claim_work_item": (EventWord("work_item_claimed", "签收"),),
    "release_work_item": (EventWord("work_item_released", "释放"),),
    "decide_work_item": (EventWord("work_item_decided", "办理"), EventWord("signer_signed", "加签意见")),
    "add_signer": (EventWord("signer_added", "加签"),),
    "withdraw_signer": (EventWord("signer_withdrawn", "减签"),),
    "transfer_work_item": (EventWord("work_item_transferred", "转办"),),
    "delegate_work_item": (EventWord("work_item_delegated", "委派"),),
    "answer_delegation": (EventWord("delegation_answered", "答复委派"),),
    "return_case": (EventWord("case_returned", "退回"),),
    "retract_decision": (EventWord("decision_retracted", "撤回办理"),),
    "recall_case": (EventWord("case_recalled", "撤回修改"),),
    "withdraw_case": (EventWord("case_withdrawn", "撤销"),),
    "request_voiding": (EventWord("voiding_requested", "提请作废"),),
    "decline_voiding": (EventWord("voiding_declined", "不同意作废"),),
    "void_case": (EventWord("case_voided", "作废"),),
    "reverse_case": (EventWord("reversal_begun", "撤销已办结"),),
    "correlate_message": (EventWord("message_correlated", "提交事项"),),
    "fire_timer": (EventWord("timer_fired", "定时到期"),),
    "add_attachment": (EventWord("attachment_added", "上传附件"), EventWord("attachment_replaced", "附件换新版")),
    "remove_attachment": (EventWord("attachment_removed", "删除附件"),),
    "receive_paper": (EventWord("document_received", "签收文书"),),
    "complete_job": (EventWord("job_completed", "系统作业完成"),),
    "fail_job": (EventWord("job_failed", "系统作业失败"),),
    "hold_case": (EventWord("case_held", "挂起"),),
    "resume_case": (EventWord("case_resumed", "恢复办理"),),
    "circulate_case": (EventWord("case_circulated", "传阅"),),
    "withdraw_circulation": (EventWord("circulation_withdrawn", "撤回传阅"),),
    "view_circulation": (EventWord("circulation_viewed", "阅办意见"),),
    "ask_question": (EventWord("question_asked", "沟通"),),
    "answer_question": (EventWord("question_answered", "沟通答复"),),
    "supervise_case": (EventWord("supervision_opened", "督办立项"),),
    "assign_supervision": (EventWord("supervision_assigned", "督办交办"),),
    "receive_supervision": (EventWord("supervision_received", "督办签收"),),
    "answer_supervision": (EventWord("supervision_answered", "督办反馈"),),
    "return_supervision": (EventWord("supervision_returned", "督办要求补充"),),
    "close_supervision": (EventWord("supervision_closed", "督办办结"),),
    "migrate_case": (EventWord("case_migrated", "转到新版本"),),
    "resolve_incident": (EventWord("incident_resolved", "异常处理"),),
    "publish_register": (EventWord("register_published", "公布台账版本"),),
    "publish_release": (EventWord("release_published", "发布版本"),),
}

# What follows from a command inside the same transaction, always by the system.
CONSEQUENCES: tuple[EventWord, ...] = (
    EventWord("case_advanced", "流转"),
    EventWord("task_opened", "环节开始"),
    EventWord("task_completed", "环节办结"),
    EventWord("task_cancelled", "环节取消"),
    EventWord("decision_evaluated", "规则判定"),
    EventWord("register_entry_written", "登记台账"),
    EventWord("way_back_taken", "直达退回的环节"),
    EventWord("votes_counted", "计票"),
    EventWord("work_item_opened", "轮到办理"),
    EventWord("work_items_closed", "其余待办结束"),
    EventWord("stand_in_began", "由他人代办"),
    EventWord("stand_in_ended", "代办结束"),
    EventWord("notice_owed", "通知"),
    EventWord("work_item_handed_back", "回到加签的人"),
    EventWord("work_item_moved", "人员调整，由他人接办"),
    EventWord("case_ended", "办结"),
    EventWord("incident_raised", "异常"),
    EventWord("job_opened", "系统作业开始"),
    EventWord("number_voided", "编号作废"),
    EventWord("document_issued", "制发文书"),
    EventWord("document_sent", "送达文书"),
    EventWord("task_overdue", "超期"),
    EventWord("supervision_overdue", "督办超期"),
    EventWord("attachment_refused", "附件没有通过病毒检查"),
    EventWord("limit_recounted", "期限重新计算"),
    EventWord("timer_moved", "定时改期"),
)

CHINESE_EVENTS: dict[str, str] = {
    word.event: word.chinese for words in (*COMMANDS.values(), CONSEQUENCES) for word in words
}
