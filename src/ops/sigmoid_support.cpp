#include "ops/sigmoid_support.h"

#include <fmt/format.h>

#include <cmath>

#include "mote_runtime.h"
#include "ops/integer_support.h"

namespace mote::ops {

Table saturating_table(const IntegerProgram &p, const ProgramLayer &l, int32_t (*function)(int32_t),
                       int output_bits, int output_zero_point) {
  const ProgramTensor &x = input_of(p, l, 0, DType::kInt8), &y = output_of(p, l, 0, DType::kInt8);
  require(
      scale_of(l, y) == 1.0f / static_cast<float>(1 << output_bits) &&
          zero_point_of(l, y) == output_zero_point,
      l,
      fmt::format("the output must have scale 1/{} and zero point {}", 1 << output_bits, output_zero_point));
  // the input in Q4.27
  const Multiplier m = quantize_multiplier(static_cast<double>(scale_of(l, x)) * (1 << 27));
  require(m.shift <= 30 && m.shift >= -31, l,
          fmt::format("the input scale {} is out of range", scale_of(l, x)));
  const double radius = std::floor(15.0 * (1 << 27) * std::ldexp(1.0, -m.shift));
  const int zero_point = zero_point_of(l, x);
  Table table;
  for (int i = -128; i <= 127; ++i) {
    const int d = i - zero_point;
    int value = d < 0 ? -128 : 127;
    if (d > -radius && d < radius)
      value = mote_clamp_s8(
          mote_div_pot(function(mote_requantize(d, m.value, m.shift)), 31 - output_bits) + output_zero_point,
          -128, 127);
    table[static_cast<size_t>(i + 128)] = static_cast<int8_t>(value);
  }
  return table;
}

Tflite plain_tflite(int builtin_code, int version) {
  return {{builtin_code},
          [=](const IntegerProgram &, const ProgramLayer &) {
            return TfOperator{builtin_code, version, TfNoOptions{}};
          },
          [](const TfOperator &, const IntegerProgram &, ProgramLayer &) { return Attrs{}; }};
}

}  // namespace mote::ops
