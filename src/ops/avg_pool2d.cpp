// avg_pool2d: the mean of the valid values of each pool.
#include <algorithm>

#include "kernels/conv2d.h"
#include "ops/channel_support.h"
#include "ops/op_list.h"
#include "ops/pool_support.h"

namespace mote::ops {
namespace {

constexpr const char *kName = "avg_pool2d";

Forward pool_forward() {
  return {.compile = [](const NodeView &v) {
    return [g = pool_geometry(kName, v)](const ForwardArgs &a) {
      const float *x = a.x[0];
      float *y = a.y;
      for (int n = 0; n < a.rows; ++n, x += g.h * g.w * g.c, y += g.oh * g.ow * g.c)
        for_each_pool(g, [&](int o, int h0, int h1, int w0, int w1) {
          float *mean = y + o * g.c;
          std::fill_n(mean, g.c, 0.0f);
          for (int h = h0; h < h1; ++h)
            kernels::add_column_sums(x + (h * g.w + w0) * g.c, w1 - w0, g.c, mean);
          const float count = (h1 - h0) * (w1 - w0);
          for (int c = 0; c < g.c; ++c) mean[c] /= count;
        });
    };
  }};
}

Backward pool_backward() {
  return {.compile = [](const NodeView &v) {
    return [g = pool_geometry(kName, v)](const BackwardArgs &a) {
      if (a.dx[0] == nullptr) return;
      const float *dy = a.dy;
      float *dx = a.dx[0];
      for (int n = 0; n < a.rows; ++n, dx += g.h * g.w * g.c, dy += g.oh * g.ow * g.c)
        for_each_pool(g, [&](int o, int h0, int h1, int w0, int w1) {
          const float count = (h1 - h0) * (w1 - w0);
          for (int h = h0; h < h1; ++h)
            for (int w = w0; w < w1; ++w)
              for (int c = 0; c < g.c; ++c) dx[(h * g.w + w) * g.c + c] += dy[o * g.c + c] / count;
        });
    };
  }};
}

}  // namespace

const OpDef &avg_pool2d_op() {
  constexpr int kAveragePool2D = 1;
  static const OpDef kOp{
      .name = kName,
      .doc = "Mean over each pool.",
      .attrs = pool_attrs(),
      .structure = Structure{[](const NodeView &v) { return pool_shape(kName, v); }},
      .forward = pool_forward(),
      .backward = pool_backward(),
      .integer = Integer([](Lowering &l) { lower_pool(kName, l); }),
      .run = HostRun([](const IntegerProgram &p, const ProgramLayer &l) {
        return pool_run(p, l, {mote_avg_pool2d_s8, mote_avg_pool2d_s16});
      }),
      .c = EmitC([](const IntegerProgram &p, const ProgramLayer &l) { return pool_call(p, l, kName); }),
      .tflite = pool_tflite(kAveragePool2D, false),
      .cost = CostOf(no_macs),
      .properties = {Property::kTakesInt16, Property::kHomogeneous},
      .output_range = OutputRange::kSameAsInput,
      .channels = same_channels};
  return kOp;
}

}  // namespace mote::ops
