// gru: gated recurrent unit over (time, values), Keras' equations and gate order z, r, n:
//   z = sigmoid(x Wz + h Uz + b), r = sigmoid(x Wr + h Ur + b), h' = z h + (1 - z) n
//   reset_after = 1: n = tanh(x Wn + b + r (h Un + b'))      (Keras 2's default, PyTorch, cuDNN)
//   reset_after = 0: n = tanh(x Wn + b + (r h) Un)
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/error.h"
#include "base/math.h"
#include "kernels/conv2d.h"
#include "kernels/gemm.h"
#include "mote_runtime.h"
#include "ops/channel_support.h"
#include "ops/op_list.h"
#include "ops/recurrent_support.h"
#include "ops/weights.h"

namespace mote::ops {
namespace {

constexpr RecurrentKind kGru = {"gru", 3, 2, "mote_gru_s8", "gru_s8.c", mote_gru_s8};

struct Sizes : RecurrentSizes {
  bool reset_after;
};
Sizes sizes_of(const NodeView &v) {
  return {recurrent_sizes("gru", v), v.attrs->integer("reset_after") != 0};
}

std::vector<ParamSpec> gru_params(const NodeView &v) {
  const Sizes s = sizes_of(v);
  const int sums = kGru.gates * s.units;
  return recurrent_params(v, s, kGru.gates,
                          {.role = Role::kBias,
                           .shape = s.reset_after ? Shape{2, sums} : Shape{sums},
                           .channel_axis = s.reset_after ? 1 : 0,
                           .init = Init::kZeros});
}

// What forward keeps of each example and step, `units` floats each: gates z, r, n; the recurrent part of n
// (before the reset, or r h where the reset comes first); h; and room for the gradient of h.
enum Slot { kZ, kR, kN, kInner, kH, kGradient, kSlots };

struct Steps {  // addresses in that memory
  Sizes s;
  float *state;
  ptrdiff_t step() const { return ptrdiff_t{kSlots} * s.units; }
  ptrdiff_t row() const { return s.steps * step(); }
  float *at(int r, int t, Slot slot) const { return state + r * row() + t * step() + slot * s.units; }
};

// The recurrent products of one step of all rows: y slot (+)= (slot `from` of step t_from) U[:, first ..
// first + n).
void recur(const Steps &m, int rows, int t_from, Slot from, int t, Slot to, const float *kernel, int first,
           int n, const float *bias, bool is_accumulating) {
  const int units = m.s.units;
  kernels::gemm({rows, n, units, m.at(0, t_from, from), m.row(), 1, kernel + first, ptrdiff_t{3} * units,
                 m.at(0, t, to), m.row(), bias, is_accumulating});
}

void gru_step(const Steps &m, int rows, int t, const ForwardArgs &a) {
  const int units = m.s.units;
  const float *recurrent = a.params[1], *recurrent_bias = m.s.reset_after ? a.params[2] + 3 * units : nullptr;
  if (t > 0) recur(m, rows, t - 1, kH, t, kZ, recurrent, 0, 2 * units, nullptr, true);
  if (t > 0 && m.s.reset_after)
    recur(m, rows, t - 1, kH, t, kInner, recurrent, 2 * units, units, recurrent_bias + 2 * units, false);
  for (int r = 0; r < rows; ++r) {
    float *z = m.at(r, t, kZ), *reset = m.at(r, t, kR), *inner = m.at(r, t, kInner);
    const float *h = t > 0 ? m.at(r, t - 1, kH) : nullptr;
    apply_sigmoid(z, 2 * units);
    if (!m.s.reset_after)
      for (int j = 0; j < units; ++j) inner[j] = h ? reset[j] * h[j] : 0.0f;
    else if (h == nullptr)
      std::copy_n(recurrent_bias + 2 * units, units, inner);
  }
  if (t > 0 && !m.s.reset_after) recur(m, rows, t, kInner, t, kN, recurrent, 2 * units, units, nullptr, true);
  for (int r = 0; r < rows; ++r) {
    const float *z = m.at(r, t, kZ), *reset = m.at(r, t, kR), *inner = m.at(r, t, kInner);
    const float *old = t > 0 ? m.at(r, t - 1, kH) : nullptr;
    float *n = m.at(r, t, kN), *h = m.at(r, t, kH);
    if (m.s.reset_after) kernels::loops().multiply(reset, inner, units, true, n);
    apply_tanh(n, units);
    kernels::loops().gru_blend(z, n, old, units, h);
  }
}

Forward gru_forward() {
  return {.compile =
              [](const NodeView &v) {
                return [s = sizes_of(v)](const ForwardArgs &a) {
                  const Steps m{s, a.state};
                  const int gates = 3 * s.units;
                  // the constant part of the gates, without the bias that the reset gate scales
                  for (int g = 0; g < gates; ++g)
                    a.scratch[g] =
                        a.params[2][g] + (s.reset_after && g < 2 * s.units ? a.params[2][gates + g] : 0.0f);
                  kernels::gemm({a.rows * s.steps, gates, s.inputs, a.x[0], s.inputs, 1, a.params[0], gates,
                                 m.at(0, 0, kZ), m.step(), a.scratch});
                  for (int t = 0; t < s.steps; ++t) gru_step(m, a.rows, t, a);
                  copy_outputs(
                      s, a.rows, [&](int r, int t) { return m.at(r, t, kH); }, a.y);
                };
              },
          .state_floats =
              [](const NodeView &v) {
                const Sizes s = sizes_of(v);
                return size_t{kSlots} * s.steps * s.units;
              },
          .scratch_floats = [](const NodeView &v) { return size_t{3} * sizes_of(v).units; }};
}

// Turns the gates of step t into the gradients of their pre-activations; adds to the gradient of the state
// before.
void gru_step_back(const Steps &m, int rows, int t, const float *recurrent_transposed) {
  const int units = m.s.units;
  const auto through = [&](Slot from, int first, int count, int t_to, Slot to, bool is_accumulating) {
    kernels::gemm({rows, units, count, m.at(0, t, from), m.row(), 1,
                   recurrent_transposed + ptrdiff_t{first} * units, units, m.at(0, t_to, to), m.row(),
                   nullptr, is_accumulating});
  };
  for (int r = 0; r < rows; ++r) {
    float *z = m.at(r, t, kZ), *reset = m.at(r, t, kR), *n = m.at(r, t, kN), *inner = m.at(r, t, kInner);
    float *dh = m.at(r, t, kGradient), *before = t > 0 ? m.at(r, t - 1, kGradient) : nullptr;
    const float *old = t > 0 ? m.at(r, t - 1, kH) : nullptr;
    const size_t n_units = units;
    kernels::loops().gru_blend_gradient(dh, old, n_units, z, n, before);
    if (m.s.reset_after) kernels::loops().gru_reset_gradient(n, n_units, reset, inner);
  }
  if (t > 0 && m.s.reset_after) through(kInner, 2 * units, units, t - 1, kGradient, true);
  if (!m.s.reset_after) {
    through(kN, 2 * units, units, t, kGradient, false);  // of r h; its own gradient is used up
    for (int r = 0; r < rows; ++r) {
      float *reset = m.at(r, t, kR), *before = t > 0 ? m.at(r, t - 1, kGradient) : nullptr;
      const float *d = m.at(r, t, kGradient), *old = t > 0 ? m.at(r, t - 1, kH) : nullptr;
      for (int j = 0; j < units; ++j) {
        const float rj = reset[j];
        if (before) before[j] += d[j] * rj;
        reset[j] = (old ? d[j] * old[j] : 0.0f) * rj * (1.0f - rj);
      }
    }
  }
  if (t > 0) through(kZ, 0, 2 * units, t - 1, kGradient, true);
}

void add_column_sums(const Steps &m, int rows, Slot slot, int count, float *y) {
  for (int r = 0; r < rows; ++r)
    for (int t = 0; t < m.s.steps; ++t) {
      const float *x = m.at(r, t, slot);
      for (int j = 0; j < count; ++j) y[j] += x[j];
    }
}

// After the steps: slots z, r, n hold gradients of the pre-activations; inner that of the recurrent part of
// n, or r h.
void add_weight_gradients(const Steps &m, const BackwardArgs &a) {
  const Sizes &s = m.s;
  const int units = s.units, gates = 3 * units;
  kernels::gemm({s.inputs, gates, a.rows * s.steps, a.x[0], 1, s.inputs, m.at(0, 0, kZ), m.step(),
                 a.dparams[0], gates, nullptr, true});
  add_column_sums(m, a.rows, kZ, gates, a.dparams[2]);
  if (s.reset_after) {
    add_column_sums(m, a.rows, kZ, 2 * units, a.dparams[2] + gates);
    add_column_sums(m, a.rows, kInner, units, a.dparams[2] + gates + 2 * units);
  }
  for (int r = 0; r < a.rows && s.steps > 1; ++r) {
    const auto product = [&](int from_step, Slot from, int to_step, Slot to, int first, int count) {
      kernels::gemm({units, count, s.steps - 1, m.at(r, from_step, from), 1, m.step(), m.at(r, to_step, to),
                     m.step(), a.dparams[1] + first, gates, nullptr, true});
    };
    product(0, kH, 1, kZ, 0, 2 * units);
    if (s.reset_after)
      product(0, kH, 1, kInner, 2 * units, units);
    else
      product(1, kInner, 1, kN, 2 * units, units);
  }
}

Backward gru_backward() {
  return {.compile =
              [](const NodeView &v) {
                return [s = sizes_of(v)](const BackwardArgs &a) {
                  const Steps m{s, a.state};
                  const int units = s.units, gates = 3 * units;
                  copy_gradients(s, a.rows, a.dy, [&](int r, int t) { return m.at(r, t, kGradient); });
                  kernels::transpose(a.params[1], units, gates, a.scratch);
                  for (int t = s.steps - 1; t >= 0; --t) gru_step_back(m, a.rows, t, a.scratch);
                  add_weight_gradients(m, a);
                  if (a.dx[0] == nullptr) return;
                  float *transposed = a.scratch + ptrdiff_t{units} * gates;
                  kernels::transpose(a.params[0], s.inputs, gates, transposed);
                  kernels::gemm({a.rows * s.steps, s.inputs, gates, m.at(0, 0, kZ), m.step(), 1, transposed,
                                 s.inputs, a.dx[0], s.inputs, nullptr, a.is_adding[0]});
                };
              },
          .scratch_floats =
              [](const NodeView &v) {
                const Sizes s = sizes_of(v);
                return size_t{3} * s.units * (s.units + s.inputs);
              },
          .overwrites = true};
}

std::vector<AttrSpec> gru_attrs() {
  std::vector<AttrSpec> attrs = recurrent_attrs();
  attrs.push_back(
      {"reset_after", int64_t{1}, "1: reset behind the recurrent product, 0: before it", {}, 0, 1});
  return attrs;
}

}  // namespace

const OpDef &gru_op() {
  static const OpDef kOp{
      .name = "gru",
      .doc = "Gated recurrent unit over (time, values).",
      .attrs = gru_attrs(),
      .structure = Structure{[](const NodeView &v) { return recurrent_shape(sizes_of(v)); }, gru_params},
      .forward = gru_forward(),
      .backward = gru_backward(),
      .integer = Integer([](Lowering &l) { lower_recurrent(kGru, l); }),
      .run =
          HostRun([](const IntegerProgram &p, const ProgramLayer &l) { return run_recurrent(kGru, p, l); }),
      .c = EmitC([](const IntegerProgram &p, const ProgramLayer &l) { return call_recurrent(kGru, p, l); }),
      .tflite = NotSupported{"TensorFlow Lite has no GRU; it is written as the operators it is made of"},
      .cost = CostOf(
          [](const std::vector<Shape> &in, const Shape &, const Attrs &) { return recurrent_cost(in); }),
      .properties = {},
      .output_range = OutputRange::kCalibrated,
      .standard_form = [](IntegerProgram &p,
                          const ProgramLayer &l) { return recurrent_standard_form(kGru, p, l); },
      .state_outputs = {1},
      .channels = own_channels("units")};
  return kOp;
}

}  // namespace mote::ops
