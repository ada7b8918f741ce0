// p values of the exact test against sums of rational numbers (Python's fractions.Fraction and math.comb),
// Holm's against the steps of his paper by hand.
#include "portfolio/paired_test.h"

#include "test_support.h"

namespace mote {
namespace {

TEST(ExactSignTest, p_is_that_of_rational_arithmetic) {
  struct Case {
    size_t a, b;
    double p;
  };
  for (const Case &c : std::vector<Case>{{0, 0, 1},
                                         {0, 1, 1},
                                         {7, 7, 1},
                                         {0, 5, 0.0625},
                                         {1, 5, 0.21875},
                                         {3, 10, 0.09228515625},
                                         {20, 40, 0.01348929373119186},
                                         {100, 150, 0.001883300935076157},
                                         {0, 1000, 1.8665272370064378e-301},
                                         {480, 560, 0.014259079095386026},
                                         {5000, 5200, 0.04878796312682245}}) {
    EXPECT_NEAR(exact_sign_test(c.a, c.b), c.p, c.p * 1e-9) << c.a << " " << c.b;
    EXPECT_EQ(exact_sign_test(c.a, c.b), exact_sign_test(c.b, c.a));
  }
}

TEST(Holm, smallest_times_most_and_never_falling) {
  const std::vector<double> adjusted = holm_adjusted({0.04, 0.01, 0.03, 0.9});
  ASSERT_EQ(adjusted.size(), 4u);
  EXPECT_DOUBLE_EQ(adjusted[1], 0.04);
  EXPECT_DOUBLE_EQ(adjusted[2], 0.09);
  EXPECT_DOUBLE_EQ(adjusted[0], 0.09);  // 0.08 alone, but not below the one before
  EXPECT_DOUBLE_EQ(adjusted[3], 0.9);
  EXPECT_EQ(holm_adjusted({0.7, 0.8}), (std::vector<double>{1, 1}));
  EXPECT_TRUE(holm_adjusted({}).empty());
}

}  // namespace
}  // namespace mote
