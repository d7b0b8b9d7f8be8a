"""说明: what /api/v1/openapi.json says, as a page for the people who write programs against it.

The usual viewers load their code from elsewhere and run it inline, neither of which leaves or enters this house.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from jiecheng.web.page import Shell
from jiecheng.web.visit import site_of

router = APIRouter(include_in_schema=False)

Schema = Mapping[str, Any]

_PLACES = {"path": "地址里", "query": "地址的问号后面", "header": "请求头"}
_KINDS = {
    "string": "文本",
    "integer": "整数",
    "number": "数",
    "boolean": "true 或 false",
    "object": "对象",
    "null": "null",
}
_FORMATS = {"date-time": "时间", "date": "日期", "binary": "文件"}


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value is, in words around the shape it may have: `before`, the name of the shape or "", `after`."""

    before: str
    shape: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A parameter, or a field of a shape. `where`: the kind of parameter, "" for a field."""

    name: str
    kind: Kind
    needed: bool
    note: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Deed:
    method: str
    path: str
    summary: str
    parameters: Sequence[Part]
    body: Kind | None
    answer: Kind | None
    status: str
    free: bool  # needs no token


@router.get("/docs")
def show_manual(request: Request) -> Response:
    """The same for everybody: it knows no session."""
    site, schema = site_of(request), request.app.openapi()
    with site.house.transaction() as tx:
        shell = Shell(district=site.district, now=tx.now, token="")
    values = {"chapters": chapters(schema), "shapes": shapes(schema)}
    return HTMLResponse(site.pages.render("api_manual.html", shell, values))


def chapters(schema: Schema) -> Mapping[str, Sequence[Deed]]:
    """The deeds under the names of their groups, as they were declared."""
    found: dict[str, list[Deed]] = {}
    for path, deeds in schema["paths"].items():
        for method, deed in deeds.items():
            found.setdefault(deed["tags"][0], []).append(_deed(method, path, deed))
    return found


def shapes(schema: Schema) -> Mapping[str, Sequence[Part]]:
    """What is sent and answered: the fields of each, by its name."""
    return {name: list(_fields(one)) for name, one in schema["components"]["schemas"].items()}


def kind_of(schema: Schema) -> Kind:
    if "$ref" in schema:
        return Kind("", schema["$ref"].rpartition("/")[2])
    if choices := schema.get("anyOf"):
        kinds = [kind_of(one) for one in choices]
        named = next((one for one in kinds if one.shape), kinds[0])
        others = "".join(f"或 {one.before}" for one in kinds if one is not named)
        return Kind(named.before, named.shape, f"{named.after}，{others}")
    if "enum" in schema or "const" in schema:
        return Kind("、".join(str(one) for one in schema.get("enum", [schema.get("const")])) + " 之一")
    if schema.get("type") == "array":
        inner = kind_of(schema.get("items", {}))
        return Kind(inner.before, inner.shape, f"{inner.after} 的列表")
    word = _FORMATS.get(schema.get("format", ""), _KINDS.get(schema.get("type", ""), "任意"))
    return Kind(word)


def _deed(method: str, path: str, deed: Schema) -> Deed:
    status, answer = next((code, one) for code, one in deed["responses"].items() if code.startswith("2"))
    body = deed.get("requestBody")
    return Deed(
        method=method.upper(),
        path=path,
        summary=deed["summary"],
        parameters=[
            Part(
                one["name"],
                kind_of(one["schema"]),
                one.get("required", False),
                one.get("description", ""),
                _PLACES.get(one["in"], one["in"]),
            )
            for one in deed.get("parameters", ())
        ],
        body=_content(body) if body else None,
        answer=_content(answer),
        status=status,
        free="security" not in deed,
    )


def _content(found: Schema) -> Kind | None:
    for media, one in found.get("content", {}).items():
        if media != "application/json":
            return Kind(f"{media}")
        return kind_of(one.get("schema", {}))
    return None


def _fields(shape: Schema) -> Iterator[Part]:
    needed = shape.get("required", ())
    for name, one in shape.get("properties", {}).items():
        yield Part(name, kind_of(one), name in needed, one.get("description", ""))
