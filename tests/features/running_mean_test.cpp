// Rows less a running mean, against sums in double precision and the recursion written out.
#include "features/running_mean.h"

#include <cmath>

#include "base/random.h"
#include "mote/recordings.h"
#include "test_support.h"

namespace mote::test {
namespace {

std::vector<float> drifting(size_t rows, size_t channels) {
  Random random(3);
  std::vector<float> values;
  for (size_t r = 0; r < rows; ++r)
    for (size_t c = 0; c < channels; ++c)
      values.push_back(static_cast<float>(random.normal() + 100.0 * static_cast<double>(c) +
                                          0.01 * static_cast<double>(r)));
  return values;
}

TEST(RunningMean, is_that_of_all_rows_at_first_and_then_moves_by_a_share) {
  constexpr size_t kRows = 500, kChannels = 3;
  constexpr int kOver = 40;
  const std::vector<float> raw = drifting(kRows, kChannels);
  std::vector<float> left = raw;
  RunningMean(kOver, kChannels).take_off(left.data(), kRows);
  for (size_t c = 0; c < kChannels; ++c) {
    double sum = 0, mean = 0;
    for (size_t r = 0; r < kRows; ++r) {
      const double x = raw[r * kChannels + c];
      sum += x;
      mean = r < kOver ? sum / static_cast<double>(r + 1) : mean + (x - mean) / kOver;
      EXPECT_NEAR(left[r * kChannels + c], x - mean, 1e-3) << r;
    }
  }
  for (size_t c = 0; c < kChannels; ++c) EXPECT_EQ(left[c], 0);  // of the first row nothing is left
}

TEST(RunningMean, goes_on_over_parts_and_begins_anew) {
  const std::vector<float> raw = drifting(100, 2);
  std::vector<float> whole = raw, parts = raw;
  RunningMean once(30, 2), often(30, 2);
  once.take_off(whole.data(), 100);
  for (size_t r = 0; r < 100; r += 7) often.take_off(parts.data() + 2 * r, std::min<size_t>(7, 100 - r));
  EXPECT_EQ(parts, whole);
  often.restart();
  parts = raw;
  often.take_off(parts.data(), 100);
  EXPECT_EQ(parts, whole);
  parts = raw;
  RunningMean(0, 2).take_off(parts.data(), 100);
  EXPECT_EQ(parts, raw);
}

TEST(RunningMean, of_recordings_begins_with_each) {
  Recordings set;
  set.channels = {"a", "b"};
  for (int k = 0; k < 2; ++k) {
    Recording r;
    r.rows = 50;
    for (float v : drifting(50, 2)) r.values.push_back(v);
    set.items.push_back(std::move(r));
  }
  set.take_off_running_mean(10);
  EXPECT_TRUE(
      std::equal(set.items[0].values.begin(), set.items[0].values.end(), set.items[1].values.begin()));
  EXPECT_EQ(set.items[1].values[0], 0);
}

}  // namespace
}  // namespace mote::test
