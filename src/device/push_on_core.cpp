// Rows of a stream through push() of the exported C on the emulator, and what it costs while nothing happens.
//
// The firmware (firmware/push.c) reads rows from a file of the host and leaves there what each call answered
// and took, so that a stream may be as long as files are.
#include "device/push_on_core.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>

#include "base/error.h"
#include "base/files.h"
#include "device/emulator.h"
#include "device/firmware_build.h"

namespace mote {

namespace {

template <class T>
std::string_view bytes_of(const std::vector<T> &values) {
  return {reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T)};
}

// Rows in which nothing happens, and one that is an onset of a trigger.
struct RestingRows {
  std::vector<float> rest, onset;
};
RestingRows resting_rows(const IntegerProgram &program, const DecisionRule &rule) {
  const Preprocessing &p = program.front_end;
  RestingRows rows;
  for (const ChannelRange &range : p.channel_ranges) rows.rest.push_back(range.mean);
  constexpr float kSome = 0.3f;  // no product with it is short
  rows.rest.resize(static_cast<size_t>(p.channels), kSome);
  if (rule.policy != DecisionPolicy::kTrigger) return rows;
  // a quarter of the threshold in all, and in each channel twice the threshold
  const std::vector<float> &weights = rule.onset.weights;
  const auto heard =
      static_cast<float>(std::ssize(weights) - std::count(weights.begin(), weights.end(), 0.0f));
  const auto value = [&](float share, float weight) {
    constexpr float kMost = std::numeric_limits<float>::max() / 4;
    return std::clamp(share * rule.onset.threshold / weight, -kMost, kMost);
  };
  for (size_t c = 0; c < weights.size(); ++c)
    if (weights[c] != 0) rows.rest[c] = value(0.25f / heard, weights[c]);
  rows.onset = rows.rest;
  for (size_t c = 0; c < weights.size(); ++c)
    if (weights[c] != 0) rows.onset[c] = value(2, weights[c]);
  return rows;
}

struct RowWriter {
  std::vector<float> rows;
  void add(const std::vector<float> &row, long times = 1) {
    for (; times > 0; --times) rows.insert(rows.end(), row.begin(), row.end());
  }
};

double mean_of(const std::vector<uint32_t> &values, long first, long last) {
  if (first >= last) return 0;
  return std::accumulate(values.begin() + first, values.begin() + last, 0.0) /
         static_cast<double>(last - first);
}

}  // namespace

std::vector<Told> PushedRows::told() const {
  std::vector<Told> list;
  for (size_t row = 0; row < answers.size(); ++row)
    if (answers[row] != StreamDecision::kNothing) list.push_back({static_cast<long>(row), answers[row]});
  return list;
}

double PushedRows::mean_instructions() const { return mean_of(instructions, 0, std::ssize(instructions)); }
uint32_t PushedRows::most_instructions() const {
  return instructions.empty() ? 0 : *std::max_element(instructions.begin(), instructions.end());
}

PushedRows push_on_core(const IntegerProgram &program, const Core &core, const std::vector<float> &rows,
                        const std::vector<int32_t> &beginnings, const MeasureOptions &options) {
  if (!has_push(program))
    throw Error(ErrorCode::kUnsupported, program.name,
                "has no push(): its exported C takes no stream of rows",
                "only classifiers of windows have one");
  const FirmwareBuild build(program, core, FirmwareKind::kPush, options);
  const auto count = rows.size() / static_cast<size_t>(program.front_end.channels);
  PushedRows pushed;
  if (count == 0) return pushed;
  build.make();
  write_file(build.folder() / "input.bin", bytes_of(rows));
  if (!beginnings.empty()) write_file(build.folder() / "resets.bin", bytes_of(beginnings));
  constexpr long kLeastSeconds = 600, kRowsPerSecond = 50;  // many times what any core needed
  build.run(kLeastSeconds + static_cast<long>(count) / kRowsPerSecond);
  constexpr size_t kCall = 2 * sizeof(int32_t);
  const std::string calls = read_file(build.folder() / "output.bin", count * kCall);
  if (calls.size() != count * kCall)
    throw Error(ErrorCode::kDataFormat, program.name,
                "the emulated " + core.title + " did not answer every row");
  pushed.answers.resize(count);
  pushed.instructions.resize(count);
  for (size_t row = 0; row < count; ++row) {
    int32_t answer = 0;
    std::memcpy(&answer, calls.data() + row * kCall, sizeof answer);
    std::memcpy(&pushed.instructions[row], calls.data() + row * kCall + sizeof answer, sizeof(uint32_t));
    pushed.answers[row] = answer;
  }
  pushed.ram_bytes = parse_map(build.map()).ram_bytes;
  return pushed;
}

static PushCost cost_of_trigger(const IntegerProgram &program, const Core &core, const DecisionRule &rule,
                                const MeasureOptions &options) {
  const long window = program.front_end.window;
  const RestingRows some = resting_rows(program, rule);
  RowWriter stream;
  stream.add(some.rest, 2 * window);
  stream.add(some.onset);
  stream.add(some.rest, window);
  const PushedRows pushed = push_on_core(program, core, stream.rows, {}, options);
  const std::vector<Told> told = pushed.told();
  if (told.size() != 1 || told[0].row < 2 * window)
    throw Error(ErrorCode::kDataFormat, program.name, "its trigger does not hear an onset where there is one",
                "train anew, or set decision.onset");
  PushCost cost;
  cost.row_instructions = cost.rest_instructions = mean_of(pushed.instructions, window, 2 * window);
  cost.window_instructions = pushed.instructions[static_cast<size_t>(told[0].row)];
  cost.ram_bytes = pushed.ram_bytes;
  return cost;
}

static PushCost cost_of_stream(const IntegerProgram &program, const Core &core, const DecisionRule &rule,
                               const MeasureOptions &options) {
  const long window = program.front_end.window;
  // Of a hop beyond the window, rows are passed over that are all alike: a few of them tell of all.
  const long hop = std::min<long>(rule.stride, 2 * window), passed_over = rule.stride - hop;
  MeasureOptions shorter = options;
  shorter.c.stride = static_cast<int>(hop);
  RowWriter stream;
  stream.add(resting_rows(program, rule).rest, window + hop * (std::max(1, rule.smoothing) + 1));
  const PushedRows pushed = push_on_core(program, core, stream.rows, {}, shorter);
  const long rows = std::ssize(pushed.instructions),
             first = rows - hop;  // the last hop: averages are of all windows
  PushCost cost;
  cost.hop = rule.stride;
  cost.window_instructions = pushed.instructions.back();
  const double sum = mean_of(pushed.instructions, first, rows) * static_cast<double>(hop) +
                     mean_of(pushed.instructions, first, rows - window) * static_cast<double>(passed_over);
  cost.rest_instructions = sum / rule.stride;
  cost.row_instructions = rule.stride > 1 ? (sum - cost.window_instructions) / (rule.stride - 1) : sum;
  cost.ram_bytes = pushed.ram_bytes;
  return cost;
}

std::optional<PushCost> measure_push(const IntegerProgram &program, const Core &core,
                                     const MeasureOptions &options) {
  if (!has_push(program)) return {};
  const DecisionRule rule = decision_rule(program, options.c);
  PushCost cost = rule.policy == DecisionPolicy::kTrigger ? cost_of_trigger(program, core, rule, options)
                                                          : cost_of_stream(program, core, rule, options);
  cost.policy = rule.policy;
  return cost;
}

}  // namespace mote
