"""What the house does with a stranger's file of each kind: the whole way that an upload or a diagram goes, without a database.

`answer` gives "" when the file was taken, or the sentence it was refused with. Anything else it raises is a fault of ours.
"""

import re
from contextlib import suppress

from jiecheng import decisions, definitions, directory, documents, engine, feel, forms
from jiecheng.definitions import picture
from jiecheng.model.errors import Invalid, NotFound, Refused
from jiecheng.model.form import FormUse, Right

SAID = (Invalid, Refused, NotFound, feel.FeelError)
VARIABLES = {
    "x": 3,
    "金额": [1, 2],
    "text": "a" * 100,
    "today": "2026-05-01",
    "profile": "静安",
    "rows": [{"a": 1}] * 50,
}
CONTEXT = {"today": "2026-05-01", "profile": "静安", "initiator": {"id": "i", "name": "张"}}
USE = FormUse("form", Right.EDIT)
# Words that only somebody who reads our code understands.
TRACES = re.compile(r"Traceback|File \"|line \d+, in |0x[0-9a-f]{6}|<class |object at|\b\w+Error\b(?!\w)|\.py\b")


def answer(kind, data):
    try:
        ANSWERS[kind](data)
    except SAID as error:
        return str(error) or repr(error)
    return ""


def bpmn(data):
    said = []
    for step in (_engine, _definition):
        try:
            step(data)
        except SAID as error:
            said.append(error)
    if said:
        raise said[0]


def _engine(data):
    found = engine.findings([data])
    ids = re.findall(rb'<(?:\w+:)?process\b[^>]*\bid="([^"]+)"', data)
    executable = engine.load([data], ids[0].decode() if ids else "p")
    assert not found, "what has findings must not be loaded"
    step = engine.start(executable, VARIABLES, lambda element, variables: None)
    for wait in step.opened[:3]:
        if not wait.subscriptions:
            engine.complete(executable, step.snapshot, VARIABLES, wait.token, {"v": 1}, lambda element, variables: None)


def _definition(data):
    text = _text(data)
    with suppress(Invalid):
        picture.draw(text, states={}, flows=(), title="图")
    definitions.read_process(text)


def dmn(data):
    model = decisions.read_decisions(_text(data))
    for file in model.files:
        for key in list(file.elements)[:10]:
            with suppress(NotFound, feel.FeelError):
                decisions.evaluate(model, key, VARIABLES)
                decisions.holes(model, key)
                decisions.overlaps(model, key)


def expression(data):
    source = _text(data)
    feel.to_json(feel.compile_expression(source).evaluate(VARIABLES))


def cell(data):
    feel.compile_unary_tests(_text(data)).matches(3, VARIABLES)


def form(data):
    read = forms.read_form(_text(data))
    submitted = forms.parse_fields(read, [("a", "a" * 30 + "x"), ("items.0.a", "x"), ("reason", "事由" * 50)])
    # What a page shows must be text that can be sent.
    str(forms.view(read, USE, {}, context=CONTEXT, lookup=forms.NO_LOOKUP)).encode()
    forms.validate(read, USE, submitted, {}, context=CONTEXT, lookup=forms.NO_LOOKUP)


def letter(data):
    read = documents.read_letter(_text(data))
    from jiecheng.documents import template

    for place, text in read.texts():
        template.fill(text, {**CONTEXT, "x": "甲", "rows": [*range(50)]}, place)


def csv(data):
    directory.read_tables({"organs.csv": directory.parse_csv(data)})


def xlsx(data):
    directory.read_tables({"organs.csv": directory.parse_xlsx(data)})


def _text(data):
    """As the deployment reads a file: UTF-8 or a sentence."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Invalid("文件不是 UTF-8 编码，请另存为 UTF-8。") from None


ANSWERS = {
    "bpmn": bpmn, "dmn": dmn, "feel": expression, "cell": cell, "form": form, "letter": letter, "csv": csv, "xlsx": xlsx,
}  # fmt: skip
