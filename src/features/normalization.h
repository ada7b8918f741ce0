// Normalization: y[i] = (x[i] - mean[i % period]) * gain[i % period], fitted on training windows only.
#pragma once

#include <string>
#include <vector>

#include "mote/preprocessing.h"

namespace mote {

std::vector<std::string> normalization_kinds();
// kind: "channel" (one mean per channel), "feature" (one per value of the window) or "none". Without numbers
// it is to be fitted: gain = 1 / deviation, 1 where a channel does not vary.
PreprocessingStep normalization(const std::string &kind, std::vector<float> mean = {},
                                std::vector<float> gain = {});

}  // namespace mote
