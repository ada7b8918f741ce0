# Helpers of the end-to-end scripts. A script sources this file with the program and the source folder as its arguments,
# says first how many checks it makes (`checks N`), and makes them only with the words below. Each counts, says what it
# was about when it fails, and ends the script. The count is compared when the script ends: fewer checks, or more, fail.
# lint.awk refuses what would let a failure pass (`command && ok`, `|| true`, a pipe into `grep -q`, ...).
#   $mote    the program     $source  the project     $work  a folder of this run, removed at the end
set -Eeuo pipefail
shopt -s inherit_errexit  # a failure inside $(...) counts
mote=$(realpath "$1") source=$(realpath "$2")
shelf=$(mktemp -d) work=
mkdir "$shelf/work"
work=$shelf/work
planned="" made=0 skipped=0 failed=no

checks() { planned=$1; }
fail() { failed=yes; echo "FAIL: $*" >&2; exit 1; }
made() { made=$((made + 1)); }

# attempt command...: sets $status; outputs are in $shelf/out and $shelf/err. The subshell keeps `set -e` alive in
# functions, which it is not on the left of `||` or in a condition.
attempt() {
  set +e
  (set -e; "$@") >"$shelf/out" 2>"$shelf/err"
  status=$?
  set -e
}
outputs() { tail -n 40 "$shelf/out" "$shelf/err"; }

# quietly command...: a step that must succeed and is no check of its own
quietly() { attempt "$@"; [ $status = 0 ] || fail "'$*' ended with $status: $(outputs)"; }

# check WHAT command...: it succeeds
check() {
  local what=$1
  shift
  attempt "$@"
  [ $status = 0 ] || fail "$what: '$*' ended with $status: $(outputs)"
  made
}

# not WHAT command...: it ends with 1, neither with success nor with a crash
not() {
  local what=$1
  shift
  attempt "$@"
  [ $status = 1 ] || fail "$what: '$*' ended with $status, expected 1: $(outputs)"
  made
}

# exits STATUS command...
exits() {
  local expected=$1
  shift
  attempt "$@"
  [ $status = "$expected" ] || fail "'$*' ended with $status, expected $expected: $(outputs)"
  made
}

# said PART command...: it succeeds and PART, a regular expression of grep, is in its standard output
said() {
  local part=$1
  shift
  attempt "$@"
  [ $status = 0 ] || fail "'$*' ended with $status: $(outputs)"
  grep -q -e "$part" "$shelf/out" || fail "'$*' did not say '$part': $(outputs)"
  made
}

# refused PART command...: exits 1 (not a crash) with that sentence on standard error and no more than three lines there
refused() {
  local part=$1 text
  shift
  attempt "$@"
  text=$(cat "$shelf/err")
  [ $status = 1 ] || fail "'$*' ended with $status, expected 1: $(outputs)"
  case $text in *"$part"*) ;; *) fail "'$*' said '$text', expected '$part'" ;; esac
  [ "$(wc -l <"$shelf/err")" -le 3 ] || fail "'$*' said more than a sentence: $text"
  made
}

# holds PART FILE: PART, a regular expression of grep, is in the file, which may be an output of the command before
holds() {
  grep -q -e "$1" "$2" || fail "there is no '$1' in $2: $(tail -n 40 "$2")"
  made
}
# equal WHAT A B: two texts, which may not both be empty
equal() {
  [ -n "$2$3" ] || fail "$1: nothing is compared with nothing"
  [ "$2" = "$3" ] || fail "$1: '$2' is not '$3'"
  made
}
# same A B: two files that are not empty, nor one and the same
same() {
  [ -s "$1" ] || fail "$1 is empty or absent"
  [ ! "$1" -ef "$2" ] || fail "$1 is compared with itself"
  check "$1 and $2 are equal" cmp "$1" "$2"
}
# differ A B: two files
differ() { not "$1 and $2 differ" cmp -s "$1" "$2"; }
absent() { check "nothing is left at $1" [ ! -e "$1" ]; }
present() { check "$1 was made" [ -s "$1" ]; }

# each FILE...: sets the array `list` for a loop over a glob, which must match something
each() { [ -e "$1" ] || fail "there is no $1"; list=("$@"); }
# newest FOLDER: its last file by name
newest() { each "$1"/*; echo "${list[-1]}"; }

# classifier NAME WINDOW LAYERS: a project with an int8 run, trained on ../data for two epochs
classifier() {
  mkdir "$1"
  cat >"$1/mote.toml" <<END
name = "$1"
seed = 3
[data]
path = "../data"
window = $2
rate_hz = 119
[model]
layers = [$3, { type = "dense", units = "classes", activation = "softmax" }]
[train]
epochs = 2
batch = 16
END
  quietly "$mote" train "$1" --quiet
  quietly "$mote" quantize "$1" --quiet
}

# json EXPRESSION <DOCUMENT: a value of the document on standard input, called j
json() { node -e 'const j = JSON.parse(require("fs").readFileSync(0, "utf8")), v = eval(process.argv[1]); if (v === undefined) process.exit(1); console.log(v)' "$1"; }

# skip COUNT REASON: so many of the planned checks cannot be made here
skip() {
  skipped=$((skipped + $1))
  echo "skipped $1: $2"
}
# skip_all REASON: none of them can
skip_all() { [ "$made" = 0 ] || fail "$1: after $made checks"; skip "$planned" "$1"; exit 77; }
installed() { local tool; for tool in "$@"; do command -v "$tool" >"$shelf/tool" || return 1; done; }
has_litert() { [ -d "$source/tests/litert/node_modules/@litertjs/core" ]; }

# found FOLDER TEST...: what find finds in a folder that need not exist
found() { [ ! -e "$1" ] || find "$@"; }
# limited KB command...: files may grow to so many KB. Standard error goes through a pipe, which has no such limit.
limited() {
  local kb=$1
  shift
  (trap '' XFSZ; ulimit -f "$kb"; "$@") 2>&1 >/dev/null | cat >&2
}

# a project with small generated data and few epochs
small_project() {  # folder [template]
  quietly "$mote" init "$1" --template "${2:-gesture}"
  quietly "$mote" synth gestures --output "$1/data" --persons 3 --recordings 6
  sed -i 's/^epochs = .*/epochs = 5/' "$1/mote.toml"
}

# However the script ends, this decides its status.
finish() {
  local ended=$1 command=$2 line=$3
  rm -rf "$shelf"
  if [ "$ended" != 0 ] && [ "$ended" != 77 ] && [ $failed = no ]; then
    echo "FAIL: line $line: '$command' ended with $ended after $made checks"; ended=1
  elif [ $failed = no ]; then
    if [ -z "$planned" ] || [ "$planned" -lt 1 ]; then
      echo "FAIL: the script does not say how many checks it makes"; ended=1
    elif [ $((made + skipped)) != "$planned" ]; then
      echo "FAIL: $made checks were made and $skipped skipped, expected $planned in all"; ended=1
    elif [ "$made" = 0 ]; then ended=77
    fi
  fi
  echo "$made checks, $skipped skipped"
  exit "$ended"
}
failing_line=?
trap 'failing_line="$LINENO of ${BASH_SOURCE[0]##*/}"' ERR
trap 'finish $? "$BASH_COMMAND" "$failing_line"' EXIT
