# Helpers of the end-to-end scripts: $mote, $source, $work (removed at the end), checks that count.
mote=$1 source=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
checks=0
fail() { echo "FAIL: $*"; exit 1; }
ok() { checks=$((checks + 1)); }

# refused MESSAGE_PART command...: exits 1 (not a crash) with that sentence on standard error and nothing on it else
refused() {
  local part=$1 status=0 text
  shift
  text=$("$@" 2>&1 >/dev/null) || status=$?
  [ $status = 1 ] || fail "$* exited $status, expected 1: $text"
  case $text in *"$part"*) ok ;; *) fail "$* said '$text', expected '$part'" ;; esac
  [ "$(printf '%s\n' "$text" | wc -l)" -le 3 ] || fail "$* said more than a sentence: $text"
}

# a project with small generated data and few epochs
small_project() {  # folder [template]
  "$mote" init "$1" --template "${2:-gesture}" >/dev/null
  "$mote" synth gestures --output "$1/data" --persons 3 --recordings 6 >/dev/null
  sed -i 's/^epochs = .*/epochs = 5/' "$1/mote.toml"
}
done_checks() { echo "$checks checks"; }
