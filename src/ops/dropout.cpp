// dropout: in training each value is zeroed with probability `rate` and the rest scaled by 1/(1 - rate).
#include "base/random.h"
#include "ops/op_list.h"

namespace mote::ops {
namespace {

Forward dropout_forward() {
  return {.compile =
              [](const NodeView &v) {
                const auto rate = static_cast<float>(v.attrs->number("rate"));
                return [rate, size = v.out.elements()](const ForwardArgs &a) {
                  for (int n = 0; n < a.rows; ++n) {
                    Random random(a.seed, {a.step, static_cast<uint64_t>(a.first_row + n)});
                    for (size_t i = 0; i < size; ++i) {
                      const size_t k = static_cast<size_t>(n) * size + i;
                      float factor = 1.0f;
                      if (a.is_training)
                        factor = random.uniform(0.0f, 1.0f) < rate ? 0.0f : 1.0f / (1.0f - rate);
                      a.state[k] = factor;
                      a.y[k] = a.x[0][k] * factor;
                    }
                  }
                };
              },
          .state_floats = [](const NodeView &v) { return v.out.elements(); }};
}

Backward dropout_backward() {
  return {.compile = [](const NodeView &v) {
    return [size = v.out.elements()](const BackwardArgs &a) {
      if (a.dx[0] == nullptr) return;
      for (size_t i = 0; i < size * static_cast<size_t>(a.rows); ++i) a.dx[0][i] += a.dy[i] * a.state[i];
    };
  }};
}

}  // namespace

const OpDef &dropout_op() {
  const NotSupported kTrainingOnly{"dropout acts in training only and is removed from the deployed model"};
  static const OpDef kOp{
      .name = "dropout",
      .doc = "Zeroes values at random in training; nothing afterwards.",
      .attrs = {{"rate", 0.5, "share of values zeroed", {}, 0.0, 0.99}},
      .structure = Structure{[](const NodeView &v) { return v.in[0]; }},
      .forward = dropout_forward(),
      .backward = dropout_backward(),
      .integer = kTrainingOnly,
      .run = kTrainingOnly,
      .c = kTrainingOnly,
      .tflite = kTrainingOnly,
      .cost = CostOf([](const std::vector<Shape> &, const Shape &, const Attrs &) { return Cost{}; }),
      .is_identity_at_inference = true};
  return kOp;
}

}  // namespace mote::ops
