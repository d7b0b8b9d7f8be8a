"""What each kind of node must say before it can run: who, with which form, with which result."""

from __future__ import annotations

from collections.abc import Iterator

from jiecheng.definitions.lint.names import SPEAKING
from jiecheng.definitions.lint.subject import Subject, called
from jiecheng.definitions.process import event_definitions
from jiecheng.definitions.safe_xml import local, text_of
from jiecheng.model.definition import Assignment
from jiecheng.model.errors import Finding

# What a flow can do for a case.
JOBS = ("issue_document", "publish_register")


def user_tasks(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes:
        if node.kind != "userTask":
            continue
        if node.assignment is None:
            yield Finding("assignment_missing", node.id, f"{called(node)}没有写由谁办理（jc:assignment），请补上。")
        if not node.forms:
            yield Finding("form_missing", node.id, f"{called(node)}没有表单（jc:form），请补上。")
        if not node.outcomes:
            yield Finding("outcome_missing", node.id, f"{called(node)}没有办理结果（jc:outcome），请至少写一个。")
        if len(node.outcomes) > 1 and not node.result_variable:
            sentence = f"{called(node)}有几种办理结果，却没有结果变量（jc:resultVariable），请补上。"
            yield Finding("result_variable_missing", node.id, sentence)


def outcomes(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes:
        values = [outcome.value for outcome in node.outcomes]
        for value in sorted({each for each in values if values.count(each) > 1}):
            yield Finding("outcome_repeated", node.id, f"{called(node)}的办理结果 {value} 写了两次，请改成不同的值。")
        for value in values:
            if not SPEAKING.match(value):
                sentence = f"{called(node)}的办理结果“{value}”应当用小写英文单词加下划线，例如 agree。"
                yield Finding("outcome_not_speaking", node.id, sentence)


def message_events(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes:
        catches = node.event == "message" and node.kind in ("intermediateCatchEvent", "boundaryEvent")
        if not (catches or node.kind == "receiveTask"):
            continue
        if not node.message:
            yield Finding("message_missing", node.id, f"{called(node)}没有引用消息（messageRef），请补上。")
        if node.assignment is None:
            yield Finding("assignment_missing", node.id, f"{called(node)}没有写谁可以提交（jc:assignment），请补上。")


def timer_events(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes:
        if node.event != "timer":
            continue
        times = [each for event in event_definitions(subject.elements[node.id]) for each in event]
        written = [each for each in times if local(each).startswith("time") and text_of(each)]
        if len(written) != 1:
            sentence = f"{called(node)}应当正好写一个时间（timeDate、timeDuration 或 timeCycle），请改正。"
            yield Finding("timer_time", node.id, sentence)


def send_tasks(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes:
        if node.kind != "sendTask":
            continue
        if node.assignment is None:
            yield Finding("assignment_missing", node.id, f"{called(node)}没有写通知谁（jc:assignment），请补上。")
        if not node.notice:
            yield Finding("notice_missing", node.id, f"{called(node)}没有通知内容（jc:notice），请补上。")


def circulations(subject: Subject) -> Iterator[Finding]:
    """Posts and organs, never a person by his id: whom it names is to be worked out from the case."""
    for node in subject.nodes:
        if node.circulate is not None and node.circulate.to and not node.circulate.to.startswith("="):
            sentence = (
                f"{called(node)}传阅给谁（jc:circulate 的 to）应当写成表达式，例如 =initiator.parent_organ，请改正。"
            )
            yield Finding("circulate_to", node.id, sentence)


def limits(subject: Subject) -> Iterator[Finding]:
    """Each a number of working days, or an expression that gives one."""
    for node in subject.nodes:
        if node.due is None:
            continue
        for code, what, days in (
            ("due_days", "办理时限的工作日", node.due.working_days),
            ("due_supervise", "超期督办的答复期限（supervise）", node.due.supervise),
        ):
            if days and not days.startswith("=") and not (days.isdecimal() and 1 <= int(days) <= 1000):
                sentence = f"{called(node)}{what}应当是 1 到 1000 的数字（只写数字，如 3），或者表达式，现在是“{days}”，请改正。"
                yield Finding(code, node.id, sentence)


def service_tasks(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes:
        if node.kind != "serviceTask":
            continue
        if node.job not in JOBS:
            known = "、".join(JOBS)
            said = f"系统作业（jc:job）“{node.job}”不存在" if node.job else "没有写做什么系统作业（jc:job）"
            yield Finding("job_unknown", node.id, f"{called(node)}{said}，可用的有 {known}。")
        elif node.job == "publish_register" and node.publication is None:
            yield Finding(
                "publication_missing", node.id, f"{called(node)}没有写公布哪本台账（jc:publication），请补上。"
            )
        elif node.job == "issue_document" and node.document is None:
            yield Finding("document_missing", node.id, f"{called(node)}没有写制发哪份文书（jc:document），请补上。")


def rule_tasks(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes:
        if node.kind != "businessRuleTask":
            continue
        if not node.decision:
            yield Finding("decision_missing", node.id, f"{called(node)}没有写用哪张判定表（jc:decision），请补上。")
        if not node.result_variable:
            sentence = f"{called(node)}没有结果变量（jc:resultVariable），判定结果无处存放，请补上。"
            yield Finding("result_variable_missing", node.id, sentence)


def unsupported(subject: Subject) -> Iterator[Finding]:
    """Kinds that no room of the house can run; the engine refuses more, and says why."""
    instead = {
        "scriptTask": "脚本任务不允许使用，请改用业务规则任务加判定表",
        "complexGateway": "复杂网关不允许使用，请改用排他网关或包容网关",
        "adHocSubProcess": "即席子流程不允许使用，请改用普通子流程",
        "task": "未定类型的任务不会执行，请改成人工任务、业务规则任务或发送任务",
    }
    for node in subject.nodes:
        if node.kind in instead:
            yield Finding("unsupported_kind", node.id, f"{called(node)}：{instead[node.kind]}。")


def resolvers(subject: Subject) -> Iterator[Finding]:
    """Checked only where the caller says which resolvers there are."""
    if not subject.resolvers:
        return
    places: list[tuple[str, Assignment | None]] = [(subject.definition.id, subject.definition.starters)]
    places += [(node.id, node.assignment) for node in subject.nodes]
    for place, assignment in places:
        if assignment is not None and assignment.resolver not in subject.resolvers:
            known = "、".join(sorted(subject.resolvers))
            sentence = f"{place} 的人员规则 {assignment.resolver} 不存在，可用的有 {known}。"
            yield Finding("resolver_unknown", place, sentence)
