"""沟通: who works on a step asks, whom he asks answers when he can. It holds up no decision and is on no approval sheet.

That there was a question stands in the history for all; its words are for the two and for auditors.
"""

from __future__ import annotations

from dataclasses import dataclass

from jiecheng import permissions, store
from jiecheng.cases import people
from jiecheng.cases.case import answer
from jiecheng.cases.doors import BETWEEN_PEOPLE, BETWEEN_WORDS
from jiecheng.cases.house import Tx
from jiecheng.cases.inbox import MOST_COUNTED, PAGE, Page, number_of, page_of
from jiecheng.cases.once import Answer, once
from jiecheng.cases.open_case import open_case
from jiecheng.cases.passing import passage_at_work, passing_facts, readers_named, require_readers
from jiecheng.cases.readers import tell
from jiecheng.cases.typed import words_of
from jiecheng.model.actor import Actor
from jiecheng.model.ids import CaseId, WorkItemId
from jiecheng.model.values import Value
from jiecheng.store.question import QuestionRow


@dataclass(frozen=True, slots=True)
class AskQuestion:
    """`to`: names of people and organs with 、 between; `item`: the step it is about, None: what one works on."""

    actor: Actor
    case: CaseId
    to: str
    question: str
    item: WorkItemId | None = None
    operation: str = ""


@dataclass(frozen=True, slots=True)
class AnswerQuestion:
    actor: Actor
    question: int
    answer: str
    operation: str = ""


def ask_question(tx: Tx, command: AskQuestion) -> Answer:
    content = {"ask": command.case, "to": command.to, "question": command.question, "item": command.item}
    return once(tx, command.actor, command.operation, content, lambda: _ask(tx, command))


def answer_question(tx: Tx, command: AnswerQuestion) -> Answer:
    content = {"answer_question": command.question, "words": command.answer}
    return once(tx, command.actor, command.operation, content, lambda: _answer(tx, command))


def list_questions(tx: Tx, actor: Actor, key: str = "", limit: int = PAGE) -> Page[QuestionRow]:
    """What this person has still to answer."""
    rows = store.question.list_open(tx.db, actor.identities, number_of(key), limit + 1)
    return page_of(rows, limit, lambda row: str(row.id))


def count_questions(tx: Tx, actor: Actor) -> int:
    return store.question.count_open(tx.db, actor.identities, MOST_COUNTED)


def _ask(tx: Tx, command: AskQuestion) -> Answer:
    opened, actor = open_case(tx, command.case), command.actor
    passage = passage_at_work(opened, actor, command.item)
    permissions.require_question(actor, passing_facts(opened, passage), at_work=passage.open)
    words = words_of(command.question, "question", "请写明要问什么。")
    asked = readers_named(tx, command.to)
    require_readers(opened, actor, passage, asked)
    values = {**passage.columns, "case_id": opened.id, "asker": actor.identity, "question": words}
    first = store.question.add(tx.db, values, asked)[0]
    names = "、".join(people.labels(tx, asked))
    public: dict[str, Value] = {"element": passage.element, "name": passage.name, "readers": len(asked)}
    told: dict[str, Value] = {BETWEEN_WORDS: f"问{names}：{words}", BETWEEN_PEOPLE: [actor.identity, *asked]}
    opened.record("question_asked", actor, public, told, compartment=passage.compartment)
    tell(opened, f"question:{first}", asked, f"「{opened.case.title}」{actor.name}问您：{words}")
    opened.close()
    return answer(opened, f"已向{names}提问。不影响办理，有了答复会通知您。", actor)


def _answer(tx: Tx, command: AnswerQuestion) -> Answer:
    opened, actor = open_case(tx, store.question.get(tx.db, command.question).case), command.actor
    row = store.question.get(tx.db, command.question)
    permissions.require_reply(actor, row.asked, opened.case.state, answered=people.moment(row.answered_at))
    words = words_of(command.answer, "answer", "请写明答复的内容。")
    store.question.give_answer(tx.db, row.id, words)
    asker = people.label(tx, row.asker)
    public: dict[str, Value] = {"element": row.element, "name": row.name}
    told: dict[str, Value] = {BETWEEN_WORDS: f"答复{asker}：{words}", BETWEEN_PEOPLE: [row.asker, row.asked]}
    opened.record("question_answered", actor, public, told, compartment=row.compartment)
    tell(opened, f"answered:{row.id}", [row.asker], f"「{opened.case.title}」{actor.name}答复您：{words}")
    opened.close()
    return answer(opened, f"已答复{asker}。", actor)
