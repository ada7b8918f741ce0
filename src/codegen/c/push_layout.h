// What push() of the exported C keeps from row to row, and how it computes features: rows of a window, or
// frames of features with the rows that the next frame is made of.
//
// Exporter and profile both ask here, so that what is written, what is printed and what a linker places
// agree.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "codegen/c/column_plan.h"
#include "features/stream_plan.h"
#include "mote/export.h"

namespace mote {

// Rows of the sensor that wait for the next frame of some chains; those of `is_window` for a window.
struct PushLane {
  int length, hop;
  bool is_window;
};

struct PushLayout {
  DecisionRule rule;
  StreamPlan plan;             // of chains; empty where there are no blocks, or a trigger makes windows
  bool is_by_frame = false;    // else whole windows go to predict(), or invoke()
  bool is_by_channel = false;  // rows are kept as int8
  bool is_fixed = false;       // rows are kept as int16, frames of features as int32 or int8
  const char *lane_type() const { return is_fixed ? "_s16" : ""; }
  std::vector<PushLane> lanes;
  std::vector<size_t> lane_of;        // of each chain
  std::optional<ColumnPlan> columns;  // layers over time go column by column; rows or frames are such columns
  std::string members;                // of the one struct, as C
  size_t bytes = 0;                   // of it where int32_t is aligned to 4
  std::string why;                    // features are not, or not all, computed frame by frame; else ""
};

// Errors: kUnsupported where options ask for frames and the features cannot be computed so, and where they
// ask for columns of layers and the network or the stream does not let them be shared.
PushLayout push_layout(const IntegerProgram &program, const ExportCOptions &options);

// Which chains of blocks push() computes frame by frame, and which not and why: sentences, "" without blocks.
std::string push_features_text(const IntegerProgram &program, const PushLayout &layout);

}  // namespace mote
