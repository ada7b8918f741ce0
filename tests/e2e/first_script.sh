#!/usr/bin/env bash
# docs/first-model-from-arrays.md as it stands: its commands and its settings, on X.npy and y.npy of three classes.
. "$(dirname "$0")/support.bash"
checks 31
cd "$work"
page=$source/docs/first-model-from-arrays.md

# snippets LANGUAGE: the lines of the page's blocks of that language
snippets() { awk -v open="\`\`\`$1" '$0 == "```" { inside = 0 } inside { print } $0 == open { inside = 1 }' "$page"; }
# npy NAME TYPE SHAPE EXPRESSION: values by index i
npy() {
  node -e '
    const [name, type, shape, expression] = process.argv.slice(1), dims = shape.split(",").filter(Boolean).map(Number);
    const count = dims.reduce((a, b) => a * b, 1), of = new Function("i", "return " + expression);
    let header = `{"descr": "${type}", "fortran_order": False, "shape": (${dims.join(", ")},), }`.replace(/"/g, "\x27");
    header += " ".repeat(63 - (10 + header.length) % 64) + "\n";
    const width = +type.slice(2) * (type[1] == "U" ? 4 : 1), body = Buffer.alloc(count * width);
    for (let i = 0; i < count; ++i) {
      if (type == "<f4") body.writeFloatLE(of(i), 4 * i);
      if (type == "<f8") body.writeDoubleLE(of(i), 8 * i);
      if (type == "<i8") body.writeBigInt64LE(BigInt(of(i)), 8 * i);
      if (type[1] == "U") [...of(i)].forEach((c, k) => body.writeUInt32LE(c.codePointAt(0), width * i + 4 * k));
    }
    const head = Buffer.from("\x93NUMPY\x01\x00", "latin1"), length = Buffer.alloc(2);
    length.writeUInt16LE(header.length);
    require("fs").writeFileSync(name, Buffer.concat([head, length, Buffer.from(header), body]));' "$@"
}
# the first 2 values of a float32 .npy
first_of() { node -e 'const b = require("fs").readFileSync(process.argv[1]), h = 10 + b.readUInt16LE(8); console.log([0, 1].map(i => b.readFloatLE(h + 4 * i).toFixed(3)).join(" "))' "$1"; }

# 90 examples; feature k is k % 5 + noise, times 10^(k % 3), so that one mean for all would drown most of them
feature='(() => { const n = Math.floor(i / 300), k = i % 300, c = n % 3; const r = Math.sin(12.9898 * i + 78.233) * 43758.5453;
  return 10 ** (k % 3) * (k % 5 + (k % 7 == c ? 1.5 : 0) + (r - Math.floor(r)) - 0.5); })()'
mkdir arrays
npy arrays/X.npy '<f4' 90,300 "$feature"
npy arrays/y.npy '<i8' 90, 'i % 3'

# the page's commands in turn, with its settings as soon as there is a project
snippets toml >settings.toml
snippets sh >commands
number=0
while IFS= read -r line <&3; do
  number=$((number + 1))
  check "$line" "$mote" ${line#mote }
  case $line in
    "mote init"*)
      holds '^# X is \[examples, features\]: 300 features' first/mote.toml
      holds '^# class_names = \["name of 0", "name of 1", "name of 2"\]' first/mote.toml
      check "what was proposed is sound" "$mote" data first
      cp settings.toml first/mote.toml
      ;;
    "mote summary"*)
      for parameters in 9,632 528 51 10,211; do holds "$parameters" "$shelf/out"; done
      ;;
    *"--part all"*)
      holds 'Scored: all parts' "$shelf/out"
      holds 'of 90 windows' "$shelf/out"
      holds 'of these 90 windows are those that the model was trained on' "$shelf/err"
      ;;
  esac
done 3<commands
equal "commands of the page" "$number" 10
run=$(newest first/runs)
equal "mean of the run" "$(first_of "$run/mean.npy" | cut -c1)" 0
check "accuracy by all features" [ "$(json 'j[0].accuracy > 0.8 ? 1 : 0' <"$run/evaluation.json")" = 1 ]

# a run without a test part is scored on its validation part
sed 's/^val = .*/val = 0.3/; s/^test = .*/test = 0/; s/^epochs = .*/epochs = 3/' settings.toml >first/mote.toml
quietly "$mote" train first --quiet
said 'Scored: the validation part' "$mote" evaluate first
holds 'has no test part, so its validation windows are scored' "$shelf/err"
refused 'the run has no test windows' "$mote" evaluate first --part test
exits 2 "$mote" evaluate first --part val --data arrays

# mean.npy and std.npy of an older script
npy arrays/mean.npy '<f8' 300, '7 + i'
npy arrays/std.npy '<f8' 300, '2'
said 'train.normalize = "given" takes them' "$mote" data first
quietly "$mote" train first --quiet --set 'train.normalize="given"'
run=$(newest first/runs)
equal "given mean" "$(first_of "$run/mean.npy")" "7.000 8.000"
npy arrays/std.npy '<f8' 300, 'i'
refused 'std[0] = 0 is no deviation' "$mote" train first --quiet

# classes as texts
rm arrays/mean.npy arrays/std.npy
npy arrays/y.npy '<U5' 90, '["punch", "flex", "\u00fcben"][i % 3]'
equal "classes" "$("$mote" init texts --from arrays --json | json 'j.classes.join(" ")')" "flex punch üben"
