"""Types of the ids that travel through the house. Directory ids are codes a person can read; the rest are numbers."""

from __future__ import annotations

from typing import NewType

CaseId = NewType("CaseId", int)
TaskId = NewType("TaskId", int)
WorkItemId = NewType("WorkItemId", int)
AttachmentId = NewType("AttachmentId", int)

ReleaseHash = NewType("ReleaseHash", str)  # 64 hex digits: SHA-256 over the bundle
ProcessId = NewType("ProcessId", str)  # = folder name = BPMN process id, e.g. "staff_loan"
ElementId = NewType("ElementId", str)  # BPMN id of a flow node
Token = NewType("Token", str)  # the engine's name for a live token, a counter written as text

OrganId = NewType("OrganId", str)
PostId = NewType("PostId", str)
PersonId = NewType("PersonId", str)
IdentityId = NewType("IdentityId", str)
BodyId = NewType("BodyId", str)
