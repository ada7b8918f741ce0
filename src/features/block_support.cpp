// Refusals, switches and the transform's table, once for all blocks.
#include "features/block_support.h"

#include <cmath>

#include "base/error.h"
#include "base/math.h"

namespace mote::features {

void refuse(const PreprocessingStep &step, const std::string &message, const std::string &hint) {
  throw Error(ErrorCode::kInvalidArgument, in_layer("preprocessing", step.block), message, hint);
}

AttrSpec truth_attr(const std::string &name, bool fallback, const std::string &doc, const OtherNames &more) {
  AttrSpec spec{name, std::string(fallback ? "true" : "false"), doc, {"false", "true"}};
  spec.other_choices = {{"0", "false"}, {"1", "true"}};
  spec.other_choices.insert(spec.other_choices.end(), more.begin(), more.end());
  return spec;
}

bool is_true(const PreprocessingStep &step, const std::string &name) {
  return step.attrs.text(name) == "true";
}

bool is_power_of_two(int64_t n) { return n > 0 && (n & (n - 1)) == 0; }

std::vector<float> quarter_wave(int n) {
  std::vector<float> table;
  for (int k = 0; k <= n / 4; ++k) {
    double sine, cosine;
    exact_sincos(2 * M_PI * k / n, &sine, &cosine);
    table.push_back(4 * k == n ? 0 : static_cast<float>(cosine));
  }
  return table;
}

}  // namespace mote::features
