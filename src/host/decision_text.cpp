// Decision rules in words, for summaries and for comments of exported C.
#include <fmt/format.h>

#include "mote/decision.h"

namespace mote {

std::string onset_text(const OnsetRule &onset, const std::vector<std::string> &channels) {
  std::string terms;
  for (size_t c = 0; c < onset.weights.size(); ++c) {
    if (onset.weights[c] == 0) continue;
    terms += terms.empty() ? "" : ", ";
    if (onset.weights[c] != 1) terms += fmt::format("{:.3g} * ", onset.weights[c]);
    terms += c < channels.size() ? channels[c] : fmt::format("channel {}", c);
  }
  const bool is_fixed = onset.level_shift == OnsetRule::kFixedLevel;
  return fmt::format("the sum of {} of {} reaches {:.4g}", is_fixed ? "|value|" : "|value - resting level|",
                     terms, onset.threshold);
}

std::string decision_text(const DecisionRule &rule, const std::vector<std::string> &channels,
                          double rate_hz) {
  const auto rows = [&](int count) {
    return rate_hz > 0 ? fmt::format("{} rows ({:.2f} s)", count, count / rate_hz)
                       : fmt::format("{} rows", count);
  };
  const std::string unknown =
      rule.threshold > 0 ? fmt::format("; UNKNOWN below {:.0f} %", rule.threshold / 2.56) : "";
  if (rule.policy == DecisionPolicy::kTrigger)
    return fmt::format("trigger: a window begins {} before {}; another not until {} behind it{}",
                       rows(rule.pre_roll), onset_text(rule.onset, channels), rows(rule.refractory), unknown);
  std::string text = fmt::format("stream: a window every {}, mean of {}", rows(rule.stride), rule.smoothing);
  if (rule.debounce > 1) text += fmt::format(", the same answer {} times", rule.debounce);
  if (rule.refractory > 0) text += fmt::format(", nothing for {} behind an event", rows(rule.refractory));
  return text + unknown;
}

}  // namespace mote
