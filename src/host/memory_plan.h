// Memory plan: where each activation lives in the one buffer, decided ahead. Tensors whose lives overlap
// never share a byte. Several packing orders are tried; the result is compared with the lower bound (the
// largest sum of bytes alive at one layer).
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

struct PlacedTensor {
  int tensor;  // that owns the bytes
  size_t offset, bytes;
  int first, last;  // layers, as in Lifetime
};

struct MemoryPlan {
  static constexpr size_t kNowhere = ~size_t{0};
  std::vector<size_t> offset;  // per tensor of the program; kNowhere for constants
  std::vector<PlacedTensor> items;
  std::vector<size_t> alive;  // bytes alive at each layer
  size_t work = kNowhere;     // what steps of the front end write before the input is there
  size_t bytes = 0;           // of the buffer, a multiple of 4
  size_t lower_bound = 0;
  int peak_layer = -1;  // the layer that sets the lower bound
};

}  // namespace mote
