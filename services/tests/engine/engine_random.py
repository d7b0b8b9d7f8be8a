"""Random trees of blocks and random walks through them; the same seed always gives the same."""

import random

from engine_blocks import Drawn
from engine_drawing import Case
from engine_reference_moves import Mover
from engine_rounds import around, asked, grown

from jiecheng import engine
from jiecheng.model.errors import Invalid, Refused

LEAVES = ("user", "user", "user", "many", "catch", "receive", "link", "timer", "choice", "tell")
BLOCKS = (
    *("seq", "seq", "seq", "xor", "and", "and", "or", "or", "loop", "loop", "sub", "sub", "fail", "climb", "stop"),
    *("ask", "timer", "many", "choice", "user", "catch", "tell"),
)
CATCHES = ("message", "timer", "signal", "conditional")
ENDLESS = ("message", "timer", "signal", "cycle")  # also for events that interrupt nobody
USER = {"kind": "user"}
MOVES = 0.15  # how often, instead of somebody working, tokens are moved or the drawing is exchanged
PLACES = ("userTask", "subProcess", "callActivity", "intermediateCatchEvent", "receiveTask", "eventBasedGateway")


class RandomProcess(Drawn):
    def __init__(self, seed, depth=4):
        self.seed = seed
        super().__init__(Growing(random.Random(seed)).scope("process", depth))


class Growing:
    def __init__(self, chance):
        self.chance = chance
        self.asked = 0  # ways that interrupt nobody around what grows
        self.forked = None  # parallel blocks around what grows, counted behind an event that interrupts nobody
        self.mapped = 0  # called processes with variables of their own around what grows

    def likely(self, share):
        return self.chance.random() < share

    def scope(self, kind, depth, **told):
        mapped = bool(told.get("call")) and self.likely(0.7)
        self.mapped += mapped
        events = [self.event() for _ in range(self.chance.choice((0, 0, 0, 0, 1, 2)))]
        forked, self.forked = self.forked, None
        parts = [self.block(depth, False)]
        self.forked = forked
        self.mapped -= mapped
        return {"kind": kind, "parts": parts, "events": events, "mapped": mapped, **told}

    def event(self):
        interrupting = self.likely(0.5)
        what = {"event": self.chance.choice(CATCHES if interrupting else ENDLESS), "interrupting": interrupting}
        return {**what, "length": self.chance.choice((1, 2))}

    def block(self, depth, inclusive):
        kind = self.chance.choice(BLOCKS if depth > 0 else LEAVES)
        if kind == "or" and inclusive:
            kind = "and"  # nested inclusive gateways are refused
        if kind == "or" and self.forked:
            kind = "and"  # two rounds would become one there
        return getattr(self, f"grow_{kind}")(kind, depth - 1, inclusive)

    def leaf(self, kind, depth, inclusive):
        return {"kind": kind, "event": self.chance.choice(CATCHES)}

    grow_user = grow_receive = grow_link = grow_timer = grow_choice = leaf

    def grow_catch(self, kind, depth, inclusive):
        # Nobody outside can change what a called process looks at: a condition there may stay false for ever.
        return {"kind": kind, "event": self.chance.choice(CATCHES[:3] if self.mapped else CATCHES)}

    def grow_tell(self, kind, depth, inclusive):
        # One that would wake the very event it stands behind makes tokens without end.
        return (
            dict(USER) if self.asked else {"kind": kind, "event": self.chance.choice(("signal", "message", "recall"))}
        )

    def repeat(self):
        how, count = self.chance.choice(("parallel", "sequential", "loop")), self.chance.choice((2, 3))
        before = self.chance.choice(("true", "false"))
        return {"how": how, "count": count, "before": before, "until": self.chance.choice((0, 0, 1, 2))}

    def grow_many(self, kind, depth, inclusive):
        return {"kind": kind, **self.repeat()}

    def grow_seq(self, kind, depth, inclusive):
        return {"kind": kind, "parts": [self.block(depth, inclusive) for _ in range(2)]}

    def split(self, kind, depth, inclusive):
        forked = self.forked
        self.forked = forked if forked is None else forked + (kind == "and")
        parts = [self.block(depth, inclusive or kind == "or") for _ in range(self.chance.choice((2, 2, 3)))]
        self.forked = forked
        return {"kind": kind, "parts": parts, "task": kind != "xor" and self.likely(0.25)}

    grow_xor = grow_and = grow_or = split

    def one(self, kind, depth, inclusive):
        part = self.block(depth, inclusive)
        return {"kind": kind, "parts": [part], "event": self.chance.choice(ENDLESS), "late": self.likely(0.4)}

    grow_loop = grow_stop = one

    def grow_ask(self, kind, depth, inclusive):
        self.asked += 1
        forked, self.forked = self.forked, self.forked or 0
        told = self.one(kind, depth, inclusive)
        self.forked = forked
        self.asked -= 1
        return told

    def grow_sub(self, kind, depth, inclusive):
        repeated = self.likely(0.3)
        self.mapped += repeated  # what an instance wrote hides the case's variables from it
        told = self.scope(kind, depth, late=self.likely(0.4), call=self.likely(0.35))
        self.mapped -= repeated
        if repeated:
            told["repeat"] = self.repeat()
            if told["repeat"]["how"] == "parallel":
                # Instances beside each other carry the same names: which is meant must make no difference.
                told.update(parts=[{"kind": "seq", "parts": [USER, USER]}], events=[])
        return told

    def grow_fail(self, kind, depth, inclusive):
        return self.scope(kind, depth, call=self.likely(0.3), beside=self.likely(0.4))

    def grow_climb(self, kind, depth, inclusive):
        return self.scope(kind, depth, call=self.likely(0.3), interrupting=self.likely(0.5))


# -------------------------------------------------------------- walks


def open_names(case):
    return sorted(name for wait in case.waits.values() for name in names_of(wait))


def names_of(wait):
    return [one.element for one in wait.subscriptions] or [wait.element]


def act(case, name, variables):
    wait = case.waits[case.token(name)]
    return case.fire(name, **variables) if wait.subscriptions else case.do(name, **variables)


def pick(chance, names):
    """Mostly tasks: a process whose events come all the time never ends."""
    tasks = [name for name in names if name[0] == "u"]
    return chance.choice(tasks if tasks and chance.random() < 0.75 else names)


def calm(names):
    """A task where there is one, else an event on the way: messages beside it would come for ever."""
    return min(names, key=lambda name: ("uk".find(name[0]) % 3, int("".join(filter(str.isdigit, name)))))


def drawn_variables(process, chance, is_calm):
    """What the next act writes. Calm: every loop is left, and every condition that somebody waits for is true."""
    flows = {name: not is_calm and chance.random() < 0.5 for name in process.conditions}
    return flows | {name: is_calm or chance.random() < 0.25 for name in process.awaited.values()}


def both_act(process, case, judge, name, variables):
    if name in process.awaited:  # a condition does not come by itself: somebody changes a variable of the case
        variables[process.awaited[name]] = True
        case.recheck(**variables)
        judge.recheck(variables)
    else:
        act(case, name, variables)
        judge.act(name, variables)


def differs(process, executable, seed, moves=0.0, steps=40, most=400):
    """Walks engine and reference side by side, at random and then calmly to the end; the first difference as text."""
    chance = random.Random(seed)
    variables = drawn_variables(process, chance, False)
    case, judge, log = Case(executable, variables), Mover(process.drawing, variables), []
    for number in range(most):
        names = open_names(case)
        if names != judge.open() or case.done != judge.done:
            return f"after {log[-6:]}: engine {names} {case.done}, reference {judge.open()} {judge.done}"
        if wrong := judge.unsound():
            return f"after {log[-6:]}: {wrong}"
        if case.done:
            return ""
        if not names:
            return f"after {log[-6:]}: waits for nobody and is not done"
        if chance.random() < 0.05:
            # Another program takes over: it has the diagram's text and the snapshot's, nothing else.
            case.executable = engine.load([process.xml()], "p")
        is_calm = number >= steps
        if not is_calm and chance.random() < moves:
            if chance.random() < 0.2:
                process, told = both_migrate(process, case, judge, chance)
            else:
                told = both_move(process, case, judge, chance)
            log.append(told)
            if told.startswith("wrong"):
                return f"after {log[-6:]}"
            continue
        name = calm(names) if is_calm else pick(chance, names)
        log.append(name)
        both_act(process, case, judge, name, drawn_variables(process, chance, is_calm))
    return f"does not end, open {open_names(case)}"


# -------------------------------------------------------------- moves


def both_move(process, case, judge, chance):
    """A random move, in both when the engine allows it: the same tokens go, the same stay, under their own ids."""
    names = open_names(case)
    tokens = "all" if chance.random() < 0.35 else chance.sample(names, min(len(names), chance.choice((1, 1, 2))))
    targets = chosen_targets(process, chance)
    told, before, waits = f"{tokens} -> {targets}", case.snapshot, dict(case.waits)
    try:
        case.move(tokens, *targets)
    except Refused:
        return f"refused {told}" if case.snapshot is before else f"wrong: a refusal changed something: {told}"
    numbers = judge.survivors()
    judge.move(tokens, targets)
    stayed = sorted(name for _, name in numbers & judge.survivors())
    kept = [wait for token, wait in case.waits.items() if token in waits and ":" not in token]
    same = sorted(name for wait in kept for name in names_of(wait))
    return told if same == stayed else f"wrong: {told}: engine keeps {same}, reference {stayed}"


def both_migrate(process, case, judge, chance):
    """To a version with a task more here and there, in both when the engine allows it."""
    changed, before = Changed(process.tree, process.changes, chance), case.snapshot
    told = f"migrated with {changed.changes}"
    try:
        case.migrate(engine.load([changed.xml()], "p"))
    except Invalid as error:
        unchanged = case.snapshot is before
        return process, f"refused {told}: {error.findings[0].code}" if unchanged else f"wrong: {told}"
    judge.migrate(changed.drawing)
    return changed, told


class Changed(Drawn):
    """The same tree with a task put into some sequence flows; `changes`: flow -> task, those of earlier versions kept."""

    def __init__(self, tree, changes, chance):
        self.chance = chance
        super().__init__(tree, changes)

    def change(self, scope):
        between = {}
        for at, (name, source, target, when) in enumerate(list(scope.flows)):
            if name not in self.changes and self.chance.random() < 0.05:
                self.changes[name] = f"u{1000 + len(self.changes)}"
            if name in self.changes and scope.nodes[source][0] != "eventBasedGateway":
                task = self.changes[name]
                between[task] = (source, target)
                scope.node("userTask", task).flow(task, target)
                scope.flows[at] = (name, source, task, when)
        first = [task for task, (_, target) in between.items() if target == scope.region.ends[0]]
        last = [task for task, (source, _) in between.items() if source == scope.region.ends[1]]
        outside = [task for task in (*first, *last) if not set(between[task]) <= scope.region.nodes]
        scope.region = around(
            grown(scope.region, between),
            [one for one in first if one in outside],
            [one for one in last if one in outside],
        )


def chosen_targets(process, chance):
    """One place, two, one in each branch of a parallel block, or some of what stands behind an event."""
    drawing = chance.choice(list(scopes_of(process.drawing)))
    blocks = [region for region in regions_of(drawing.region) if region.tree["kind"] in ("and", "or")]
    if blocks and chance.random() < 0.4:
        places = [
            [name for name in sorted(part.nodes) if is_place(drawing, name)] for part in chance.choice(blocks).parts
        ]
        return [chance.choice(names) for names in places if names]
    parts = [part for region in asked(drawing.region) for part in region.parts] if drawing.region else []
    if parts and chance.random() < 0.5:
        places = [name for name in sorted(chance.choice(parts).nodes) if is_place(drawing, name)]
        return chance.choices(places, k=chance.choice((1, 2, 2, 3))) if places else []
    places = [name for name in drawing.nodes if is_place(drawing, name)]
    return chance.sample(places, min(len(places), chance.choice((1, 1, 1, 2))))


def is_place(drawing, name):
    kind, told, _ = drawing.nodes[name]
    return kind in PLACES and "triggeredByEvent" not in told


def scopes_of(drawing):
    yield drawing
    for inner in drawing.embedded.values():
        yield from scopes_of(inner)


def regions_of(region):
    if region is not None:
        yield region
        for part in region.parts:
            yield from regions_of(part)


def judged(process, walks=3, moves=0.0):
    """What is wrong with a process: a finding, a difference on a walk, or an exception; "" when nothing is."""
    xml = process.xml()
    if found := engine.findings([xml]):
        return f"refused: {found[0].message}"
    executable = engine.load([xml], "p")
    for walk in range(walks):
        try:
            wrong = differs(process, executable, f"walk {walk}", moves)
        except Exception as error:
            wrong = f"{type(error).__name__}: {error}"
        if wrong:
            return f"walk {walk}: {wrong}"
    return ""
