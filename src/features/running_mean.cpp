// Rows of a recording less the running mean, by the routine that the exported C has.
#include "features/running_mean.h"

#include "mote_running_mean.h"

namespace mote {

void RunningMean::take_off(float *values, size_t rows) {
  if (rows_ == 0) return;
  const auto channels = static_cast<int32_t>(mean_.size());
  for (size_t r = 0; r < rows; ++r, values += channels)
    mote_less_running_mean(mean_.data(), &seen_, rows_, channels, values, values);
}

}  // namespace mote
