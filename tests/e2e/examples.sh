#!/usr/bin/env bash
# The projects of examples/. On generated recordings: the commands of each README, as they stand there but for small
# numbers, from an empty folder to C on the emulated chip; then one raw file, read here by other means than mote's and
# given to the chip as samples, makes the bytes that `mote run` makes and the answer that `mote predict` gives of the
# file. And what each project reads of its public set, where that is here.
. "$(dirname "$0")/support.bash"
checks 35
for tool in arm-none-eabi-gcc qemu-system-arm make python3; do
  installed $tool || skip_all "$tool is not installed (./dev setup)"
done
cd "$work"
mkdir bin
ln -s "$mote" bin/mote
export PATH=$work/bin:$PATH

# The sh blocks of a README, but for those that say why they are not run.
blocks() {
  awk '
    /^<!-- not run: .* -->$/ { is_marked = 1; next }
    /^```sh$/ { on = !is_marked; is_marked = 0; next }
    /^```/ { on = 0; is_marked = 0; next }
    on' "$1"
}

cat >raw.py <<'P'
# samples KIND FILE VALUES: the file's values as float32, with zeros behind them; answer OUTPUTS DOCUMENT: what the int8
# outputs of the chip say is what `mote predict --json` says.
import json, struct, sys, wave
if sys.argv[1] == 'samples':
    kind, path, count = sys.argv[2], sys.argv[3], int(sys.argv[4])
    if kind == 'csv':
        rows = [line.split(',') for line in open(path) if line.strip()]
        values = [float(v) for row in rows if row[0] != 'aX' for v in row]
    elif kind == 'wav':
        with wave.open(path) as f: values = list(struct.unpack('<%dh' % f.getnframes(), f.readframes(f.getnframes())))
    else:
        values = list(open(path, 'rb').read().split(b'255\n', 1)[1])
    values += [0] * (count - len(values))
    assert len(values) == count and len(set(values)) > 10, (len(values), count)
    open('samples.bin', 'wb').write(struct.pack('<%df' % count, *values))
else:
    scores = list(struct.unpack('%db' % len(sys.argv[4:]), open(sys.argv[2], 'rb').read()))
    said = json.load(open(sys.argv[3]))['files'][0]['windows']
    assert len(said) == 1, said
    assert said[0]['label'] == sys.argv[4 + scores.index(max(scores))], (scores, said)
    assert abs(said[0]['probability'] - (max(scores) + 128) / 256) < 1e-6, (scores, said)
P
raw_file() {  # NAME: its path in `raw`, what it is in `kind`, values of a window in `values`
  case $1 in
    keyword) each keyword/data/yes/*.wav; raw=${list[0]} kind=wav values=16000 ;;
    spoken_digits) raw=spoken_digits/data/7_person1_0.wav kind=wav values=8000 ;;
    fan) raw=fan/data/fan_0_low_1_weight/0201.csv kind=csv values=600 ;;
    gesture) head -n 120 gesture/data/person_1/punch.csv >one.csv; raw=one.csv kind=csv values=714 ;;
    hand_signs)  # a frame of a camera
      python3 -c 'import sys; sys.stdout.buffer.write(b"P5\n48 48\n255\n" + bytes((17 * i * i + 3 * i) % 251 for i in range(2304)))' >frame.pgm
      raw=frame.pgm kind=pgm values=2304 ;;
  esac
}

for name in keyword gesture fan hand_signs spoken_digits; do
  cp -r "$source/examples/$name" $name
  sed -i 's/^epochs = .*/epochs = 1/' $name/mote.toml
  case $name in
    fan) small='--persons 3 --recordings 2' ;;
    hand_signs) small='--persons 3 --recordings 1' ;;
    gesture) small='--persons 2 --recordings 5' ;;
    keyword) small='--persons 5 --recordings 1' ;;
    spoken_digits) small='--persons 1 --recordings 5' ;;
  esac
  blocks $name/README.md | sed "s/--persons [0-9]* --recordings [0-9]*/$small/" >typed
  for step in synth data train quantize evaluate predict 'export .*--verify' 'profile .*--emulate'; do
    grep -q -e "^mote $step" typed || fail "the README of $name has no 'mote $step'"
  done
  check "the commands of $name" bash -eu -o pipefail typed
  holds 'golden vectors equal' "$shelf/out"
  holds 'measured: QEMU' "$shelf/out"

  raw_file $name
  quietly python3 raw.py samples $kind "$raw" $values
  quietly mote export $name --format qemu --core cortex-m4 --output chip
  quietly make -s -C chip run INPUT="$work/samples.bin" OUTPUT="$work/chip.bin"
  quietly mote run $name --input samples.bin --output desk.bin
  same chip.bin desk.bin
  mote predict $name "$raw" --json >said.json
  labels=$(sed -n 's/.*_labels\[.*\] = {\(.*\)};/\1/p' chip/model.c | tr -d '",')
  check "mote predict $raw says what the chip says" python3 raw.py answer chip.bin said.json $labels
  rm -r chip
done

# the public sets, as each project says what to put where (of Speech Commands a half: six classes)
data=${MOTE_DATA:-$source/../shared/data}
reads() {  # NAME RECORDINGS CLASSES FOLDER
  mote data $1 --set data.path="$work/$4" --json >reading.json
  equal "recordings of the real data of $1" "$(json 'j.recordings' <reading.json)" "$2"
  equal "classes of the real data of $1" "$(json 'j.classes.length' <reading.json)" "$3"
}
if [ -d "$data" ]; then
  mkdir -p real/keyword real/spoken_digits
  tar xJf "$data/speech_commands/sc_v2_part2.tar.xz" -C real/keyword
  tar xJf "$data/fan/ceiling_fan_shared.tar.xz" -C real
  tar xf "$data/sign_digits/sign_digits_shared.tar" -C real
  tar xJf "$data/fsdd/fsdd_train_4speakers.tar.xz" -C real/spoken_digits
  cp -r "$data/gestures/martinlindholdt" real/gesture
  reads keyword 1600 6 real/keyword
  reads gesture 265 5 real/gesture
  reads fan 2331 4 real/ceiling-fan
  reads hand_signs 1649 10 real/Dataset
  reads spoken_digits 1800 10 real/spoken_digits
else
  skip 10 "the shared recordings are absent (set MOTE_DATA)"
fi
