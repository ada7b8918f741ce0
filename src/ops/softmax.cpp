// softmax over the last dimension. Cross-entropy works on its input, so training never divides by a
// probability.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/math.h"
#include "mote_runtime.h"
#include "ops/integer_support.h"
#include "ops/op_list.h"

namespace mote::ops {
namespace {

Forward softmax_forward() {
  return {.compile = [](const NodeView &v) {
    const int columns = v.out[-1], rows = static_cast<int>(v.out.elements()) / columns;
    return [columns, rows](const ForwardArgs &a) {
      const float *x = a.x[0];
      float *y = a.y;
      for (int r = 0; r < rows * a.rows; ++r, x += columns, y += columns) {
        const float largest = *std::max_element(x, x + columns);
        double sum = 0;
        for (int c = 0; c < columns; ++c) sum += exact_exp(static_cast<double>(x[c]) - largest);
        for (int c = 0; c < columns; ++c)
          y[c] = static_cast<float>(exact_exp(static_cast<double>(x[c]) - largest) / sum);
      }
    };
  }};
}

Backward softmax_backward() {
  return {.compile = [](const NodeView &v) {
    const int columns = v.out[-1], rows = static_cast<int>(v.out.elements()) / columns;
    return [columns, rows](const BackwardArgs &a) {
      if (a.dx[0] == nullptr) return;
      for (int r = 0; r < rows * a.rows; ++r) {
        const float *y = a.y + r * columns, *dy = a.dy + r * columns;
        float *dx = a.dx[0] + r * columns;
        float dot = 0;
        for (int c = 0; c < columns; ++c) dot += y[c] * dy[c];
        for (int c = 0; c < columns; ++c) dx[c] += y[c] * (dy[c] - dot);
      }
    };
  }};
}

// Input scale times beta in Q5.26. Source: TFLite PreprocessSoftmaxScaling and CalculateInputRadius.
mote_softmax_s8_params prepare(const IntegerProgram &p, const ProgramLayer &l) {
  const ProgramTensor &x = input_of(p, l, 0, DType::kInt8), &y = output_of(p, l, 0, DType::kInt8);
  require(x.shape == y.shape && x.shape.rank() >= 1, l,
          fmt::format("input {} and output {} differ", x.shape.text(), y.shape.text()), ErrorCode::kShape);
  require(scale_of(l, y) == 1.0f / 256.0f && zero_point_of(l, y) == -128, l,
          "the output must have scale 1/256 and zero point -128");
  const int columns = x.shape[-1];
  const double beta = l.attrs.number("beta");
  const double real = std::min(beta * scale_of(l, x) * (1 << 26), 2147483647.0);
  require(real > 1.0, l, fmt::format("the input scale {} is too small", scale_of(l, x)));
  const Multiplier m = quantize_multiplier(real);
  const double radius = std::floor(31.0 * (1 << 26) / static_cast<double>(int64_t{1} << m.shift));
  return {static_cast<int32_t>(x.shape.elements() / static_cast<size_t>(columns)), columns, m.value, m.shift,
          -static_cast<int32_t>(radius)};
}

Tflite softmax_tflite() {
  constexpr int kSoftmax = 25;
  return {{kSoftmax},
          [](const IntegerProgram &, const ProgramLayer &l) {
            return TfOperator{kSoftmax, 2, TfSoftmax{static_cast<float>(l.attrs.number("beta"))}, {}};
          },
          [](const TfOperator &op, const IntegerProgram &, ProgramLayer &l) {
            const auto *o = std::get_if<TfSoftmax>(&op.options);
            require(o != nullptr, l, "has no options");
            return Attrs{{"beta", static_cast<double>(o->beta)}};
          }};
}

}  // namespace

const OpDef &softmax_op() {
  static const OpDef kOp{
      .name = "softmax",
      .doc = "exp(x) / sum exp(x) over the last dimension.",
      .attrs = {{"beta", 1.0, "factor on the input; imported models only, training uses 1", {}, 1e-6, 1e6}},
      .structure = Structure{[](const NodeView &v) { return v.in[0]; }},
      .forward = softmax_forward(),
      .backward = softmax_backward(),
      .integer = Integer([](Lowering &l) {
        l.program.layers.push_back({"softmax", l.node.name, *l.node.attrs, {l.x[0]}, {l.y}});
      }),
      .run = Run([](const IntegerProgram &p, const ProgramLayer &l) -> HostCall {
        return [q = prepare(p, l)](const void *const *in, void *const *out) {
          mote_softmax_s8(&q, static_cast<const int8_t *>(in[0]), static_cast<int8_t *>(out[0]));
        };
      }),
      .c = EmitC([](const IntegerProgram &p, const ProgramLayer &l) {
        const mote_softmax_s8_params q = prepare(p, l);
        return CCall{"mote_softmax_s8",
                     "softmax_s8.c",
                     "mote_softmax_s8_params",
                     {{"rows", q.rows},
                      {"columns", q.columns},
                      {"multiplier", q.multiplier},
                      {"shift", q.shift},
                      {"diff_min", q.diff_min}},
                     {},
                     {"params", "in0", "out0"}};
      }),
      .tflite = softmax_tflite(),
      .cost = CostOf([](const std::vector<Shape> &, const Shape &, const Attrs &) { return Cost{}; }),
      .output_range = OutputRange::kProbability,
      .is_fused_with_cross_entropy = true};
  return kOp;
}

}  // namespace mote::ops
