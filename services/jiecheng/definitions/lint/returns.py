"""Where a step may be returned to (退回): each target is a step of this diagram, and never the step itself."""

from __future__ import annotations

from collections.abc import Iterator

from jiecheng.definitions.lint.subject import Subject, called
from jiecheng.model.definition import RETURN_INITIATOR, RETURN_PREVIOUS, RETURN_WAYS
from jiecheng.model.errors import Finding


def returns_lead_somewhere(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes:
        if node.returns is None:
            continue
        own = subject.definition.initiator_steps
        for target in node.returns.to:
            if target == RETURN_INITIATOR:
                if len(own) != 1:
                    sentence = f"{called(node)}可以退回发起人，流程里就应当正好有一个由发起人办理的环节，现在有 {len(own)} 个。"
                    yield Finding("return_initiator", node.id, sentence)
                continue
            found = subject.definition.nodes.get(target)  # type: ignore[call-overload]
            if target != RETURN_PREVIOUS and (found is None or found.kind != "userTask" or found.id == node.id):
                sentence = f"{called(node)}的退回去处“{target}”不是本流程另一个人工环节的标识，请改正。"
                yield Finding("return_target", node.id, sentence)
        if not node.returns.back or set(node.returns.back) - set(RETURN_WAYS):
            sentence = f"{called(node)}退回以后怎样回来（back）只能写 step（逐级）、direct（直达），可以两个都写。"
            yield Finding("return_back", node.id, sentence)
