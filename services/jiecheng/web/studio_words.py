"""How the diagram editor calls the jc: words: Chinese names for the table of `definitions.vocabulary`, and which list each offers.

Only names: which words there are, where they stand and what they need, the table says. A word without a name here is
shown under its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jiecheng.definitions.changes import RESOLVER_WORDS
from jiecheng.definitions.moddle import children_of, type_name
from jiecheng.definitions.vocabulary import ATTRIBUTES, WORDS
from jiecheng.directory import RESOLVERS

WORD_NAMES: Mapping[str, str] = {
    "starters": "谁可以发起",
    "assignment": "谁来办",
    "form": "用什么表单",
    "field": "字段权限",
    "outcome": "办理结果（按钮）",
    "input": "交给被调用流程",
    "output": "办完后记下",
    "due": "办理时限",
    "meeting": "集体研究（表决）",
    "addSigner": "停在这里时可以加签",
    "withdrawable": "停在这里时发起人可以撤销",
    "retractable": "办完以后办理人可以撤回",
    "facts": "判定前查台账",
    "notice": "通知内容",
    "circulate": "办完后传阅给",
    "document": "制发文书",
    "registerEntry": "登记台账",
    "column": "台账栏目",
    "instance": "几家各办一份",
    "compartment": "只给本单位看",
    "voting": "几个人分别表态",
    "return": "可以退回到哪里",
    "transferable": "可以转给别人办",
    "holdable": "停在这里时可以挂起",
    "publication": "公布台账",
}
ATTRIBUTE_NAMES: Mapping[str, str] = {
    "resolver": "人员规则",
    "addSigner.ways": "加签方式",
    "addSigner.within": "可以加签的范围",
    "addSigner.parallel": "并加签的人说的话",
    "exclude": "谁要回避",
    "form.name": "表单",
    "form.default": "没有点名的字段",
    "key": "字段",
    "right": "权限",
    "outcome.value": "结果代码（小写英文）",
    "outcome.label": "按钮上的字",
    "opinion": "意见",
    "style": "按钮样子",
    "source": "取值",
    "target": "记入变量",
    "until": "可以撤回到什么时候",
    "workingDays": "工作日",
    "basis": "依据",
    "supervise": "超期以后督办，几个工作日内反馈",
    "quorum": "到会比例",
    "majority": "通过比例",
    "register": "台账",
    "status": "状态",
    "where": "按哪一栏查",
    "equals": "等于",
    "text": "内容",
    "letter": "文书模板",
    "numberKind": "编号用字",
    "issuer": "发文机关",
    "to": "发给谁",
    "circulate.to": "给谁看（人或机关）",
    "circulate.text": "说一句话",
    "circulate.post": "机关里的岗位",
    "column.name": "栏目",
    "organ": "机关",
    "label": "名称",
    "title": "办件标题",
    "reversedBy": "已办结的办件用哪个流程撤销",
    "alike": "怎样算同样的办件",
    "clauses": "依据条款",
    "resultVariable": "结果存入变量",
    "decision": "用哪张判定表",
    "job": "系统作业",
    "mode": "怎样算数",
    "ratio": "通过的比例",
    "abstentions": "弃权怎么算",
    "tie": "正好一半时",
    "veto": "谁有一票否决",
    "return.to": "退回到（环节标识）",
    "back": "改好以后怎样回来",
    "within": "转到多大范围",
    "effective": "生效日期",
    "instance.key": "用什么区分各份",
    "registerEntry.key": "行标识（一件登几行时）",
}
CHOICE_NAMES: Mapping[str, str] = {
    "organ": "本机关",
    "street": "本街镇",
    "district": "全区",
    "advice": "意见，不计票",
    "vote": "参加表决",
    "hidden": "不显示",
    "read": "只看",
    "edit": "可填",
    "required": "必填",
    "optional": "可不填",
    "primary": "主要",
    "danger": "否定",
    "secondary": "次要",
    "unread": "下一环节还没有人打开",
    "unhandled": "下一环节还没有办理",
    "all": "会签：全部同意",
    "any": "或签：先办的人决定",
    "sequential": "依次：轮到谁交给谁",
    "ratio": "按比例",
    "count": "计入基数",
    "leave": "不计入",
    "fails": "不通过",
    "passes": "通过",
    "step": "逐级：每一步重新办",
    "direct": "直达：直接回来",
    "issue_document": "制发文书",
    "publish_register": "公布台账",
}
# Which list of `cases.studio.choices` an attribute offers.
LISTS: Mapping[str, str] = {
    "form.name": "forms",
    "field.key": "fields",
    "basis": "clauses",
    "clauses": "clauses",
    "letter": "letters",
    "decision": "decisions",
    "register": "registers",
    "registerEntry.status": "statuses",
    "column.name": "columns",
    "post": "posts",
    "circulate.post": "posts",
    "organ": "organs",
    "street": "streets",
    "kind": "kinds",
    "target": "variables",
    "resultVariable": "variables",
}
HINTS: Mapping[str, str] = {
    "ways": "before 前加签、after 后加签、parallel 并加签，几种之间空格",
    "workingDays": "写数字，例如 3；或写表达式，例如 =limits.committee_days",
    "supervise": "写数字，例如 3；不写就不自动立项",
    "basis": "写条款编号，例如 X2，或一句话",
    "quorum": "1/2 表示过半数，≥2/3 表示不少于三分之二",
    "majority": "1/2 表示过半数，≥2/3 表示不少于三分之二",
    "source": "表达式，以 = 开头，例如 =borrowed.person",
    "exclude": "initiator 发起人、subject 当事人，几个之间空格",
    "clauses": "几个之间空格，例如 L2 X5",
    "text": "文字，或以 = 开头的表达式",
    "ratio": "例如 ≥2/3，只在“按比例”时写",
    "veto": "写 all 是人人都有，也可以写表达式",
    "to": "几个之间空格；退回时 initiator 是发起人，previous 是上一环节",
    "back": "step 逐级，direct 直达；几个之间空格",
    "effective": "表达式，例如 =effective_on",
    "title": '表达式，例如 ="借调" + borrowed.name',
}
PARAMETERS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "initiator": (),
    "initiator_organ_head": (),
    "identity": (("identity", "指定的人"),),
    "post": (("organ", "机关"), ("post", "岗位")),
    "head": (("organ", "机关"),),
    "superior": (("of", "谁的上级"), ("levels", "往上几级")),
    "party_organ_post": (("street", "街镇"), ("post", "岗位")),
    "meeting_secretary": (("street", "街镇"), ("organ", "机关"), ("body", "议事机构")),
    "holders": (("post", "岗位"), ("kind", "机关类别")),
    "anyone": (("kind", "机关类别"),),
    "organ_clerk": (("organ", "机关"),),
}


def words() -> list[dict[str, Any]]:
    """Every word that stands on a BPMN element, with its attributes and the words inside it."""
    return [_word(name) for name, word in WORDS.items() if not word.within <= set(WORDS)]


def attributes() -> list[dict[str, Any]]:
    """jc: attributes of BPMN elements, with the elements that may carry them."""
    return [{**_attribute("", name), "within": sorted(tags)} for name, tags in ATTRIBUTES.items()]


def resolvers() -> list[dict[str, Any]]:
    return [
        {
            "value": name,
            "label": RESOLVER_WORDS.get(name, name),
            "parameters": [{**_attribute("", key), "label": label} for key, label in PARAMETERS.get(name, ())],
        }
        for name in RESOLVERS
    ]


def _word(name: str) -> dict[str, Any]:
    word = WORDS[name]
    keys = dict.fromkeys((*word.required, *word.optional, *word.choices))
    return {
        "name": name,
        "type": f"jc:{type_name(name)}",
        "label": WORD_NAMES.get(name, name),
        "within": sorted(tag for tag in word.within if tag not in WORDS),
        "attributes": [{**_attribute(name, key), "required": key in word.required} for key in keys],
        "many": word.many,
        "children": [_word(child) for child in children_of(name)],
    }


def _attribute(word: str, key: str) -> dict[str, Any]:
    choices = WORDS[word].choices.get(key, ()) if word else ()
    return {
        "name": key,
        "label": ATTRIBUTE_NAMES.get(f"{word}.{key}", ATTRIBUTE_NAMES.get(key, key)),
        "choices": [{"value": one, "label": CHOICE_NAMES.get(one, one)} for one in choices],
        "list": LISTS.get(f"{word}.{key}", LISTS.get(key, "")),
        "hint": HINTS.get(key, ""),
    }
