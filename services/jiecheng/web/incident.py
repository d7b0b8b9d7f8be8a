"""For process administrators: steps without anybody to do them, and automatic steps that failed."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jiecheng import store
from jiecheng.model.actor import Role
from jiecheng.model.errors import Refused
from jiecheng.web.visit import enter

router = APIRouter()


@router.get("/incidents")
def show(request: Request) -> Response:
    with enter(request) as visit:
        actor, db = visit.actor, visit.tx.db
        if Role.PROCESS_ADMINISTRATOR not in actor.roles:
            raise Refused("只有流程管理员可以查看空缺与异常。", rule="incidents_read")
        store.account.log_access(db, actor.person, actor.identity, "查看空缺与异常", "")
        vacancies = [(task, store.case.get(db, task.case)) for task in store.task.vacant(db)]
        return visit.page("incidents.html", vacancies=vacancies, incidents=store.incident.list_open(db))
