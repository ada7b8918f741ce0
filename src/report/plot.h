// Pictures: training curves and confusion matrices, drawn once with cairo and written as PNG and SVG.
#pragma once

#include <string>
#include <vector>

#include "mote/device.h"
#include "mote/explain.h"
#include "train/callbacks.h"
#include "mote/evaluate.h"

namespace mote {

struct Picture {
  std::string png, svg;
};
Picture draw_history(const std::vector<EpochRecord> &history, int best_epoch);
Picture draw_confusion(const Evaluation &evaluation);
// Per layer: signal to noise, and the spread of its values and weights with the range of int8.
Picture draw_explanation(const Explanation &explanation);

// The memory plan: layers to the right, bytes of the buffer upwards, a box for each tensor's life.
Picture draw_plan(const Profile &profile);
// The same into a file, .png or .svg. Errors: kInvalidArgument (another ending), kIo.
void draw_plan(const Profile &profile, const std::string &path);

}  // namespace mote
