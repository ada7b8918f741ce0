// Training facets of functions of one value. A Curve is built from the op's attributes, maps x to y and knows
// its slope at x, where the output is y.
#pragma once

#include "graph/op_def.h"
#include "ops/channel_support.h"

namespace mote::ops {

template <class Curve>
OpDef trainable_curve(OpDef op) {
  op.structure = Structure{[](const NodeView &v) { return v.in[0]; }};
  op.forward = Forward{[](const NodeView &v) {
    return [curve = Curve(*v.attrs), size = v.out.elements()](const ForwardArgs &a) {
      const size_t n = size * a.rows;
      const float *x = a.x[0];
      float *y = a.y;
      for (size_t i = 0; i < n; ++i) y[i] = curve(x[i]);
    };
  }};
  op.backward = Backward{[](const NodeView &v) {
    return [curve = Curve(*v.attrs), size = v.out.elements()](const BackwardArgs &a) {
      if (a.dx[0] == nullptr) return;
      const size_t n = size * a.rows;
      const float *x = a.x[0], *y = a.y, *dy = a.dy;
      float *dx = a.dx[0];
      for (size_t i = 0; i < n; ++i) dx[i] += dy[i] * curve.slope(x[i], y[i]);
    };
  }};
  op.integer = Integer([name = op.name](Lowering &l) {
    l.program.layers.push_back({name, l.node.name, *l.node.attrs, {l.x[0]}, {l.y}});
  });
  op.channels = same_channels;
  return op;
}

}  // namespace mote::ops
