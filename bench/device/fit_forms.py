"""fit_forms.py ROOT CORE FILE...: what the loops of routines on packed weights take on a core, from layers that `build/bench/forms CORE fit
FIRST END` ran, and the bytes of their code, written to src/device/instructions.toml; prints how far off the estimate of layers is that
were left out of the fit.

Columns, outputs and what is around them are the same code for all forms of an op, and are fitted together; of a form are its
groups of weights, rows of a convolution, and the pairs that a call makes."""
import collections, json, os, re, subprocess, sys, tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fit import least_squares

PARTS = 12

FLAGS = {
    "cortex-m4": "-mfloat-abi=hard -mfpu=fpv4-sp-d16", "cortex-m33": "-mfloat-abi=hard -mfpu=fpv5-sp-d16",
    "cortex-m7": "-mfloat-abi=hard -mfpu=fpv5-sp-d16", "cortex-m55": "-mfloat-abi=hard"}


def key(routine, part):
    op = "mote_conv2d" if routine.startswith("mote_conv2d") else "mote_fully_connected"
    has_pairs = any(f"_codebook{bits}_" in routine for bits in (1, 2, 3, 4))  # made for each call
    if part == "group" or (part == "filter" and op == "mote_conv2d") or (part == "call" and has_pairs):
        return routine, part
    # values of 16 bits in lanes are laid out otherwise than pairs
    return op + ("_sparse" if "_sparse_" in routine and part == "value" else ""), part


def read(names):
    seen = {}
    for name in names:
        for line in open(name):
            if line.endswith("}\n"):
                net = json.loads(line)
                layer = net["layers"][0]
                call = layer["calls"][0]
                assert net["wrong"] == 0, net
                seen[call["routine"], tuple(sorted(call["parts"].items()))] = layer["instructions"]
    return sorted(seen.items())


def parts_of(routine, parts):
    counts = collections.Counter()
    for part, times in parts:
        counts[key(routine, part)] += times
    return counts


def number(v):
    text = f"{v:.4g}"
    return text if "." in text or "e" in text else text + ".0"


def factors_of(core, names, known):
    """Lines of the routines; what no layer of the fit ran (outputs that are scaled up, clamped) is that of plain weights."""
    data = read(names)
    rows = [(parts_of(*what), count) for what, count in data]
    off = []
    for part in range(PARTS):
        fitted = least_squares([row for i, row in enumerate(rows) if i % PARTS != part], 1500)
        off += [abs(sum(fitted.get(k, 0) * n for k, n in parts.items()) / count - 1) for i, (parts, count) in enumerate(rows) if i % PARTS == part]
    off.sort()
    print(f"{core}: {len(rows)} layers, each estimated without its {PARTS}th of them: 8 in 10 are within {off[int(0.8 * len(off))]:.1%}, all within {off[-1]:.1%}")
    factors = least_squares(rows)
    found = {}
    for (routine, parts), _ in data:
        plain = known["mote_conv2d_s8" if "conv2d" in routine else "mote_fully_connected_s8"]
        own = found.setdefault(routine, {p: v for p, v in plain.items() if p in ("output_wide", "clamped", "rest")})
        for part, _ in parts:
            own[part] = factors.get(key(routine, part), 0.0)
    for own in found.values():
        for part in ("edge", "copied") if "column" in own else ():
            own.setdefault(part, factors.get(("mote_conv2d", part), 0.0))
    return [routine + " = { " + ", ".join(f"{p} = {number(v)}" for p, v in sorted(own.items())) + " }" for routine, own in sorted(found.items())]


def sections(core, source, root):
    arm = core.startswith("cortex")
    compiler = ["arm-none-eabi-gcc", "-mcpu=" + core, "-mthumb", *FLAGS.get(core, "").split()] if arm else \
        ["riscv64-unknown-elf-gcc", "-march=rv32imac", "-mabi=ilp32", "--specs=picolibc.specs"]
    with tempfile.TemporaryDirectory() as folder:
        made = os.path.join(folder, "a.o")
        subprocess.run(compiler + ["-std=gnu99", "-O2", "-ffunction-sections", "-fdata-sections", "-I" + os.path.join(root, "runtime"), "-c",
                                   os.path.join(root, "runtime", source), "-o", made], check=True)
        lines = subprocess.run([compiler[0][:-3] + "size", "-A", made], check=True, capture_output=True, text=True).stdout.splitlines()
    return {w[0]: int(w[1]) for w in map(str.split, lines) if len(w) == 3 and re.match(r"\.(text|rodata)", w[0]) and w[1] != "0"}


def code_of(core, root):
    """Bytes that any form of an op brings, that those with pairs bring, and that each brings itself."""
    lines = []
    for source, op in (("conv2d_packed_s8.c", "mote_conv2d"), ("fully_connected_packed_s8.c", "mote_fully_connected")):
        own, shared = collections.Counter(), collections.Counter()
        names = ["codebook%d" % b for b in range(1, 7)] + ["int4", "sparse_2_4", "sparse_1_4", "sparse_1_8", "sparse_1_16", "blocks"]
        for section, size in sections(core, source, root).items():
            form = re.search(r"mote_(?:conv2d_|fully_connected_)?(codebook\d|int4|sparse_\d_\d+|blocks)(?:_s8|_four|_one)(?!\d)", section)
            if form:
                own[form[1]] += size
            elif "make_pairs" in section:
                shared[tuple(names[:4])] += size
            elif "order" not in section:
                shared[tuple(names)] += size
        lines += ['  [%d, %s],' % (size, ", ".join(f'"{op}_{n}_s8"' for n in group)) for group, size in shared.items()]
        lines += [f'  [{size}, "{op}_{n}_s8"],' for n, size in sorted(own.items())]
    return lines


def by_core(text):
    """Lines of the file, those before the first core under ""."""
    parts, core = {"": []}, ""
    for line in text.split("\n"):
        found = re.match(r'\[core\."([^"]*)"\]$', line)
        if found:
            core = found[1]
            parts[core] = []
        parts[core].append(line)
    return parts


def packed_rows(text):
    """Of each core: factors of routines on packed weights, and bytes of their code."""
    found = {core: [line for line in lines if is_packed(line)] for core, lines in by_core(text).items()}
    return {core: ([line for line in rows if line[0] != " "], [line for line in rows if line[0] == " "]) for core, rows in found.items() if rows}


def with_packed_rows(text, rows):
    parts = by_core(text)
    for core, (factors, code) in rows.items():
        part = [line for line in parts[core] if not is_packed(line)]
        at = next(i for i, line in enumerate(part) if line.startswith("mote_conv2d_s8 ")) + 1
        part[at:at] = factors
        at = part.index("any_of = [") + 1
        part[at:at] = code
        parts[core] = part
    return "\n".join(line for part in parts.values() for line in part)


def main():
    root, core, names = sys.argv[1], sys.argv[2], sys.argv[3:]
    path = os.path.join(root, "src", "device", "instructions.toml")
    text = open(path).read()
    found = (re.match(r"(\w+) = \{(.*)\}", line) for line in by_core(text)[core])
    known = {m[1]: {part: float(v) for part, v in re.findall(r"(\w+) = ([-\d.e+]+)", m[2])} for m in found if m}
    open(path, "w").write(with_packed_rows(text, {core: (factors_of(core, names, known), code_of(core, root))}))


def is_packed(line):
    return re.search(r"mote_(conv2d|fully_connected)_(codebook|int4|sparse|blocks)", line) is not None


if __name__ == "__main__":
    main()
