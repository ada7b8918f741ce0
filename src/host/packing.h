// Packing: where each of several blocks of bytes lies in one buffer, so that those whose lives overlap never
// share a byte. Several orders are tried; the result is compared with the lower bound (the largest sum of
// bytes alive at one layer).
#pragma once

#include <cstddef>
#include <vector>

namespace mote {

struct Lifetime {
  size_t bytes;
  size_t alignment;
  int first, last;  // layers, inclusive; the input is alive from -1
};

struct Packing {
  std::vector<size_t> offsets;
  size_t total = 0, lower_bound = 0;
};
Packing pack(const std::vector<Lifetime> &items);

}  // namespace mote
