"""Tables of docs/device.md from what `mote profile --json` measured."""
import datetime, json, os, sys

work, root, commit = sys.argv[1:4]
load = lambda name: json.load(open(os.path.join(work, name + ".json")))
today = datetime.date.today().isoformat()
cores = ["cortex-m0plus", "cortex-m3", "cortex-m4", "cortex-m33", "cortex-m7", "cortex-m55", "rv32imac"]
# what others need, and what we promise
lines = [line.rstrip("\n").split("\t") for line in open(os.path.join(root, "bench", "device", "bars.tsv")) if not line.startswith("#")]
theirs = {row[0]: {key: None if value == "-" else int(value) for key, value in list(zip(lines[0], row))[2:]} for row in lines[1:]}
models = [m for m in theirs if all(os.path.exists(os.path.join(work, f"{c}.{m}.json")) for c in cores)]
n = lambda v: "-" if v is None else f"{v:,.0f}"
def beside(*values):  # in brackets, where any is known
    return f" ({'; '.join(n(v) for v in values)})" if any(v is not None for v in values) else ""
out = []
say = out.append
m4 = {m: load(f"cortex-m4.{m}") for m in models}
first = m4["kws"]
say(f"Measured {today}, commit {commit}: {first['compiler']}, {' '.join(first['flags'])}; {first['emulator']}. Golden vectors equal on every core.")
say("")
say("Cortex-M4F, int8 in, int8 out, one build for all columns. Code: text and constants without weights, biases, multipliers and shifts.")
say("In brackets TensorFlow Lite Micro with CMSIS-NN (code also with its reference kernels at -Os) and what was aimed at; -: not measured, no aim.")
say("")
say("| model | code, bytes | total flash | buffer | stack | instructions | per MAC |")
say("|---|---|---|---|---|---|---|")
for m in models:
    p, t = m4[m], theirs[m]
    macs = sum(l["macs"] for l in p["layers"])
    code = f" ({n(t['code_reference'])} / {n(t['code'])}; {n(t['bar_code'])})" if t["code"] else ""
    say(f"| {m} | {n(p['code_bytes'])}{code} | {n(p['flash_bytes'])}{beside(t['flash'])} | {n(p['buffer_bytes'])}{beside(t['arena'], t['bar_buffer'])} "
        f"| {n(p['stack_bytes'])} | {n(p['instructions'])}{beside(t['m4'], t['bar_m4'])} | {p['instructions'] / macs:.2f} |")
r = load("ram24k")
say("")
say(f"ResNet-8 with `--ram 24k`: buffer {n(r['buffer_bytes'])} bytes, stack {n(r['stack_bytes'])}, {n(r['instructions'])} instructions "
    f"({r['instructions'] / m4['resnet8']['instructions']:.3f} times those without), the same bytes; {n(r['moved_bytes'])} bytes are moved, nothing is computed twice.")
say("")
say("Size first (-Os): " + ", ".join(f"{m} {n(load('size.' + m)['code_bytes'])} bytes and {n(load('size.' + m)['instructions'])} instructions" for m in models) + ".")
say("")
say("Instructions on other cores (in brackets TensorFlow Lite Micro: CMSIS-NN on M55, reference kernels -O2 on RV32):")
say("")
say("| model | M0+ | M3 | M33 | M7 | M55 | RV32IMAC |")
say("|---|---|---|---|---|---|---|")
for m in models:
    row = {c: load(f"{c}.{m}")["instructions"] for c in cores}
    say(f"| {m} | {n(row['cortex-m0plus'])} | {n(row['cortex-m3'])} | {n(row['cortex-m33'])} | {n(row['cortex-m7'])} | {n(row['cortex-m55'])}{beside(theirs[m]['m55'])} "
        f"| {n(row['rv32imac'])}{beside(theirs[m]['rv32'])} |")
text = "\n".join(out)
print(text)
path = os.path.join(root, "docs", "device.md")
page = open(path).read()
begin, end = "<!-- measured: begin -->\n", "<!-- measured: end -->"
a, b = page.index(begin) + len(begin), page.index(end)
open(path, "w").write(page[:a] + text + "\n" + page[b:])
