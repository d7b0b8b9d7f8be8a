"""Closures for functions: defining them, finding the one that is called, and fitting arguments to parameters."""

from __future__ import annotations

from collections.abc import Sequence

from jiecheng.feel.errors import NoValue
from jiecheng.feel.runtime import MISSING, Frame, Node, Run
from jiecheng.feel.temporal import Date, at_midnight
from jiecheng.feel.types import FeelType, ListType, Simple, conforms
from jiecheng.feel.values import Builtin, FeelValue, Function, chinese_kind

Arguments = tuple[tuple[str | None, Node], ...]  # (parameter name or None, value)


def define(parameters: tuple[str, ...], types: tuple[FeelType | None, ...], body: Node) -> Node:
    return lambda frame: Function(parameters, types, body, frame)


def call_named(name: str, builtin: Builtin | None, arguments: Arguments, local: bool) -> Node:
    """A call by name: whatever the expression or the caller bound to it, else the built-in function."""

    def run(frame: Frame) -> FeelValue:
        target: FeelValue = MISSING
        if local or name in frame.run.variables:
            target = frame.lookup(name)
        if builtin is not None and not isinstance(target, (Function, Builtin)):
            target = builtin
        if target is MISSING:
            frame.run.null(f"没有函数“{name}”")
            return None
        return _call(frame, target, arguments, name)

    return run


def call_value(callee: Node, arguments: Arguments) -> Node:
    return lambda frame: _call(frame, callee(frame), arguments, "")


def _call(frame: Frame, target: FeelValue, arguments: Arguments, name: str) -> FeelValue:
    values = [node(frame) for _, node in arguments]
    names = [key for key, _ in arguments if key is not None]
    try:
        return invoke(frame.run, target, values, names)
    except NoValue as no:
        frame.run.null(f"{name}：{no.reason}" if name else no.reason)
        return None


def invoke(run: Run, target: FeelValue, values: Sequence[FeelValue], names: Sequence[str] = ()) -> FeelValue:
    """Calls a function value. `names`, when given, name the parameters in the order of `values`."""
    if isinstance(target, Builtin):
        return _invoke_builtin(run, target, values, names)
    if not isinstance(target, Function):
        raise NoValue(f"{chinese_kind(target)}不是函数")
    bound = _bind(run, target, values, names)
    run.enter()
    try:
        result = target.body(Frame(run, bound, target.frame))
    finally:
        run.calls -= 1
    return result if target.result is None else coerce(run, result, target.result)


def _bind(run: Run, target: Function, values: Sequence[FeelValue], names: Sequence[str]) -> dict[str, FeelValue]:
    keys = names or target.parameters
    if len(keys) != len(values) or set(keys) != set(target.parameters):
        raise NoValue(f"函数的参数应为（{'，'.join(target.parameters)}）")
    declared = dict(zip(target.parameters, target.types, strict=True))
    bound = {}
    for key, value in zip(keys, values, strict=True):
        wanted = declared[key]
        bound[key] = value if wanted is None else coerce(run, value, wanted)
    return bound


def coerce(run: Run, value: FeelValue, wanted: FeelType) -> FeelValue:
    """The value as `wanted`, with the standard's implicit conversions; null with a reason when it does not fit."""
    if not isinstance(wanted, Simple):
        run.weigh(value)
    if conforms(value, wanted):
        return value
    if isinstance(value, list) and len(value) == 1 and conforms(value[0], wanted):
        return value[0]
    if (isinstance(wanted, ListType) and conforms(value, wanted.item)) or wanted == Simple("list"):
        return [value]
    if isinstance(value, Date) and wanted == Simple("date and time"):
        return at_midnight(value, 0)
    raise NoValue(f"{chinese_kind(value)}不符合声明的类型")


def _invoke_builtin(run: Run, target: Builtin, values: Sequence[FeelValue], names: Sequence[str]) -> FeelValue:
    run.enter()
    try:
        if names:
            values = _positions(target, values, names)
        elif not any(_takes(signature, len(values)) for signature in target.signatures):
            raise NoValue(f"参数个数不对，应为（{'，'.join(target.signatures[0])}）")
        for value in values:
            run.handle(value)
        result = target.call(run, *values)
        run.handle(result)
        return result
    except ArithmeticError as error:
        raise NoValue("计算结果超出数字的范围") from error
    except RecursionError as error:
        raise NoValue("值的嵌套过深") from error
    finally:
        run.calls -= 1


def _takes(signature: tuple[str, ...], count: int) -> bool:
    least = sum(1 for name in signature if not name.endswith("?"))
    if signature and signature[-1].endswith("..."):
        return count >= least
    return least <= count <= len(signature)


def _positions(target: Builtin, values: Sequence[FeelValue], names: Sequence[str]) -> list[FeelValue]:
    given = dict(zip(names, values, strict=True))
    for signature in target.signatures:
        plain = [name.rstrip("?.") for name in signature]
        required = {name for name in signature if not name.endswith("?")}
        if given.keys() <= set(plain) and {name.rstrip(".") for name in required} <= given.keys():
            last = max(plain.index(name) for name in given) if given else -1
            return [given.get(name) for name in plain[: last + 1]]
    raise NoValue(f"参数名不对，应为（{'，'.join(target.signatures[0])}）")
