// Decision rules in files: all of them comes back, and what no device can follow is refused by name.
#include "features/decision_json.h"

#include <nlohmann/json.hpp>

#include "test_support.h"

namespace mote::test {
namespace {

DecisionRule full_rule() {
  DecisionRule r{.policy = DecisionPolicy::kTrigger,
                 .stride = 7,
                 .smoothing = 2,
                 .threshold = 154,
                 .debounce = 3,
                 .refractory = 9,
                 .pre_roll = 4,
                 .rest = 1};
  r.onset = {{1, 0, 0.25f}, 2.5f, 5};
  r.reason = "because";
  return r;
}

TEST(DecisionJson, comes_back_as_it_was) {
  EXPECT_EQ(decision_from(decision_json(full_rule()), 20, 3), full_rule());
  DecisionRule stream = full_rule();
  stream.policy = DecisionPolicy::kStream;
  stream.onset = {};
  EXPECT_EQ(decision_from(decision_json(stream), 20, 3), stream);
}

TEST(DecisionJson, refuses_what_cannot_be_and_names_it) {
  const std::vector<std::pair<nlohmann::json, std::string>> wrong = {
      {{{"hop", 0}}, "decision.hop"},
      {{{"hop", 1LL << 40}}, "decision.hop"},
      {{{"smoothing", 0}}, "decision.smoothing"},
      {{{"threshold", 257}}, "decision.threshold"},
      {{{"debounce", -1}}, "decision.debounce"},
      {{{"refractory", -5}}, "decision.refractory"},
      {{{"pre_roll", 20}}, "decision.pre_roll"},
      {{{"policy", "guess"}}, "decision.policy"},
      {{{"onset", {{"weights", {1, 0}}, {"threshold", 1}, {"level_shift", 0}}}}, "decision.onset.weights"},
      {{{"onset", {{"weights", {0, 0, 0}}, {"threshold", 1}, {"level_shift", 0}}}}, "decision.onset.weights"},
      {{{"onset", {{"weights", {1, -1, 0}}, {"threshold", 1}, {"level_shift", 0}}}},
       "decision.onset.weights"},
      {{{"onset", {{"weights", {1, 1, 0}}, {"threshold", 0}, {"level_shift", 0}}}},
       "decision.onset.threshold"},
      {{{"onset", {{"weights", {1, 1, 0}}, {"threshold", 1}, {"level_shift", 13}}}},
       "decision.onset.level_shift"},
  };
  for (const auto &[patch, where] : wrong) {
    nlohmann::json j = decision_json(full_rule());
    j.update(patch);
    EXPECT_ERROR(decision_from(j, 20, 3), where);
  }
}

}  // namespace
}  // namespace mote::test
