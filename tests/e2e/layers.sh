#!/usr/bin/env bash
# scripts/layers finds each kind of arrow that points the wrong way: every one is planted in a copy of the sources.
. "$(dirname "$0")/support.bash"
checks 27

cd "$work"
cp -r "$source/include" "$source/src" "$source/apps" "$source/runtime" "$source/scripts" .
check "the sources as they are" scripts/layers

# planted FILE LINE PART: with the line at the end of the file, the script fails and says PART
planted() {
  local file=$1 line=$2 part=$3 before=$shelf/before
  rm -f "$before"
  if [ -e "$file" ]; then cp "$file" "$before"; fi
  printf '%s\n' "$line" >>"$file"
  attempt scripts/layers
  [ "$status" = 1 ] || fail "'$line' in $file: ended with $status"
  grep -qF -- "$file" "$shelf/out" || fail "'$line' in $file: the file is not named: $(outputs)"
  grep -qF -- "$part" "$shelf/out" || fail "'$line' in $file: '$part' is not said: $(outputs)"
  made
  if [ -e "$before" ]; then cp "$before" "$file"; else rm "$file"; fi
}
planted src/base/text.h '#include "report/html.h"' 'from base may not include report'
planted src/base/text.h '#include <report/html.h>' 'from base may not include report'
planted src/base/text.h '#  include "report/html.h"' 'from base may not include report'
planted src/base/text.h '	# include "report/html.h"' 'from base may not include report'
planted src/base/text.h '#/* here */include "./report/html.h"' 'from base may not include report'
planted src/tensor/rows.h '#include "../report/html.h"' 'a path upward'
planted src/tensor/rows.h 'struct Profile;' 'names Profile ahead'
planted src/tensor/rows.h 'class RunFolder;' 'names RunFolder ahead'
planted src/tensor/rows.inl '#include "report/html.h"' 'neither .cpp nor .h'
planted src/tensor/rows.c 'int rows;' 'neither .cpp nor .h'
planted src/formats/mote/mote_file.cpp 'static bool is_convolution(const std::string &op) { return op == "conv2d"; }' 'names an op'
planted src/formats/tflite/reader.cpp '#include "codegen/c/fit.h"' 'from formats may not include codegen'
planted src/ops/conv2d.cpp '#include "features/preprocessing.h"' 'from ops may not include features'
planted src/ops/conv2d.cpp '#include "mote/host_program.h"' 'from ops may not include host'
planted src/host/host_program.cpp '#include "formats/tflite/options.h"' 'from host may not include formats'
planted src/codegen/c/export_c.cpp '#include "codegen/c/templates/model.h.in"' 'a template'
planted src/graph/graph.cpp '#include <nlohmann/json.hpp>' 'graph may not use nlohmann'
planted src/ops/conv2d.cpp '#include <zip.h>' 'ops may not use zip.h'
planted apps/cli/cli.h '#include "train/network.h"' 'from cli may not include train'
planted include/mote/shape.h '#include "base/error.h"' 'a public header may not include base/error.h'
planted include/mote/shape.h '#include <nlohmann/json.hpp>' 'a public header may not include nlohmann/json.hpp'
planted include/mote/shape.h '#include "mote/train.h"' 'from tensor may not include train'
planted include/mote/inner.h '#pragma once' 'has no line among the public headers'
planted src/train/train.cpp '#include "mote/mote.h"' 'from train may not include cli'
planted src/workflow/explain.cpp 'static Recordings others(const std::string &path) { return load_recordings(path); }' 'load_for_model'
planted runtime/mote_sums.h '#include <stdlib.h>' '<stdlib.h>'
