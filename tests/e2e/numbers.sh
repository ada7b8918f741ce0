#!/usr/bin/env bash
# bench/numbers/run, the command of each row of docs/numbers.md: its arithmetic beside numbers from elsewhere, a row on a
# generated set of the same layout, what it says without recordings.
. "$(dirname "$0")/support.bash"
checks 8
installed python3 || skip_all "python3 is not installed (./dev setup)"
export MOTE=$mote MOTE_DATA=$work/data PYTHONDONTWRITEBYTECODE=1
run() { python3 "$source/bench/numbers/run" "$@"; }
cd "$work"

# Wilson's interval of 8 of 10 is 0.4902 to 0.9433 (Agresti and Coull 1998 have the formula); groups that are all alike have
# an interval of no width; two of 10 with 10 and 8 right: spread 1 * 2 / 1 * (1 + 1) = 4, so half is 12.706 * 2 / 20: all of 0 to 1;
# of 10, 10, 20 with 9, 8, 18: spread 3 / 2 * 0.875, half 4.303 * 1.1456 / 40.
check "the arithmetic" python3 - "$source/bench/numbers" <<'P'
import sys
sys.path.insert(0, sys.argv[1])
from scores import Seed, interval, over_groups, wilson
near = lambda a, b: all(abs(x - y) < 1e-4 for x, y in zip(a, b))
assert near(wilson(0.8, 10), (0.4902, 0.9433)), wilson(0.8, 10)
assert near(over_groups([(10, 9)] * 5), (0.9, 0.9))
assert near(over_groups([(10, 10), (10, 8)]), (0.0, 1.0)), over_groups([(10, 10), (10, 8)])
assert near(over_groups([(10, 9), (10, 8), (20, 18)]), (0.875 - 0.12324, 0.875 + 0.12324)), over_groups([(10, 9), (10, 8), (20, 18)])
seed = Seed()
for group, right in (("a", 9), ("b", 7)):
    seed.add([{"precision": p, "accuracy": right / 10, "examples": 10, "groups": [{"name": group, "examples": 10, "correct": right}]}
              for p in ("float", "int8")])
assert seed.accuracy("float") == 80 and seed.examples == 20 and interval([seed]).endswith("over 2 groups")
P

check "the rows" run --list
cp "$shelf/out" rows
each "$source"/examples/numbers/*.toml
for file in "${list[@]}"; do basename "$file" .toml; done | sort >files
sort rows >sorted
same sorted files
grep -o '^| `[a-z0-9_]*`' "$source/docs/numbers.md" | tr -d '|` ' | sort -u >page
same sorted page

said "^basic_motions: skipped, .*ucr_uea.tar.xz is absent$" run basic_motions
refused "there is no row 'nothing'" run nothing

# fourteen short series of two kinds, which a straight line tells apart
mkdir -p ucr_uea/ItalyPowerDemand data/ucr_uea
for part in TRAIN TEST; do
  {
    printf '@problemName ItalyPowerDemand\n@timeStamps false\n@missing false\n@univariate true\n@dimensions 1\n'
    printf '@equalLength true\n@seriesLength 24\n@classLabel true 1 2\n@data\n'
    awk 'BEGIN { for (n = 0; n < 14; ++n) { line = ""
      for (t = 0; t < 24; ++t) line = line (t ? "," : "") ((n % 2 ? t : 24 - t) / 8 + (n * 7 + t * 5) % 11 / 20)
      print line ":" 1 + n % 2 } }'
  } >ucr_uea/ItalyPowerDemand/ItalyPowerDemand_$part.ts
done
tar cJf data/ucr_uea/ucr_uea.tar.xz ucr_uea
said "^italy_power: 2 seeds, 14 examples each$" run italy_power --seeds 2 --set train.epochs=4
said "^italy_power, inside its training part: 1 seeds, 14 examples each$" run italy_power --inside --seeds 1 --set train.epochs=2
