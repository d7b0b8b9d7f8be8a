"""The small template language of letters: words of the case, conditions, loops, a few filters. Nothing in it can run.

Two fences: when a letter is read, only the listed parts of Jinja are let in (no call, no arithmetic, no macro, no
import); when it is filled, only keys of mappings can be reached, never an attribute of a Python object.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, NoReturn

from jinja2 import (
    StrictUndefined,
    Template,
    TemplateError,
    TemplateSyntaxError,
    UndefinedError,
    meta,
    nodes,
    pass_context,
)
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from jiecheng.documents.wording import FILTERS, chinese_date
from jiecheng.model.errors import Finding, Invalid

_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Const,
    nodes.Filter, nodes.Test, nodes.If, nodes.CondExpr, nodes.For, nodes.Compare, nodes.Operand, nodes.And, nodes.Or,
    nodes.Not, nodes.Concat,
)  # fmt: skip
_TESTS = ("defined", "undefined")
_MAX_LOOPS = 3  # loops inside loops
_MAX_DEPTH = 40  # anything inside each other: conditions, loops, parts of an expression
_MAX_TURNS = 10_000  # of all loops of one text together
_MAX_CHARACTERS = 200_000  # of one text when filled
_COUNTED = "counted"  # not among FILTERS, so no letter can name it


class _Missing(StrictUndefined):
    """Any use of a word that the case does not have raises, with the word in `name`."""

    def _fail(self, *_: object, **__: object) -> NoReturn:
        raise _MissingWord(str(self._undefined_name))

    __iter__ = __str__ = __len__ = __eq__ = __ne__ = __bool__ = __hash__ = __contains__ = _fail


class _MissingWord(UndefinedError):
    """`message` is the word."""


class _Context(Context):
    """What one filling looks words up in; `turns` is one list for all the contexts that loops derive from it."""

    turns: list[int]

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]
        self.turns = [0]

    def derived(self, locals: dict[str, Any] | None = None) -> Context:
        made = super().derived(locals)
        if isinstance(made, _Context):
            made.turns = self.turns
        return made


@pass_context
def _counted(context: _Context, values: Iterable[object]) -> Iterator[object]:
    """What a loop goes through, turn by turn, until the filling has had all it may have."""
    for value in values:
        context.turns[0] += 1
        if context.turns[0] > _MAX_TURNS:
            raise ValueError(f"循环超过 {_MAX_TURNS} 次，请减少循环，或把内容分成几份文书")
        yield value


class _Environment(ImmutableSandboxedEnvironment):
    """Looks words up in mappings and lists only; what is null counts as missing."""

    context_class = _Context

    def getattr(self, obj: object, attribute: str) -> object:
        return self.getitem(obj, attribute)

    def getitem(self, obj: object, argument: object) -> object:
        found: object = None
        if isinstance(obj, _Missing):
            return obj  # the first missing word of a path is the one to name
        if isinstance(obj, Mapping):
            found = obj.get(argument)
        elif isinstance(obj, list | tuple) and isinstance(argument, int) and -len(obj) <= argument < len(obj):
            found = obj[argument]
        return self.undefined(obj=obj, name=str(argument)) if found is None else found


def _printed(value: object) -> str:
    """A value as a letter says it; what has no one way to be said is refused."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return chinese_date(value)
    if isinstance(value, str | int | float | Decimal):
        return str(value)
    if isinstance(value, _Missing):
        return str(value)
    raise ValueError("这里是一组内容，不能整个写进文书，请写明其中哪一项，或用 join 连接")


def _environment() -> _Environment:
    made = _Environment(undefined=_Missing, autoescape=False, finalize=_printed, trim_blocks=True)
    made.globals.clear()
    made.filters = {**FILTERS, _COUNTED: _counted}
    made.tests = {name: made.tests[name] for name in _TESTS}
    return made


_ENVIRONMENT = _environment()


@lru_cache(maxsize=1024)
def compiled(text: str) -> Template:
    """The template of one text; raises ValueError with a Chinese sentence when it is no template or uses too much."""
    tree = parsed(text)
    try:
        _judge_depth(tree)
        for node in tree.find_all(nodes.Node):
            _judge(node)
        for loop in tree.find_all(nodes.For):
            loop.iter = nodes.Filter(loop.iter, _COUNTED, [], [], None, None, lineno=loop.lineno)
        return _ENVIRONMENT.from_string(tree)
    except TemplateError as error:
        raise ValueError(f"模板写法有误：{error}") from error
    except (RecursionError, SyntaxError, MemoryError):
        # The engine writes Python, whose own bounds on nesting these are.
        raise ValueError("模板嵌套太深，请简化") from None


def parsed(text: str) -> nodes.Template:
    """The tree of one text, not judged yet; raises ValueError when it is no template."""
    try:
        return _ENVIRONMENT.parse(text)
    except TemplateSyntaxError as error:
        raise ValueError(f"模板第 {error.lineno} 行写法有误（{error.message}），请检查花括号和引号") from error
    except RecursionError:
        raise ValueError("模板嵌套太深，请简化") from None


def _judge(node: nodes.Node) -> None:
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        raise ValueError(f"没有 {node.name} 这个过滤器，可用的有 {'、'.join(FILTERS)}")
    if isinstance(node, nodes.Test) and node.name not in _TESTS:
        raise ValueError(f"没有 {node.name} 这个判断，可用的有 {'、'.join(_TESTS)}")
    if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
        raise ValueError(f"{node.attr} 不是办件里的内容")
    if not isinstance(node, _ALLOWED):
        kind = type(node).__name__
        raise ValueError(f"模板第 {node.lineno} 行用了不允许的写法（{kind}），只能取值、判断、循环和用过滤器")


def _judge_depth(tree: nodes.Template) -> None:
    waiting: list[tuple[nodes.Node, int, int]] = [(tree, 0, 0)]
    while waiting:
        node, loops, depth = waiting.pop()
        loops += isinstance(node, nodes.For)
        if loops > _MAX_LOOPS:
            raise ValueError(f"模板第 {node.lineno} 行的循环嵌套超过 {_MAX_LOOPS} 层，请简化")
        if depth > _MAX_DEPTH:
            raise ValueError(f"模板第 {node.lineno} 行的写法嵌套超过 {_MAX_DEPTH} 层，请简化")
        waiting += [(child, loops, depth + 1) for child in node.iter_child_nodes()]


def names(text: str) -> frozenset[str]:
    """The first words of everything the template looks up: "borrowed" for {{ borrowed.name }}."""
    return frozenset(meta.find_undeclared_variables(parsed(text)))


def fill(text: str, facts: Mapping[str, Any], place: str) -> str:
    """The text with the facts in it. Raises `Invalid` naming the place and the missing word."""
    try:
        known = {key: value for key, value in facts.items() if value is not None}
        return _bounded(compiled(text).generate(known))
    except _MissingWord as error:
        word = _whole_word(text, str(error.message))
        raise _invalid("missing_word", place, f"文书的{place}要用到“{word}”，办件里没有这一项，请先补上") from error
    except (ValueError, TypeError, TemplateError, RecursionError) as error:
        raise _invalid("letter_template", place, f"文书的{place}不能生成：{error}") from error


def _bounded(pieces: Iterable[str]) -> str:
    found, length = [], 0
    for piece in pieces:
        found.append(piece)
        length += len(piece)
        if length > _MAX_CHARACTERS:
            raise ValueError(f"文字超过 {_MAX_CHARACTERS} 个字，请缩短")
    return "".join(found)


def _invalid(code: str, place: str, sentence: str) -> Invalid:
    return Invalid(f"{sentence}。", findings=[Finding(code, place, f"{sentence}。")])


def _whole_word(text: str, last: str) -> str:
    """`borrowed.nme` for `nme`, as far as the template says it."""
    paths = [path for path in _paths(parsed(text)) if path.rpartition(".")[2] == last]
    return paths[0] if paths else last


def _paths(tree: nodes.Template) -> Iterator[str]:
    for node in tree.find_all((nodes.Name, nodes.Getattr)):
        words: list[str] = []
        current: nodes.Node = node
        while isinstance(current, nodes.Getattr):
            words.append(current.attr)
            current = current.node
        if isinstance(current, nodes.Name):
            yield ".".join([current.name, *reversed(words)])
