"""Tables of docs/device.md from what `mote profile --json` measured: tables.py WORK ROOT COMMIT."""
import datetime
import json
import os
import sys

CORES = ["cortex-m0plus", "cortex-m3", "cortex-m4", "cortex-m33", "cortex-m7", "cortex-m55", "rv32imac"]
BEGIN, END = "<!-- measured: begin -->\n", "<!-- measured: end -->"


def number(v):
    return "" if v is None else f"{v:,.0f}"


def share(ours, theirs):
    return "" if theirs is None else f"{100 * ours / theirs:.0f} %"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|---" + "|--:" * (len(head) - 1) + "|"]
    return lines + ["| " + " | ".join(row) + " |" for row in rows]


def page(by, models, rows_first):
    """by: a sentence; models: {name: {ours: {...}, theirs: {...}, cores: {...}}}; rows_first: of ResNet-8 with --ram 24k."""
    both = [(name, m["ours"], m["theirs"]) for name, m in models.items()]
    out = [by, "",
           "TFLM is TensorFlow Lite Micro with CMSIS-NN, \"reference\" the same with its reference kernels at -Os. Code is text and constants without",
           "weights, biases, multipliers and shifts. An empty cell was not measured. int8 in, int8 out.", "",
           "### Flash and RAM on a Cortex-M4F, bytes", ""]
    out += table(["model", "code", "code, TFLM", "code, TFLM reference", "flash", "flash, TFLM", "buffer", "arena, TFLM", "stack"],
                 [[name] + [number(v) for v in (o["code"], t["code"], t["code_reference"], o["flash"], t["flash"], o["buffer"], t["arena"], o["stack"])]
                  for name, o, t in both])
    out += ["", "### Instructions of a call on a Cortex-M4F", ""]
    out += table(["model", "instructions", "instructions, TFLM", "share", "per MAC", "at -Os", "code at -Os, bytes"],
                 [[name, number(o["instructions"]), number(t["m4"]), share(o["instructions"], t["m4"]), f"{o['per_mac']:.2f}", number(o["size_instructions"]),
                   number(o["size_code"])] for name, o, t in both])
    out += ["", rows_first, "", "### Instructions of a call on other cores", "",
            "TFLM has CMSIS-NN on M55, and its reference kernels at -O2 on RV32.", ""]
    out += table(["model", "M0+", "M3", "M33", "M7", "M55", "M55, TFLM", "RV32IMAC", "RV32IMAC, TFLM"],
                 [[name] + [number(v) for v in (m["cores"]["cortex-m0plus"], m["cores"]["cortex-m3"], m["cores"]["cortex-m33"], m["cores"]["cortex-m7"],
                                                m["cores"]["cortex-m55"], m["theirs"]["m55"], m["cores"]["rv32imac"], m["theirs"]["rv32"])]
                  for name, m in models.items()])
    return "\n".join(out)


def what_others_need(root):
    with open(os.path.join(root, "bench", "device", "bars.tsv")) as file:
        lines = [line.rstrip("\n").split("\t") for line in file if not line.startswith("#")]
    return {row[0]: {key: None if value == "-" else int(value) for key, value in list(zip(lines[0], row))[2:]} for row in lines[1:]}


def measured(work, theirs):
    def load(name):
        with open(os.path.join(work, name + ".json")) as file:
            return json.load(file)

    models = {}
    for name in theirs:
        if not all(os.path.exists(os.path.join(work, f"{core}.{name}.json")) for core in CORES):
            continue
        p, size = load(f"cortex-m4.{name}"), load(f"size.{name}")
        ours = {"code": p["code_bytes"], "flash": p["flash_bytes"], "buffer": p["buffer_bytes"], "stack": p["stack_bytes"],
                "instructions": p["instructions"], "per_mac": p["instructions"] / sum(layer["macs"] for layer in p["layers"]),
                "size_instructions": size["instructions"], "size_code": size["code_bytes"]}
        models[name] = {"ours": ours, "theirs": theirs[name], "cores": {core: load(f"{core}.{name}")["instructions"] for core in CORES}}
    first, r = load("cortex-m4.kws"), load("ram24k")
    by = f"{first['compiler']}, {' '.join(first['flags'])}; {first['emulator']}. Golden vectors equal on every core."
    rows_first = (f"ResNet-8 with `--ram 24k`: buffer {number(r['buffer_bytes'])} bytes, stack {number(r['stack_bytes'])}, {number(r['instructions'])} "
                  f"instructions ({r['instructions'] / models['resnet8']['ours']['instructions']:.3f} times those without), the same bytes; "
                  f"{number(r['moved_bytes'])} bytes are moved, nothing is computed twice.")
    return by, models, rows_first


def main():
    work, root, commit = sys.argv[1:4]
    by, models, rows_first = measured(work, what_others_need(root))
    text = page(f"Measured {datetime.date.today().isoformat()}, commit {commit}, by `./dev bench device`: {by}", models, rows_first)
    print(text)
    path = os.path.join(root, "docs", "device.md")
    with open(path) as file:
        old = file.read()
    a, b = old.index(BEGIN) + len(BEGIN), old.index(END)
    with open(path, "w") as file:
        file.write(old[:a] + text + "\n" + old[b:])


if __name__ == "__main__":
    main()
