#!/usr/bin/env bash
# scripts/layers finds each kind of arrow that points the wrong way: every one is planted in a copy of the sources.
. "$(dirname "$0")/support.bash"
checks 107

cd "$work"
mkdir tree
cd tree
for folder in apps bench examples fuzz include runtime scripts src tests; do cp -r "$source/$folder" .; done
check "the sources as they are" scripts/layers

# planted FILE LINE PART: with the line at the end of the file, the script names that place and says PART. All are planted
# before it runs once; each complaint must stand on its own line.
faults=()
planted() {
  local first=1 last
  mkdir -p "${1%/*}"
  if [ -e "$1" ]; then first=$(($(wc -l <"$1") + 1)); fi
  printf '%s\n' "$2" >>"$1"
  last=$(wc -l <"$1")
  faults+=("$1" "$first" "$last" "$2" "$3")
}
# harmless FILE LINE: nothing is said of that line
harmless() { planted "$1" "$2" ""; }
# place FILE FIRST LAST: what the script said of these lines
place() { awk -F: -v file="$1" -v first="$2" -v last="$3" '$1 == file && $2 >= first && $2 <= last' "$shelf/said"; }
judged() {
  attempt scripts/layers
  [ "$status" = 1 ] || fail "with faults planted, the script ended with $status: $(outputs)"
  cp "$shelf/out" "$shelf/said"
  local i complaint
  for ((i = 0; i < ${#faults[@]}; i += 5)); do
    complaint=$(place "${faults[@]:i:3}")
    if [ -n "${faults[i + 4]}" ]; then
      [[ $complaint = *"${faults[i + 4]}"* ]] || fail "'${faults[i + 3]}' in ${faults[i]}: '${faults[i + 4]}' is not said, but: $complaint"
    else
      [ -z "$complaint" ] || fail "'${faults[i + 3]}' in ${faults[i]} is right, but: $complaint"
    fi
    made
  done
}

# --- arrows, in each spelling that a compiler takes ---
planted src/base/text.h '#include "report/html.h"' 'from base may not include report'
planted src/base/text.h '#include <report/html.h>' 'from base may not include report'
planted src/base/text.h '#  include "report/html.h"' 'from base may not include report'
planted src/base/text.h '	# include "report/html.h"' 'from base may not include report'
planted src/base/text.h '#/* here */include "report/html.h"' 'from base may not include report'
planted src/base/text.h '#/**/include "report/html.h"' 'from base may not include report'
planted src/base/text.h '%:include "report/html.h"' 'from base may not include report'
planted src/base/text.h $'/* a\n*/ #include "report/html.h"' 'from base may not include report'
planted src/base/text.h $'#\\\ninclude "report/html.h"' 'from base may not include report'
planted src/base/text.h $'#inc\\\nlude "report/html.h"' 'from base may not include report'
planted src/base/text.h $'#include \\\n"report/html.h"' 'from base may not include report'
planted src/base/text.h $'#include "report/\\\nhtml.h"' 'from base may not include report'
planted src/base/text.h '#import "report/html.h"' '#import is no directive'
planted src/base/text.h '#include_next <report/html.h>' '#include_next is no directive'
planted src/base/text.h '??=include "report/html.h"' 'a trigraph'
planted src/base/text.h $'#define H "report/html.h"\n#include H' 'no name of a header'
planted src/base/text.h '#include "./report/html.h"' 'not the plain name'
planted src/base/text.h '#include "report//html.h"' 'not the plain name'
planted src/base/text.h "#include \"$source/src/report/html.h\"" 'not the plain name'
planted src/tensor/rows.h '#include "../report/html.h"' 'a path upward'
planted src/formats/tflite/reader.cpp '#include "codegen/c/fit.h"' 'from formats may not include codegen'
planted src/ops/conv2d.cpp '#include "features/preprocessing.h"' 'from ops may not include features'
planted src/ops/conv2d.cpp '#include "mote/host_program.h"' 'from ops may not include host'
planted src/host/host_program.cpp '#include "formats/tflite/options.h"' 'from host may not include formats'
planted src/train/train.cpp '#include "mote/mote.h"' 'from train may not include cli'
planted apps/cli/cli.h '#include "train/network.h"' 'from cli may not include train'
planted apps/gui/main.cpp '#include "train/network.h"' 'apps/gui has no rule'
planted src/inner/x.cpp '#include "report/html.h"' 'src/inner has no rule'
planted src/top.cpp '#include "report/html.h"' 'has no rule'
planted src/codegen/c/export_c.cpp '#include "codegen/c/templates/model.h.in"' 'a template'
planted src/train/train.cpp '#include "train/network.cpp"' 'a source'
planted src/codegen/c/templates/model.h.in '#include "codegen/c/fit.h"' 'no folders of ours'
planted examples/gesture.cpp '#include "train/network.h"' 'from examples may not include train'
planted bench/step_bench.cpp '#include "report/html.h"' 'from bench may not include report'
planted fuzz/csv_fuzz.cpp '#include "workflow/support.h"' 'from fuzz may not include workflow'

# --- links, and files of another kind ---
ln -s ../report/html.h src/base/link.h
faults+=(src/base/link.h 1 1 'a link to a file' 'is a link')
ln -s ../report src/base/inner
faults+=(src/base/inner 1 1 'a link to a folder' 'is a link')
for file in src/tensor/rows.inl src/tensor/rows.c src/tensor/rows.hpp src/device/firmware/rows.inl src/device/firmware/rows.cpp \
            src/device/firmware/inner/rows.c runtime/rows.inl runtime/inner/rows.h; do
  planted "$file" 'int rows;' 'of a kind that does not belong here'
done

# --- headers of others ---
planted src/graph/graph.cpp '#include <nlohmann/json.hpp>' 'graph may not use nlohmann'
planted src/graph/graph.cpp '#include </usr/include/cairo/cairo.h>' 'not the plain name'
planted src/graph/graph.cpp $'#if __has_include(<zip.h>)\n#  include <zip.h>\n#endif' 'graph may not use zip.h'
planted src/ops/conv2d.cpp '#include <zip.h>' 'ops may not use zip.h'
planted apps/cli/train.cpp '#include <png.h>' 'cli may not use png.h'
planted tests/base/base_test.cpp '#include <boost/any.hpp>' 'tests may not use boost'
planted examples/gesture.cpp '#include <fmt/format.h>' 'examples may not use fmt'
planted bench/gemm_bench.cpp '#include <cairo.h>' 'bench may not use cairo.h'
planted fuzz/csv_fuzz.cpp '#include <zip.h>' 'fuzz may not use zip.h'
planted runtime/mote_sums.h '#include <stdlib.h>' 'runtime may not use stdlib.h'
planted runtime/mote_sums.h '#import <stdlib.h>' '#import is no directive'
planted runtime/mote_sums.h '/* */ #include <stdlib.h>' 'runtime may not use stdlib.h'
planted runtime/mote_sums.h '#include "ops/op_list.def"' 'from runtime may not include ops'
planted src/device/firmware/board.c '#include <stdio.h>' 'firmware may not use stdio.h'
planted src/device/firmware/board.h '#include "report/html.h"' 'from firmware may not include report'

# --- public headers ---
planted include/mote/shape.h '#include "base/error.h"' 'a public header may not include base/error.h'
planted include/mote/shape.h '#include <nlohmann/json.hpp>' 'a public header may not include nlohmann/json.hpp'
planted include/mote/shape.h '#include "mote/train.h"' 'from tensor may not include train'
planted include/mote/shape.h '#include "mote/nothing.h"' 'no such public header'
planted include/mote/inner/rows.h 'int rows;' 'has no line among the public headers'
planted include/mote/shape.h '#include "error.h"' 'named from src/ or include/'
planted src/train/train.cpp '#include "network.h"' 'named from src/ or include/'
planted include/mote/inner.h '#pragma once' 'has no line among the public headers'
planted include/mote/shape.h 'namespace mote { class Network; }' 'names Network ahead'

# --- types named ahead ---
for line in 'class Network;' 'namespace mote { class Network; }' 'template <class T> class Network;' 'struct A_ {}; class Network;' \
            'void f(class Network &n);' 'void f(const struct Network *n);' 'struct [[nodiscard]] Network;' 'class mote::Network;' \
            $'class\nNetwork;' $'class /*\n*/ Network;' 'class Box { friend class Network; };' 'using N = struct Network *;' \
            'template <class T = class Network> struct Box {};' '#define AHEAD class Network;'; do
  planted src/base/text.h "$line" 'names Network ahead'
done
planted src/tensor/rows.h 'enum class ReportKind : int;' 'names ReportKind ahead'
harmless src/base/text.h 'template <class Network, class... Others> struct Box { std::string said = "class Network;"; };  // class Network;'
harmless src/base/text.h 'struct Later; struct Later { enum class Kind : int { kOne }; };'

# --- ops by name ---
writer=src/formats/tflite/writer.cpp
for test in 'op == "conv2d"' $'op ==\n "conv2d"' '"conv2d" == op' 'op == std::string_view("conv2d")' 'op == std::string{"conv2d"}' \
            'op.compare("conv2d") == 0' 'op.starts_with("conv2d")' 'op.find("conv2d") == 0' '!strcmp(op.c_str(), "conv2d")' \
            'op == "conv" "2d"' 'op == R"(conv2d)"' 'std::set<std::string>{"conv2d", "gru"}.contains(op)' 'is_one_of(op, {"conv2d"})' \
            'def == &op_by_name( "conv2d")' 'def == &conv2d_op()' '(f = &conv2d_op) != nullptr'; do
  planted "$writer" "static bool is_convolution(const std::string &op) { return $test; }" 'names an op'
done
planted src/project/templates.cpp 'static bool is_dense(const std::string &op) { return op == "dense"; }' 'names an op'
planted src/codegen/c/export_c.cpp 'static bool c(const TfOptions &o) { return std::holds_alternative<TfConv2D>(o); }' 'names an op'
planted src/host/packing.cpp 'static const char *const kConvolution = "conv2d";' 'names an op'

planted src/workflow/explain.cpp 'static Recordings others(const std::string &path) { return load_recordings(path); }' 'load_for_model'

judged
