// Training forms of ops that move values by a table: forward gathers, backward scatters and adds.
#include "ops/gather_support.h"

namespace mote::ops {

Forward gather_forward(TableOfMoves table) {
  return {[table](const NodeView &v) {
    return [from = table(v), in = v.in[0].elements()](const ForwardArgs &a) {
      const float *x = a.x[0];
      float *y = a.y;
      for (int r = 0; r < a.rows; ++r, x += in)
        for (int i : from) *y++ = i < 0 ? 0.0f : x[i];
    };
  }};
}

Backward gather_backward(TableOfMoves table) {
  return {[table](const NodeView &v) {
    return [from = table(v), in = v.in[0].elements()](const BackwardArgs &a) {
      if (a.dx[0] == nullptr) return;
      float *dx = a.dx[0];
      const float *dy = a.dy;
      for (int r = 0; r < a.rows; ++r, dx += in)
        for (int i : from) {
          if (i >= 0) dx[i] += *dy;
          ++dy;
        }
    };
  }};
}

std::vector<int> block_table(const std::vector<BlockAxis> &axes) {
  std::vector<int> table = {0};
  for (const BlockAxis &axis : axes) {
    std::vector<int> wider;
    wider.reserve(table.size() * axis.count);
    for (int base : table)
      for (int i = 0; i < axis.count; ++i) {
        const int at = axis.first + i * axis.step;
        wider.push_back(base < 0 || at < 0 || at >= axis.size ? -1 : base + at * axis.stride);
      }
    table = std::move(wider);
  }
  return table;
}

}  // namespace mote::ops
