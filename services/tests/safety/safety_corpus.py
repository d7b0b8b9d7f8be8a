"""Files and expressions made to harm. `corpus(canary, port)` gives name -> (kind, bytes); nothing here is run by importing it.

`canary` is a file that must never be opened, `port` one on which nobody may call.
"""

import io
import json
import zipfile

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DMN = "https://www.omg.org/spec/DMN/20230324/MODEL/"
OWN = 'xmlns:jc="urn:jiecheng:bpmn:1.0"'
OUTSIDE = (
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:spiff="http://spiffworkflow.org/bpmn/schema/1.0/core"'
)
ATTACKS = {
    "import": "__import__('os').system('touch {canary}.run')",
    "attribute": "x.__class__.__mro__",
    "dunder": "().__class__.__bases__[0].__subclasses__()",
    "globals": "count.__globals__",
    "getattr": 'get value(count, "__globals__")',
    "open": "open('{canary}').read()",
    "eval": "eval('1')",
    "lambda": "(lambda: 1)()",
    "format": '"{{0.__class__}}".format(x)',
    "backtick": "`id`",
    "java": "java.lang.Runtime.getRuntime().exec('id')",
    "huge range": "for i in 1..10**12 return i",
    "nested ranges": "for a in 1..20000, b in 1..20000, c in 1..20000 return a",
    "quantified": "some a in 1..20000, b in 1..20000 satisfies a > b + 20000",
    "exponent": "9 ** 9 ** 9 ** 9",
    "exponent of list": "for i in 1..20000 return 10 ** 6000 * i",
    "digits": "9" * 100_000,
    "depth of brackets": "(" * 100_000,
    "depth of lists": "[" * 9_000 + "]" * 9_000,
    "depth of contexts": "{{a:" * 4_000 + "1" + "}}" * 4_000,
    "depth of ifs": "if true then " * 1_500 + "1 else 2",
    "recursion": "(function(f) f(f))(function(f) f(f))",
    "recursion in two": "{{f: function(n) g(n), g: function(n) f(n), r: f(1)}}.r",
    "doubling": "{{a: text + text, b: a + a, c: b + b, d: c + c, e: d + d, f: e + e, g: f + f, h: g + g, i: h + h, j: i + i, k: j + j}}.k",
    "doubling lists": "{{a: [1,1], b: [a,a], c: [b,b], d: [c,c], e: [d,d], f: [e,e], g: [f,f], h: [g,g], i: [h,h], "
    "r: flatten([i,i,i,i,i,i])}}.r",
    "pattern": 'matches("' + "a" * 3_000 + 'b", "(a+)+$")',
    "pattern nested": 'matches("' + "a" * 3_000 + 'b", "((a*)*)*$")',
    "pattern counted": 'matches("a", "((a{{99}}){{99}}){{99}}")',
    "pattern replaced": 'replace("' + "a" * 3_000 + '", "(a|a)*", "$0$0$0$0")',
    "split": 'split("' + "a" * 3_000 + '", "(a*)*b")',
    "time zone": 'time("10:00:00@../../../../{canary}")',
    "sort": "sort(1..20000, function(a, b) count(1..20000) > a)",
    "unclosed": '"' + "a" * 50_000,
    "comments": "/*" * 50_000,
    "nul": "1\0+1",
    "long name": "a" * 19_000 + " b" * 400,
}  # fmt: skip
# These cost little and mean nothing: null or false is as good an answer as a refusal.
HARMLESS = frozenset(
    {
        "attribute", "globals", "getattr", "format", "backtick", "huge range", "exponent", "exponent of list", "recursion in two",
        "doubling", "doubling lists", "pattern", "pattern nested", "pattern counted", "pattern replaced", "split", "time zone",
        "long name",
    }
)  # fmt: skip
# Odd, but whole and harmless: taken as they are, and shown as text.
TAKEN = frozenset(
    {
        "dmn include", "dmn stylesheet", "dmn long attribute", "dmn many attributes", "dmn many namespaces", "table java",
        "table outside", "table many rows", "table many columns", "form markup", "form pattern", "form pattern of alternatives",
        "diagram markup in a name", "diagram template in a name", "diagram dunder id",
    }
)  # fmt: skip


def may_be_taken(name):
    where, _, attack = name.partition(" ")
    if where in ("table", "form") and attack in ATTACKS:
        return True  # the value is null with a reason; the file itself is whole
    return attack in HARMLESS or name in TAKEN


LETTERS = {
    "attribute": "{{ x.__class__.__mro__ }}",
    "subscript": "{{ x['__class__'] }}",
    "call": "{{ x.upper() }}",
    "globals": "{{ self.__init__.__globals__ }}",
    "cycler": "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "filter": "{{ x | attr('__class__') }}",
    "format": "{{ '%99999999d' | format(1) }}",
    "import": "{% import 'os' as os %}",
    "include": "{% include '/etc/passwd' %}",
    "macro": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "range": "{% for i in range(10**9) %}{{ i }}{% endfor %}",
    "power": "{{ 9**9**9**9 }}",
    "repeat": "{{ 'a' * 10**9 }}",
    "set": "{% set a = 1 %}",
    "depth": "{% if x %}" * 2_000 + "{% endif %}" * 2_000,
    "brackets": "{{ " + "(" * 5_000 + "x" + ")" * 5_000 + " }}",
}  # fmt: skip


def corpus(canary="/nowhere", port=9):
    made = {}
    for name, text in ATTACKS.items():
        source = text.format(canary=canary)
        made[f"feel {name}"] = ("feel", source.encode())
        made[f"cell {name}"] = ("cell", f"? = {source}".encode())
        made[f"condition {name}"] = ("bpmn", gateway(source))
        made[f"table {name}"] = ("dmn", literal(source))
        made[f"form {name}"] = ("form", form({"conditional": {"hide": f"={source}"}}))
    for name, text in LETTERS.items():
        made[f"letter {name}"] = ("letter", letter(text))
    for maker in (xml_bombs, diagrams, tables, forms, letters, sheets):
        made.update(maker(canary, port))
    return made


# -------------------------------------------------------------- diagrams


def process(inner, attributes='id="p" isExecutable="true"', before=""):
    return (
        f'<definitions xmlns="{BPMN}" {OWN} {OUTSIDE} targetNamespace="t">{before}<process {attributes}>{inner}</process>'
        "</definitions>"
    ).encode()


def line(*middle):
    """start → the nodes → end"""
    ids = ["s", *(identity for identity, _ in middle), "e"]
    nodes = '<startEvent id="s"/><endEvent id="e"/>' + "".join(text for _, text in middle)
    return nodes + "".join(
        f'<sequenceFlow id="f{at}" sourceRef="{one}" targetRef="{ids[at + 1]}"/>' for at, one in enumerate(ids[:-1])
    )


def cdata(text):
    return "<![CDATA[" + text.replace("\0", "&#0;") + "]]>"


def gateway(condition):
    inner = (
        '<startEvent id="s"/><exclusiveGateway id="g" default="d"/><userTask id="a"/><endEvent id="e"/>'
        '<sequenceFlow id="f" sourceRef="s" targetRef="g"/><sequenceFlow id="d" sourceRef="g" targetRef="e"/>'
        '<sequenceFlow id="c" sourceRef="g" targetRef="a"><conditionExpression>'
        f'{cdata(condition)}</conditionExpression></sequenceFlow><sequenceFlow id="h" sourceRef="a" targetRef="e"/>'
    )
    return process(inner)


def doctype(root, subset, text, namespace):
    return f'<?xml version="1.0"?><!DOCTYPE {root} [{subset}]><{root} xmlns="{namespace}">{text}</{root}>'.encode()


def xml_bombs(canary, port):
    laughs = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    bombs = {
        "file entity": (f'<!ENTITY x SYSTEM "file://{canary}">', "&x;"),
        "wire entity": (f'<!ENTITY x SYSTEM "http://127.0.0.1:{port}/x">', "&x;"),
        "parameter entity": (f'<!ENTITY % x SYSTEM "http://127.0.0.1:{port}/x"> %x;', ""),
        "billion laughs": (laughs, "&a11;"),
        "quadratic": ('<!ENTITY a "' + "b" * 100_000 + '">', "&a;" * 10_000),
        "endless": ('<!ENTITY a "&b;"><!ENTITY b "&a;">', "&a;"),
    }
    found = {}
    for kind, namespace in (("bpmn", BPMN), ("dmn", DMN)):
        for name, (subset, text) in bombs.items():
            found[f"{kind} {name}"] = (kind, doctype("definitions", subset, text, namespace))
        head, foot = f'<definitions xmlns="{namespace}">', "</definitions>"
        outer = f'<!DOCTYPE definitions SYSTEM "http://127.0.0.1:{port}/x.dtd">'
        include = f'<x xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file://{canary}" parse="text"/></x>'
        texts = {
            "outer type": outer + head + foot,
            "include": head + include + foot,
            "stylesheet": f'<?xml-stylesheet href="http://127.0.0.1:{port}/x.xsl"?>{head}{foot}',
            "million elements": head + "<task/>" * 1_000_000 + foot,
            "many elements": head + "<a/>" * 200_000 + foot,
            "deep": head + "<a>" * 100_000 + "</a>" * 100_000 + foot,
            "long attribute": head.replace(">", f' id="{"a" * 1_900_000}">') + foot,
            "many attributes": head.replace(">", "".join(f' a{n}="1"' for n in range(90_000)) + ">") + foot,
            "many namespaces": head.replace(">", "".join(f' xmlns:n{n}="u{n}"' for n in range(60_000)) + ">") + foot,
            "nothing": "",
            "binary": "\0\1\2",
        }
        found |= {f"{kind} {name}": (kind, text.encode()) for name, text in texts.items()}
        found[f"{kind} utf-16"] = (kind, (outer + head + foot).encode("utf-16"))
        found[f"{kind} utf-7"] = (kind, b'<?xml version="1.0" encoding="utf-7"?>+ADw-definitions/+AD4-')
    return found


def diagrams(canary, port):
    run = f"import os; os.system('touch {canary}.run')"
    before = f"<extensionElements><spiff:preScript>{run}</spiff:preScript></extensionElements>"
    listener = (
        f"<extensionElements><camunda:executionListener event='start'><camunda:script>{run}</camunda:script>"
        "</camunda:executionListener></extensionElements>"
    )
    many = f"<multiInstanceLoopCharacteristics><loopCardinality>{10**12}</loopCardinality></multiInstanceLoopCharacteristics>"
    flow = '<sequenceFlow id="{}" sourceRef="{}" targetRef="{}"/>'.format
    splits = "".join(
        f'<parallelGateway id="g{n}"/><exclusiveGateway id="m{n}"/><intermediateThrowEvent id="i{n}"/>'
        + flow(f"a{n}", f"g{n}", f"m{n}")
        + flow(f"b{n}", f"g{n}", f"i{n}")
        + flow(f"c{n}", f"i{n}", f"m{n}")
        + flow(f"d{n}", f"m{n}", f"g{n + 1}")
        for n in range(40)
    )
    # Every split doubles the tokens, and no person stands between: 2 to the power of 40.
    doubled = (
        '<startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="g0"/>'
        + splits
        + '<parallelGateway id="g40"/><endEvent id="e"/><sequenceFlow id="z" sourceRef="g40" targetRef="e"/>'
    )
    deep = ""
    for n in range(200):
        deep = line((f"x{n}", f'<subProcess id="x{n}">{deep}</subProcess>' if deep else f'<task id="x{n}"/>')) \
            .replace('"s"', f'"s{n}"').replace('"e"', f'"e{n}"').replace('id="f', f'id="f{n}_')  # fmt: skip
    looped = (
        '<startEvent id="s"/><exclusiveGateway id="m"/><exclusiveGateway id="g" default="out"/><endEvent id="e"/>'
        '<sequenceFlow id="f" sourceRef="s" targetRef="m"/><sequenceFlow id="n" sourceRef="m" targetRef="g"/>'
        '<sequenceFlow id="back" sourceRef="g" targetRef="m"><conditionExpression>true</conditionExpression></sequenceFlow>'
        '<sequenceFlow id="out" sourceRef="g" targetRef="e"/>'
    )
    call = line(("k", '<callActivity id="k" calledElement="p"/>'))
    wide = line(*((f"n{n}", f'<task id="n{n}"/>') for n in range(2_000)))
    timer = "<timerEventDefinition><timeCycle>R/PT0S</timeCycle></timerEventDefinition>"
    found = {
        "script": line(("t", f'<scriptTask id="t" scriptFormat="python"><script>{run}</script></scriptTask>')),
        "script before a task": line(("t", f'<userTask id="t">{before}</userTask>')),
        "listener": line(("t", f'<userTask id="t">{listener}</userTask>')),
        "service expression": line(("t", f'<serviceTask id="t" camunda:expression="{run}"/>')),
        "operator": line(
            (
                "t",
                '<serviceTask id="t"><extensionElements><spiff:serviceTaskOperator id="os/system"/></extensionElements></serviceTask>',
            )
        ),
        "instances without end": line(("t", f'<userTask id="t">{many}</userTask>')),
        "doubling tokens": doubled,
        "loop without a person": looped,
        "calls itself": call,
        "deep sub-processes": deep,
        "too many nodes": wide,
        "cycle of no time": line(("t", f'<intermediateCatchEvent id="t">{timer}</intermediateCatchEvent>')),
        "long id": line(("a" * 100_000, f'<task id="{"a" * 100_000}"/>')),
        "markup in a name": line(("t", '<userTask id="t" name="&lt;script&gt;alert(1)&lt;/script&gt;"/>')),
        "template in a name": line(("t", '<userTask id="t" name="{{ 7*7 }}{0.__class__}%s%n"/>')),
        "dunder id": line(("__class__", '<userTask id="__class__"/>')),
    }
    return {f"diagram {name}": ("bpmn", process(inner)) for name, inner in found.items()}


# -------------------------------------------------------------- tables, forms, letters, sheets


def decision(inner, more=""):
    return (
        f'<definitions xmlns="{DMN}" name="d" id="d" namespace="n">{more}<decision id="d1" name="d1"><variable name="d1"/>{inner}'
        "</decision></definitions>"
    ).encode()


def literal(source):
    return decision(f"<literalExpression><text>{cdata(source)}</text></literalExpression>")


def tables(canary, port):
    java = (
        '<encapsulatedLogic kind="Java"><context><contextEntry><variable name="class"/><literalExpression><text>"java.lang.Runtime"'
        '</text></literalExpression></contextEntry><contextEntry><variable name="method signature"/><literalExpression><text>'
        '"exec(java.lang.String)"</text></literalExpression></contextEntry></context></encapsulatedLogic>'
    )
    knowledge = f'<businessKnowledgeModel id="b" name="b"><variable name="b"/>{java}</businessKnowledgeModel>'
    itself = '<informationRequirement id="r"><requiredDecision href="#d1"/></informationRequirement>'
    outside = f'<import name="o" namespace="o" locationURI="http://127.0.0.1:{port}/o.dmn" importType="{DMN}"/>'
    rule = "<rule><inputEntry><text>&gt; 1</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>"
    table = "<decisionTable><input><inputExpression><text>x</text></inputExpression></input><output name='o'/>{}</decisionTable>"
    wide = "<decisionTable>" + "".join(
        f"<input><inputExpression><text>x{n}</text></inputExpression></input>" for n in range(300)
    )
    wide += (
        "<output/>"
        + f"<rule>{'<inputEntry><text>1,2,3</text></inputEntry>' * 300}<outputEntry><text>1</text></outputEntry></rule>"
        * 20
    )
    deep = (
        "<context><contextEntry><variable name='a'/>" * 90
        + "<literalExpression><text>1</text></literalExpression>"
        + "</contextEntry></context>" * 90
    )
    use = '<knowledgeRequirement id="k"><requiredKnowledge href="#b"/></knowledgeRequirement>'
    use += '<literalExpression><text>b("id")</text></literalExpression>'
    found = {
        "java": decision(use, knowledge),
        "itself": decision(itself + "<literalExpression><text>d1 + 1</text></literalExpression>"),
        "outside": decision("<literalExpression><text>o.d2</text></literalExpression>", outside),
        "many rows": decision(table.format(rule * 3_000)),
        "too many rows": decision(table.format(rule * 9_000)),
        "many columns": decision(wide + "</decisionTable>"),
        "deep": decision(deep),
    }
    return {f"table {name}": ("dmn", text) for name, text in found.items()}


def form(setting=None, components=None):
    field = {"type": "textfield", "key": "a", "label": "甲", "id": "f1", **(setting or {})}
    return json.dumps({"type": "default", "schemaVersion": 19, "components": components or [field]}).encode()


def forms(canary, port):
    inside = {"type": "textfield", "key": "k", "id": "f"}
    nested: dict = {"type": "group", "id": "g", "components": [inside]}
    for n in range(300):
        nested = {"type": "group", "id": f"g{n}", "components": [nested]}
    found = {
        "pattern": form({"validate": {"pattern": "(a+)+$"}}),
        "pattern of alternatives": form({"validate": {"pattern": "(a|a)*$"}}),
        "long pattern": form({"validate": {"pattern": "(" * 5_000}}),
        "deep pattern": form({"validate": {"pattern": "(" * 200 + ")" * 200}}),
        "exponent": form({"type": "number", "validate": {"max": 1}}).replace(b'"max": 1', b'"max": 1e999999999'),
        "surrogate key": b'{"schemaVersion": 19, "\\ud800": 1, "\\ud800": 2, "components": []}',
        "dunder key": form({"key": "__class__.__mro__"}),
        "outer key": form({"key": "../../etc/passwd"}),
        "template": form({"label": "{{ ''.__class__ }}{% for i in range(9) %}"}),
        "markup": form({"label": "<script>alert(1)</script>"}),
        "nested groups": form(components=[nested]),
        "many fields": form(components=[{**inside, "key": f"k{n}", "id": f"f{n}"} for n in range(20_000)]),
        "huge number": form({"validate": {"maxLength": 10**400}}),
        "options": form({"type": "select", "valuesExpression": "=for i in 1..10**9 return i"}),
        "deep": b"[" * 200_000 + b"]" * 200_000,
        "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        "not a number": b'{"schemaVersion": NaN, "components": []}',
        "digits": b'{"schemaVersion": ' + b"9" * 100_000 + b"}",
        "surrogate": b'{"schemaVersion": 19, "components": [{"type": "text", "text": "\\ud800", "id": "a"}]}',
        "nothing": b"",
        "large": b'{"a": "' + b"x" * 5_000_000 + b'"}',
    }
    return {f"form {name}": ("form", text) for name, text in found.items()}


def letter(text):
    return ("kind: 函\nissuer: 甲\ntitle: 乙\nbody:\n  - " + json.dumps(text, ensure_ascii=False) + "\n").encode()


def letters(canary, port):
    laughs = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]\n" for n in range(1, 30))
    loops, many = ("{% for a in rows %}" * n + "x" + "{% endfor %}" * n for n in (30, 8))
    empty, wide = ("{% for a in rows %}" * n + body + "{% endfor %}" * n for n, body in ((3, ""), (2, "x" * 500)))
    ifs = "{% if x %}" * 90 + "{% endif %}" * 90
    found = {
        "python object": f"kind: !!python/object/apply:os.system ['touch {canary}.run']\n".encode(),
        "laughs": laughs.encode(),
        "deep": b"[" * 50_000,
        "not text": b"\xff\xfe",
        "itself": b"kind: &a [*a]\n",
        "loops in loops": letter(loops),
        "loops without end": letter(many),
        "loops that say nothing": letter(empty),
        "loops that say much": letter(wide),
        "conditions in conditions": letter(ifs),
        "long path": letter("{{ x" + ".x" * 5_000 + " }}"),
    }
    return {f"letter {name}": ("letter", text) for name, text in found.items()}


def archive(files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in files.items():
            book.writestr(name, content)
    return packed.getvalue()


def workbook(sheet, shared="", more=None):
    spread = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return archive({
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kinds}.worksheet+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kinds}.sharedStrings+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns="{spread}" xmlns:r="{office}"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{relations}">'
        f'<Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{office}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/sharedStrings.xml": shared or f'<sst xmlns="{spread}"/>',
        "xl/worksheets/sheet1.xml": sheet.replace("<worksheet>", f'<worksheet xmlns="{spread}">'),
        **(more or {}),
    })  # fmt: skip


def sheets(canary, port):
    cell = '<c r="A{0}" t="inlineStr"><is><t>id</t></is></c>'
    rows = (
        "<worksheet><sheetData>"
        + "".join(f'<row r="{n}">{cell.format(n)}</row>' for n in range(1, 4))
        + "</sheetData></worksheet>"
    )
    entity = f'<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file://{canary}">]>'
    laughs = (
        '<!DOCTYPE worksheet [<!ENTITY a0 "ha">'
        + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
        + "]>"
    )
    said = rows.replace("<t>id</t>", "<t>&x;</t>")
    laughed = rows.replace("<t>id</t>", "<t>&a11;</t>")
    far = '<worksheet><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    big = (
        "<worksheet><sheetData>"
        + "".join(f'<row r="{n}">{cell.format(n)}</row>' for n in range(1, 100_010))
        + "</sheetData></worksheet>"
    )
    found = {
        "sheet zip bomb": ("xlsx", workbook("<worksheet>" + " " * 100_000_000 + "</worksheet>")),
        "sheet many entries": ("xlsx", workbook(rows, more={f"x{n}": "" for n in range(20_000)})),
        "sheet outside entity": ("xlsx", workbook(entity + said)),
        "sheet laughs": ("xlsx", workbook(laughs + laughed)),
        "sheet far cell": ("xlsx", workbook(far)),
        "sheet many rows": ("xlsx", workbook(big)),
        "sheet outside path": ("xlsx", workbook(rows, more={"../../evil": "x"})),
        "sheet no archive": ("xlsx", b"PK\3\4" + b"\0" * 1_000),
        "sheet large": ("xlsx", b"\0" * 11_000_000),
        "sheet deep": ("xlsx", workbook("<worksheet>" + "<a>" * 50_000 + "</a>" * 50_000 + "</worksheet>")),
        "csv large": ("csv", b"a" * 11_000_000),
        "csv many rows": ("csv", b"id\n" + b"1\n" * 200_000),
        "csv many columns": ("csv", b",".join(b"c%d" % n for n in range(100_000))),
        "csv open quote": ("csv", b'id\n"' + b"a" * 1_000_000),
        "csv nul": ("csv", b"id,na\0me\n1,2"),
        "csv not text": ("csv", b"\xff\xff\xff\xff"),
        "csv doubled id": ("csv", b"id,street\na,x\na,y\n"),
        "csv formula": ("csv", b"id,name,kind\n=cmd|'/c calc'!A1,@SUM(1),x"),
        "csv long cell": ("csv", b"id\n" + b"a" * 9_000_000),
    }
    return found
