// Multipliers of SUB, which TensorFlow Lite Micro (tensorflow/lite/micro/kernels/sub_common.cc) divides in
// float, where its ADD divides in double: the bytes against that formula, written down here once more.
#include <cmath>

#include "mote/host_program.h"
#include "ops/program_cases.h"
#include "test_support.h"

namespace mote::test {
namespace {

struct Multiplier {
  int64_t value;
  int shift;
};

// QuantizeMultiplier of kernels/internal/quantization_util.cc.
Multiplier multiplier_of(double real) {
  Multiplier m{};
  m.value = std::llround(std::frexp(real, &m.shift) * 0x1p31);
  if (m.value == int64_t{1} << 31) m = {m.value / 2, m.shift + 1};
  return m;
}

// MultiplyByQuantizedMultiplier with double rounding: half up in the product, away from zero in the shift.
int64_t scaled(int64_t x, const Multiplier &m) {
  if (m.shift > 0) x *= int64_t{1} << m.shift;
  const int64_t high = (x * m.value + (int64_t{1} << 30)) >> 31;
  return m.shift >= 0 ? high : std::llround(std::ldexp(static_cast<double>(high), m.shift));
}

struct Scales {
  float a, b, y;
};

struct Multipliers {
  Multiplier a, b, y;
};

template <class Real>
Multipliers multipliers(const Scales &s, int headroom) {
  const Real a = s.a, b = s.b, y = s.y, twice = 2 * std::max(a, b);
  return {multiplier_of(static_cast<double>(a / twice)), multiplier_of(static_cast<double>(b / twice)),
          multiplier_of(static_cast<double>(twice / (static_cast<Real>(1 << headroom) * y)))};
}

template <class Value>
std::vector<Value> difference(const std::vector<Value> &a, const std::vector<Value> &b, const Multipliers &m,
                              int headroom, const std::vector<int> &zero) {
  std::vector<Value> y;
  for (size_t i = 0; i < a.size(); ++i) {
    const int64_t raised = int64_t{1} << headroom;
    const int64_t sum = scaled((a[i] - zero[0]) * raised, m.a) - scaled((b[i] - zero[1]) * raised, m.b);
    const int64_t value = scaled(sum, m.y) + zero[2];
    y.push_back(static_cast<Value>(
        std::clamp<int64_t>(value, std::numeric_limits<Value>::min(), std::numeric_limits<Value>::max())));
  }
  return y;
}

// Random scales, over which the host's values are those of the formula in float.
template <class Value>
void compare(DType dtype, int headroom, int pairs, const std::vector<int> &zero) {
  constexpr int kCount = 256;
  Random random(21);
  const auto scale = [&](double low, double ratio) {
    return static_cast<float>(low * std::pow(ratio, static_cast<double>(random.uniform())));
  };
  int other_multipliers = 0, other_values = 0;
  for (int n = 0; n < pairs; ++n) {
    const Scales s{scale(0.001, 100), scale(0.001, 100), scale(0.005, 100)};
    IntegerProgram p;
    p.name = "difference";
    const auto add = [&](const char *name, float of, int at) {
      return p.add_tensor({name, {1, kCount}, dtype, {{of}, {at}, 0}, {}, false});
    };
    const int a = add("a", s.a, zero[0]), b = add("b", s.b, zero[1]), y = add("y", s.y, zero[2]);
    p.layers.push_back({"sub", "sub", {{"activation", std::string("none")}}, {a, b}, {y}});
    p.inputs = {a, b};
    p.outputs = {y};
    std::vector<Value> in[2], out(kCount);
    for (std::vector<Value> &values : in)
      for (int i = 0; i < kCount; ++i) values.push_back(static_cast<Value>(random.below(65536)));
    std::vector<Value> both = in[0];
    both.insert(both.end(), in[1].begin(), in[1].end());
    HostProgram(p).invoke(both.data(), out.data());
    const Multipliers in_float = multipliers<float>(s, headroom),
                      in_double = multipliers<double>(s, headroom);
    const std::vector<Value> expected = difference(in[0], in[1], in_float, headroom, zero);
    ASSERT_EQ(out, expected) << s.a << " " << s.b << " " << s.y;
    other_multipliers += in_float.y.value != in_double.y.value;
    other_values += difference(in[0], in[1], in_double, headroom, zero) != expected;
  }
  EXPECT_GT(other_multipliers, pairs / 2);  // double would be noticed
  EXPECT_GT(other_values, 0);
}

TEST(SubScales, int8_differences_are_those_of_multipliers_in_float) {
  compare<int8_t>(DType::kInt8, 20, 4000, {-5, 17, 3});
}

TEST(SubScales, int16_differences_are_those_of_multipliers_in_float) {
  compare<int16_t>(DType::kInt16, 15, 4000, {0, 0, 0});
}

}  // namespace
}  // namespace mote::test
