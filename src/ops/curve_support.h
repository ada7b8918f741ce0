// Training facets of functions of one value. A Curve is built from the op's attributes, maps x to y and knows
// its slope at x, where the output is y.
#pragma once

#include "graph/op_def.h"

namespace mote::ops {

template <class Curve>
OpDef trainable_curve(OpDef op) {
  op.structure = Structure{[](const NodeView &v) { return v.in[0]; }};
  op.forward = Forward{[](const NodeView &v) {
    return [curve = Curve(*v.attrs), size = v.out.elements()](const ForwardArgs &a) {
      const size_t n = size * static_cast<size_t>(a.rows);
      for (size_t i = 0; i < n; ++i) a.y[i] = curve(a.x[0][i]);
    };
  }};
  op.backward = Backward{[](const NodeView &v) {
    return [curve = Curve(*v.attrs), size = v.out.elements()](const BackwardArgs &a) {
      if (a.dx[0] == nullptr) return;
      const size_t n = size * static_cast<size_t>(a.rows);
      for (size_t i = 0; i < n; ++i) a.dx[0][i] += a.dy[i] * curve.slope(a.x[0][i], a.y[i]);
    };
  }};
  op.integer = Integer([name = op.name](Lowering &l) {
    l.program.layers.push_back({name, l.node.name, *l.node.attrs, {l.x[0]}, {l.y}});
  });
  return op;
}

}  // namespace mote::ops
