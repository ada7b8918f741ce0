#!/usr/bin/env bash
# Man pages and completions of every command; the Debian package that is made of them, lintian's opinion of it, and the
# main job in a Debian 12 root that has nothing else.
. "$(dirname "$0")/support.bash"
checks 16

build=$(dirname "$mote")
self_test() { cc -O1 -o selftest "$1"/*.c; ./selftest; }
cd "$work"
"$mote" help >overview
awk '/^Recordings:/ { list = 1 } /^A first model:/ { list = 0 } list && /^  [a-z]/ { print $1 }' overview >commands
check "there are commands" test -s commands
"$mote" help --output help
has_page() { local name; while read -r name; do test -s "help/man1/mote-$name.1"; done <commands; }
check "every command has a page" has_page
check "and mote" test -s help/man1/mote.1
says() { awk -v part="$1" 'index($0, part) { found = 1 } END { exit !found }' "$2"; }
check "a page has the options" says '\-\-persons' help/man1/mote-synth.1
if installed mandoc; then
  check "mandoc finds no error in them" mandoc -T lint -W error help/man1/*.1
else
  skip 1 "mandoc is not installed"
fi

cat >complete.bash <<'END'
. help/completions/mote.bash
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_mote
printf '%s\n' "${COMPREPLY[@]}"
END
# completes PART WORD...: bash offers PART as the last word
completes() {
  local part=$1
  shift
  bash complete.bash "$@" >offered
  grep -qx -e "$part" offered
}
check "bash completes commands" completes train mote tr
check "options" completes --persons mote synth --per
check "and words" completes esp-idf mote export --format es
for shell in zsh fish; do
  if installed "$shell"; then
    file=help/completions/_mote
    if [ "$shell" = fish ]; then file=help/completions/mote.fish; fi
    check "$shell reads its completions" "$shell" -n "$file"
  else
    skip 1 "$shell is not installed"
  fi
done

if ! installed cpack dpkg-shlibdeps; then
  skip 6 "dpkg-dev is not installed"
else
  check "the package is made" cpack --config "$build/CPackConfig.cmake" -B "$work/deb"
  each deb/*.deb
  package=${list[0]}
  if installed lintian; then
    check "lintian finds no error" lintian --fail-on error --tag-display-limit 0 --allow-root "$package"
  else
    skip 1 "lintian is not installed"
  fi
  if [ "$(id -u)" != 0 ] || ! installed mmdebstrap; then
    skip 4 "a bare Debian root needs root and mmdebstrap"
  else
    # with what the package says that it needs, in the one go of apt that makes the root
    needed=$(dpkg-deb -f "$package" Depends | sed 's/([^)]*)//g; s/|[^,]*//g; s/ //g')
    attempt mmdebstrap --mode=root --variant=apt --include="$needed" --skip=cleanup/apt/lists --dpkgopt=force-unsafe-io \
      --aptopt='Acquire::Languages "none"' bookworm root http://deb.debian.org/debian
    if [ "$status" != 0 ]; then
      skip 4 "mmdebstrap failed (network?): $(tail -n 1 "$shelf/err")"
    else
      cp "$package" root/mote.deb
      cp /etc/resolv.conf root/etc/
      check "it installs" chroot root apt-get install -y -qq --no-install-recommends /mote.deb
      cat >root/main_job <<'END'
set -e
cd /tmp
mote init wave --template gesture
mote synth gestures --output wave/data --persons 2
mote train wave --set train.epochs=20
mote quantize wave
mote evaluate wave
mote export wave --format c --output c
mote report wave
END
      check "the main job runs" chroot root /bin/sh /main_job
      check "and right, compiled here" self_test root/tmp/c
      present root/usr/share/man/man1/mote-train.1.gz
    fi
  fi
fi
