"""Refusals as RFC 9457 problem documents. `type` stays about:blank: the status says the kind, `rule` the reason."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from jiecheng.web.trouble import Trouble

MEDIA_TYPE = "application/problem+json"

_TEXT = {"type": "string"}
CONTENT = {
    MEDIA_TYPE: {
        "schema": {
            "type": "object",
            "required": ["type", "title", "status", "detail", "instance"],
            "properties": {
                "type": {"const": "about:blank"},
                "title": _TEXT,
                "status": {"type": "integer"},
                "detail": {**_TEXT, "description": "可以直接给人看的一句话"},
                "instance": {**_TEXT, "description": "请求的地址"},
                "rule": {**_TEXT, "description": "依据的规则"},
                "clause": {**_TEXT, "description": "依据的条款"},
                "fields": {"type": "object", "description": "哪一栏有什么问题：栏目标识 → 句子的列表"},
                "reference": {**_TEXT, "description": "日志里的编号，请告诉系统管理员"},
            },
        }
    }
}


def problem_answer(path: str, title: str, trouble: Trouble) -> Response:
    """Members beyond the standard's: `rule` and `clause` of a refusal, `fields` of wrong data, `reference` of our fault."""
    document: dict[str, object] = {
        "type": "about:blank",
        "title": title,
        "status": trouble.status,
        "detail": trouble.message,
        "instance": path,
    }
    extra = {
        "rule": trouble.rule,
        "clause": trouble.clause,
        "fields": {name: list(sentences) for name, sentences in trouble.fields.items()},
        "reference": trouble.reference,
    }
    document |= {name: value for name, value in extra.items() if value}
    headers = {"www-authenticate": "Bearer"} if trouble.status == 401 else None
    return JSONResponse(document, trouble.status, headers, MEDIA_TYPE)
