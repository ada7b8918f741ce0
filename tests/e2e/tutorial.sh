#!/usr/bin/env bash
# docs/tutorial.md is typed from its first to its last console block, in one folder, and what the commands print is what stands there:
# `...` is any number of lines, at the end of a line the rest of it. Dates and seconds do not stand there.
. "$(dirname "$0")/support.bash"
checks 3
installed python3 arm-none-eabi-gcc qemu-system-arm make || skip_all "python3, arm-none-eabi-gcc, qemu-system-arm or make is not installed (./dev setup)"
mkdir -p "$work/bin"
ln -s "$mote" "$work/bin/mote"
cat >"$work/typed.py" <<'P'
import re, subprocess, sys

page, folder = sys.argv[1:]
blocks = re.findall(r"^```console\n(.*?)^```", open(page).read(), re.M | re.S)
steps = []  # (line typed, lines expected)
for block in blocks:
    for line in block.splitlines():
        if line.startswith("$ "):
            steps.append((line[2:], []))
        else:
            steps[-1][1].append(line)

def matches(wanted, seen):
    if not wanted:
        return not seen
    if wanted[0] == "...":
        return any(matches(wanted[1:], seen[i:]) for i in range(len(seen) + 1))
    if not seen:
        return False
    first = seen[0].startswith(wanted[0][:-3]) if wanted[0].endswith("...") else seen[0] == wanted[0]
    return first and matches(wanted[1:], seen[1:])

for typed, wanted in steps:
    done = subprocess.run(typed, shell=True, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    seen = [line.rstrip() for line in done.stdout.splitlines()]
    if done.returncode or not matches([line.rstrip() for line in wanted], seen):
        sys.exit(f"$ {typed}\nstatus {done.returncode}; printed\n" + "\n".join(seen) + "\n" + done.stderr + "\nand not\n" + "\n".join(wanted))
print(f"{len(steps)} commands")
sys.exit(len(steps) < 10)
P
cd "$work"
mkdir typed
export PATH=$work/bin:$PATH
check "what the tutorial says is printed" python3 typed.py "$source/docs/tutorial.md" typed

# what the boards' sketches print in the page stands in the exported sketches
holds '" golden vectors equal"' typed/wave/arduino/examples/SelfTest/SelfTest.ino
holds 'mote_wave_labels\[answer\]' typed/wave/arduino/examples/Imu/Imu.ino
