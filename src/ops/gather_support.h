// Training facets of ops that move values: output i is input table[i], or 0 where the table says -1.
#pragma once

#include <vector>

#include "graph/op_def.h"

namespace mote::ops {

using TableOfMoves = std::function<std::vector<int>(const NodeView &)>;  // v.out is known
Forward gather_forward(TableOfMoves table);
Backward gather_backward(TableOfMoves table);

// The table of a block of the input: per output axis a count, a stride and a start in the input; -1 outside
// of it.
struct BlockAxis {
  int count, stride, first, step, size;  // output values; input stride; input index first + i * step of size
};
std::vector<int> block_table(const std::vector<BlockAxis> &axes);

}  // namespace mote::ops
