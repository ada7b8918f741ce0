#!/usr/bin/env bash
# Tables as people have them: looked at where they are, proposed, understood, and the same verdict before and in training.
. "$(dirname "$0")/support.bash"
checks 25
cd "$work"

# rows NAME LINE...: a file of 4 recordings per class, each of 20 rows, whose first column is made by LINE
table() {  # folder, header, awk expression of the first cell
  mkdir -p "$1"
  for class in 1 2 3; do
    for n in 1 2 3 4 5 6; do
      awk -v c="$class" -v n="$n" -v h="$2" "BEGIN { print h; for (r = 0; r < 20; r++) printf \"%s,%.4f,%.4f\\n\", $3, sin(r * c + n), cos(r * c * 0.7 + n) }" >"$1/class${class}_$n.csv"
    done
  done
}
channels() { quietly "$mote" data "$1" --json; json 'j.channels.join(" ")' <"$shelf/out"; }

# a column that counts time is never a channel
table seconds 'Time (s),x,y' 'r * 0.02'
table counted 'no,x,y' 'r'
table plain 'wert,x,y' '12345 + r * 20'
for set in seconds counted plain; do equal "channels of $set" "$(channels $set)" "x y"; done
said 'is named like a clock and is taken as time' "$mote" data seconds
said 'rises by about 20 in every row' "$mote" data plain
equal "rate" "$(quietly "$mote" data seconds --json; json 'Math.round(j.rate_hz)' <"$shelf/out")" 50

# init looks at files where they are, gives reasons and copies nothing
said 'QUESTION\|rate 50 Hz' "$mote" init p --from seconds
holds '^window = 20' p/mote.toml
holds '^# classes come from' p/mote.toml
absent p/data
equal "the files stay" "$(found seconds -type f | wc -l)" 18
check "what was proposed trains" "$mote" train p --quiet --epochs 2
refused "exists already" "$mote" init p --from seconds

# outside a project there are two commands to type
mkdir empty
cd empty
refused "is no project (there is no mote.toml); \`mote init DIR --from FOLDER\` makes one for your files; \`mote data FOLDER\` looks at them" "$mote" data
cd ..

# data and train give one verdict on the same windows
verdict() {  # project expected
  exits "$2" "$mote" data "$1"
  exits "$2" "$mote" train "$1" --quiet --epochs 1
}
verdict p 0
sed -i 's/^window = 20/window = 50/; s/^stride = 20/stride = 50/' p/mote.toml
verdict p 1
sed -i 's/^window = 50/window = 20/; s/^stride = 50/stride = 20/; s/^\[data\]/[data]\nlabels = ["class1", "class2", "class1"]/' p/mote.toml
exits 1 "$mote" train p --quiet
holds "is given twice" "$shelf/err"

# a name that is not text is refused before training
small_project q
each q/data/person_*
for f in "${list[@]}"; do mv "$f/punch.csv" "$f/$(printf 'gr\374').csv"; done
verdict q 1
holds "not UTF-8" "$shelf/err"

# one cause is said once
small_project w
each w/data/person_*/punch.csv
for f in "${list[@]}"; do sed -i '2,$s/$/,7/' "$f"; done
exits 1 "$mote" data w
equal "lines of errors" "$(grep -c 'rows in all are like it' "$shelf/out")" 3
