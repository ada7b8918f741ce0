// Where the time of a training goes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/threads.h"

namespace mote {

struct TrainingProfile {
  struct Row {
    std::string layer, op;
    double forward_s = 0, backward_s = 0;  // summed over the threads
    double flop = 0;                       // of both, over all steps: 2 per multiply-add
  };
  std::vector<Row> rows;  // in the order of the graph; without layers that take no time
  int threads = 0;
  uint64_t steps = 0;
  double feed_s = 0, step_s = 0, update_s = 0;  // wall time: filling batches; forward and backward; optimizer
  double peak_flops = 0;  // float32 operations per second of these threads; 0: not known

  double flop() const;
  double share_of_peak() const;  // of the steps; 0: not known
};

// Float32 multiply-adds per second, times 2, that the threads of the pool reach together in a loop of nothing
// else; takes some 20 ms. 0 where there is no vector tier.
double measure_peak_flops(ThreadPool &pool);

// Tables: by op, and the ten slowest layers.
std::string profile_text(const TrainingProfile &profile);

}  // namespace mote
