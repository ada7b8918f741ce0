#!/usr/bin/env bash
# The board answers: push() of the exported C on an emulated Cortex-M4, row by row, tells what the desk tells of the
# same file and of the replay, with either policy; and what a row costs while nothing happens.
. "$(dirname "$0")/support.bash"
checks 29
for tool in arm-none-eabi-gcc qemu-system-arm make python3; do
  installed $tool || skip_all "$tool is not installed (./dev setup)"
done
cd "$work"

cat >rows.py <<'P'
# The rows of a table as float32, and what a table of calls (answer, instructions) says.
import csv, json, struct, sys
def rows(path):
    return [[float(v) for v in r] for r in list(csv.reader(open(path)))[1:] if r]
def calls(path):
    return list(struct.iter_unpack('<iI', open(path, 'rb').read()))
if sys.argv[1] == 'pack':
    open(sys.argv[3], 'wb').write(b''.join(struct.pack('<%df' % len(r), *r) for r in rows(sys.argv[2])))
elif sys.argv[1] == 'compare':  # calls, predict --json, window, labels
    made, said = calls(sys.argv[2]), json.load(open(sys.argv[3]))['files'][0]
    window, labels = int(sys.argv[4]), sys.argv[5].split()
    name = lambda a: labels[a] if a >= 0 else 'UNKNOWN'
    chip = [(row, name(a)) for row, (a, _) in enumerate(made) if a != -2]
    desk = [(w['start'] + window - 1, w['decision']) for w in said['windows'] if w['decision'] is not None]
    assert len(set(label for _, label in desk)) >= 3 and 'UNKNOWN' in (label for _, label in desk), desk
    assert chip == desk, (chip, desk)
    every = [{'row': row, 'decision': label} for row, label in chip]
    emulated = said['emulated']
    assert every == sorted(emulated['answers'], key=lambda a: a['row']), (every, emulated)
    assert emulated['rows'] == len(made), len(made)
    spent = [n for _, n in made]
    near = lambda a, b: abs(a - b) < 0.01 * b  # the counter is a timer: exact but for some
    assert near(emulated['most_instructions'], max(spent)), (emulated['most_instructions'], max(spent))
    assert near(emulated['instructions_per_row'], sum(spent) / len(spent)), emulated['instructions_per_row']
elif sys.argv[1] == 'cost':  # profile --json, calls of a recording at rest
    p, made = json.load(open(sys.argv[2])), calls(sys.argv[3])
    push = p['push']
    rest = sum(n for _, n in made[-1400:]) / 1400
    assert abs(push['rest_instructions'] - rest) < 0.1 * rest, (push, rest)
    assert 0.8 * p['instructions'] < push['window_instructions'] < 1.1 * p['instructions'], (push, p['instructions'])
    hop = push.get('hop', 1)
    whole = (push['row_instructions'] * (hop - 1) + push['window_instructions']) / hop
    assert abs((whole if hop > 1 else push['row_instructions']) - push['rest_instructions']) < 1, push
    assert push['ram_bytes'] > p['ram_bytes'], push
elif sys.argv[1] == 'cheaper':  # a trigger while nothing happens, than windows one after the other
    trigger, stream = (json.load(open(f))['push'] for f in sys.argv[2:4])
    assert trigger['policy'] == 'trigger' and stream['policy'] == 'stream', (trigger, stream)
    assert trigger['rest_instructions'] < 0.1 * stream['rest_instructions'], (trigger, stream)
P

# Both are also names of parts of the runtime: a model may be called so.
for policy in trigger stream; do
  small_project $policy
  printf '\n[decision]\npolicy = "%s"\n' $policy >>$policy/mote.toml
  quietly "$mote" train $policy --quiet
  data=$policy/data
  part() { tail -n +2 "$data/$1.csv" | grep -v '^$'; }
  { head -n 1 $data/person_1/idle.csv; part person_1/idle; part person_1/punch; part person_2/flex; part person_1/idle
    part person_3/punch; } >long.csv
  { head -n 1 $data/person_1/idle.csv; part person_1/idle; part person_2/idle; part person_3/idle; } >rest.csv
  refused "the float model has no C" "$mote" predict $policy long.csv --emulate
  quietly "$mote" quantize $policy

  # the same file on the desk, on the chip by --emulate, and on the chip by a firmware that is fed here
  said 'On the emulated Arm Cortex-M4F push() tells the same: [0-9]* answers in [0-9,]* rows' \
    "$mote" predict $policy long.csv --emulate --core cortex-m4
  "$mote" predict $policy long.csv --emulate --json >desk.json
  quietly "$mote" export $policy --format qemu --core cortex-m4 --output fw_$policy
  window=$(sed -n 's/.*_WINDOW \([0-9]*\).*/\1/p' fw_$policy/model.h)
  labels=$(sed -n 's/.*_labels\[.*\] = {\(.*\)};/\1/p' fw_$policy/model.c | tr -d '",')
  quietly python3 rows.py pack long.csv rows.bin
  quietly make -s -C fw_$policy push INPUT="$work/rows.bin" OUTPUT="$work/calls.bin"
  cat "$shelf/out" "$shelf/err" >console
  check "desk and chip tell the same ($policy)" python3 rows.py compare calls.bin desk.json "$window" "$labels"
  holds '^row [0-9]*: flex$' console
  holds 'rows, [0-9]* answers, [0-9]* instructions a row, at most [0-9]*$' console

  # recordings of a file are streams of their own: the firmware knows where they begin, else it goes on
  said 'push() tells the same' "$mote" predict $policy $data/person_1/punch.csv --emulate
  python3 -c 'import struct; open("fw_'$policy'/resets.bin", "wb").write(struct.pack("<3i", 50, 1000, 2000))'
  quietly make -s -C fw_$policy push INPUT="$work/rows.bin" OUTPUT="$work/again.bin"
  differ calls.bin again.bin
  rm fw_$policy/resets.bin

  # the replay of the test recordings
  said 'On the emulated Arm Cortex-M4F push() tells the same: [1-9][0-9]* answers' "$mote" evaluate $policy --emulate

  # what it costs
  quietly python3 rows.py pack rest.csv rest.bin
  quietly make -s -C fw_$policy push INPUT="$work/rest.bin" OUTPUT="$work/rest_calls.bin"
  "$mote" profile $policy --core cortex-m4 --emulate --json >cost_$policy.json
  check "rest costs what the profile says ($policy)" python3 rows.py cost cost_$policy.json rest_calls.bin
  said 'push() .* instr. a row while nothing happens, measured' "$mote" profile $policy --core cortex-m4 --emulate
done
check "a trigger is cheaper at rest" python3 rows.py cheaper cost_trigger.json cost_stream.json

# the samples of one window still run, and what is no whole row is said
quietly make -s -C fw_stream run INPUT="$work/rows.bin" OUTPUT="$work/out.bin"
present out.bin
head -c 10 rows.bin >short.bin
exits 2 make -s -C fw_stream push INPUT="$work/short.bin"
cat "$shelf/out" "$shelf/err" >said
holds 'no whole number of rows' said

# another core, a core that is none, tools that are missing
said 'On the emulated Arm Cortex-M0+ push() tells the same' "$mote" predict trigger long.csv --emulate --core cortex-m0plus
refused "'cortex-m5' cannot be emulated" "$mote" predict trigger long.csv --emulate --core cortex-m5
exits 2 "$mote" predict trigger long.csv --core cortex-m4
mkdir bin
ln -s "$(command -v timeout)" bin/
refused "apt install gcc-arm-none-eabi" env PATH="$work/bin" "$mote" predict trigger long.csv --emulate
refused "apt install gcc-arm-none-eabi" env PATH="$work/bin" "$mote" evaluate trigger --emulate
