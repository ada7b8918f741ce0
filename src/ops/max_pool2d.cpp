// max_pool2d: the largest valid value of each pool. The gradient goes to the first position that holds it.
#include "ops/op_list.h"
#include "ops/pool_support.h"

namespace mote::ops {
namespace {

constexpr const char *kName = "max_pool2d";

int first_largest(const PoolGeometry &g, const float *x, int h0, int h1, int w0, int w1, int c) {
  int best = (h0 * g.w + w0) * g.c + c;
  for (int h = h0; h < h1; ++h)
    for (int w = w0; w < w1; ++w) {
      const int i = (h * g.w + w) * g.c + c;
      if (x[i] > x[best]) best = i;
    }
  return best;
}

Forward pool_forward() {
  return {.compile = [](const NodeView &v) {
    return [g = pool_geometry(kName, v)](const ForwardArgs &a) {
      const float *x = a.x[0];
      float *y = a.y;
      for (int n = 0; n < a.rows; ++n, x += g.h * g.w * g.c, y += g.oh * g.ow * g.c)
        for_each_pool(g, [&](int o, int h0, int h1, int w0, int w1) {
          for (int c = 0; c < g.c; ++c) y[o * g.c + c] = x[first_largest(g, x, h0, h1, w0, w1, c)];
        });
    };
  }};
}

Backward pool_backward() {
  return {.compile = [](const NodeView &v) {
    return [g = pool_geometry(kName, v)](const BackwardArgs &a) {
      if (a.dx[0] == nullptr) return;
      const float *x = a.x[0], *dy = a.dy;
      float *dx = a.dx[0];
      for (int n = 0; n < a.rows; ++n, x += g.h * g.w * g.c, dx += g.h * g.w * g.c, dy += g.oh * g.ow * g.c)
        for_each_pool(g, [&](int o, int h0, int h1, int w0, int w1) {
          for (int c = 0; c < g.c; ++c) dx[first_largest(g, x, h0, h1, w0, w1, c)] += dy[o * g.c + c];
        });
    };
  }};
}

}  // namespace

const OpDef &max_pool2d_op() {
  constexpr int kMaxPool2D = 17;
  static const OpDef kOp{
      .name = kName,
      .doc = "Maximum over each pool.",
      .attrs = pool_attrs(),
      .structure = Structure{[](const NodeView &v) { return pool_shape(kName, v); }},
      .forward = pool_forward(),
      .backward = pool_backward(),
      .integer = Integer([](Lowering &l) { lower_pool(kName, l); }),
      .run = Run([](const IntegerProgram &p, const ProgramLayer &l) {
        return pool_run(p, l, {mote_max_pool2d_s8, mote_max_pool2d_s16});
      }),
      .c = EmitC([](const IntegerProgram &p, const ProgramLayer &l) { return pool_call(p, l, kName); }),
      .tflite = pool_tflite(kMaxPool2D),
      .cost = CostOf([](const std::vector<Shape> &, const Shape &, const Attrs &) { return Cost{}; }),
      .takes_int16 = true,
      .output_range = OutputRange::kSameAsInput};
  return kOp;
}

}  // namespace mote::ops
