// The loops over values (moments, normalization, dropout, quantization, int8 pools): each tier gives the bits
// of the reference.
//
// Where there is a formula the reference is held to it in double; pools are held to the runtime.
#include "kernels/loops.h"

#include <cmath>

#include "base/cpu.h"
#include "kernels/gemm.h"
#include "mote_runtime.h"
#include "test_support.h"

namespace mote::kernels {
namespace {

std::vector<float> normal(size_t n, uint64_t key) {
  std::vector<float> v(n);
  fill_normal(key, v.data(), n);
  return v;
}

// Every tier against the scalar one, over sizes that end in the middle of vectors.
template <class Run>
void expect_same_bits(Run run) {
  force_tier(Tier::kScalar);
  const auto expected = run();
  for (Tier tier : available_tiers()) {
    force_tier(tier);
    EXPECT_EQ(run(), expected) << tier_name(tier);
  }
  force_tier(available_tiers().front());
}

// Values and gradients [rows, columns] and what a normalization has of each column.
struct Sample {
  size_t rows, columns;
  std::vector<float> x, dy, lists;
  const float *list(size_t k) const { return lists.data() + k * columns; }
  NormGradient norm() const { return {list(0), list(1), list(2), list(3), list(4), list(5), list(6)}; }
};

constexpr size_t kColumns[] = {1, 3, 4, 7, 8, 9, 16, 24, 33, 64, 70, 130};
constexpr size_t kRows[] = {1, 5, 8, 9, 67, 130};

template <class Check>
void for_each_sample(Check check) {
  for (size_t columns : kColumns)
    for (size_t rows : kRows)
      check(Sample{rows, columns, normal(rows * columns, 1), normal(rows * columns, 2),
                   normal(7 * columns, 3)});
}

TEST(Loops, moments_follow_the_formula_in_every_tier) {
  for_each_sample([](const Sample &s) {
    const size_t rows = s.rows, columns = s.columns;
    expect_same_bits([&] {
      std::vector<double> sums(2 * columns), plain(sums), gated(sums);
      loops().moments(s.x.data(), rows, columns, sums.data());
      loops().gradient_moments(s.x.data(), s.dy.data(), rows, columns, s.norm(), false, plain.data());
      loops().gradient_moments(s.x.data(), s.dy.data(), rows, columns, s.norm(), true, gated.data());
      for (size_t k = 0; k < columns; ++k) {
        double sum = 0, square = 0, d_sum = 0, d_product = 0;
        for (size_t r = 0; r < rows; ++r) {
          const float centered = s.x[r * columns + k] - s.list(0)[k];
          const auto v = static_cast<double>(s.x[r * columns + k]);
          const double d =
              centered * s.list(2)[k] + s.list(3)[k] > 0 ? static_cast<double>(s.dy[r * columns + k]) : 0;
          sum += v;
          square += v * v;
          d_sum += d;
          d_product += d * static_cast<double>(centered * s.list(1)[k]);
        }
        EXPECT_NEAR(sums[k], sum, 1e-9);
        EXPECT_NEAR(sums[columns + k], square, 1e-9);
        EXPECT_NEAR(gated[k], d_sum, 1e-4);
        EXPECT_NEAR(gated[columns + k], d_product, 1e-4);
      }
      sums.insert(sums.end(), plain.begin(), plain.end());
      sums.insert(sums.end(), gated.begin(), gated.end());
      return sums;
    });
  });
}

TEST(Loops, normalization_follows_the_formula_in_every_tier) {
  for_each_sample([](const Sample &s) {
    const size_t rows = s.rows, columns = s.columns;
    expect_same_bits([&] {
      std::vector<float> y(rows * columns), dx(y), added(y.size(), 2.0f);
      loops().normalize(s.x.data(), rows, columns, {s.list(0), s.list(1), s.list(2)}, true, y.data());
      loops().normalize_gradient(s.x.data(), s.dy.data(), rows, columns, s.norm(), true, false, dx.data());
      loops().normalize_gradient(s.x.data(), s.dy.data(), rows, columns, s.norm(), true, true, added.data());
      for (size_t i = 0; i < y.size(); ++i) {
        const size_t k = i % columns;
        const float centered = s.x[i] - s.list(0)[k];
        EXPECT_EQ(y[i], std::max(centered * s.list(1)[k] + s.list(2)[k], 0.0f));
        const float d = centered * s.list(2)[k] + s.list(3)[k] > 0 ? s.dy[i] : 0;
        EXPECT_EQ(dx[i], s.list(4)[k] * (d - s.list(5)[k] - centered * s.list(1)[k] * s.list(6)[k]));
        EXPECT_EQ(added[i], 2.0f + dx[i]);
      }
      y.insert(y.end(), dx.begin(), dx.end());
      return y;
    });
  });
}

TEST(Loops, of_values_give_the_same_bits_in_every_tier) {
  for (size_t n : {1, 7, 8, 15, 16, 17, 100, 129}) {
    const std::vector<float> a = normal(n, 1), b = normal(n, 2), c = normal(n, 3);
    expect_same_bits([&] {
      std::vector<float> all;
      const auto keep = [&](const std::vector<float> &v) { all.insert(all.end(), v.begin(), v.end()); };
      std::vector<float> y(n), w = c, m = a, v(n, 0.5f), z = a, gate = b, inner = c;
      loops().relu(a.data(), n, y.data());
      keep(y);
      loops().relu_gradient(a.data(), b.data(), n, true, y.data());
      keep(y);
      loops().multiply(a.data(), b.data(), n, true, y.data());
      keep(y);
      loops().sigmoid(y.data(), n);
      keep(y);
      loops().tanh(y.data(), n);
      keep(y);
      loops().adam({0.9f, 0.999f, 1e-7f, 1e-3f, 1.0f}, b.data(), n, m.data(), v.data(), w.data());
      keep(w);
      loops().gru_blend(a.data(), b.data(), c.data(), n, y.data());
      keep(y);
      loops().gru_blend_gradient(b.data(), c.data(), n, z.data(), gate.data(), y.data());
      keep(z);
      keep(gate);
      loops().gru_reset_gradient(b.data(), n, y.data(), inner.data());
      keep(inner);
      loops().drop(99, 1u << 30, 1.5f, n, y.data());
      keep(y);
      double lanes[8] = {};
      loops().squared_error(a.data(), b.data(), 0.5, n, lanes, y.data());
      keep(y);
      loops().absolute_error(a.data(), b.data(), n, lanes);
      for (double lane : lanes) all.push_back(static_cast<float>(lane));
      return all;
    });
  }
}

TEST(Loops, drop_keeps_the_share_it_should) {
  std::vector<float> factor(1 << 18);
  loops().drop(5, static_cast<uint32_t>(0.3 * 4294967296.0), 2.0f, factor.size(), factor.data());
  const auto dropped = static_cast<double>(std::count(factor.begin(), factor.end(), 0.0f));
  EXPECT_NEAR(dropped / static_cast<double>(factor.size()), 0.3, 0.005);
  EXPECT_EQ(std::count(factor.begin(), factor.end(), 2.0f) + static_cast<long>(dropped),
            static_cast<long>(factor.size()));
}

TEST(MatrixPeak, is_measured_where_there_are_vectors) {
  const FmaChains chains = fma_chains();
  EXPECT_EQ(chains.run == nullptr, active_tier() == Tier::kScalar);
  if (chains.run == nullptr) return;
  float sink[256] = {1.0f};
  chains.run(10, sink);
  EXPECT_GT(chains.flop, 0);
  EXPECT_NEAR(sink[0], 0.999f * 0 + 9.955f, 0.1);  // x = 0.999 x + 1 from 0, ten times
}

TEST(Loops, quantization_rounds_halves_away_from_zero_in_every_tier) {
  std::vector<float> x = normal(1003, 5);
  for (size_t i = 0; i < 60; ++i) x[i] = (static_cast<float>(i) - 30) / 2;  // halves
  x[60] = NAN;
  x[61] = INFINITY;
  x[62] = -INFINITY;
  x[63] = 1e30f;
  x[64] = 0.49999997f;
  x[65] = -0.49999997f;
  for (size_t n : {size_t{1}, size_t{7}, size_t{66}, x.size()})
    expect_same_bits([&] {
      std::vector<int8_t> q(n), w(n);
      loops().quantize(x.data(), n, 1.0f, 3, q.data());
      loops().quantize_weights(x.data(), n, 0.5, w.data());
      for (size_t i = 0; i < n; ++i) {
        const double v = std::isnan(x[i]) ? 0 : static_cast<double>(x[i]);
        EXPECT_EQ(q[i], std::clamp(std::round(v) + 3, -128.0, 127.0)) << x[i];
        EXPECT_EQ(w[i], std::clamp(std::round(v / 0.5), -127.0, 127.0)) << x[i];
      }
      q.insert(q.end(), w.begin(), w.end());
      return q;
    });
}

TEST(Loops, values_come_back_from_int8_and_gradients_stop_at_the_ends) {
  std::vector<int8_t> q(777);
  for (size_t i = 0; i < q.size(); ++i) q[i] = static_cast<int8_t>(static_cast<int>(i * 37 % 251) - 125);
  const std::vector<float> dy = normal(q.size(), 6);
  for (const bool has_ends : {false, true}) {
    if (has_ends) {
      q[3] = 127;
      q[700] = -128;
    }
    expect_same_bits([&] {
      std::vector<float> y(q.size()), d = dy;
      EXPECT_EQ(loops().dequantize(q.data(), q.size(), 0.3f, 5, -128, 127, y.data()), has_ends);
      loops().clip_gradient(q.data(), q.size(), -128, 127, d.data());
      for (size_t i = 0; i < q.size(); ++i) {
        EXPECT_EQ(y[i], 0.3f * static_cast<float>(q[i] - 5));
        EXPECT_EQ(d[i], q[i] == 127 || q[i] == -128 ? 0.0f : dy[i]);
      }
      y.insert(y.end(), d.begin(), d.end());
      return y;
    });
  }
}

TEST(Loops, ranges_leave_out_nan_in_every_tier) {
  for (size_t n : {size_t{1}, size_t{31}, size_t{64}, size_t{1001}}) {
    std::vector<float> x = normal(n, 7);
    if (n > 40) x[40] = NAN;
    expect_same_bits([&] {
      float low = 0, high = 0, expected_low = 0, expected_high = 0;
      loops().extend_range(x.data(), n, &low, &high);
      for (float v : x) {
        expected_low = std::min(expected_low, v);
        expected_high = std::max(expected_high, v);
      }
      EXPECT_EQ(low, expected_low);
      EXPECT_EQ(high, expected_high);
      return std::vector<float>{low, high};
    });
  }
}

TEST(Loops, int8_pools_are_those_of_the_runtime_in_every_tier) {
  for (int c : {1, 3, 8, 16, 21})
    for (int pad : {0, 1}) {
      const Pool g{7, 9, c, pad ? 4 : 3, pad ? 5 : 4, 2, 2, 2, 2, pad, pad};
      const mote_pool2d_params p{1, g.h, g.w, c, g.oh, g.ow, 2, 2, 2, 2, pad, pad, -100, 90};
      std::vector<int8_t> x(static_cast<size_t>(g.h * g.w * c));
      for (size_t i = 0; i < x.size(); ++i) x[i] = static_cast<int8_t>(i * 113 % 256 - 128);
      std::vector<int8_t> expected(static_cast<size_t>(g.oh * g.ow * c));
      mote_max_pool2d_s8(&p, x.data(), expected.data());
      expect_same_bits([&] {
        std::vector<int8_t> y(expected.size()), row(static_cast<size_t>(g.w * c));
        loops().max_pool_s8(g, x.data(), -100, 90, row.data(), y.data());
        EXPECT_EQ(y, expected) << c;
        return y;
      });
    }
}

}  // namespace
}  // namespace mote::kernels
