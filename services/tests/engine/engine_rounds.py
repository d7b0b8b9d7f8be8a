"""How many rounds of a drawing its tokens make up: judged by the drawing's blocks alone, without asking any interpreter.

In one round every branch of a parallel block holds exactly one token or none does. Behind an event that interrupts nobody
several rounds may be under way, and nobody says whose token is whose: there must be a number of rounds that fits.
"""

from engine_blocks import Region

SPLITS = ("and", "or", "xor")


class Unsound(Exception):
    pass


def judge_rounds(region, standing, arrived, behind):
    """Raises `Unsound`; `behind(nodes)`: what events that interrupt nobody lead to, of those attached to these nodes."""
    beside = behind(region.nodes)
    units(region, without(standing, beside), without(arrived, beside))
    for each in asked(region):
        for part in each.parts:
            rounds(part, standing, arrived, behind)


def without(counter, names):
    return type(counter)({name: count for name, count in counter.items() if name not in names})


def asked(region):
    """The blocks whose parts stand behind such an event."""
    found = [region] if region.tree["kind"] == "ask" else []
    return found + [one for part in region.parts for one in asked(part)]


def own_nodes(region):
    return region.nodes - frozenset().union(*(part.nodes for part in region.parts))


def units(region, standing, arrived):
    """How many tokens of one round a region holds: none or one."""
    kind = region.tree["kind"]
    if kind in ("and", "or"):
        branches = [units(part, standing, arrived) + arrived[part.ends[1]] for part in region.parts]
        split = standing[region.ends[0]]
        if max(branches) > 1 or (split and any(branches)) or (kind == "and" and 0 < sum(branches) < len(branches)):
            raise Unsound(f"{kind} {region.ends}: {branches}, {split} before it")
        return split or int(any(branches))
    found = sum(standing[node] for node in own_nodes(region)) + sum(
        units(part, standing, arrived) for part in region.parts
    )
    if found > 1:
        raise Unsound(f"{kind} {region.ends}: {found} tokens where one can be")
    return found


def rounds(region, standing, arrived, behind):
    """The least and the most rounds that a region's tokens can be of."""
    kind, inner = region.tree["kind"], [rounds(part, standing, arrived, behind) for part in region.parts]
    if kind in ("and", "or"):
        here = [arrived[part.ends[1]] for part in region.parts]
        least = max(low + count for (low, _), count in zip(inner, here, strict=True))
        most = (min if kind == "and" else add)(high + count for (_, high), count in zip(inner, here, strict=True))
        if least > most:
            raise Unsound(f"{kind} {region.ends}: {inner} in its branches and {here} arrived fit no number of rounds")
        split = standing[region.ends[0]]
        return least + split, most + split
    own = sum(standing[node] for node in own_nodes(region) - behind(own_nodes(region)))
    counted = [] if kind == "ask" else inner  # its part has rounds of its own
    return own + add(low for low, _ in counted), own + add(high for _, high in counted)


def add(numbers):
    return sum(numbers)


def grown(region, between):
    """The region after tasks were put into its flows; `between`: task -> (source, target) of the flow it stands in."""
    parts = [grown(part, between) for part in region.parts]
    if region.tree["kind"] in SPLITS:
        parts = [in_branch(part, region.ends, between) for part in parts]
    inside = {task for task, ends in between.items() if set(ends) <= region.nodes}
    return Region(region.tree, region.ends, region.nodes | inside, tuple(parts))


def in_branch(part, ends, between):
    """With the tasks between the split and the branch, and between the branch and the join: from there it arrives now."""
    first = [task for task, found in between.items() if found == (ends[0], part.ends[0])]
    last = [task for task, found in between.items() if found == (part.ends[1], ends[1])]
    return around(part, first, last)


def around(region, first, last):
    if not first and not last:
        return region
    ends = ((first or region.ends)[0], (last or region.ends)[-1])
    return Region({"kind": "seq"}, ends, region.nodes | {*first, *last}, (region,))
