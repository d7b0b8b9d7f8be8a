"""The type check's closures for lists, contexts, filters, loops and calls: they mirror `loops` and `calls`."""

from __future__ import annotations

from jiecheng.feel.builtins import BUILTINS
from jiecheng.feel.check_operators import asked, compared, refuse_condition
from jiecheng.feel.judged import BOOLEAN, Judged, View, bare, item_of, joined, kind_of, nearest, spoken
from jiecheng.feel.results import ARGUMENTS, result_of
from jiecheng.feel.types import ANY, ContextType, FeelType, ListType, RangeType, Simple
from jiecheng.feel.values import Builtin

Iteration = tuple[str, Judged, Judged | None]
Arguments = tuple[tuple[str | None, Judged], ...]


def make_list(items: tuple[Judged, ...]) -> Judged:
    return Judged(lambda view, at: ListType(joined(item.type_in(view) for item in items)))


def make_context(entries: tuple[tuple[str, Judged], ...]) -> Judged:
    def infer(view: View, at: int) -> FeelType:
        known: dict[str, FeelType] = {}
        inner = view.inner(known)
        for name, value in entries:
            known[name] = value.type_in(inner)
        return ContextType(tuple(known.items()))

    return Judged(infer)


def filtered(source: Judged, test: Judged) -> Judged:
    def infer(view: View, at: int) -> FeelType:
        whole = source.type_in(view)
        item = bare(item_of(whole))
        answer = kind_of(test.type_in(_element_view(view, item)))
        if answer == "number":
            return item
        if answer == "boolean":
            return ListType(item)
        if answer:
            refuse_condition(view, test.start, answer)
        return ANY

    return Judged(infer, source.start)


def _element_view(view: View, item: FeelType) -> View:
    if isinstance(item, ContextType):
        return view.inner({"item": item, **dict(item.entries)}, is_open=item.is_open)
    return view.inner({"item": item}, is_open=kind_of(item) in ("", "context"))


def _turning(view: View, iterations: tuple[Iteration, ...]) -> View:
    for name, source, end in iterations:
        first = bare(source.type_in(view))
        if end is not None:
            compared(view, source.start, "..", first, end.type_in(view))
            item = first
        else:
            item = first.item if isinstance(first, RangeType) else item_of(first)
        view = view.inner({name: item})
    return view


def loop(iterations: tuple[Iteration, ...], body: Judged) -> Judged:
    def infer(view: View, at: int) -> FeelType:
        return ListType(body.type_in(_turning(view.inner({"partial": ListType(ANY)}), iterations)))

    return Judged(infer)


def quantified(iterations: tuple[Iteration, ...], test: Judged, decisive: bool) -> Judged:
    def infer(view: View, at: int) -> FeelType:
        asked(_turning(view, iterations), test)
        return BOOLEAN

    return Judged(infer)


def define(parameters: tuple[str, ...], types: tuple[FeelType | None, ...], body: Judged) -> Judged:
    def infer(view: View, at: int) -> FeelType:
        body.type_in(view.inner({name: some or ANY for name, some in zip(parameters, types, strict=True)}))
        return Simple("function")

    return Judged(infer)


# ---------------------------------------------------------------------- calls


def call_value(callee: Judged, arguments: Arguments) -> Judged:
    def infer(view: View, at: int) -> FeelType:
        what = kind_of(callee.type_in(view))
        for _, argument in arguments:
            argument.type_in(view)
        if what in ("", "function"):
            return ANY
        return _no_function(view, at, what)

    return Judged(infer, callee.start)


def _no_function(view: View, at: int, what: str) -> FeelType:
    return view.remark("arguments", at, f"{spoken(what)}不是函数，不能调用", f"a {what} is no function")


def call_named(name: str, builtin: Builtin | None, arguments: Arguments, local: bool) -> Judged:
    def infer(view: View, at: int) -> FeelType:
        given = [argument.type_in(view) for _, argument in arguments]
        own = view.lookup(name)
        if own is not None and kind_of(own) in ("", "function"):
            return ANY
        if own is not None and builtin is None:
            return _no_function(view, at, kind_of(own))
        if builtin is None:
            return view.remark(
                "arguments", at, f"没有函数 {name}", f"there is no function {name}", nearest(name, BUILTINS)
            )
        keys = [key for key, _ in arguments if key is not None]
        if not _fits(builtin, len(given), keys):
            return _wrong_arguments(view, at, builtin)
        if not keys:
            _check_kinds(view, builtin.name, arguments, given)
        return result_of(builtin.name, given)

    return Judged(infer)


def _fits(builtin: Builtin, count: int, keys: list[str]) -> bool:
    """Whether some signature takes this many arguments, or these names."""
    for signature in builtin.signatures:
        least = sum(1 for name in signature if not name.endswith("?"))
        takes_rest = bool(signature) and signature[-1].endswith("...")
        plain = [name.rstrip("?.") for name in signature]
        if keys and not (set(keys) <= set(plain) and {n for n in signature if n == n.rstrip("?.")} <= set(keys)):
            continue
        if least <= count <= (count if takes_rest else len(signature)):
            return True
    return False


def _wrong_arguments(view: View, at: int, builtin: Builtin) -> FeelType:
    ways = [f"{builtin.name}({', '.join(signature)})" for signature in builtin.signatures]
    return view.remark(
        "arguments",
        at,
        f"函数 {builtin.name} 的参数不对",
        f"wrong arguments for {builtin.name}",
        f"写法：{' 或 '.join(ways)}（? 表示可以不写）",
    )


def _check_kinds(view: View, name: str, arguments: Arguments, given: list[FeelType]) -> None:
    for wanted, (_, argument), found in zip(ARGUMENTS.get(name, ()), arguments, given, strict=False):
        what = kind_of(found)
        # A list of one element counts as the element, so a list proves nothing.
        if what not in ("", "list", wanted):
            view.remark(
                "types",
                argument.start,
                f"函数 {name} 这里要{spoken(wanted)}，却是{spoken(what)}",
                f"{name} wants a {wanted} here, but this is a {what}",
                "请先用 string(…) 转成文字" if wanted == "string" else "",
            )
