// A trained network beside what needs none (train/baseline.h), as a record and in words.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "mote/evaluate.h"
#include "mote/train.h"

namespace mote {

struct ComparedBaseline {
  nlohmann::json record;  // one entry for each part of val and test that has windows; null: not computed
  std::string text;       // of the last of them, a sentence; ""
  std::string finding;    // that the network is not better, a sentence without its stop; ""
};

// `test`: of the network on the test windows, where there are any.
ComparedBaseline compare_baseline(const TrainedRun &run, const Splits &splits, const Evaluation &test,
                                  int threads);

}  // namespace mote
