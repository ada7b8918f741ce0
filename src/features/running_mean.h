// Rows less the running mean of each channel, as push() of an export takes it off:
// Preprocessing::running_mean.
//
// Numerics: mote_running_mean.h of the runtime, float32, row by row. Ownership/Threads: a value; one thread
// at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mote {

class RunningMean {
 public:
  // Of so many rows; 0: nothing is taken off.
  RunningMean(int rows, size_t channels) : rows_(rows), mean_(channels) {}
  void restart() { seen_ = 0; }
  // [rows, channels] in place; they go on from those before.
  void take_off(float *values, size_t rows);

 private:
  int rows_;
  int32_t seen_ = 0;
  std::vector<float> mean_;
};

}  // namespace mote
