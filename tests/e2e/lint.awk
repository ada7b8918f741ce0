# What may not stand in an end-to-end script, because it lets a failure pass. Under `set -e` a command on the left of
# `&&` or `||`, in a condition or in `local x=$(...)` may fail without ending the script; a program that writes into
# `grep -q` may die of a closed pipe; and a listing may be empty. tests/e2e/support.bash has words for all of it.
#   awk -f lint.awk SCRIPT...
function complain(why) { print FILENAME ":" FNR ": " why ": " $0; bad = 1 }
FNR == 1 { heredoc = ""; if (NR > 1) finish_file(); name = FILENAME; planned = helpers = 0 }
function finish_file() {
  if (!planned) { print name ": does not say how many checks it makes"; bad = 1 }
  if (!helpers) { print name ": does not source support.bash first"; bad = 1 }
}
heredoc != "" { if ($0 == heredoc) heredoc = ""; next }
/^checks ([1-9][0-9]*|\$\(\(.*\)\))$/ { planned = 1 }
/^\. "\$\(dirname "\$0"\)\/support\.bash"/ { helpers = 1 }
{
  code = $0
  if (match(code, /<<-?'?[A-Z]+'?/)) { heredoc = substr(code, RSTART, RLENGTH); gsub(/[<'-]/, "", heredoc) }
  sub(/^ *#.*/, "", code)
  gsub(/\$\(\([^()]*(\([^()]*\))*[^()]*\)\)/, "0", code)  # arithmetic
  gsub(/'[^']*'/, "Q", code)                              # texts
  sub(/  # .*/, "", code)
  if (code ~ /local +[a-z_ ]*=?[^;]*=\$\(/ || code ~ /local [a-z_]+="?\$\(/) complain("local hides the status of $(...)")
  if (code ~ /(^|[^|])\| *grep [^|]*-[a-z]*q/) complain("a pipe into grep -q")
  if (code ~ /\$\(ls |in \$\(/) complain("a listing that may be empty")
  if (code ~ /set \+e|set -[a-z]*\+/) complain("failures are switched off")
  if (code ~ /(^|[; ])(exit|return) (0|77)/) complain("an end that skips what is left")
  if (code ~ /(^|[; ])trap [^']* EXIT/) complain("another trap in the place of the count")
  condition = code ~ /^ *(if|elif|while|until) /
  if (!condition && code ~ /&&/) complain("a command on the left of && may fail")
  rest = code
  if (!condition) while (match(rest, /\|\| */)) {
    rest = substr(rest, RSTART + RLENGTH)
    if (rest !~ /^(fail |skip_all |\[ |[a-z_]+=)/) complain("a command on the left of || may fail")
  }
  if (code ~ /^ *for .* in .*\*/) complain("a glob that may match nothing")
}
END { finish_file(); exit bad }
