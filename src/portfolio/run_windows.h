// The windows that a run is judged on and what its models answer, for comparing two runs window by window.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mote/portfolio.h"

namespace mote {

struct RunWindows {
  std::string mark;     // "A"
  std::string why_not;  // why there are none
  Dataset windows;
  std::optional<Evaluation> scores[2];  // float, int8
  std::vector<double> errors[2];        // of a regression: mean absolute error of each window
  bool has_int8() const { return scores[1].has_value(); }
};

// Its test windows, or those of validation where it has no others; what is odd goes to `notes`.
RunWindows windows_of_run(const Run &run, const std::string &mark, std::vector<std::string> &notes);

// Errors: none; PairedComparison::why_not says why there is no test.
PairedComparison compare_windows(const RunWindows &a, const RunWindows &b, const std::string &precision);

}  // namespace mote
