// Replays on an emulated core: the exported C is given every row, and must tell what the desk told.
//
// Building and running it is device/push_on_core.cpp; here answers are compared and put into words.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"
#include "mote/replay.h"
#include "mote/workflow.h"

namespace mote {

namespace {

// Of the first row at which two lists of answers differ; the lists do differ.
std::string difference(const std::vector<Told> &desk, const std::vector<Told> &chip,
                       const std::vector<std::string> &labels, const std::string &core) {
  const auto at = std::mismatch(desk.begin(), desk.end(), chip.begin(), chip.end());
  const long kNone = std::numeric_limits<long>::max();
  const long desk_row = at.first == desk.end() ? kNone : at.first->row,
             chip_row = at.second == chip.end() ? kNone : at.second->row, row = std::min(desk_row, chip_row);
  const auto name = [&](int answer) {
    return answer < 0 ? std::string("UNKNOWN") : "'" + labels[static_cast<size_t>(answer)] + "'";
  };
  return fmt::format("row {}: the desk tells {}, push() on the emulated {} {}", row,
                     desk_row == row ? name(at.first->answer) : "nothing", core,
                     chip_row == row ? name(at.second->answer) : "nothing");
}

}  // namespace

const Core &core_to_emulate(const std::string &wanted, const Project *project) {
  if (!wanted.empty()) return core_by_name(wanted);
  const std::optional<Board> board = project ? target_board(*project) : std::nullopt;
  const std::string core = board ? emulated_core(*board) : "";
  return core_by_name(core.empty() ? "cortex-m4" : core);
}

EmulatedReplay replay_on_core(const IntegerProgram &program, const DecisionRule &rule, const Core &core,
                              const std::vector<float> &rows, const std::vector<int32_t> &beginnings,
                              const std::vector<Told> &desk, const std::string &where, bool is_streaming) {
  IntegerProgram ruled = program;
  ruled.front_end.decision = rule;
  const PushedRows pushed =
      push_on_core(ruled, core, rows, beginnings, {.c = {.is_streaming = is_streaming}});
  EmulatedReplay found{core.title, std::ssize(pushed.answers), pushed.told(), pushed.mean_instructions(),
                       pushed.most_instructions()};
  if (found.told != desk)
    throw Error(ErrorCode::kDataFormat, where, difference(desk, found.told, program.labels, core.title),
                "a fault of mote or of the compiler: `mote export --verify` and another --core may say more");
  return found;
}

std::string EmulatedReplay::line() const {
  return fmt::format(
      "On the emulated {} push() tells the same: {} answers in {} rows, {} instructions a row, at most {}.",
      core, with_commas(std::ssize(told)), with_commas(rows), with_commas(std::llround(instructions_per_row)),
      with_commas(most_instructions));
}

nlohmann::json decision_json(int decision, const std::vector<std::string> &labels) {
  if (decision == StreamDecision::kNothing) return nullptr;
  return decision < 0 ? "UNKNOWN" : labels[static_cast<size_t>(decision)];
}

nlohmann::json emulated_json(const EmulatedReplay &replay, const std::vector<std::string> &labels) {
  nlohmann::json answers = nlohmann::json::array();
  for (const Told &t : replay.told)
    answers.push_back({{"row", t.row}, {"decision", decision_json(t.answer, labels)}});
  return {{"core", replay.core},
          {"rows", replay.rows},
          {"answers", answers},
          {"instructions_per_row", replay.instructions_per_row},
          {"most_instructions", replay.most_instructions}};
}

}  // namespace mote
