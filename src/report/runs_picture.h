// Size against accuracy, of runs that are compared.
#pragma once

#include <string>
#include <vector>

#include "mote/report.h"

namespace mote {

struct PlottedRun {
  std::string mark, name;  // "A", the run's name
  double bytes = 0, value = 0;
  double low = 0, high = 0;  // ends of the 95 % interval; equal: none
};

// Each run as a dot with its mark and its interval. `is_share`: values are shares, upwards is better; else
// errors. `what`: "accuracy of the int8 model"; `size`: "bytes of flash".
Picture draw_runs(const std::vector<PlottedRun> &runs, bool is_share, const std::string &what,
                  const std::string &size);

}  // namespace mote
