// What the GRU and the simple recurrent layer share beyond their float cells: structure, and the integer
// form, how it is quantized, bound to the runtime and written as standard operators.
#pragma once

#include <algorithm>

#include "graph/op_def.h"
#include "kernels/loops.h"
#include "mote_runtime.h"
#include "ops/integer_support.h"

namespace mote::ops {

// Of one recurrent op. `gates`: sums per unit.
struct RecurrentKind {
  const char *op;
  int gates;
  int scratch;  // int16 values per unit
  const char *routine, *source;
  void (*run)(const mote_recurrent_s8_params *, const int8_t *, const int16_t *, const int8_t *,
              const int32_t *, const int16_t *, const int8_t *, const int8_t *, const int32_t *,
              const int16_t *, const int8_t *, int16_t *, int16_t *, int8_t *);
};

struct RecurrentSizes {
  int steps, inputs, units;
  bool returns_sequence;
};
RecurrentSizes recurrent_sizes(const std::string &op, const NodeView &v);  // Errors: kShape
Shape recurrent_shape(const RecurrentSizes &sizes);
// kernel [inputs, sums], recurrent_kernel [units, sums], with sums = gates * units, and the bias.
std::vector<ParamSpec> recurrent_params(const NodeView &v, const RecurrentSizes &sizes, int gates,
                                        ParamSpec bias);
// Settings that all have: units, return_sequences and the initializer.
std::vector<AttrSpec> recurrent_attrs();

// The states that are outputs, from where state(row, step) keeps them to y.
template <class StateAt>
void copy_outputs(const RecurrentSizes &s, int rows, StateAt state, float *y) {
  for (int r = 0; r < rows; ++r)
    for (int t = s.returns_sequence ? 0 : s.steps - 1; t < s.steps; ++t, y += s.units)
      std::copy_n(state(r, t), s.units, y);
}
// The gradients of these states to where gradient(row, step) keeps them; zero for states that are no output.
template <class GradientAt>
void copy_gradients(const RecurrentSizes &s, int rows, const float *dy, GradientAt gradient) {
  for (int r = 0; r < rows; ++r)
    for (int t = 0; t < s.steps; ++t)
      if (s.returns_sequence || t + 1 == s.steps) {
        std::copy_n(dy, s.units, gradient(r, t));
        dy += s.units;
      } else
        std::fill_n(gradient(r, t), s.units, 0.0f);
}

// Of n values in place.
inline void apply_sigmoid(float *x, int n) { kernels::loops().sigmoid(x, n); }
inline void apply_tanh(float *x, int n) { kernels::loops().tanh(x, n); }

// Layer inputs: x [N, T, C] int8; kernel [gates U, C] and recurrent_kernel [gates U, U] int8 per row, each
// followed by its int32 bias; optionally the initial state [U] int16. Outputs: y int8, the last state [U]
// int16 and scratch int16.
struct RecurrentProgram {
  struct Matrix {
    std::vector<int8_t> kernel;
    std::vector<int32_t> bias;
    std::vector<int16_t> multiplier;  // the upper half, as mote_requantize_wide cuts it
    std::vector<int8_t> shift;
  };
  mote_recurrent_s8_params params;
  Matrix input, recurrent;
};

void lower_recurrent(const RecurrentKind &kind, Lowering &lowering);
RecurrentProgram prepare_recurrent(const RecurrentKind &kind, const IntegerProgram &p, const ProgramLayer &l);
HostCall run_recurrent(const RecurrentKind &kind, const IntegerProgram &p, const ProgramLayer &l);
CCall call_recurrent(const RecurrentKind &kind, const IntegerProgram &p, const ProgramLayer &l);
std::vector<ProgramLayer> recurrent_standard_form(const RecurrentKind &kind, IntegerProgram &p,
                                                  const ProgramLayer &l);
Cost recurrent_cost(const std::vector<Shape> &in);

}  // namespace mote::ops
