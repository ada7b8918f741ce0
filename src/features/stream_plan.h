// StreamPlan: how push() of the exported C computes the features of a stream whose windows overlap. Blocks
// that make frames (FeatureDef::frames) run once for each frame, on as few rows as it takes; what they gave
// is kept while it belongs to a window that is to come. The other blocks run once a window, on the kept
// frames, or on the kept rows of the sensor.
//
// Equal bit for bit with the blocks on the window: a frame is what the block makes of its rows as a window.
#pragma once

#include <string>
#include <vector>

#include "features/feature_plan.h"
#include "mote/preprocessing.h"

namespace mote {

// Blocks begin .. streamed - 1 of FeaturePlan::steps run frame by frame, streamed .. end - 1 by window. Where
// none streams, the "frame" is the window itself.
struct StreamedChain {
  size_t begin = 0, streamed = 0, end = 0;
  int length = 0, hop = 0;       // rows of the sensor: of a frame, from one to the next
  int frames = 1;                // of a window
  size_t values = 0;             // of a frame
  size_t place = 0, stride = 0;  // among the kept values: its first one, from frame to frame
  size_t quantized_by = 0;       // the first of the quantization's numbers that are a frame's
  std::string why;               // the first block that runs by window, and why it does not stream

  bool is_by_frame() const { return streamed > begin; }
  bool is_by_frame_only() const { return streamed == end; }
};

struct StreamPlan {
  std::vector<StreamedChain> chains;
  bool is_by_frame = false;   // at least one chain is
  bool is_quantized = false;  // frames are kept as they stand in the network's int8 input
  size_t kept = 0;            // values of frames
  std::string why;            // of what is not by frame: the first reason
};

// `fixed`: of a program. `stride`: rows from window to window.
StreamPlan plan_stream(const Preprocessing &fixed, int stride);

// How a window alone is computed: frame by frame, in memory for one frame, where its chains make nothing but
// frames; no chains: as a whole.
StreamPlan plan_window(const Preprocessing &fixed);
// Values of the work that takes: of FeaturePlan::floats, or of its frames.
size_t window_work(const Preprocessing &fixed);

// Rows from frame to frame of the blocks, fitted or not, that make frames: 1 where none does, and what all
// hops divide where chains differ. Errors: those of the blocks' shapes.
int frame_hop(const Preprocessing &blocks);

// The streamed blocks of a chain alone, on a window of one frame.
Preprocessing frame_alone(const Preprocessing &fixed, const StreamedChain &chain);

}  // namespace mote
