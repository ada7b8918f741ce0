// Settings of what is made of a stream of rows. Each that is left out is chosen on validation streams
// (workflow/decide.cpp).
#include "project/entries.h"

namespace mote {

std::vector<Setting> decision_settings() {
  constexpr int kMostRows = 1 << 24, kMostWindows = 1000;
  return {
      choice(
          "decision.policy", [](auto &p) -> auto & { return p.decision.policy; }, wanted_policy_names(),
          "`trigger`: an event opens a window and gets one answer; `stream`: a window every `hop` rows; "
          "`auto`: "
          "trigger where each recording is one event"),
      integer(
          "decision.hop", [](auto &p) -> auto & { return p.decision.hop; }, 1, kMostRows,
          "of `stream`: from window to window")
          .in("rows")
          .or_else("chosen"),
      integer(
          "decision.smoothing", [](auto &p) -> auto & { return p.decision.smoothing; }, 1, kMostWindows,
          "of `stream`: windows whose probabilities are averaged")
          .or_else("chosen"),
      integer(
          "decision.debounce", [](auto &p) -> auto & { return p.decision.debounce; }, 1, kMostWindows,
          "of `stream`: windows that must have the same answer before it is told")
          .or_else("1"),
      number(
          "decision.threshold", [](auto &p) -> auto & { return p.decision.threshold; }, 0, 1,
          "probability that a class must reach, else the answer is unknown")
          .or_else("chosen"),
      integer(
          "decision.refractory", [](auto &p) -> auto & { return p.decision.refractory; }, 0, kMostRows,
          "behind an event in which nothing is told")
          .in("rows")
          .or_else("chosen"),
      integer(
          "decision.pre_roll", [](auto &p) -> auto & { return p.decision.pre_roll; }, 0, kMostRows,
          "of `trigger`: of the window, before the onset")
          .in("rows")
          .or_else("chosen"),
      number(
          "decision.onset", [](auto &p) -> auto & { return p.decision.onset; }, 1e-30, 1e30,
          "of `trigger`: what the distances of its channels from the level must add up to, in their units")
          .or_else("chosen"),
      number(
          "decision.false_accepts_per_hour", [](auto &p) -> auto & { return p.false_accepts_per_hour; }, 0,
          1e6,
          "what is told may be told falsely so often, on validation streams; among the rules that keep to it "
          "the one that finds most is chosen")
          .or_else("none"),
      choice(
          "decision.level", [](auto &p) -> auto & { return p.decision.level; }, wanted_level_names(),
          "of `trigger`: `fixed`: 0; `resting`: follows the channels slowly"),
      texts(
          "decision.channels", [](auto &p) -> auto & { return p.decision.channels; },
          "of `trigger`: that are listened to")
          .or_else("chosen"),
  };
}

}  // namespace mote
