// dropout: in training each value, or each channel (the last axis) at all positions, is zeroed with
// probability `rate` and the rest scaled by 1/(1 - rate).
#include <algorithm>

#include "base/random.h"
#include "ops/op_list.h"

namespace mote::ops {
namespace {

Forward dropout_forward() {
  return {.compile =
              [](const NodeView &v) {
                const auto rate = static_cast<float>(v.attrs->number("rate"));
                const size_t size = v.out.elements();
                const bool is_spatial = v.attrs->integer("spatial") != 0;
                return [size, draws = is_spatial ? static_cast<size_t>(v.out[-1]) : size,
                        limit = static_cast<uint64_t>(rate * 65536.0f),
                        kept = 1.0f / (1.0f - rate)](const ForwardArgs &a) {
                  for (int n = 0; n < a.rows; ++n) {
                    float *factor = a.state + static_cast<size_t>(n) * size,
                          *y = a.y + static_cast<size_t>(n) * size;
                    const float *x = a.x[0] + static_cast<size_t>(n) * size;
                    if (!a.is_training) {
                      std::fill_n(factor, size, 1.0f), std::copy_n(x, size, y);
                      continue;
                    }
                    Random random(a.seed, {a.step, static_cast<uint64_t>(a.first_row + n)});
                    for (size_t i = 0; i < draws; i += 4) {  // 16 bits decide over each
                      uint64_t bits = random.bits();
                      for (size_t k = i; k < std::min(i + 4, draws); ++k, bits >>= 16)
                        factor[k] = (bits & 0xFFFF) < limit ? 0.0f : kept;
                    }
                    for (size_t i = draws; i < size; ++i) factor[i] = factor[i - draws];
                    for (size_t i = 0; i < size; ++i) y[i] = x[i] * factor[i];
                  }
                };
              },
          .state_floats = [](const NodeView &v) { return v.out.elements(); }};
}

Backward dropout_backward() {
  return {.compile = [](const NodeView &v) {
    return [size = v.out.elements()](const BackwardArgs &a) {
      if (a.dx[0] == nullptr) return;
      const float *dy = a.dy, *factor = a.state;
      float *dx = a.dx[0];
      for (size_t i = 0; i < size * static_cast<size_t>(a.rows); ++i) dx[i] += dy[i] * factor[i];
    };
  }};
}

}  // namespace

const OpDef &dropout_op() {
  const NotSupported kTrainingOnly{"dropout acts in training only and is removed from the deployed model"};
  static const OpDef kOp{
      .name = "dropout",
      .doc = "Zeroes values at random in training; nothing afterwards.",
      .attrs = {{"rate", 0.5, "share of values zeroed", {}, 0.0, 0.99},
                {"spatial", int64_t{0}, "1: whole channels at a time", {}, 0, 1}},
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
