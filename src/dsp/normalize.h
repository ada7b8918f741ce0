// Normalization: fitted on training windows only, applied by the trainer, carried in the model.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace mote {

struct Normalization {
  std::vector<float> mean, gain;  // gain = 1 / deviation; 1 where a channel does not vary
};

std::vector<std::string> normalization_kinds();
// kind: "channel" (one mean per channel), "feature" (one per value of the window) or "none".
// values [examples, window, channels]. Errors: kInvalidArgument for another kind.
Normalization fit_normalization(const std::string &kind, const float *values, size_t examples, int window,
                                int channels);

// out[i] = (x[i] - mean[i % period]) * gain[i % period]
void normalize(const std::vector<float> &mean, const std::vector<float> &gain, const float *x, size_t count,
               float *out);

}  // namespace mote
