// simple_rnn: h' = tanh(x W + h U + b) over (time, values), as Keras' SimpleRNN.
#include <algorithm>

#include "kernels/conv2d.h"
#include "kernels/gemm.h"
#include "ops/channel_support.h"
#include "ops/op_list.h"
#include "ops/recurrent_support.h"
#include "ops/weights.h"

namespace mote::ops {
namespace {

constexpr RecurrentKind kSimpleRnn = {"simple_rnn",      1, 1, "mote_simple_rnn_s8", "simple_rnn_s8.c",
                                      mote_simple_rnn_s8};

RecurrentSizes sizes_of(const NodeView &v) { return recurrent_sizes("simple_rnn", v); }

std::vector<ParamSpec> simple_rnn_params(const NodeView &v) {
  const RecurrentSizes s = sizes_of(v);
  return recurrent_params(v, s, kSimpleRnn.gates,
                          {.role = Role::kBias, .shape = {s.units}, .channel_axis = 0, .init = Init::kZeros});
}

// What forward keeps of each example and step: the state, and room for its gradient.
struct Steps {
  RecurrentSizes s;
  float *state;
  ptrdiff_t step() const { return ptrdiff_t{2} * s.units; }
  ptrdiff_t row() const { return s.steps * step(); }
  float *h(int r, int t) const { return state + r * row() + t * step(); }
  float *gradient(int r, int t) const { return h(r, t) + s.units; }
};

void simple_rnn_forward(const RecurrentSizes &s, const ForwardArgs &a) {
  const Steps m{s, a.state};
  const int units = s.units;
  kernels::gemm({a.rows * s.steps, units, s.inputs, a.x[0], s.inputs, 1, a.params[0], units, m.h(0, 0),
                 m.step(), a.params[2]});
  for (int t = 0; t < s.steps; ++t) {
    if (t > 0)
      kernels::gemm({a.rows, units, units, m.h(0, t - 1), m.row(), 1, a.params[1], units, m.h(0, t), m.row(),
                     nullptr, true});
    for (int r = 0; r < a.rows; ++r) apply_tanh(m.h(r, t), units);
  }
  copy_outputs(
      s, a.rows, [&](int r, int t) { return m.h(r, t); }, a.y);
}

// From the last step to the first the gradient of h becomes that of the sum inside tanh.
void simple_rnn_backward(const RecurrentSizes &s, const BackwardArgs &a) {
  const Steps m{s, a.state};
  const int units = s.units;
  copy_gradients(s, a.rows, a.dy, [&](int r, int t) { return m.gradient(r, t); });
  float *transposed = a.scratch;
  kernels::transpose(a.params[1], units, units, transposed);
  for (int t = s.steps - 1; t >= 0; --t) {
    for (int r = 0; r < a.rows; ++r)
      for (int j = 0; j < units; ++j) {
        const float h = m.h(r, t)[j], d = m.gradient(r, t)[j] *= 1.0f - h * h;
        a.dparams[2][j] += d;
      }
    if (t > 0)
      kernels::gemm({a.rows, units, units, m.gradient(0, t), m.row(), 1, transposed, units,
                     m.gradient(0, t - 1), m.row(), nullptr, true});
  }
  kernels::gemm({s.inputs, units, a.rows * s.steps, a.x[0], 1, s.inputs, m.gradient(0, 0), m.step(),
                 a.dparams[0], units, nullptr, true});
  for (int r = 0; r < a.rows && s.steps > 1; ++r)
    kernels::gemm({units, units, s.steps - 1, m.h(r, 0), 1, m.step(), m.gradient(r, 1), m.step(),
                   a.dparams[1], units, nullptr, true});
  if (a.dx[0] == nullptr) return;
  kernels::transpose(a.params[0], s.inputs, units, transposed);
  kernels::gemm({a.rows * s.steps, s.inputs, units, m.gradient(0, 0), m.step(), 1, transposed, s.inputs,
                 a.dx[0], s.inputs, nullptr, a.is_adding[0]});
}

}  // namespace

const OpDef &simple_rnn_op() {
  static const OpDef kOp{
      .name = "simple_rnn",
      .doc = "Simple recurrent layer over (time, values).",
      .attrs = recurrent_attrs(),
      .structure =
          Structure{[](const NodeView &v) { return recurrent_shape(sizes_of(v)); }, simple_rnn_params},
      .forward = Forward{.compile =
                             [](const NodeView &v) {
                               return [s = sizes_of(v)](const ForwardArgs &a) { simple_rnn_forward(s, a); };
                             },
                         .state_floats =
                             [](const NodeView &v) {
                               const RecurrentSizes s = sizes_of(v);
                               return size_t{2} * s.steps * s.units;
                             }},
      .backward = Backward{.compile =
                               [](const NodeView &v) {
                                 return
                                     [s = sizes_of(v)](const BackwardArgs &a) { simple_rnn_backward(s, a); };
                               },
                           .scratch_floats =
                               [](const NodeView &v) {
                                 const RecurrentSizes s = sizes_of(v);
                                 return s.units * static_cast<size_t>(std::max(s.units, s.inputs));
                               },
                           .overwrites = true},
      .integer = Integer([](Lowering &l) { lower_recurrent(kSimpleRnn, l); }),
      .run = HostRun(
          [](const IntegerProgram &p, const ProgramLayer &l) { return run_recurrent(kSimpleRnn, p, l); }),
      .c = EmitC(
          [](const IntegerProgram &p, const ProgramLayer &l) { return call_recurrent(kSimpleRnn, p, l); }),
      .tflite =
          NotSupported{
              "its operator in TensorFlow Lite has no int8 form; it is written as what it is made of"},
      .cost = CostOf(
          [](const std::vector<Shape> &in, const Shape &, const Attrs &) { return recurrent_cost(in); }),
      .properties = {},
      .output_range = OutputRange::kCalibrated,
      .standard_form = [](IntegerProgram &p,
                          const ProgramLayer &l) { return recurrent_standard_form(kSimpleRnn, p, l); },
      .state_outputs = {1},
      .channels = own_channels("units")};
  return kOp;
}

}  // namespace mote::ops
