// Lists beyond the limit of memory live in files, and hold what any vector holds.
//
// That recordings use them is tests/data; that a full disk is an Error, tests/faults.
#include "mote/spill.h"

#include <gtest/gtest.h>

namespace mote {
namespace {

// The limit is read once, so this program runs beyond it from the start.
const int kLimit = ::setenv("MOTE_MEMORY_LIMIT_MB", "1", 1);

TEST(Spill, lists_beyond_the_limit_live_in_files_and_go_with_them) {
  ASSERT_EQ(kLimit, 0);
  EXPECT_EQ(spilled_bytes(), 0u);
  {
    std::vector<SpillVector<float>> lists;
    for (int k = 0; k < 40; ++k) {
      lists.emplace_back(200'000, static_cast<float>(k));  // 0.8 MB each
      lists.back().push_back(-1);                          // grows: moves to other memory
    }
    EXPECT_GE(spilled_bytes(), size_t{30} << 20);
    for (int k = 0; k < 40; ++k) {
      const SpillVector<float> &list = lists[static_cast<size_t>(k)];
      EXPECT_EQ(std::count(list.begin(), list.end(), static_cast<float>(k)), 200'000) << k;
      EXPECT_EQ(list.back(), -1);
    }
    SpillVector<float> large(40'000'000, 7.0f);  // a file of its own
    EXPECT_EQ(large[39'999'999], 7.0f);
    SpillVector<float> copy = large;
    copy[5] = 1;
    EXPECT_EQ(large[5], 7.0f);
  }
  EXPECT_EQ(spilled_bytes(), 0u);
}

}  // namespace
}  // namespace mote
