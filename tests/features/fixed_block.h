// A block in integers as the tests of its values have it: samples of int16 in, real numbers out.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "features/feature_def.h"
#include "test_support.h"

namespace mote::test {

struct FixedBlock {
  PreprocessingStep step;
  const FeatureDef *block;
  Shape in, out;

  // `exponents`: of the channels, one each.
  FixedBlock(const std::string &name, const Attrs &settings, const Shape &window,
             const std::vector<int> &exponents)
      : step{name, complete_attrs(name, feature_by_name(name).attrs, settings), {}}, in(window) {
    step.arithmetic = Arithmetic::kFixed;
    step.exponents = exponents;
    block = &feature_of(step);
    out = block->shape(step, in);
    block->fit.get()(step, in, nullptr, 0);
  }
  std::vector<int32_t> whole(const std::vector<int16_t> &x) const {
    EXPECT_EQ(x.size(), in.elements());
    EXPECT_TRUE(step_fits(step, in));
    constexpr int32_t kUntouched = 12345;  // behind what the block asked for
    const size_t places = block->work_floats(step, in);
    std::vector<int32_t> y(out.elements() + 4, kUntouched), work(places + 4, kUntouched);
    block->apply_fixed(step, in, x.data(), work.data(), y.data());
    for (size_t i = 0; i < 4; ++i) {
      EXPECT_EQ(y[out.elements() + i], kUntouched);
      EXPECT_EQ(work[places + i], kUntouched);
    }
    y.resize(out.elements());
    return y;
  }
  std::vector<double> operator()(const std::vector<int16_t> &x) const {
    const std::vector<int> exponents = block->result_exponents(step, in);
    std::vector<double> y;
    for (const int32_t v : whole(x)) y.push_back(std::ldexp(v, -exponents[y.size() % exponents.size()]));
    return y;
  }
};

inline std::vector<int16_t> samples_of(const std::vector<float> &x) { return {x.begin(), x.end()}; }

}  // namespace mote::test
