"""Steps whose holder may add signers (加签): the ways are known ones, and a vote is joined only where there is one."""

from __future__ import annotations

from collections.abc import Iterator

from jiecheng.definitions import extensions as ext
from jiecheng.definitions.lint.subject import Subject, called
from jiecheng.model.definition import SIGNER_WAYS, FlowNode
from jiecheng.model.errors import Finding
from jiecheng.model.voting import Mode

_JOINED = frozenset({Mode.ALL, Mode.ANY, Mode.RATIO})


def added_signers(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes:
        allowed = node.add_signer
        if allowed is None:
            continue
        if not allowed.ways or set(allowed.ways) - set(SIGNER_WAYS) or len(set(allowed.ways)) < len(allowed.ways):
            sentence = (
                f"{called(node)}的加签方式（ways）只能写 before（前加签）、after（后加签）、parallel（并加签），"
                "几种之间空格，每种只写一次，请改正。"
            )
            yield Finding("signer_ways", node.id, sentence)
        if next(ext.words(subject.elements[node.id], "meeting"), None) is not None:
            sentence = f"{called(node)}是集体研究，由会议决定，不能再加签别人，请删去 jc:addSigner。"
            yield Finding("signer_meeting", node.id, sentence)
        if allowed.votes:
            yield from _vote(node, allowed.ways)


def _vote(node: FlowNode, ways: tuple[str, ...]) -> Iterator[Finding]:
    if node.mode not in _JOINED or "parallel" not in ways:
        sentence = (
            f'{called(node)}写了 parallel="vote"（并加签的人参加表决），这要求 ways 里有 parallel，并且这一步是会签、或签'
            '或按比例表决（jc:voting 的 mode 为 all、any、ratio）。请改为 parallel="advice"，或改正表决方式。'
        )
        yield Finding("signer_vote", node.id, sentence)
