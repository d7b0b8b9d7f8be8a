"""What a posted page says about a step: the forms' data, the opinion, the ballots of a meeting.

Reads names and values; whether any of it may be written or is right is asked in `cases`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

from jiecheng import forms
from jiecheng.cases.deployed import Deployed
from jiecheng.cases.house import Tx
from jiecheng.cases.open_case import read_case
from jiecheng.cases.work_item import step_of
from jiecheng.model.definition import FlowNode
from jiecheng.model.errors import NotFound
from jiecheng.model.ids import CaseId, ElementId, ProcessId, WorkItemId
from jiecheng.model.voting import Ballot, Vote
from jiecheng.web.posted import Posted

OPINION, OUTCOME, VOTE = "_opinion", "_outcome", "_vote:"


def item_forms(tx: Tx, item: WorkItemId) -> Sequence[forms.Form]:
    return item_step(tx, item)[1]


def item_step(tx: Tx, item: WorkItemId) -> tuple[str, Sequence[forms.Form]]:
    """What the step of this work item is called, and its forms. Locks nothing: the command does, in its own order."""
    deployed, node = step_of(tx, item)
    return node.name, _forms(deployed, node)


def start_forms(tx: Tx, process: ProcessId) -> Sequence[forms.Form]:
    newest = tx.latest_releases().get(process)
    if newest is None:
        raise NotFound("没有这个流程，或者它还没有发布。请从“发起办件”页面选择。")
    deployed = tx.release(newest)
    return _forms(deployed, deployed.node(deployed.definition.start))


def message_forms(tx: Tx, case: CaseId, element: ElementId) -> Sequence[forms.Form]:
    deployed = read_case(tx, case).deployed
    node = deployed.definition.nodes.get(element)
    return _forms(deployed, node) if node is not None else ()


def read_data(shown: Sequence[forms.Form], posted: Posted) -> dict[str, object]:
    """Field key -> what was typed, over all forms of the page."""
    pairs = [(name, value) for name, values in posted.fields.items() for value in values]
    data: dict[str, object] = {}
    for form in shown:
        data |= forms.parse_fields(form, pairs)
    return data


def read_votes(posted: Posted) -> Mapping[str, str]:
    """Member -> the word of his vote."""
    found = {}
    for name in posted.fields:
        if name.startswith(VOTE):
            found[name.removeprefix(VOTE)] = posted.one(name)
    return found


def read_ballots(posted: Posted) -> Sequence[Ballot]:
    ballots = []
    for member, word in read_votes(posted).items():
        with suppress(ValueError):  # no such word: the member counts as not filled in, and the meeting is refused
            ballots.append(Ballot(member, Vote(word)))
    return ballots


def as_draft(data: Mapping[str, object], posted: Posted) -> Mapping[str, object]:
    """The data with the page's own fields beside it, for a draft that brings back everything."""
    return {**data, OPINION: posted.one(OPINION), **{VOTE + who: word for who, word in read_votes(posted).items()}}


def from_draft(draft: Mapping[str, object]) -> tuple[str, Mapping[str, str]]:
    """Opinion and votes of a draft."""
    votes = {name.removeprefix(VOTE): str(word) for name, word in draft.items() if name.startswith(VOTE)}
    return str(draft.get(OPINION, "") or ""), votes


def _forms(deployed: Deployed, node: FlowNode) -> Sequence[forms.Form]:
    return [deployed.forms[use.form] for use in node.forms]
