"""What the loops of each routine take on each core, from networks that random_nets ran; how far off the sums are on others.

Networks of seeds below HELD_OUT are fitted, the others say the error."""
import collections, glob, json, os, re, sys

HELD_OUT = 1000


def nets(work, core):
    found = []
    for name in sorted(glob.glob(os.path.join(work, f"{core}.[0-9]*.jsonl"))):
        found += [json.loads(line) for line in open(name) if line.endswith("}\n")]
    is_held_out = lambda net: re.fullmatch(r"net\d+", net["net"]) and int(net["net"][3:]) >= HELD_OUT
    return [n for n in found if not is_held_out(n)], [n for n in found if is_held_out(n)]


def layers_of(net):
    """(((routine, part): times), instructions) of each layer, and of what is around them."""
    for layer in net["layers"] + [{"calls": [net["around"]], "instructions": net["around"]["instructions"]}]:
        parts = collections.Counter()
        for call in layer["calls"]:
            for part, times in call["parts"].items():
                parts[call["routine"], part] += times
        if parts:
            yield parts, layer["instructions"]


def least_squares(rows, rounds=4000):
    """Non-negative factors with the least squared relative errors, by coordinate descent on the normal equations."""
    columns = sorted({c for parts, _ in rows for c in parts})
    place = {c: i for i, c in enumerate(columns)}
    size = len(columns)
    gram, right = [[0.0] * size for _ in range(size)], [0.0] * size
    for parts, count in rows:
        scaled = [(place[c], times / count) for c, times in parts.items()]
        for i, a in scaled:
            right[i] += a
            for j, b in scaled:
                gram[i][j] += a * b
    w = [0.0] * size
    for _ in range(rounds):
        largest = 0.0
        for i in range(size):
            rest = right[i] - sum(g * v for g, v in zip(gram[i], w)) + gram[i][i] * w[i]
            new = max(0.0, rest / gram[i][i])
            largest = max(largest, abs(new - w[i]) / (abs(new) + 1e-9))
            w[i] = new
        if largest < 1e-7:
            break
    return dict(zip(columns, w))


def fit(fitted):
    """Routines that layers call together are fitted together."""
    rows = [row for net in fitted for row in layers_of(net) if row[1] > 0]
    group = {}
    root = lambda r: r if group.setdefault(r, r) == r else root(group[r])
    for parts, _ in rows:
        routines = [routine for routine, _ in parts]
        for routine in routines[1:]:
            group[root(routine)] = root(routines[0])
    blocks = collections.defaultdict(list)
    for row in rows:
        blocks[root(next(iter(row[0]))[0])].append(row)
    factors = {}
    for block in blocks.values():
        factors.update(least_squares(block))
    return {key: value for key, value in factors.items() if is_told_apart(key[0], rows)}


def is_told_apart(routine, rows):
    """Whether a routine ran with as many different counts as it has parts; with fewer, no factor means anything."""
    counts = {tuple(sorted((part, n) for (r, part), n in parts.items() if r == routine)) for parts, _ in rows}
    counts.discard(())
    return len(counts) >= max(3, len({part for row in counts for part, _ in row}))


def errors(factors, held_out):
    found = []
    for net in held_out:
        guess = sum(factors.get(c, 0.0) * times for parts, _ in layers_of(net) for c, times in parts.items())
        found.append((guess / net["instructions"] - 1, net["net"]))
    return sorted(found, key=lambda e: abs(e[0]))


def table(core, factors, error):
    lines = [f'[core."{core}"]', f"error = {error:.2f}", f'[core."{core}".routine]']
    for routine in sorted({r for r, _ in factors}):
        parts = ", ".join(f"{part} = {value:.4g}" for (r, part), value in sorted(factors.items()) if r == routine)
        lines.append(re.sub(r"= (\d+)(?=[,}]| }|$)", r"= \1.0", f"{routine} = {{ {parts} }}"))
    return lines + [""]


def placed(work, core):
    name = os.path.join(work, f"{core}.code.jsonl")
    return [json.loads(line) for line in open(name)] if os.path.exists(name) else []


def routines_of(net):
    return {routine for routine, _ in net["routines"]} | {net["around"]}


def code_parts(found):
    """What code depends on: bytes that are always there, bytes that any of some routines bring, factors of the model's own file."""
    users, sources = collections.defaultdict(set), {}
    places, sizes = collections.defaultdict(set), {}
    for i, net in enumerate(found):
        for routine in routines_of(net):
            users[routine].add(i)
        for routine, source in net["routines"]:
            sources[routine] = source.removesuffix(".c") + ".o"
        for name, section, size in net["sections"]:
            if name != "model.o":
                places[name, section].add(i)
                sizes[name, section] = size
    always, groups = 0, collections.Counter()
    for key, where in places.items():
        bring = [r for r in users if users[r] <= where]
        own = [r for r in bring if sources.get(r) == key[0]]
        if len(where) == len(found) and not own:
            always += sizes[key]
            continue
        chosen, left = [], set(where)
        for routine in sorted(own, key=lambda r: -len(users[r])) + sorted(bring, key=lambda r: -len(users[r])):
            if users[routine] & left:
                chosen.append(routine)
                left -= users[routine]
        if left:  # one of two members of a library that do the same: where most of a routine's networks have it
            mostly = max(users, key=lambda r: len(users[r] & left) - len(users[r] - where))
            if len(users[mostly] & left) > len(users[mostly] - where):
                chosen.append(mostly)
        if chosen:
            groups[tuple(sorted(chosen))] += sizes[key]
    rows = []
    for net in found:
        size = sum(bytes for name, _, bytes in net["sections"] if name == "model.o")
        rows.append((collections.Counter({("file", part): n for part, n in net["features"].items() if n > 0}), size))
    return always, groups, least_squares(rows)


def code_size(net, always, groups, factors):
    used = routines_of(net)
    return always + sum(size for routines, size in groups.items() if used & set(routines)) \
        + sum(factors.get(("file", part), 0.0) * n for part, n in net["features"].items())


def code_table(core, always, groups, factors):
    lines = [f'[core."{core}".code]', f"always = {always}"]
    lines += [f"{part} = {value:.4g}" if "." in f"{value:.4g}" else f"{part} = {value:.1f}" for (_, part), value in sorted(factors.items())]
    lines.append("any_of = [")
    lines += [f'  [{size}, ' + ", ".join(f'"{r}"' for r in routines) + "]," for routines, size in sorted(groups.items())]
    return lines + ["]", ""]
