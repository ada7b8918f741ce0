"""The table of ./dev bench forms, from the lines of build/bench/forms; exits 1 where a bar for Cortex-M4 is exceeded."""
import json, sys

# of a form: the layer's instructions in times of plain weights, bytes saved, multiply-adds in times; convolutions
BARS = {"codebook4": (1.3, 0.45, None), "int4": (1.3, 0.45, None), "sparse_2_4": (None, 0.35, 1.4), "blocks": (None, None, 0.7),
        "sparse_1_8": (None, None, 0.55), "sparse_1_16": (None, None, 0.35)}


def share(functions):
    """Multiply-adds, columns and requantization of a layer's calls."""
    products = columns = finish = 0
    for name, count in functions.items():
        if any(name.startswith(p) for p in ("mote_dots", "mote_rows", "mote_add_", "mote_make_pairs")) or name.split(".")[0].endswith(("_four", "_one")):
            products += count
        elif name.startswith(("mote_finish", "mote_wide", "mote_clamp")):
            finish += count
        elif any(w in name for w in ("mote_put", "gather", "mote_kernel_input", "mote_packed_column", "mote_four_columns")):
            columns += count
    return products, columns, finish


over = []
print("| layer | form | weights, bytes | of plain | layer, instr. | times | multiply-adds, times | columns, times | requantization, times | stack |")
print("|---|---|---|---|---|---|---|---|---|---|")
for line in sys.stdin:
    j = json.loads(line)
    plain, packed = j["plain"], j["packed"]
    assert plain["wrong"] == packed["wrong"] == 0, j
    was, now = share(plain["functions"]), share(packed["functions"])
    times = [f"{b / a:.2f}" if a else "-" for a, b in zip(was, now)]
    of_layer, of_bytes = packed["instructions"] / plain["instructions"], packed["weights"] / plain["weights"]
    print(f"| {j['layer']} | {j['form']} | {packed['weights']:,} | {of_bytes:.1%} | {packed['instructions']:,} | {of_layer:.2f} | "
          f"{times[0]} | {times[1]} | {times[2]} | {packed['stack_bytes']:,} |")
    if sys.argv[1] != "cortex-m4" or j["form"] not in BARS or not j["layer"].startswith("conv"):
        continue
    layer, cut, products = BARS[j["form"]]
    for what, is_over in (("layer", layer and of_layer > layer), ("bytes", cut and 1 - of_bytes < cut), ("multiply-adds", products and now[0] > products * was[0])):
        if is_over:
            over.append(f"{j['form']}, {j['layer']}: {what}")
for sentence in over:
    print("over the bar: " + sentence, file=sys.stderr)
sys.exit(len(over) > 0)
