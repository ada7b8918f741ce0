// Matrix products: each tier gives the bits of the reference for every shape, stride and segment.
//
// The oracle of the reference is the product in double.
#include "kernels/gemm.h"

#include <cmath>

#include "base/cpu.h"
#include "test_support.h"

namespace mote::kernels {
namespace {

struct Case {
  int m, n, k, a_row, a_col;
  bool has_bias, is_accumulating;
};

class GemmTiers : public ::testing::TestWithParam<Tier> {
 protected:
  void SetUp() override { force_tier(GetParam()); }
  void TearDown() override { force_tier(available_tiers().front()); }
};

TEST_P(GemmTiers, gives_the_bits_of_the_reference_for_every_shape_and_stride) {
  EXPECT_EQ(active_tier(), GetParam());
  Random random(5);
  for (int n : {1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 40, 64, 67})
    for (int m : {1, 2, 3, 5, 6, 7, 13})
      for (int k : {1, 3, 16, 31}) {
        for (int form = 0; form < 4; ++form) {
          const int a_row = form == 1 ? 1 : k + (form == 2 ? 3 : 0),
                    a_col = form == 1 ? m : 1;  // form 1: transposed
          std::vector<float> a(static_cast<size_t>((m + 1) * (k + 4))), b(static_cast<size_t>(k * (n + 2))),
              bias(static_cast<size_t>(n)), y(static_cast<size_t>(m * (n + 5)));
          for (auto *v : {&a, &b, &bias, &y})
            for (float &x : *v) x = static_cast<float>(random.normal());
          std::vector<float> expected = y;
          Gemm g{m,
                 n,
                 k,
                 a.data(),
                 a_row,
                 a_col,
                 b.data(),
                 n + 2,
                 y.data(),
                 n + 5,
                 form == 3 ? bias.data() : nullptr,
                 form == 2};
          gemm(g);
          g.y = expected.data();
          gemm_ref(g);
          ASSERT_EQ(y, expected) << "m " << m << " n " << n << " k " << k << " form " << form;
        }
      }
}

TEST_P(GemmTiers, gives_the_bits_of_the_reference_over_segments_and_for_large_products) {
  Random random(7);
  struct Large {
    int m, n, k, segments;
  };
  for (const auto &[m, n, k, segments] : {Large{48, 160, 300, 1}, Large{5, 40, 3, 7}, Large{70, 33, 5, 4}}) {
    const int a_row = k, a_segment = m * k;
    std::vector<float> a(static_cast<size_t>(a_segment * segments)), b(static_cast<size_t>(k * segments * n)),
        y(static_cast<size_t>(m * n));
    for (auto *v : {&a, &b, &y})
      for (float &x : *v) x = static_cast<float>(random.normal());
    std::vector<float> expected = y;
    Gemm g{m, n, k, a.data(), a_row, 1, b.data(), n, y.data(), n, nullptr, true, segments, a_segment};
    gemm(g);
    g.y = expected.data();
    gemm_ref(g);
    ASSERT_EQ(y, expected) << "m " << m << " n " << n << " k " << k << " segments " << segments;
  }
}

INSTANTIATE_TEST_SUITE_P(Tiers, GemmTiers, ::testing::ValuesIn(available_tiers()),
                         [](const auto &tier) { return std::string(tier_name(tier.param)); });

TEST(Gemm, reference_is_near_the_double_product) {
  Random random(6);
  const int m = 9, n = 11, k = 50;
  std::vector<float> a(m * k), b(k * n), y(m * n);
  for (auto *v : {&a, &b})
    for (float &x : *v) x = static_cast<float>(random.normal());
  gemm_ref({m, n, k, a.data(), k, 1, b.data(), n, y.data(), n});
  for (int i = 0; i < m; ++i)
    for (int j = 0; j < n; ++j) {
      double sum = 0;
      for (int p = 0; p < k; ++p)
        sum += static_cast<double>(a[static_cast<size_t>(i * k + p)]) *
               static_cast<double>(b[static_cast<size_t>(p * n + j)]);
      EXPECT_NEAR(y[static_cast<size_t>(i * n + j)], sum, 1e-5);
    }
}

}  // namespace
}  // namespace mote::kernels
