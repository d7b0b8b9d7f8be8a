"""What is said of a text that is no FEEL or too dear to run: each slip once, in Chinese and in English, with what to write instead."""

from __future__ import annotations

from jiecheng.feel.errors import Slip
from jiecheng.feel.limits import MAX_DEPTH, MAX_DIGITS, MAX_LIST, MAX_RESULT, MAX_SOURCE

_SPLIT = ("请拆成几个判定或变量", "split it into several decisions or variables")
_SHORTER = ("请缩短清单，或拆成几步计算", "use a shorter list, or compute it in several steps")

EMPTY = Slip("表达式是空的", "the expression is empty", "请写一个值或条件", "write a value or a condition")
NESTED = Slip("表达式嵌套过深", "the expression is nested too deeply", *_SPLIT)
NESTED_VALUES = Slip("表达式或变量的嵌套过深，已停止", "expression or variables nested too deeply: stopped", *_SPLIT)
NESTED_DECISIONS = Slip(
    *("判定的嵌套过深，已停止", "decisions nested too deeply: stopped"),
    *("请检查判定之间是否循环引用", "check whether decisions need each other in a circle"),
)
NESTED_VARIABLE = Slip("变量嵌套过深", "a variable is nested too deeply", "请减少变量的层次", "use fewer levels")
NESTED_TYPE = Slip("类型嵌套过深", "the type is nested too deeply", "请减少尖括号的层次", "use fewer levels of <>")
TOO_DEEP = Slip(f"嵌套超过 {MAX_DEPTH} 层", f"nested more than {MAX_DEPTH} levels deep", *_SPLIT)
TOO_LONG = Slip(f"表达式超过 {MAX_SOURCE} 个字符", f"the expression has more than {MAX_SOURCE} characters", *_SPLIT)
LONG_LIST = Slip(f"变量中的清单超过 {MAX_LIST} 项", f"a list in a variable has more than {MAX_LIST} items", *_SHORTER)
BIG_RESULT = Slip(f"结果超过 {MAX_RESULT} 个值", f"the result has more than {MAX_RESULT} values", *_SHORTER)
TOO_DEAR = Slip(
    *("运算步数超过上限，已停止", "too many steps: stopped"),
    *("请减少循环或缩短清单", "use fewer loops or a shorter list"),
)
TOO_MANY_CALLS = Slip(
    *("函数互相调用的层数超过上限，已停止", "functions call each other too deeply: stopped"),
    *("请检查函数是否无限递归", "check whether a function calls itself for ever"),
)
MANY_MINUSES = Slip("负号过多", "too many minus signs", "请只留一个负号", "keep one of them")
OPEN_COMMENT = Slip("注释没有结束", "the comment does not end", "请用 */ 结束", "end it with */")
OPEN_STRING = Slip("文字缺少结尾的双引号", "the text lacks its closing quotation mark", '文字要写成 "……"', 'write "…"')
LONG_NUMBER = Slip(
    *("数字过长", f"the number has more than {MAX_DIGITS} characters"),
    *("请减少位数；编号一类的请写成文字", "use fewer digits; write identity numbers as text"),
)
LARGE_NUMBER = Slip("数字超出范围", "the number is out of range", "请写小一些的数", "write a smaller number")
MIXED_ARGUMENTS = Slip(
    *("参数要么全部写名称，要么全部不写", "either all arguments carry names, or none"),
    *("写法：f(甲: 1, 乙: 2) 或 f(1, 2)", "write f(a: 1, b: 2) or f(1, 2)"),
)
NO_LITERAL = Slip(
    *("“@”后面应为双引号中的日期、时间或时长", 'after "@" a date, time or duration in quotation marks is expected'),
    *('写法：@"2026-05-01"', 'write @"2026-05-01"'),
)
NO_ENTRY = Slip("这里应为“名称: 值”", 'expected "name: value"', "写法：{名称: 值}", "write {name: value}")

# The hints of what is expected at one place.
BRACKET = ("括号没有配对", "a bracket is not closed")
SQUARE = ("方括号没有配对", "a square bracket is not closed")
BRACE = ("花括号没有配对", "a brace is not closed")
ARGUMENTS = ("请检查括号和逗号", "check brackets and commas")
BETWEEN = ("写法：x between 1 and 10", "write x between 1 and 10")
IF = ("写法：if 条件 then 甲 else 乙", "write if condition then a else b")
ELSE = ("if 一定要有 else", "an if always has an else")
FOR = ("写法：for x in 清单 return x * 2", "write for x in list return x * 2")
SATISFIES = ("写法：some x in 清单 satisfies x > 5", "write some x in list satisfies x > 5")
ENTRY = ("写法：{名称: 值}", "write {name: value}")
RANGE = ("写法：[1..10]", "write [1..10]")
FUNCTION = ("写法：function(x) x * 2", "write function(x) x * 2")
TYPE = ("写法：list<number>、context<名称: number>", "write list<number> or context<name: number>")

# What a name is wanted for.
LOOP_NAME = ("循环的名称", "a name for the loop")
PARAMETER = ("参数名", "the name of a parameter")
PROPERTY = ("点号后的名称", "a name after the dot")
TYPE_NAME = ("类型名", "the name of a type")
ENTRY_NAME = ("名称", "a name")

Pair = tuple[str, str]


def expected(mark: str, found: Pair, hint: Pair) -> Slip:
    return Slip(f"这里应为“{mark}”，却是{found[0]}", f'expected "{mark}", found {found[1]}', *hint)


def no_value(found: Pair) -> Slip:
    hint = ("请补上一个值、名称或括号", "write a value, a name or a bracket here")
    return Slip(f"这里应为一个值，却是{found[0]}", f"expected a value, found {found[1]}", *hint)


def no_name(what: Pair, found: Pair) -> Slip:
    hint = ("名称以字母或汉字开头，不加引号", "a name begins with a letter and has no quotation marks")
    return Slip(f"这里应为{what[0]}，却是{found[0]}", f"expected {what[1]}, found {found[1]}", *hint)


def open_interval(found: Pair) -> Slip:
    told = (f"区间应以“]”或“)”结束，却是{found[0]}", f'an interval ends with "]" or ")", found {found[1]}')
    return Slip(*told, *RANGE)


def goes_on(found: Pair) -> Slip:
    told = (f"表达式到这里应已结束，却还有{found[0]}", f"expected the end of the expression, found {found[1]}")
    return Slip(*told, "请检查是否少写了运算符或括号", "check whether an operator or a bracket is missing")


def twice(key: str) -> Slip:
    return Slip(f"“{key}”写了两次", f'"{key}" is written twice', "请只留一个，或改名", "keep one, or rename it")


def no_type(name: str) -> Slip:
    hint = (
        "可以写 number、string、boolean、date、list<…> 等",
        "write number, string, boolean, date, list<…> or the like",
    )
    return Slip(f"没有类型“{name}”", f'there is no type "{name}"', *hint)


def full_width(char: str, instead: str) -> Slip:
    told = (f"不认识全角符号“{char}”", f'the full-width sign "{char}" is not known')
    return Slip(*told, f"请改用半角“{instead}”", f'write the half-width "{instead}"')


def unknown_sign(char: str) -> Slip:
    hint = ("请删去，或放进双引号里当文字", "remove it, or put it into quotation marks as text")
    return Slip(f"不认识的符号“{char}”", f'the sign "{char}" is not known', *hint)


def bad_pattern(reason: str) -> Slip:
    """`reason` is the Chinese sentence of the reader of patterns."""
    hint = ("请简化或改写这个格式", "simplify or rewrite the pattern")
    return Slip(reason, "this regular expression cannot be read or takes too many steps", *hint)
