// Binds a program: each layer to its call, each tensor to its place; then an invocation is a loop over the
// calls.
//
// What a layer computes stands in src/ops and runtime/; where tensors lie, in memory_plan.cpp.
#include "mote/host_program.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/error.h"
#include "features/preprocessing.h"
#include "ops/integer_support.h"
#include "program/program.h"

namespace mote {

static void check_border(const IntegerProgram &p) {
  constexpr size_t kMost = size_t{1} << 30;
  size_t total = 0;
  for (const ProgramTensor &t : p.tensors) {
    for (int d : t.shape.dims())
      if (d <= 0)
        throw Error(ErrorCode::kShape, "model", fmt::format("{} has the shape {}", named(t), t.shape.text()));
    // before anybody counts by a shape: its product may be more than a size_t holds, or than a form's bytes
    // do
    size_t elements = 1;
    for (int d : t.shape.dims()) elements = elements > kMost ? elements : elements * static_cast<size_t>(d);
    total += elements > kMost ? elements : plain_storage().bytes(t);
    if (total > kMost) throw Error(ErrorCode::kUnsupported, "model", "its tensors take more than 1 GiB");
    if (t.is_uint8_port && (t.dtype != DType::kInt8 || p.front_end.is_set() || !p.states.empty()))
      throw Error(ErrorCode::kDataFormat, "model",
                  fmt::format("{} is {} and cannot be seen as uint8", named(t), dtype_name(t.dtype)));
    if (t.is_constant && t.data.size() != t.bytes())
      throw Error(ErrorCode::kDataFormat, "model",
                  fmt::format("{} needs {} bytes and has {}", named(t), t.bytes(), t.data.size()));
  }
  if (p.inputs.empty() || p.outputs.empty())
    throw Error(ErrorCode::kUnsupported, "model", "has no input or no output");
  const auto is_behind = [&](const std::vector<int> &list, size_t i, int tensor) {
    return list.size() > p.states.size() && list[list.size() - p.states.size() + i] == tensor &&
           !p.tensor(tensor).is_constant;
  };
  for (size_t i = 0; i < p.states.size(); ++i) {
    const CarriedState &s = p.states[i];
    if (!is_behind(p.inputs, i, s.input) || !is_behind(p.outputs, i, s.output) ||
        p.tensor(s.input).bytes() != p.tensor(s.output).bytes() ||
        p.tensor(s.input).dtype != p.tensor(s.output).dtype)
      throw Error(ErrorCode::kShape, "model", "its carried states do not fit its inputs and outputs");
  }
}

HostProgram::HostProgram(IntegerProgram program)
    : program_(std::make_shared<IntegerProgram>(std::move(program))),
      front_end_(std::make_shared<FrontEnd>(program_->front_end)) {
  const IntegerProgram &p = *program_;
  check_border(p);
  std::vector<HostCall> calls;
  for (const ProgramLayer &l : p.layers) {
    const OpDef &op = op_by_name(l.op);
    if (!op.run.is_given()) throw Error(ErrorCode::kUnsupported, layer_where(l), op.run.why());
    calls.push_back(op.run.get()(p, l));
  }
  plan_ = plan_memory(p);
  work_.resize(front_end_->plan().floats);
  buffer_.resize(plan_.bytes / 4 + 1);
  for (size_t i = 0; i < calls.size(); ++i) {
    const ProgramLayer &l = p.layers[i];
    Step step{calls[i], {}, {}};
    for (int t : l.inputs) step.in.push_back(t < 0 ? nullptr : p.tensor(t).is_constant ? constant(t) : at(t));
    for (int t : l.outputs) step.out.push_back(at(t));
    steps_.push_back(std::move(step));
  }
  reset();
}

const void *HostProgram::constant(int tensor) {
  const ProgramTensor &t = program_->tensor(tensor);
  if (t.storage == &plain_storage()) return t.data.data();
  unpacked_.push_back(t.plain_bytes());
  return unpacked_.back().data();
}

// A port that callers see as uint8, from their bytes to those of the program or back.
static void turn_uint8(const ProgramTensor &port, uint8_t *bytes) {
  if (!port.is_uint8_port) return;
  for (size_t i = 0; i < port.shape.elements(); ++i) bytes[i] ^= kUint8Bit;
}

uint8_t *HostProgram::at(int tensor) {
  return reinterpret_cast<uint8_t *>(buffer_.data()) + plan_.offset[tensor];
}

size_t HostProgram::input_bytes() const {
  size_t n = 0;
  for (int t : program_->inputs) n += program_->tensor(t).bytes();
  return n;
}
size_t HostProgram::output_bytes() const {
  size_t n = 0;
  for (int t : program_->outputs) n += plain_storage().bytes(program_->tensor(t));
  return n;
}

void HostProgram::run_steps() {
  for (const Step &step : steps_) step.call(step.in.data(), step.out.data());
}

void HostProgram::store_outputs(void *outputs, size_t count) const {
  auto *to = static_cast<uint8_t *>(outputs);
  for (size_t i = 0; i < count; ++i) {
    const int t = program_->outputs[i];
    const ProgramTensor &tensor = program_->tensor(t);
    const size_t bytes = plain_storage().bytes(tensor);
    if (tensor.is_constant)
      tensor.storage->unpack(tensor, to);
    else
      std::memcpy(to, reinterpret_cast<const uint8_t *>(buffer_.data()) + plan_.offset[t], bytes);
    turn_uint8(tensor, to);
    to += bytes;
  }
}

void HostProgram::invoke(const void *inputs, void *outputs) {
  const auto *from = static_cast<const uint8_t *>(inputs);
  for (int t : program_->inputs) {
    std::memcpy(at(t), from, program_->tensor(t).bytes());
    turn_uint8(program_->tensor(t), at(t));
    from += program_->tensor(t).bytes();
  }
  run_steps();
  store_outputs(outputs, program_->outputs.size());
}

size_t HostProgram::predict_bytes() const {
  size_t n = 0;
  for (size_t i = 0; i + program_->states.size() < program_->outputs.size(); ++i)
    n += plain_storage().bytes(program_->tensor(program_->outputs[i]));
  return n;
}

void HostProgram::reset() {
  states_.clear();
  for (const CarriedState &s : program_->states) {
    const ProgramTensor &t = program_->tensor(s.input);
    states_.emplace_back(t.bytes());
    if (t.dtype == DType::kInt8)  // int16 states have the zero point 0
      std::fill(states_.back().begin(), states_.back().end(), t.quant.zero_point[0]);
  }
}

void HostProgram::predict(const float *raw, void *outputs) {
  MOTE_CHECK(program_->front_end.is_set());
  front_end_->quantize(raw, work_.data(), reinterpret_cast<int8_t *>(at(program_->inputs[0])));
  const std::vector<CarriedState> &states = program_->states;
  for (size_t i = 0; i < states.size(); ++i)
    std::memcpy(at(states[i].input), states_[i].data(), states_[i].size());
  run_steps();
  for (size_t i = 0; i < states.size(); ++i)
    std::memcpy(states_[i].data(), at(states[i].output), states_[i].size());
  store_outputs(outputs, program_->outputs.size() - states.size());
}

int argmax_s8(const int8_t *scores, int count) { return std::max_element(scores, scores + count) - scores; }

}  // namespace mote
