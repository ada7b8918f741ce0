// Packing blocks with lifetimes into one buffer: none that are alive at once overlap, and a chain takes no
// more than its largest neighbours.
//
// Which blocks a program has: memory_plan_test.cpp.
#include "host/packing.h"

#include "test_support.h"

namespace mote {
namespace {

// No two tensors that live at the same time share a byte; the plan is never below the bound.
TEST(Packing, random_lifetimes_never_overlap) {
  Random random(2);
  size_t at_bound = 0, rounds = 300;
  for (size_t round = 0; round < rounds; ++round) {
    std::vector<Lifetime> items;
    const int count = 1 + static_cast<int>(random.below(15));
    for (int i = 0; i < count; ++i) {
      const int first = static_cast<int>(random.below(10));
      items.push_back({1 + random.below(500), random.below(2) ? size_t{1} : size_t{4}, first,
                       first + static_cast<int>(random.below(4))});
    }
    const Packing p = pack(items);
    EXPECT_GE(p.total, p.lower_bound);
    at_bound += p.total <= p.lower_bound + 8;
    for (size_t i = 0; i < items.size(); ++i) {
      EXPECT_EQ(p.offsets[i] % items[i].alignment, 0u);
      EXPECT_LE(p.offsets[i] + items[i].bytes, p.total);
      for (size_t j = 0; j < i; ++j) {
        const bool lives_together = items[i].first <= items[j].last && items[j].first <= items[i].last;
        const bool apart =
            p.offsets[i] + items[i].bytes <= p.offsets[j] || p.offsets[j] + items[j].bytes <= p.offsets[i];
        EXPECT_TRUE(!lives_together || apart);
      }
    }
  }
  EXPECT_GT(at_bound, rounds / 2);
}

TEST(Packing, a_chain_needs_its_largest_neighbours) {
  const Packing p = pack({{714, 1, -1, 0}, {920, 1, 0, 1}, {456, 1, 1, 2}, {880, 1, 2, 3}});
  EXPECT_EQ(p.total, 714u + 920u);
}

}  // namespace
}  // namespace mote
