#include "train/schedule.h"

#include <algorithm>

#include "base/math.h"

namespace mote {

double schedule_factor(const Schedule &s, uint64_t step, uint64_t steps_per_epoch, int epochs) {
  const uint64_t warmup = static_cast<uint64_t>(s.warmup) * steps_per_epoch;
  if (step < warmup) return static_cast<double>(step + 1) / static_cast<double>(warmup);
  const uint64_t since = step - warmup, period = static_cast<uint64_t>(s.every) * steps_per_epoch;
  if (s.type == "step") {
    double factor = 1;
    for (uint64_t i = 0; i < since / period; ++i) factor *= s.factor;
    return factor;
  }
  if (s.type == "exponential")
    return exact_exp(exact_log(s.factor) * static_cast<double>(since) / static_cast<double>(period));
  if (s.type == "cosine") {
    const uint64_t total =
        std::max<uint64_t>(static_cast<uint64_t>(epochs) * steps_per_epoch, warmup + 1) - warmup;
    constexpr double kPi = 3.14159265358979323846;
    double sine, cosine;
    exact_sincos(kPi * std::min(1.0, static_cast<double>(since) / static_cast<double>(total)), &sine,
                 &cosine);
    return s.final + (1 - s.final) * 0.5 * (1 + cosine);
  }
  return 1;
}

}  // namespace mote
