// A decision rule to JSON and back. One table says the fields of both directions with the ranges that they
// are read in; the onset is there for a trigger only.
#include "features/decision_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/error.h"

namespace mote {

using nlohmann::json;

namespace {

constexpr int kMostRows = 1 << 24, kMostWindows = 1000;

struct Field {
  const char *name;
  int DecisionRule::*value;
  int low, high;
};
constexpr Field kFields[] = {
    {"hop", &DecisionRule::stride, 1, kMostRows},
    {"smoothing", &DecisionRule::smoothing, 1, kMostWindows},
    {"threshold", &DecisionRule::threshold, 0, 256},
    {"debounce", &DecisionRule::debounce, 1, kMostWindows},
    {"refractory", &DecisionRule::refractory, 0, kMostRows},
    {"pre_roll", &DecisionRule::pre_roll, 0, kMostRows},
    {"rest", &DecisionRule::rest, -1, kMostRows},
};

Error unfit(const std::string &field, const std::string &expected) {
  return Error(ErrorCode::kDataFormat, "decision." + field, "must be " + expected,
               "the file is damaged, or a newer mote made it");
}

OnsetRule onset_from(const json &j, int channels) {
  OnsetRule onset{j.at("weights").get<std::vector<float>>(), j.at("threshold"), j.at("level_shift")};
  const bool is_weighted =
      std::ssize(onset.weights) == channels &&
      std::all_of(onset.weights.begin(), onset.weights.end(),
                  [](float w) { return std::isfinite(w) && w >= 0; }) &&
      std::any_of(onset.weights.begin(), onset.weights.end(), [](float w) { return w > 0; });
  if (!is_weighted) throw unfit("onset.weights", fmt::format("{} finite numbers from 0", channels));
  if (!std::isnormal(onset.threshold) || onset.threshold < 0) throw unfit("onset.threshold", "above 0");
  if (onset.level_shift < OnsetRule::kFixedLevel || onset.level_shift > OnsetRule::kMostLevelShift)
    throw unfit("onset.level_shift", fmt::format("-1 .. {}", OnsetRule::kMostLevelShift));
  return onset;
}

}  // namespace

json decision_json(const DecisionRule &rule) {
  json j = {{"policy", decision_policy_names().name_of(rule.policy)}, {"reason", rule.reason}};
  for (const Field &f : kFields) j[f.name] = rule.*f.value;
  if (rule.policy == DecisionPolicy::kTrigger)
    j["onset"] = {{"weights", rule.onset.weights},
                  {"threshold", rule.onset.threshold},
                  {"level_shift", rule.onset.level_shift}};
  return j;
}

DecisionRule decision_from(const json &j, int window, int channels) {
  DecisionRule rule;
  const auto *policy = decision_policy_names().find(j.at("policy").get<std::string>());
  if (!policy)
    throw unfit("policy", fmt::format("one of {}", fmt::join(decision_policy_names().names(), ", ")));
  rule.policy = *policy;
  rule.reason = j.at("reason");
  for (const Field &f : kFields) {
    const int64_t value = j.at(f.name);
    if (value < f.low || value > f.high) throw unfit(f.name, fmt::format("{} .. {}", f.low, f.high));
    rule.*f.value = static_cast<int>(value);
  }
  if (rule.policy != DecisionPolicy::kTrigger) return rule;
  if (rule.pre_roll >= window)
    throw unfit("pre_roll", fmt::format("less than the window of {} rows", window));
  rule.onset = onset_from(j.at("onset"), channels);
  return rule;
}

}  // namespace mote
