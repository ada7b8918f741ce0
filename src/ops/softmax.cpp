// softmax over the last dimension. Cross-entropy works on its input, so training never divides by a
// probability.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

#include "base/math.h"
#include "mote_runtime.h"
#include "ops/channel_support.h"
#include "ops/integer_support.h"
#include "ops/op_list.h"

namespace mote::ops {
namespace {

Forward softmax_forward() {
  return {.compile = [](const NodeView &v) {
    const int columns = v.out[-1], rows = v.out.elements() / columns;
    return [columns, rows](const ForwardArgs &a) {
      const float *x = a.x[0];
      float *y = a.y;
      for (int r = 0; r < rows * a.rows; ++r, x += columns, y += columns) {
        const float largest = *std::max_element(x, x + columns);
        double sum = 0;
        for (int c = 0; c < columns; ++c) sum += exact_exp(double{x[c]} - largest);
        for (int c = 0; c < columns; ++c) y[c] = exact_exp(double{x[c]} - largest) / sum;
      }
    };
  }};
}

Backward softmax_backward() {
  return {.compile = [](const NodeView &v) {
    const int columns = v.out[-1], rows = v.out.elements() / columns;
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

// The int16 form: tables of 512 intervals over the int16 range whose values are shifted by half of the error
// in the middle, in float arithmetic as TFLite's LUTPopulate.
using WideTable = std::array<int16_t, 513>;
template <class Function>
WideTable wide_table(float input_scale, int input_zero_point, Function function) {
  constexpr int kSteps = 512;
  constexpr float kOutputScale = 2.0 / 65535;
  const float low = input_scale * (-32768 - input_zero_point),
              high = input_scale * (32767 - input_zero_point), step = (high - low) / kSteps,
              back = 65536.0f / (kOutputScale * 32767.0f - kOutputScale * -32768.0f);
  const auto clamped = [](float v) { return static_cast<int16_t>(std::clamp(v, -32768.0f, 32767.0f)); };
  WideTable table;
  for (int i = 0; i < kSteps; ++i) {
    const float at = low + i * step, value = std::round(function(at) * back),
                next = function(low + (i + 1) * step) * back, interpolated = std::round((next + value) / 2),
                middle = std::round(function(at + step / 2) * back);
    table[i] = clamped(value - std::round((interpolated - middle) / 2));
  }
  table[kSteps] = clamped(std::round(function(high) * back));
  return table;
}
struct Wide {
  mote_softmax_s16_params params;
  WideTable exponential, reciprocal;
};
Wide prepare_wide(const IntegerProgram &p, const ProgramLayer &l) {
  const ProgramTensor &x = values_in(p, l, 0), &y = values_out(p, l, 0, x);
  require(x.shape == y.shape && x.shape.rank() >= 1, l,
          fmt::format("input {} and output {} differ", x.shape.text(), y.shape.text()), ErrorCode::kShape);
  require(scale_of(l, y) == 1.0f / 32768.0f, l, "the int16 output must have scale 1/32768");
  const double real = l.attrs.number("beta") * scale_of(l, x) / (10.0 / 65535.0);
  check_accumulator(l, 65535, real);
  const int columns = x.shape[-1];
  require(columns < (1 << 15), l, "has too many columns");
  const Multiplier m = quantize_multiplier(real);
  return {{element_count(x) / columns, columns, m.value, m.shift},
          wide_table(10.0 / 65535, 32767, [](float v) { return static_cast<float>(exact_exp(v)); }),
          wide_table(1.0 / 65535, -32768, [](float v) { return 1.0f / (1.0f + v); })};
}

HostCall softmax_run_wide(const IntegerProgram &p, const ProgramLayer &l) {
  auto s = std::make_shared<Wide>(prepare_wide(p, l));
  return [s](HostInputs in, HostOutputs out) {
    mote_softmax_s16(&s->params, s->exponential.data(), s->reciprocal.data(), in[0], out[0]);
  };
}

CCall softmax_c_wide(const IntegerProgram &p, const ProgramLayer &l) {
  const Wide s = prepare_wide(p, l);
  const auto &q = s.params;
  return {"mote_softmax_s16",
          "softmax_s16.c",
          "mote_softmax_s16_params",
          {{"rows", q.rows}, {"columns", q.columns}, {"multiplier", q.multiplier}, {"shift", q.shift}},
          {{"exponential", DType::kInt16, {s.exponential.begin(), s.exponential.end()}},
           {"reciprocal", DType::kInt16, {s.reciprocal.begin(), s.reciprocal.end()}}},
          {"params", "exponential", "reciprocal", "in0", "out0"}};
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
  const double radius = std::floor(31.0 * (1 << 26) / (int64_t{1} << m.shift));
  return {element_count(x) / columns, columns, m.value, m.shift, -static_cast<int32_t>(radius)};
}

Tflite softmax_tflite() {
  constexpr int kSoftmax = 25;
  return {{kSoftmax},
          [](const IntegerProgram &p, const ProgramLayer &l) {
            return TfOperator{
                kSoftmax, is_int16(p, l) ? 3 : 2, TfSoftmax{static_cast<float>(l.attrs.number("beta"))}, {}};
          },
          [](const TfOperator &op, const IntegerProgram &, ProgramLayer &l) {
            const auto *o = std::get_if<TfSoftmax>(&op.options);
            require(o != nullptr, l, "has no options");
            return Attrs{{"beta", double{o->beta}}};
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
      .run = HostRun([](const IntegerProgram &p, const ProgramLayer &l) -> HostCall {
        if (is_int16(p, l)) return softmax_run_wide(p, l);
        return [q = prepare(p, l)](HostInputs in, HostOutputs out) { mote_softmax_s8(&q, in[0], out[0]); };
      }),
      .c = EmitC([](const IntegerProgram &p, const ProgramLayer &l) {
        if (is_int16(p, l)) return softmax_c_wide(p, l);
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
      .cost = CostOf(no_macs),
      .properties = {Property::kTakesInt16},
      .output_range = OutputRange::kProbability,
      .fused_loss = LossType::kCategoricalCrossentropy,
      .channels = whole_channels};
  return kOp;
}

}  // namespace mote::ops
