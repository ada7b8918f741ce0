// The rules of a stream on the desk: they are C, in runtime/mote_stream.h and mote_runtime.h, and the same in
// stream.c of an export. Here is what they remember.
#include "mote/decision.h"

#include <algorithm>

#include "host/trigger_gains.h"
#include "mote_runtime.h"
#include "mote_stream.h"
#include "program/program.h"

namespace mote {

static_assert(StreamDecision::kUnknown == MOTE_UNKNOWN && StreamDecision::kNothing == MOTE_NOTHING);
static_assert(OnsetRule::kFixedLevel == MOTE_FIXED_LEVEL);

bool has_probabilities(const IntegerProgram &p) {
  const ProgramTensor &output = p.tensor(p.outputs[0]);
  return !p.labels.empty() && output.dtype == DType::kInt8 && output.quant.is_set() &&
         output.quant.scale[0] == 1.0f / 256 && output.quant.zero_point[0] == -128;
}

std::vector<float> trigger_gains(const OnsetRule &onset) {
  std::vector<float> gains;
  for (float weight : onset.weights) gains.push_back(weight * MOTE_TRIGGER_LIMIT / onset.threshold);
  return gains;
}

struct StreamWindows::State {
  DecisionRule rule;
  int window = 0;
  long rows = 0, due = 0;  // that have come; of a stream: with which the next window is whole
  std::vector<float> gains;
  std::vector<int32_t> level;
  std::vector<int8_t> kept;  // whether a row is kept is all that counts here
  mote_trigger trigger = {};
  mote_trigger_state state = {};

  void begin() {
    rows = 0;
    due = window;
    state = {};
  }
  std::optional<long> by_trigger(const float *row) {
    mote_trigger_place(&trigger, &state, level.data(), row, kept.data(), 1);
    ++rows;
    if (!mote_trigger_is_whole(&trigger, &state)) return {};
    return rows - window;
  }
  std::optional<long> by_hop() {
    if (++rows < due) return {};
    due += rule.stride;
    return rows - window;
  }
};

StreamWindows::StreamWindows(const DecisionRule &rule, int window, int channels)
    : state_(std::make_unique<State>()) {
  State &s = *state_;
  s.rule = rule;
  s.rule.stride = std::max(1, rule.stride);
  s.window = window;
  if (rule.policy == DecisionPolicy::kTrigger) {
    s.gains = trigger_gains(rule.onset);
    s.level.resize(s.gains.size());
    s.kept.resize(s.level.size() + static_cast<size_t>(window));
    s.trigger = {window, channels, rule.pre_roll, rule.refractory, rule.onset.level_shift, s.gains.data()};
  }
  s.begin();
}
StreamWindows::~StreamWindows() = default;
StreamWindows::StreamWindows(StreamWindows &&) noexcept = default;

std::optional<long> StreamWindows::next(const float *row) {
  return state_->rule.policy == DecisionPolicy::kTrigger ? state_->by_trigger(row) : state_->by_hop();
}

void StreamWindows::reset() { state_->begin(); }

StreamDecision::StreamDecision(size_t outputs, const DecisionRule &rule)
    : rule_(rule), outputs_(outputs), boundary_(0) {
  rule_.smoothing = rule.policy == DecisionPolicy::kTrigger ? 1 : std::max(1, rule_.smoothing);
  scores_.resize(static_cast<size_t>(rule_.smoothing) * outputs_);
}

StreamDecision::StreamDecision(const IntegerProgram &program, const DecisionRule &rule)
    : StreamDecision(program.tensor(program.outputs[0]).shape.elements(), rule) {
  if (outputs_ == 1) boundary_ = decision_threshold(program.tensor(program.outputs[0]));
}

int StreamDecision::next(const int8_t *scores) {
  const auto smoothing = static_cast<size_t>(rule_.smoothing);
  std::copy(scores, scores + outputs_, scores_.data() + windows_ % smoothing * outputs_);
  ++windows_;
  const int answer = mote_decide_s8(scores_.data(), static_cast<int32_t>(std::min(windows_, smoothing)),
                                    static_cast<int32_t>(outputs_), boundary_, rule_.threshold);
  if (rule_.policy == DecisionPolicy::kTrigger) return answer;
  mote_told told = {told_.answer, told_.times, told_.wait};
  const int tells = mote_tell(&told, answer, rule_.stride, rule_.debounce, rule_.refractory, rule_.rest);
  told_ = {told.answer, told.times, told.wait};
  return tells;
}

void StreamDecision::reset() {
  windows_ = 0;
  told_ = {};
}

}  // namespace mote
