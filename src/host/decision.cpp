// The last windows' scores; the rule itself is C, in runtime/mote_runtime.h, and the same in stream.c of an
// export. When a window is due is decided where rows are counted: by stream.c, and by who cuts recordings.
#include "mote/decision.h"

#include <algorithm>

#include "mote_runtime.h"
#include "program/program.h"

namespace mote {

static_assert(StreamDecision::kUnknown == MOTE_UNKNOWN);

bool has_probabilities(const IntegerProgram &p) {
  const ProgramTensor &output = p.tensor(p.outputs[0]);
  return !p.labels.empty() && output.dtype == DType::kInt8 && output.quant.is_set() &&
         output.quant.scale[0] == 1.0f / 256 && output.quant.zero_point[0] == -128;
}

StreamDecision::StreamDecision(size_t outputs, const DecisionRule &rule)
    : rule_(rule), outputs_(outputs), boundary_(0) {
  rule_.smoothing = std::max(1, rule_.smoothing);
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
  return mote_decide_s8(scores_.data(), static_cast<int32_t>(std::min(windows_, smoothing)),
                        static_cast<int32_t>(outputs_), boundary_, rule_.threshold);
}

void StreamDecision::reset() { windows_ = 0; }

}  // namespace mote
