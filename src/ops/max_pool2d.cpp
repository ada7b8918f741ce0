// max_pool2d: the largest valid value of each pool. The gradient goes to the first position that holds it.
#include <algorithm>

#include "ops/op_list.h"
#include "ops/pool_support.h"

namespace mote::ops {
namespace {

constexpr const char *kName = "max_pool2d";

// One position of a pool against the largest values before it.
void compare_position(int channels, const float *__restrict here, float position, float *__restrict largest,
                      float *__restrict winner) {
  // two loops of one choice each: of two choices together the compiler makes a branch
  for (int c = 0; c < channels; ++c) {
    const float value = here[c], old = largest[c], before = winner[c];
    winner[c] = value > old ? position : before;
  }
  for (int c = 0; c < channels; ++c) {
    const float value = here[c], old = largest[c];
    largest[c] = value > old ? value : old;
  }
}

// Keeps for each output which position of its pool was the first with the largest value, as a number. All
// channels of a position together and without branches, so that the loops become vectors.
Forward pool_forward() {
  return {.compile =
              [](const NodeView &v) {
                return [g = pool_geometry(kName, v)](const ForwardArgs &a) {
                  const float *x = a.x[0];
                  float *y = a.y, *winners = a.state;
                  for (int n = 0; n < a.rows; ++n) {
                    for_each_pool(g, [&](int o, int h0, int h1, int w0, int w1) {
                      float *largest = y + o * g.c, *winner = winners + o * g.c;
                      std::copy_n(x + (h0 * g.w + w0) * g.c, g.c, largest);
                      std::fill_n(winner, g.c, 0.0f);
                      for (int h = h0; h < h1; ++h)
                        for (int w = w0; w < w1; ++w)
                          compare_position(g.c, x + (h * g.w + w) * g.c,
                                           static_cast<float>((h - h0) * (w1 - w0) + w - w0), largest,
                                           winner);
                    });
                    x += g.h * g.w * g.c, y += g.oh * g.ow * g.c, winners += g.oh * g.ow * g.c;
                  }
                };
              },
          .state_floats = [](const NodeView &v) { return v.out.elements(); }};
}

Backward pool_backward() {
  return {.compile = [](const NodeView &v) {
    return [g = pool_geometry(kName, v)](const BackwardArgs &a) {
      if (a.dx[0] == nullptr) return;
      const float *winners = a.state, *dy = a.dy;
      float *dx = a.dx[0];
      for (int n = 0; n < a.rows; ++n) {
        for_each_pool(g, [&](int o, int h0, int, int w0, int w1) {
          for (int c = 0; c < g.c; ++c) {
            const int position = static_cast<int>(winners[o * g.c + c]), columns = w1 - w0;
            const int h = h0 + position / columns, w = w0 + position % columns;
            dx[(h * g.w + w) * g.c + c] += dy[o * g.c + c];
          }
        });
        dx += g.h * g.w * g.c, dy += g.oh * g.ow * g.c, winners += g.oh * g.ow * g.c;
      }
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
