"""How values read on a page: days, moments, sizes, query strings. Template filters; no markup, no decisions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment

from jiecheng.cases.joint import MODE_WORDS
from jiecheng.cases.once import Answer
from jiecheng.definitions.changes import RESOLVER_WORDS
from jiecheng.forms import FormView
from jiecheng.model.actor import Actor
from jiecheng.model.case import CHINESE_CASE_STATES, CaseState
from jiecheng.model.command import CHINESE_EVENTS
from jiecheng.model.definition import FlowNode
from jiecheng.model.draft import CHINESE_DRAFT_STATES, DraftState
from jiecheng.model.voting import MeetingRule, Mode
from jiecheng.web.vocabulary import (
    CHINESE_VOTES,
    GHERKIN_WORDS,
    HIT_WORDS,
    NODE_WORDS,
    PUBLIC_WORDS,
    YES_NO,
)

# One time zone for the whole country; without tzdata on the machine this still holds.
CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
ISO_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)")
WEEKDAYS = "一二三四五六日"


def day(value: date | datetime | str | None) -> str:
    """2026-11-21（周六）"""
    found = _as_day(value)
    return f"{found:%Y-%m-%d}（周{WEEKDAYS[found.weekday()]}）" if found else str(value or "")


def plain_day(value: date | datetime | str | None) -> str:
    """2026-11-21"""
    found = _as_day(value)
    return f"{found:%Y-%m-%d}" if found else str(value or "")


def moment(value: datetime | None) -> str:
    """2026-11-21 14:05"""
    return f"{value.astimezone(CHINA):%Y-%m-%d %H:%M}" if value else ""


def second(value: datetime) -> str:
    """2026-11-21 14:05:09, where many things of one minute stand below each other."""
    return f"{value.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"


def size(count: int) -> str:
    """12 KB"""
    if count < 1024:
        return f"{count} 字节"
    return f"{count / 1024:.0f} KB" if count < 1024 * 1024 else f"{count / 1024 / 1024:.1f} MB"


def case_word(state: str) -> str:
    return CHINESE_CASE_STATES[CaseState(state)]


def event_word(event: str) -> str:
    return CHINESE_EVENTS.get(event, event)


def vote_word(vote: str) -> str:
    return CHINESE_VOTES.get(vote, vote)


def without(query: Mapping[str, str], *names: str) -> str:
    """The query string without these keys."""
    return urlencode({key: value for key, value in query.items() if key not in names})


def with_value(query: Mapping[str, str], name: str, value: str) -> str:
    """The query string with this key set."""
    return urlencode({**query, name: value})


def shown(value: object) -> str:
    """Any value of a case as people read it."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return YES_NO[value]
    if isinstance(value, Mapping):
        name = value.get("label") or value.get("name") or value.get("text")
        if name:
            vote = value.get("vote")
            return f"{name}：{vote_word(str(vote))}" if vote else str(name)
        return "；".join(f"{key}：{shown(one)}" for key, one in value.items() if one not in (None, ""))
    if isinstance(value, list | tuple):
        return "、".join(shown(one) for one in value) or "—"
    return _in_beijing(str(value))


def _in_beijing(text: str) -> str:
    """A moment written for programs as 2026-11-21 14:05; any other text as it is."""
    if not ISO_MOMENT.fullmatch(text):
        return text
    try:
        return moment(datetime.fromisoformat(text))
    except ValueError:
        return text


def public_facts(public: Mapping[str, object]) -> list[tuple[str, str]]:
    """The public part of an event in words, in a fixed order."""
    known = {**public}
    if known.get("outcome_label"):
        known.pop("outcome", None)  # the label says it in Chinese
    return [
        (words, shown(known[name])) for name, words in PUBLIC_WORDS.items() if known.get(name) not in (None, "", [])
    ]


def rule_words(rule: MeetingRule) -> str:
    """The rule of a meeting as one sentence."""
    quorum = f"{'超过' if rule.quorum_strict else '不少于'}应到成员的 {_share(rule.quorum)} 到会方可表决"
    majority = f"{'超过' if rule.majority_strict else '不少于'}到会成员的 {_share(rule.majority)} 同意即为通过"
    return f"{quorum}；{majority}。回避的成员不计入应到人数。"


def _share(share: Decimal) -> str:
    return {"0.5": "二分之一"}.get(str(share.normalize()), f"{Fraction(share).limit_denominator(12)}")


def source_word(source: str) -> str:
    return {"folders": "随程序部署", "studio": "流程设计"}.get(source, source)


def feature_name(text: str) -> str:
    return next((rest.strip("：: ") for word, rest in gherkin(text) if word == "功能"), "")


def node_word(node: FlowNode) -> str:
    if node.mode is Mode.MEETING:
        return "集体研究"
    if node.voting is not None:
        return MODE_WORDS[node.mode]
    if node.kind.endswith("Gateway"):
        return "判断"
    return NODE_WORDS.get(node.kind, node.kind)


def who_word(node: FlowNode) -> str:
    if node.assignment is None:
        return "系统" if node.kind in ("businessRuleTask", "sendTask", "serviceTask") else ""
    words = RESOLVER_WORDS.get(node.assignment.resolver, node.assignment.resolver)
    post = node.assignment.parameters.get("post") or node.assignment.parameters.get("body") or ""
    return f"{words}：{post}" if post and not post.startswith("=") else words


def has_words(view: FormView) -> bool:
    """Whether a form that is only read says anything; a sheet of dashes helps nobody."""
    return any(_says(node) for node in view.nodes)


def only_says(view: FormView, reasons: Sequence[Any]) -> bool:
    """Whether a form that is only read has nothing but these findings of a table."""
    said = {one.message for one in reasons}
    nodes: Sequence[Any] = view.nodes
    rows = [row for node in nodes if node.node == "table" for row in node.rows]
    others = [node for node in nodes if node.node not in ("table", "text", "separator")]
    return bool(rows) and not view.editable and not others and all(said & set(row) for row in rows)


def first_heading(view: Any) -> str:  # noqa: ANN401 - as above
    """What a form calls itself: its first group, or the first line of its first text."""
    for node in view.nodes:
        heading = getattr(node, "label", "") if node.node == "group" else ""
        if node.node == "text":
            heading = node.blocks[0].lines[0]
        if heading:
            return str(heading)
    return "办理材料"


def _says(node: Any) -> bool:  # noqa: ANN401 - the kinds of nodes have no common type
    match node.node:
        case "field":
            return bool(node.text)
        case "group":
            return any(_says(child) for child in node.children)
        case "list" | "table":
            return bool(node.rows)
        case "text":
            return bool(node.tells)
    return False


def gherkin(text: str) -> list[tuple[str, str]]:
    """Lines of a feature as (keyword with its indent, rest); language and tag lines say nothing to readers."""
    lines = []
    for line in text.splitlines():
        bare = line.strip()
        if bare.startswith(("#", "@")):
            continue
        word = next((word for word in GHERKIN_WORDS if bare.startswith(word)), "")
        indent = line[: len(line) - len(line.lstrip())]
        lines.append((indent + word, bare.removeprefix(word)) if word else ("", line))
    return lines


def said(answer: Answer) -> str:
    """The sentence of a command, and who goes on with the case."""
    steps = "；".join(
        f"{holder.step}（{'、'.join(map(_unbracketed, holder.people)) or '暂无人选，已报流程管理员'}）"
        for holder in answer.holders
    )
    return f"{answer.sentence}下一步：{steps}。" if steps else answer.sentence


def _unbracketed(person: str) -> str:
    """许书宁（区委组织部 干部科科长） inside brackets already: 许书宁 区委组织部 干部科科长."""
    return person.removesuffix("）").replace("（", " ", 1) if person.count("（") == 1 else person


def decision_tone(answer: Answer, actor: Actor, step: str = "") -> str:
    """Amber when what was handed in came straight back to the one who did it: to the same step, or from the start."""
    mine = f"{actor.name}（{actor.post}）"
    back = any(holder.people == (mine,) and step in ("", holder.step.partition("（")[0]) for holder in answer.holders)
    return "warn" if back else "good"


def message_tone(answer: Answer) -> str:
    """Amber when the sentence says that something was not done."""
    return "warn" if "未" in answer.sentence else "good"


def teach(environment: Environment) -> None:
    """Give a template environment these words."""
    environment.filters.update(
        day=day,
        plain_day=plain_day,
        moment=moment,
        second=second,
        size=size,
        case_word=case_word,
        event_word=event_word,
        vote_word=vote_word,
        gherkin=gherkin,
        shown=shown,
        public_facts=public_facts,
        rule_words=rule_words,
        has_words=has_words,
        only_says=only_says,
        first_heading=first_heading,
        feature_name=feature_name,
        source_word=source_word,
        hit_word=lambda policy: HIT_WORDS.get(policy, policy),
        node_word=node_word,
        who_word=who_word,
        draft_word=lambda state: CHINESE_DRAFT_STATES[DraftState(state)],
        without=without,
        with_value=with_value,
    )


def _as_day(value: date | datetime | str | None) -> date | None:
    if isinstance(value, datetime):
        return value.astimezone(CHINA).date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
