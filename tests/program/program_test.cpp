// What an IntegerProgram says of its output: where the threshold of a single one lies.
//
// Forms of constants: storage_test.cpp; what programs compute: tests/ops and tests/golden.
#include "program/program.h"

#include "test_support.h"

namespace mote {
namespace {

TEST(Threshold, of_a_single_output_is_a_half) {
  const auto at = [](float scale, int zero) {
    return decision_threshold({"y", {1}, DType::kInt8, {{scale}, {zero}, 0}, {}, false});
  };
  for (const float scale : {1.0f / 256, 0.01f, 0.04f, 0.3f})
    for (const int zero : {-128, -40, 0, 127}) {
      // the largest value that is not above a half
      int expected = -128;
      for (int q = -128; q < 128; ++q)
        if (static_cast<double>(scale) * (q - zero) <= 0.5 + 1e-9) expected = q;
      EXPECT_EQ(at(scale, zero), expected) << scale << " " << zero;
    }
}

}  // namespace
}  // namespace mote
