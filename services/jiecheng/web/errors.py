"""Every "no" as a page: what happened and what to do, in one sentence each. Nothing of the inside is shown.

The four families of `model.errors` have their answers; everything else is our fault and gets a number for the log.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Match

from jiecheng.model.errors import JiechengError
from jiecheng.web.api.problem import problem_answer
from jiecheng.web.page import Shell
from jiecheng.web.session import ask_to_log_in
from jiecheng.web.trouble import Trouble, trouble_of
from jiecheng.web.visit import NotLoggedIn, enter, see_other, site_of

log = logging.getLogger("jiecheng.web")

TITLES: Mapping[int, str] = {
    400: "请求不完整",
    401: "请先登录",
    403: "不能这样办理",
    404: "没有找到",
    405: "没有找到",
    409: "情况已有变化",
    413: "内容太大",
    422: "填写有误",
    500: "系统出错",
    503: "系统暂时不可用",
}
ADVICE: Mapping[int, str] = {
    400: "请从待办列表重新进入。",
    403: "如果您认为应当有权办理，请把本页内容告诉流程管理员。",
    404: "请从待办列表重新进入；如果链接来自通知，办件可能已经流转。",
    409: "请回到待办，打开最新的页面再办理。",
    422: "请返回上一页，按提示修改后再提交。",
    500: "您提交的内容没有生效。请稍后重试；仍不行时把下面的错误编号告诉系统管理员。",
    503: "您提交的内容没有生效。请过几分钟再试，已暂存的内容不会丢失。",
}

# Who only wanted to look has submitted nothing.
READING_TITLES: Mapping[int, str] = {403: "无权查看"}
READING_ADVICE: Mapping[int, str] = {
    403: "如果您认为应当有权查看，请把本页内容告诉流程管理员。",
    500: "请稍后再试；如仍不行，请把编号告诉系统管理员。",
    503: "请稍后再试；如仍不行，请把编号告诉系统管理员。",
}
PUBLIC = "/public"
PUBLIC_ADVICE = "请从公开清单重新进入；清单可能还没有公布，或者链接不完整。"


def answer_errors(app: FastAPI) -> None:
    """Give the application its error pages; under /api/ the same troubles are problem documents."""
    app.add_exception_handler(NotLoggedIn, _not_logged_in)
    app.add_exception_handler(JiechengError, _known)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(Exception, _unknown)


def answer(request: Request, trouble: Trouble, error: JiechengError | None = None) -> Response:
    if request.url.path.startswith("/api/"):
        return problem_answer(request.url.path, TITLES.get(trouble.status, "出错"), trouble)
    reading = request.method in ("GET", "HEAD")
    titles = {**TITLES, **READING_TITLES} if reading else TITLES
    advice = {**ADVICE, **READING_ADVICE} if reading else ADVICE
    values = {
        "title": titles.get(trouble.status, "出错"),
        "message": trouble.message,
        "clause": "",
        "fields": trouble.fields,
        "advice": advice.get(trouble.status, ADVICE[400]),
        "reference": trouble.reference,
        "back": "/",
        "back_label": "回到待办",
    }
    if request.url.path == PUBLIC or request.url.path.startswith(f"{PUBLIC}/"):
        # Whoever reads the published lists has no work here to go back to.
        values |= {"back": PUBLIC, "back_label": "看公开清单"}
        values["advice"] = PUBLIC_ADVICE if trouble.status == 404 else values["advice"]
    if trouble.status < 500:
        try:
            with enter(request) as visit:
                clause = visit.trouble(error).clause if error else ""
                return visit.page("error.html", trouble.status, **{**values, "clause": clause})
        except NotLoggedIn:
            pass
    site = site_of(request)
    return HTMLResponse(
        site.pages.render("error.html", Shell(site.district, site.house.clock(), ""), values), trouble.status
    )


def _not_logged_in(request: Request, error: Exception) -> Response:
    assert isinstance(error, NotLoggedIn)
    if request.url.path.startswith("/api/"):
        return answer(request, Trouble(401, "没有登录，或者令牌已过期。请重新取得令牌。"))
    return ask_to_log_in(request, error.posted)


def _known(request: Request, error: Exception) -> Response:
    assert isinstance(error, JiechengError)
    return answer(request, trouble_of(error), error)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 405 and request.method == "GET" and not request.url.path.startswith("/api/"):
        # The address of a button: it stays in the browser's line after a refusal. What it is a button of can be read.
        return see_other(_page_above(request))
    message = "没有这个页面。" if error.status_code in (404, 405) else "请求不能受理。"
    return answer(request, Trouble(error.status_code, message))


def _page_above(request: Request) -> str:
    """The nearest address above this one that is a page."""
    path = request.url.path.rpartition("/")[0]
    while path:
        scope = {**request.scope, "path": path, "method": "GET"}
        if any(route.matches(scope)[0] is Match.FULL for route in request.app.router.routes):
            return path
        path = path.rpartition("/")[0]
    return "/"


def _malformed(request: Request, error: Exception) -> Response:
    """An address or body that does not fit its shape: for pages that is a wrong link, for programs a wrong request."""
    if request.url.path.startswith("/api/"):
        assert isinstance(error, RequestValidationError)
        wrong = "；".join(f"{'.'.join(map(str, one['loc']))}：{one['msg']}" for one in error.errors())
        return answer(request, Trouble(422, f"请求不符合接口定义：{wrong}"))
    return answer(request, Trouble(404, "链接有误，没有这个页面。"))


def _unknown(request: Request, error: Exception) -> Response:
    reference = secrets.token_hex(4)
    # The path and our own traceback only: what people typed stays out of the log.
    log.error("unhandled error %s at %s %s", reference, request.method, request.url.path, exc_info=error)
    if not site_of(request).is_reachable():
        return answer(request, Trouble(503, "数据库暂时连不上，系统不能办理业务。", reference=reference))
    failed = "页面没有打开" if request.method in ("GET", "HEAD") else "系统没有办成这件事"
    return answer(request, Trouble(500, f"{failed}，是程序的问题，不是您的操作问题。", reference=reference))
