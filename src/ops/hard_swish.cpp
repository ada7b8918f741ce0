// hard_swish: x * relu6(x + 3) / 6, int8 by table. The 16-bit arithmetic is that of TFLite's reference
// HardSwish.
#include <algorithm>

#include "mote_runtime.h"
#include "ops/curve_support.h"
#include "ops/integer_support.h"
#include "ops/lookup_support.h"
#include "ops/op_list.h"
#include "ops/sigmoid_support.h"

namespace mote::ops {
namespace {

struct Curve {
  explicit Curve(const Attrs &) {}
  float operator()(float x) const { return x <= -3.0f ? 0.0f : x >= 3.0f ? x : x * (x + 3.0f) / 6.0f; }
  float slope(float x, float) const {
    return x <= -3.0f ? 0.0f : x >= 3.0f ? 1.0f : (2.0f * x + 3.0f) / 6.0f;
  }
};

int16_t saturate(int32_t x) { return static_cast<int16_t>(std::clamp<int32_t>(x, INT16_MIN, INT16_MAX)); }

// High half of 2ab of 16-bit numbers, rounded (ties away from zero) or truncated.
int16_t mul_high_rounded(int16_t a, int16_t b) {
  if (a == INT16_MIN && b == INT16_MIN) return INT16_MAX;
  const int32_t ab = int32_t{a} * b, nudge = ab >= 0 ? 1 << 14 : 1 - (1 << 14);
  return static_cast<int16_t>((ab + nudge) / (1 << 15));
}
int16_t mul_high(int16_t a, int16_t b) {
  if (a == INT16_MIN && b == INT16_MIN) return INT16_MAX;
  return static_cast<int16_t>(int32_t{a} * b / (1 << 15));
}
int16_t to_int16(int32_t multiplier) {
  return multiplier >= INT32_MAX - (1 << 15) ? INT16_MAX
                                             : static_cast<int16_t>((multiplier + (1 << 15)) >> 16);
}

Table swish_table(const IntegerProgram &p, const ProgramLayer &l) {
  const ProgramTensor &x = input_of(p, l, 0, DType::kInt8), &y = output_of(p, l, 0, DType::kInt8);
  const int zx = zero_point_of(l, x), zy = zero_point_of(l, y);
  constexpr int kHiresBits = 7;
  const float hires = (1.0f / 128.0f) * scale_of(l, x), reluish_scale = 3.0f / 32768.0f;
  const Multiplier out = quantize_multiplier(hires / scale_of(l, y)),
                   gate = quantize_multiplier(hires / reluish_scale);
  require(out.shift <= 0 && out.shift >= -31 && gate.shift >= -31 && gate.shift <= 15, l,
          "its scales are out of range");
  Table table;
  for (int i = -128; i <= 127; ++i) {
    const auto wide = static_cast<int16_t>((i - zx) * (1 << kHiresBits));
    const int16_t scaled = mul_high_rounded(wide, to_int16(out.value));
    int16_t reluish = wide;
    if (gate.shift > 0) reluish = saturate(int32_t{reluish} * (1 << (gate.shift - 1)));
    reluish = mul_high_rounded(reluish, to_int16(gate.value));
    if (gate.shift > 0) reluish = saturate(int32_t{reluish} * 2);
    if (gate.shift < 0) reluish = static_cast<int16_t>(mote_div_pot(reluish, -gate.shift));
    reluish = static_cast<int16_t>((int32_t{reluish} + (1 << 15)) >> 1);  // from [-1, 1] to [0, 1]
    table[i + 128] = mote_clamp_s8(mote_div_pot(mul_high(reluish, scaled), -out.shift) + zy, -128, 127);
  }
  return table;
}

}  // namespace

const OpDef &hard_swish_op() {
  constexpr int kHardSwish = 117;
  static const OpDef kOp = trainable_curve<Curve>(
      lookup_op("hard_swish", "x relu6(x + 3) / 6.", {}, swish_table,
                Tflite{{kHardSwish},
                       [](const IntegerProgram &, const ProgramLayer &) {
                         return TfOperator{kHardSwish, 1, TfHardSwish{}};
                       },
                       [](const TfOperator &, const IntegerProgram &, ProgramLayer &) { return Attrs{}; }}));
  return kOp;
}

}  // namespace mote::ops
