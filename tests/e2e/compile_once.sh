#!/usr/bin/env bash
# The compilers of the tests (tests/once) make an object once, and never give an old one for something new.
. "$(dirname "$0")/support.bash"
checks 27
bin=$(dirname "$mote")/tests/once/bin
export MOTE_OBJECTS=$work/objects
cd "$work"
mkdir a b
answer() { echo "#include \"answer.h\"
#include <stdio.h>
int main(void) { printf(\"%d\\n\", ANSWER + EXTRA); }" >main.c; }
answer
echo '#include "inner.h"' >a/answer.h
echo '#define ANSWER 1' >a/inner.h
echo '#define ANSWER 2' >b/answer.h
objects() { each "$MOTE_OBJECTS"/*.o; echo "${#list[@]}"; }
made_by() {  # expected answer, number of objects, command...
  local expected=$1 count=$2
  shift 2
  rm -f run
  quietly "$@"
  equal "answer of $*" "$(./run)" "$expected"
  equal "objects after $*" "$(objects)" "$count"
}
made_by 1 1 "$bin/gcc" -std=c99 -DEXTRA=0 -Ia -o run main.c
made_by 1 1 "$bin/gcc" -std=c99 -DEXTRA=0 -Ia -o run main.c
mkdir c
cp a/*.h c
made_by 1 1 "$bin/gcc" -std=c99 -DEXTRA=0 -Ic -o run main.c   # the same text elsewhere
made_by 2 2 "$bin/gcc" -std=c99 -DEXTRA=0 -Ib -o run main.c   # another header
made_by 3 3 "$bin/gcc" -std=c99 -DEXTRA=1 -Ib -o run main.c   # another flag
made_by 3 4 "$bin/gcc" -std=c99 -O2 -DEXTRA=1 -Ib -o run main.c
made_by 3 5 "$bin/cc" -std=c99 -O2 -D__STRICT__ -DEXTRA=1 -Ib -o run main.c
echo '#define ANSWER 5' >a/inner.h
made_by 5 6 "$bin/gcc" -std=c99 -DEXTRA=0 -Ia -o run main.c   # a header of a header
echo '#define EXTRA 4' >extra.h
made_by 9 7 "$bin/gcc" -std=c99 -include extra.h -Ia -o run main.c
echo '#define EXTRA 5' >extra.h
made_by 10 8 "$bin/gcc" -std=c99 -include extra.h -Ia -o run main.c

# what does not compile is said each time, also after it did; warnings are said again
sed -i 's/ANSWER +/ANSWERS +/' main.c
not "an error" "$bin/gcc" -std=c99 -DEXTRA=0 -Ia -o run main.c
not "the same error" "$bin/gcc" -std=c99 -DEXTRA=0 -Ia -o run main.c
holds "ANSWERS" "$shelf/err"
answer
echo 'int unused(void) { int nothing; return 1; }' >>main.c
for _ in once again; do
  quietly "$bin/gcc" -std=c99 -Wall -DEXTRA=0 -Ia -c main.c -o main.o
  holds "unused variable" "$shelf/err"
done
not "a warning that is an error" "$bin/gcc" -std=c99 -Wall -Werror -DEXTRA=0 -Ia -c main.c -o main.o
# what is no compilation goes to the compiler
said 'gcc' "$bin/gcc" --version
