// Integer forms that logistic and tanh share: the int8 table with saturation, the int16 routine and its input
// scale.
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
      scale_of(l, y) == 1.0f / (1 << output_bits) && zero_point_of(l, y) == output_zero_point, l,
      fmt::format("the output must have scale 1/{} and zero point {}", 1 << output_bits, output_zero_point));
  // the input in Q4.27
  const Multiplier m = quantize_multiplier(double{scale_of(l, x)} * (1 << 27));
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
    table[i + 128] = static_cast<int8_t>(value);
  }
  return table;
}

WideCall wide_sigmoid(const IntegerProgram &p, const ProgramLayer &l, const std::string &name,
                      SigmoidRoutine routine, int largest_shift) {
  const ProgramTensor &x = values_in(p, l, 0), &y = values_out(p, l, 0, x);
  require(scale_of(l, y) == 1.0f / 32768.0f, l, "the int16 output must have scale 1/32768");
  const double scale = scale_of(l, x), power = std::round(std::log2(scale));
  int32_t multiplier, shift = 0;
  if (std::fabs(std::log2(scale) - power) < 1e-3 && power + 12 >= 0 && power + 12 <= largest_shift) {
    multiplier = 3 << static_cast<int>(power + 12);
  } else {
    double real = scale * 4096.0 * 3.0;
    for (; real <= 32767.0 / 2.0 && shift <= 30; ++shift) real *= 2.0;
    require(real <= 32767.0 && shift <= 30, l, fmt::format("the input scale {} is out of range", scale));
    multiplier = static_cast<int16_t>(real);
  }
  const int32_t count = x.shape.elements();
  return {[=](HostInputs in, HostOutputs out) { routine(in[0], count, multiplier, shift, out[0]); },
          {"mote_" + name + "_s16",
           "sigmoid_s16.c",
           "",
           {},
           {},
           {"in0", std::to_string(count), std::to_string(multiplier), std::to_string(shift), "out0"}}};
}

Tflite plain_tflite(int builtin_code, int version, int int16_version) {
  return {{builtin_code},
          [=](const IntegerProgram &p, const ProgramLayer &l) {
            return TfOperator{builtin_code, is_int16(p, l) ? int16_version : version, TfNoOptions{}};
          },
          [](const TfOperator &, const IntegerProgram &, ProgramLayer &) { return Attrs{}; }};
}

}  // namespace mote::ops
