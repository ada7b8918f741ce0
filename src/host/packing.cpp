// Placing by first fit in several orders, then random exchanges in the best of them while there is a gap to
// the lower bound.
//
// An order decides everything: each block takes the lowest place that is free during its life. Finding the
// best order is NP-hard (dynamic storage allocation); graphs of sensors have some tens of values, and most
// orders below reach the bound. What is alive when: memory_plan.cpp.
#include "host/packing.h"

#include <algorithm>
#include <cstdint>
#include <numeric>

namespace mote {

static size_t place(const std::vector<Lifetime> &items, const std::vector<size_t> &order,
                    std::vector<size_t> &offsets) {
  size_t total = 0;
  std::vector<size_t> placed;
  for (size_t i : order) {
    std::vector<std::pair<size_t, size_t>> taken;
    for (size_t j : placed)
      if (items[j].first <= items[i].last && items[i].first <= items[j].last)
        taken.emplace_back(offsets[j], offsets[j] + items[j].bytes);
    std::sort(taken.begin(), taken.end());
    size_t at = 0;
    for (const auto &[from, to] : taken) {
      if (at + items[i].bytes <= from) break;
      at = std::max(at, (to + items[i].alignment - 1) / items[i].alignment * items[i].alignment);
    }
    offsets[i] = at;
    total = std::max(total, at + items[i].bytes);
    placed.push_back(i);
  }
  return total;
}

Packing pack(const std::vector<Lifetime> &items) {
  Packing best;
  best.total = ~size_t{0};
  for (const Lifetime &a : items) {
    for (int step : {a.first, a.last}) {
      size_t alive = 0;
      for (const Lifetime &b : items)
        if (b.first <= step && step <= b.last) alive += b.bytes;
      best.lower_bound = std::max(best.lower_bound, alive);
    }
  }
  std::vector<size_t> order(items.size());
  const auto keep_better = [&](size_t total, const std::vector<size_t> &offsets) {
    if (total >= best.total) return;
    best.total = total;
    best.offsets = offsets;
  };
  const auto attempt = [&](auto less) {
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(), less);
    std::vector<size_t> offsets(items.size());
    const size_t total = place(items, order, offsets);
    keep_better(total, offsets);
  };
  attempt([&](size_t a, size_t b) { return items[a].bytes > items[b].bytes; });
  attempt([&](size_t a, size_t b) { return items[a].first < items[b].first; });
  attempt([&](size_t a, size_t b) { return items[a].last > items[b].last; });
  attempt(
      [&](size_t a, size_t b) { return items[a].last - items[a].first > items[b].last - items[b].first; });
  // Where these leave a gap to the lower bound, other orders are tried: the best one with two places changed.
  constexpr int kTries = 4000;
  uint32_t random = 1;
  const auto draw = [&](size_t n) {
    random = random * 1664525u + 1013904223u;
    return (random >> 8) % n;
  };
  std::vector<size_t> kept(items.size());
  std::iota(kept.begin(), kept.end(), size_t{0});
  std::stable_sort(kept.begin(), kept.end(),
                   [&](size_t x, size_t y) { return items[x].bytes > items[y].bytes; });
  size_t kept_total = ~size_t{0};
  for (int i = 0; i < kTries && items.size() > 2 && best.total > best.lower_bound; ++i) {
    order = kept;
    std::swap(order[draw(order.size())], order[draw(order.size())]);
    std::vector<size_t> offsets(items.size());
    const size_t total = place(items, order, offsets);
    if (total <= kept_total) {
      kept_total = total;
      kept = order;
    }
    keep_better(total, offsets);
  }
  if (items.empty()) best.total = 0;
  return best;
}

}  // namespace mote
