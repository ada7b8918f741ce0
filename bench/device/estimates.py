"""src/device/instructions.toml from what random_nets measured, and how far off it is on networks that were not in the fit."""
import datetime, math, os, sys

import fit
import fit_forms

work, root, commit = sys.argv[1:4]
today = datetime.date.today().isoformat()
cores = ["cortex-m0plus", "cortex-m3", "cortex-m4", "cortex-m33", "cortex-m7", "cortex-m55", "rv32imac"]
lines = [f"# Written by `./dev bench device`, {today}, commit {commit}: instructions of each part of a routine (src/device/work.h) on each",
         "# core, fitted to networks that ran on the emulated one; error: relative, of the totals of 8 in 10 networks and published models",
         "# that were not in the fit. code: bytes at -O2; any_of: where one of the routines is used.", ""]
print("\nEstimates of instructions beside what was measured, networks that were not in the fit:\n")
def within(off):  # 8 in 10
    off = sorted(abs(error) for error, _ in off)
    return off[math.ceil(0.8 * len(off)) - 1], off[len(off) // 2], off[-1]


# Published models count as networks that were not in the fit, too: what is stated is the larger of both errors.
for core in cores:
    fitted, held_out = fit.nets(work, core)
    without = fit.fit([net for net in fitted if not net["net"].endswith(".tflite")])
    known = {routine for routine, _ in without}
    published = [net for net in fitted if net["net"].endswith(".tflite") and net["instructions"] > 100000
                 and all(routine in known for parts, _ in fit.layers_of(net) for routine, _ in parts)]
    others, strangers = within(fit.errors(without, held_out)), within(fit.errors(without, published))
    factors = fit.fit(fitted)
    lines += fit.table(core, factors, math.ceil(100 * max(others[0], strangers[0])) / 100)
    found = fit.placed(work, core)
    halves = [[net for i, net in enumerate(found) if i // 2 % 2 == half] for half in (0, 1)]  # seeds are odd with a front end
    code = fit.code_parts(halves[0])
    seen = {routine for net in halves[0] for routine in fit.routines_of(net)}
    bytes_off = sorted(abs(fit.code_size(net, *code) - net["code_bytes"]) for net in halves[1] if fit.routines_of(net) <= seen)
    lines += fit.code_table(core, *fit.code_parts(found))
    say = lambda errors: f"median {100 * errors[1]:.1f} %, 8 of 10 {100 * errors[0]:.1f} %, all {100 * errors[2]:.1f} %"
    print(f"{core}: {len(held_out)} networks {say(others)}; {len(published)} published models {say(strangers)};"
          f" code of {len(bytes_off)} others: 8 of 10 within {bytes_off[int(0.8 * len(bytes_off))]:.0f} bytes, all within {bytes_off[-1]:.0f}")
path = os.path.join(root, "src", "device", "instructions.toml")
kept = fit_forms.packed_rows(open(path).read())  # of layers that random_nets has none of
open(path, "w").write(fit_forms.with_packed_rows("\n".join(lines) + "\n", kept))
