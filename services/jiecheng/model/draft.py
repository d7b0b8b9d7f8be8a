"""A draft of a process: the files of the next release while people still write them, and what may happen to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from jiecheng.model.ids import IdentityId, PersonId, ProcessId, ReleaseHash


class DraftState(StrEnum):
    EDITING = "editing"
    SUBMITTED = "submitted"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


CHINESE_DRAFT_STATES: Mapping[DraftState, str] = {
    DraftState.EDITING: "编辑中",
    DraftState.SUBMITTED: "待审核",
    DraftState.PUBLISHED: "已发布",
    DraftState.WITHDRAWN: "已作废",
}

# event -> (the state it leads from, the state it leads to, as the log says it)
DRAFT_EVENTS: Mapping[str, tuple[DraftState, DraftState, str]] = {
    "draft_opened": (DraftState.EDITING, DraftState.EDITING, "新建草稿"),
    "draft_saved": (DraftState.EDITING, DraftState.EDITING, "保存"),
    "draft_imported": (DraftState.EDITING, DraftState.EDITING, "导入文件"),
    "gate_asked": (DraftState.EDITING, DraftState.EDITING, "发起检查"),
    "gate_passed": (DraftState.EDITING, DraftState.EDITING, "检查通过"),
    "gate_failed": (DraftState.EDITING, DraftState.EDITING, "检查未通过"),
    "draft_submitted": (DraftState.EDITING, DraftState.SUBMITTED, "提交审核"),
    "draft_recalled": (DraftState.SUBMITTED, DraftState.EDITING, "撤回提交"),
    "draft_sent_back": (DraftState.SUBMITTED, DraftState.EDITING, "退回修改"),
    "draft_published": (DraftState.SUBMITTED, DraftState.PUBLISHED, "审核发布"),
    "draft_withdrawn": (DraftState.EDITING, DraftState.WITHDRAWN, "作废"),
}


@dataclass(frozen=True, slots=True)
class ProcessDraft:
    """`base`: the release it was copied from; `revision`: the last save; `released`: what it became, "" until then."""

    id: int
    process: ProcessId
    name: str
    base: ReleaseHash
    state: DraftState
    revision: int
    opened_at: datetime
    changed_at: datetime
    submitted_by: IdentityId | None = None
    released: ReleaseHash | None = None


@dataclass(frozen=True, slots=True)
class DraftEntry:
    """One line of a draft's log."""

    at: datetime
    identity: IdentityId
    person: PersonId
    event: str
    revision: int
    words: str


@dataclass(frozen=True, slots=True)
class GateRun:
    """`progress`: done, total, at; `report`: empty until it is done. `passed`: None until it is done."""

    id: int
    draft: int
    revision: int
    state: str  # waiting | running | done
    asked_at: datetime
    finished_at: datetime | None
    progress: Mapping[str, object]
    report: Mapping[str, object]

    @property
    def passed(self) -> bool | None:
        return bool(self.report.get("passed")) if self.state == "done" else None
