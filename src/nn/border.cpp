// Zeros around a value by the op "pad", and borders cut off by "strided_slice": what the layers for zero
// padding and cropping share.
//
// Padding of a convolution is its own setting and needs neither.
#include "nn/border.h"

#include <fmt/format.h>

#include "base/error.h"

namespace mote::nn {

static void check_rank(const Graph &g, const std::string &type, const std::string &name, int value,
                       int rank) {
  const Shape &shape = g.value_shape(value);
  if (shape.rank() != rank)
    throw Error(ErrorCode::kShape, in_layer(type, name),
                fmt::format("input {}: expected {}", shape.text(),
                            rank == 2 ? "(time, channels)" : "(height, width, channels)"));
}

int add_border(Graph &g, const std::string &type, const std::string &name, int value,
               const std::vector<int64_t> &before, const std::vector<int64_t> &after) {
  check_rank(g, type, name, value, before.size());
  return g.add("pad", name, {{"before", before}, {"after", after}}, {value});
}

int remove_border(Graph &g, const std::string &type, const std::string &name, int value,
                  const std::vector<int64_t> &before, const std::vector<int64_t> &after) {
  check_rank(g, type, name, value, before.size());
  const Shape shape = g.value_shape(value);
  std::vector<int64_t> count;
  for (size_t d = 0; d < before.size(); ++d) {
    count.push_back(shape[d] - before[d] - after[d]);
    if (count.back() < 1)
      throw Error(ErrorCode::kShape, in_layer(type, name),
                  fmt::format("nothing of {} is left", shape.text()));
  }
  return g.add("strided_slice", name,
               {{"begin", before}, {"count", count}, {"step", std::vector<int64_t>(count.size(), 1)}},
               {value});
}

}  // namespace mote::nn
