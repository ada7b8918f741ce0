// Which axis of an array [examples, ., .] is time: nothing in the file says so.
#pragma once

#include "data/npy.h"
#include "mote/recordings.h"

namespace mote {

struct FoundAxes {
  bool has_channels_first = false;
  bool is_guess = false;  // the values do not show it, and the shape is unlike that of rows and channels
};

// By data.axes, by the shape that a model takes, else by how smoothly the values run along either axis.
FoundAxes axes_of(const NpyArray &x, const LoadOptions &options);

}  // namespace mote
