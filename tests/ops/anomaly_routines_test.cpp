// The routines that score anomalies at the ends of what they are given, against sums of 128 bits.
//
// Their cases in the middle, and how far integers are from reals: the cases of each op.
#include "base/random.h"
#include "mote_runtime.h"
#include "test_support.h"

namespace mote::test {
namespace {

__extension__ using Wide = __int128;

constexpr int64_t kHalf = int64_t{1} << 31;

mote_anomaly_threshold threshold_of(int64_t t) {
  return {static_cast<int32_t>(t % kHalf), static_cast<int32_t>(t / kHalf)};
}

// What stands in mote_anomaly.h, written out.
void expect_values(Wide score, int64_t threshold, const int8_t *y) {
  const Wide share = std::min<Wide>(255, 256 * score / (score + threshold));
  EXPECT_EQ(y[1], static_cast<int>(share) - 128);
  EXPECT_EQ(y[0] + y[1], -1);
  EXPECT_EQ(y[1] > y[0], score >= threshold);
}

// A score and thresholds about it: as large, one more, one less, far off.
template <class Run>
void at_thresholds(Wide score, Run run) {
  constexpr int64_t kMost = (int64_t{1} << 55) - 1;
  const auto s = static_cast<int64_t>(score);
  for (const int64_t t : {s, s + 1, s - 1, s / 255, s / 256 + 1, 3 * (s / 2), int64_t{1}, kMost}) {
    if (t < 1 || t > kMost) continue;
    int8_t y[2];
    run(threshold_of(t), y);
    expect_values(score, t, y);
  }
}

// Values of int8 that are at one of the ends, or anywhere.
std::vector<int8_t> bytes(Random &random, size_t count, int kind) {
  std::vector<int8_t> list(count);
  for (int8_t &v : list) {
    const bool is_high = kind == 1 || (kind == 2 && random.below(2) == 0);
    v = kind < 3 ? static_cast<int8_t>(is_high ? 127 : -128) : static_cast<int8_t>(random.below(256) - 128);
  }
  return list;
}

TEST(AnomalyRoutines, of_reconstructions_hold_the_farthest_values) {
  Random random(1);
  for (const int count : {1, 7, 4096})
    for (int a_kind = 0; a_kind < 4; ++a_kind)
      for (int b_kind = 0; b_kind < 4; ++b_kind)
        for (const int zero : {-128, 0, 127}) {
          const std::vector<int8_t> a = bytes(random, static_cast<size_t>(count), a_kind),
                                    b = bytes(random, static_cast<size_t>(count), b_kind);
          mote_reconstruction_error_params p{1, count, zero, -1 - zero, 16384, 16384 - 5 * (count % 2), {}};
          Wide sum = 0;
          for (int i = 0; i < count; ++i) {
            const Wide d = Wide{a[static_cast<size_t>(i)] - p.a_zero_point} * p.a_multiplier -
                           Wide{b[static_cast<size_t>(i)] - p.b_zero_point} * p.b_multiplier + 64;
            const Wide steps = d >= 0 ? d / 128 : -((-d + 127) / 128);  // rounded down
            sum += steps * steps;
          }
          at_thresholds(sum, [&](const mote_anomaly_threshold &t, int8_t *y) {
            p.threshold = t;
            mote_reconstruction_error_s8(&p, a.data(), b.data(), y);
          });
        }
}

TEST(AnomalyRoutines, of_centroids_hold_the_farthest_values) {
  Random random(2);
  for (const int count : {1, 5, 4096})
    for (int x_kind = 0; x_kind < 4; ++x_kind)
      for (const int centroids : {1, 3}) {
        const std::vector<int8_t> x = bytes(random, static_cast<size_t>(count), x_kind);
        std::vector<int16_t> c(static_cast<size_t>(count * centroids));
        for (int16_t &v : c) v = random.below(2) == 0 ? INT16_MAX : INT16_MIN;
        Wide nearest = -1;
        for (int k = 0; k < centroids; ++k) {
          Wide sum = 0;
          for (int i = 0; i < count; ++i) {
            const Wide d = Wide{64} * x[static_cast<size_t>(i)] - c[static_cast<size_t>(k * count + i)];
            sum += d * d;
          }
          nearest = nearest < 0 ? sum : std::min(nearest, sum);
        }
        mote_nearest_centroid_params p{1, count, centroids, {}};
        at_thresholds(nearest, [&](const mote_anomaly_threshold &t, int8_t *y) {
          p.threshold = t;
          mote_nearest_centroid_s8(&p, c.data(), x.data(), y);
        });
      }
}

TEST(AnomalyRoutines, of_whitened_rows_hold_the_farthest_values) {
  Random random(3);
  for (const int count : {1, 6, 400})
    for (int x_kind = 0; x_kind < 4; ++x_kind)
      for (const bool is_diagonal : {true, false}) {
        const std::vector<int8_t> x = bytes(random, static_cast<size_t>(count), x_kind);
        std::vector<int16_t> w(static_cast<size_t>(is_diagonal ? count : count * (count + 1) / 2));
        for (int16_t &v : w) v = random.below(2) == 0 ? INT16_MAX : -INT16_MAX;
        std::vector<int32_t> bias(static_cast<size_t>(count));
        // rows below 2^31, and a shift after which they are below 2^20
        for (int32_t &v : bias) v = random.below(2) == 0 ? 200'000'000 : -200'000'000;
        Wide sum = 0;
        const int shift = 11;
        size_t at = 0;
        for (int r = 0; r < count; ++r) {
          Wide row = bias[static_cast<size_t>(r)];
          for (int i = is_diagonal ? r : 0; i <= r; ++i) row += Wide{w[at++]} * x[static_cast<size_t>(i)];
          const Wide size = (row < 0 ? -row : row) / (1 << shift);
          ASSERT_LT(size, Wide{1} << 20);
          sum += size * size;
        }
        mote_mahalanobis_params p{1, count, is_diagonal, shift, {}};
        at_thresholds(sum, [&](const mote_anomaly_threshold &t, int8_t *y) {
          p.threshold = t;
          mote_mahalanobis_s8(&p, w.data(), bias.data(), x.data(), y);
        });
      }
}

}  // namespace
}  // namespace mote::test
