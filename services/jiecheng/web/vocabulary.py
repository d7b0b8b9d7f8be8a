"""Word lists of the pages: what codes of the house are called in Chinese. Only tables; `wording` reads them."""

from __future__ import annotations

from collections.abc import Mapping

from jiecheng.model.voting import Vote

CHINESE_VOTES: Mapping[str, str] = {
    Vote.AGREE: "同意",
    Vote.DISAGREE: "不同意",
    Vote.ABSTAIN: "弃权",
    Vote.ABSENT: "缺席",
    Vote.RECUSED: "回避",
}

GHERKIN_WORDS = (
    "功能", "规则", "背景", "场景大纲", "场景", "例子", "假如", "假设", "当", "那么", "而且", "并且", "但是",
)  # fmt: skip

# What an auditor reads beside an event; the rest of the public part serves machines.
PUBLIC_WORDS: Mapping[str, str] = {
    "number": "编号",
    "version": "流程版本",
    "from_version": "原来的版本",
    "to_version": "转到的版本",
    "profile": "适用政策",
    "outcome_label": "决定",
    "due": "期限",
    "due_before": "原来的期限",
    "candidates": "承办人数",
    "status": "台账状态",
    "sha256": "文件摘要",
    "size": "字节数",
    "readers": "通知人数",
    "why": "原因",
    "rows": "命中规则行",
    "outcome": "结果",
}

PERSONAL_WORDS: Mapping[str, str] = {
    "opinion": "意见",
    "reason": "原因",
    "title": "标题",
    "result": "判定结果",
    "task.reason": "为什么由其办理",
    "task.candidates": "承办人",
    "attachment.name": "文件名",
    "notice.text": "通知内容",
    "notice.identities": "通知对象",
    "notice.reason": "为什么通知他",
    "meeting.sentence": "表决结果",
    "voting.sentence": "计票",
    "from": "交出的人",
    "to": "接手的人",
    "meeting.must_stand_aside": "应回避",
    "message": "说明",
    "explanation": "处理情况",
    "words": "内容",
    "between.words": "沟通内容",
    "between.people": "沟通双方",
    "circulation.readers": "收阅人",
    "register.status": "台账状态",
}

# What only a machine compares: folded away under 技术细节.
TECHNICAL_WORDS = frozenset({PUBLIC_WORDS["sha256"], PUBLIC_WORDS["size"]})

# What the process itself writes down beside what people say.
NOTED_WORDS: Mapping[str, str] = {"inputs": "判定时看到的", "document.title": "文书"}

YES_NO = {True: "是", False: "否"}

NODE_WORDS: Mapping[str, str] = {
    "startEvent": "开始",
    "endEvent": "结束",
    "userTask": "人员办理",
    "businessRuleTask": "规则判定",
    "sendTask": "发送通知",
    "serviceTask": "自动办理",
    "intermediateCatchEvent": "等待",
    "intermediateThrowEvent": "登记",
    "boundaryEvent": "定时或例外",
    "subProcess": "阶段",
}

HIT_WORDS: Mapping[str, str] = {
    "UNIQUE": "各行互不重叠，至多一行成立",
    "ANY": "可有多行成立，结果必须相同",
    "FIRST": "从上往下，第一条成立的算",
    "PRIORITY": "多行成立时取优先的结果",
    "COLLECT": "所有成立的行都列出",
    "RULE ORDER": "所有成立的行按顺序列出",
    "OUTPUT ORDER": "所有成立的行按结果顺序列出",
}
