"""Two commands that meet at one case in the same second: the deeds, one line each in `DEEDS`, and the stages they meet at."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from race_world import (
    ADMINISTRATOR,
    ASKER,
    AWAY,
    AWAY_SOON,
    FIRST,
    HEAD,
    LEGAL,
    MONEY,
    OTHER_ADMINISTRATOR,
    SECOND,
    STAND_IN,
    STAND_IN_SOON,
    THIRD,
    Scene,
    World,
)

from jiecheng import cases
from jiecheng.cases import circulation, question, signers, supervision
from jiecheng.cases.open_case import open_case


def offered(world):
    """The review waits for one of two to take it."""
    return world.start("会签").look()


def void_asked(world):
    """One administrator has asked to void it."""
    scene = offered(world)
    return scene.must(ANYWHERE["ask to void"](scene))


def reviewed(world):
    return offered_to(world, "会签")


def offered_to(world, way):
    scene = world.start(way).look()
    return scene.must(decide(FIRST, "preliminary_review", "agree")(scene))


def split(world):
    """Two branches wait at once."""
    return offered_to(world, "分头")


def half_signed(world):
    """One of three has signed."""
    scene = reviewed(world)
    return scene.must(decide(LEGAL, LEGAL, "agree")(scene))


def nearly_signed(world):
    """The last signature is missing."""
    scene = half_signed(world)
    return scene.must(decide(MONEY, MONEY, "agree")(scene))


def signer_awaited(world):
    """The reviewer has decided; it holds when the one he added has signed."""
    scene = offered(world)
    scene.must(on_item(signers.add_signer, signers.AddSigner, FIRST, REVIEW, THIRD, "parallel", "请先看")(scene))
    return scene.must(decide(FIRST, FIRST, "agree")(scene))


def soon_lent(world):
    """Somebody is away from now on, and the flows have not come to this case."""
    scene = world.start("会签", [AWAY_SOON]).look()
    world.lend(AWAY_SOON, STAND_IN_SOON)
    return scene


def lent(world):
    """Another stands in until the week is over."""
    world.lend(AWAY, STAND_IN)
    return world.start("会签", [AWAY]).look()


def supervised(world):
    scene = offered(world)
    return scene.must(ANYWHERE["supervise"](scene))


def assigned(world):
    scene = supervised(world)
    return scene.must(assign(FIRST)(scene))


def received(world):
    scene = assigned(world)
    return scene.must(receive(scene))


def answered(world):
    scene = received(world)
    return scene.must(report(scene))


# ---------------------------------------------------------------------- what they press: one line each


def decide(who, item, outcome):
    return lambda at: (
        lambda tx: cases.decide_work_item(
            tx, cases.DecideWorkItem(at.world.who(who), at.items[item], outcome, "意见。")
        )
    )


def send_back(who, item, target, back="step"):
    return lambda at: (
        lambda tx: cases.return_case(tx, cases.ReturnCase(at.world.who(who), at.items[item], target, back, "请补充。"))
    )


def on_item(command, words, who, item, *more):
    """A command of an item: what it is called, its words, who gives it."""
    return lambda at: lambda tx: command(tx, words(at.world.who(who), at.items[item], *more))


def on_case(command, words, who, *more):
    return lambda at: lambda tx: command(tx, words(at.world.who(who), at.case, *more))


def later_timer(at):
    timer = at.timer()
    return lambda tx: cases.fire_timer(tx, timer)


def to_the_other_release(at):
    move = cases.MigrateCase(at.world.who(ADMINISTRATOR), at.case, at.world.elsewhere)
    return lambda tx: cases.migrate_case(tx, move)


def taking_back(who):
    def prepared(at):
        item = at.decided(who)
        return lambda tx: cases.retract_decision(tx, cases.RetractDecision(at.world.who(who), item))

    return prepared


def opening(who, item):
    return lambda at: lambda tx: bool(cases.show_item(tx, at.world.who(who), at.items[item])) and None


def draft(who, item):
    return lambda at: lambda tx: cases.save_draft(tx, at.world.who(who), f"item:{at.items[item]}", {"opinion": "草稿"})


def brought_in_line(at):
    """What the flows do with a case when somebody begins to stand in, or ends."""
    return lambda tx: open_case(tx, at.case).close()


def on_supervision(command, words, who, *more):
    return lambda at: lambda tx: command(tx, words(at.world.who(who), at.supervision(), *more))


def assign(to):
    return on_supervision(supervision.assign_supervision, supervision.AssignSupervision, HEAD, str(to))


receive = on_supervision(supervision.receive_supervision, supervision.ReceiveSupervision, FIRST)
report = on_supervision(supervision.answer_supervision, supervision.AnswerSupervision, FIRST, "明天办结")
REVIEW = "preliminary_review"
ANYWHERE = {
    "hold": on_case(cases.hold_case, cases.HoldCase, ADMINISTRATOR, "等候答复", "会议决定"),
    "urge": on_case(cases.urge_case, cases.UrgeCase, ASKER, "请快"),
    "withdraw": on_case(cases.withdraw_case, cases.WithdrawCase, ASKER, "不办了"),
    "recall": on_case(cases.recall_case, cases.RecallCase, ASKER, "写错了"),
    "ask to void": on_case(cases.request_voiding, cases.RequestVoiding, ADMINISTRATOR, "登记了两次"),
    "confirm void": on_case(cases.confirm_voiding, cases.ConfirmVoiding, OTHER_ADMINISTRATOR),
    "resume": on_case(cases.resume_case, cases.ResumeCase, ADMINISTRATOR),
    "migrate": to_the_other_release,
    "circulate": on_case(circulation.circulate_case, circulation.CirculateCase, ASKER, LEGAL, "请知悉"),
    "ask": on_case(question.ask_question, question.AskQuestion, ASKER, FIRST, "缺什么材料？"),
    "supervise": on_case(supervision.supervise_case, supervision.SuperviseCase, HEAD, "请说明进度", 3),
}
DEEDS: dict[Callable[[World], Scene], dict[str, Callable[[Scene], Callable]]] = {
    offered: {
        **ANYWHERE,
        "decide": decide(FIRST, REVIEW, "agree"),
        "decide by the other": decide(SECOND, REVIEW, "correct"),
        "claim": on_item(cases.claim_work_item, cases.ClaimWorkItem, FIRST, REVIEW),
        "claim by the other": on_item(cases.claim_work_item, cases.ClaimWorkItem, SECOND, REVIEW),
        "release": on_item(cases.release_work_item, cases.ReleaseWorkItem, FIRST, REVIEW),
        "transfer": on_item(cases.transfer_work_item, cases.TransferWorkItem, FIRST, REVIEW, THIRD, "出差"),
        "delegate": on_item(cases.delegate_work_item, cases.DelegateWorkItem, FIRST, REVIEW, SECOND, "请核对"),
        "answer": on_item(cases.answer_delegation, cases.AnswerDelegation, SECOND, REVIEW, "无误"),
        "return": send_back(FIRST, REVIEW, "applicant_revises"),
        "add signer": on_item(signers.add_signer, signers.AddSigner, FIRST, REVIEW, SECOND, "before", "请先看"),
        "timer": later_timer,
        "open": opening(SECOND, REVIEW),
        "draft": draft(FIRST, REVIEW),
    },
    void_asked: {
        "decide": decide(FIRST, REVIEW, "agree"),
        "confirm void": ANYWHERE["confirm void"],
        "decline void": on_case(cases.decline_voiding, cases.DeclineVoiding, OTHER_ADMINISTRATOR, "可以退回"),
        "timer": later_timer,
        "hold": ANYWHERE["hold"],
    },
    split: {
        "decide": decide(LEGAL, LEGAL, "agree"),
        "decide beside": decide(MONEY, MONEY, "agree"),
        "refuse beside": decide(MONEY, MONEY, "disagree"),
        "return": send_back(LEGAL, LEGAL, "preliminary_review"),
        "return beside": send_back(MONEY, MONEY, "applicant_revises", "direct"),
        "transfer": on_item(cases.transfer_work_item, cases.TransferWorkItem, LEGAL, LEGAL, THIRD, "出差"),
        "retract": taking_back(FIRST),
        "open": opening(LEGAL, LEGAL),
        "hold": ANYWHERE["hold"],
    },
    half_signed: {
        "sign": decide(MONEY, MONEY, "agree"),
        "refuse": decide(THIRD, THIRD, "disagree"),
        "return": send_back(MONEY, MONEY, "preliminary_review"),
        "retract": taking_back(LEGAL),
        "open": opening(MONEY, MONEY),
    },
    signer_awaited: {
        "sign": decide(THIRD, THIRD, "agree"),
        "disagree": decide(THIRD, THIRD, "disagree"),
        "withdraw signer": on_item(signers.withdraw_signer, signers.WithdrawSigner, FIRST, THIRD, "不用了"),
        "hold": ANYWHERE["hold"],
    },
    soon_lent: {
        "decide": decide(AWAY_SOON, REVIEW, "agree"),
        "begin": brought_in_line,
        "transfer": on_item(cases.transfer_work_item, cases.TransferWorkItem, AWAY_SOON, REVIEW, SECOND, "出差"),
    },
    lent: {
        "decide": decide(AWAY, REVIEW, "agree"),
        "decide for him": decide(STAND_IN, REVIEW, "correct"),
        "end": brought_in_line,
        "transfer": on_item(cases.transfer_work_item, cases.TransferWorkItem, AWAY, REVIEW, SECOND, "出差"),
    },
    supervised: {"assign": assign(FIRST), "assign another": assign(SECOND)},
    assigned: {"receive": receive, "assign another": assign(SECOND)},
    received: {"answer": report, "assign another": assign(SECOND), "decide": decide(FIRST, REVIEW, "agree")},
    answered: {
        "close": on_supervision(supervision.close_supervision, supervision.CloseSupervision, HEAD, "同意"),
        "ask for more": on_supervision(supervision.return_supervision, supervision.ReturnSupervision, HEAD, "写明", 2),
    },
    nearly_signed: {
        "sign": decide(THIRD, THIRD, "agree"),
        "retract": taking_back(MONEY),
        "hold": ANYWHERE["hold"],
    },
}
LATER = frozenset({"timer", "end"})
# The pairs that have cost other systems most, two hundred times each.
DANGEROUS = (
    *((offered, "decide", other) for other in (
        "decide by the other", "withdraw", "return", "transfer", "hold", "timer", "migrate", "urge"
    )),
    (offered, "decide", "add signer"),
    (void_asked, "decide", "confirm void"),
    (offered, "claim", "claim by the other"),
    (offered, "claim", "transfer"),
    (split, "return", "return beside"),
    (split, "decide", "decide beside"),
    (split, "retract", "decide"),
    (split, "retract", "open"),
    (signer_awaited, "sign", "withdraw signer"),
    (lent, "decide", "decide for him"),
    (lent, "decide for him", "end"),
    (half_signed, "sign", "refuse"),
    (nearly_signed, "sign", "retract"),
)  # fmt: skip


def pairs():
    """Every two deeds that may meet at one case, one with itself too: a button pressed by two windows."""
    for stage, deeds in DEEDS.items():
        yield from ((stage, *two) for two in itertools.combinations_with_replacement(deeds, 2))
