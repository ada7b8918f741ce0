// max_pool2d: the largest valid value of each pool. The gradient goes to the first position that holds it.
#include <algorithm>

#include "kernels/loops.h"
#include "ops/channel_support.h"
#include "ops/integer_support.h"
#include "ops/op_list.h"
#include "ops/pool_support.h"

namespace mote::ops {
namespace {

constexpr const char *kName = "max_pool2d";

// Keeps for each output which position of its pool was the first with the largest value, as a number.
Forward pool_forward() {
  return {.compile =
              [](const NodeView &v) {
                return [g = pool_geometry(kName, v)](const ForwardArgs &a) {
                  const ptrdiff_t in = ptrdiff_t{g.h} * g.w * g.c, out = ptrdiff_t{g.oh} * g.ow * g.c;
                  for (int n = 0; n < a.rows; ++n)
                    kernels::loops().max_pool(g, a.x[0] + n * in, a.y + n * out, a.state + n * out);
                };
              },
          .state_floats = [](const NodeView &v) { return v.out.elements(); }};
}

Backward pool_backward() {
  return {.compile =
              [](const NodeView &v) {
                return [g = pool_geometry(kName, v)](const BackwardArgs &a) {
                  if (a.dx[0] == nullptr) return;
                  const ptrdiff_t in = ptrdiff_t{g.h} * g.w * g.c, out = ptrdiff_t{g.oh} * g.ow * g.c;
                  if (!a.is_adding[0] && !g.is_covering()) std::fill_n(a.dx[0], a.rows * in, 0.0f);
                  const bool is_adding = a.is_adding[0] || !g.is_apart();
                  for (int n = 0; n < a.rows; ++n)
                    kernels::loops().max_pool_gradient(g, a.dy + n * out, a.state + n * out, is_adding,
                                                       a.dx[0] + n * in);
                };
              },
          .overwrites = true};
}

// int8 on the host in vectors; bit-equal to the runtime's routine.
HostCall run_max_pool(const IntegerProgram &p, const ProgramLayer &l) {
  if (is_int16(p, l)) return pool_run(p, l, {mote_max_pool2d_s8, mote_max_pool2d_s16});
  const mote_pool2d_params q = pool_params(p, l);
  const PoolGeometry g{q.in_h,   q.in_w,     q.channels, q.out_h,   q.out_w,   q.pool_h,
                       q.pool_w, q.stride_h, q.stride_w, q.pad_top, q.pad_left};
  return [q, g](HostInputs in, HostOutputs out) {
    static thread_local std::vector<int8_t> row;
    const ptrdiff_t from = ptrdiff_t{g.h} * g.w * g.c, to = ptrdiff_t{g.oh} * g.ow * g.c;
    row.resize(g.w * static_cast<size_t>(g.c));
    for (int n = 0; n < q.batches; ++n)
      kernels::loops().max_pool_s8(g, static_cast<const int8_t *>(in[0]) + n * from, q.act_min, q.act_max,
                                   row.data(), static_cast<int8_t *>(out[0]) + n * to);
  };
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
      .run = HostRun(run_max_pool),
      .c = EmitC([](const IntegerProgram &p, const ProgramLayer &l) { return pool_call(p, l, kName); }),
      .tflite = pool_tflite(kMaxPool2D, true),
      .cost = CostOf(no_macs),
      .properties = {Property::kTakesInt16, Property::kHomogeneous},
      .output_range = OutputRange::kSameAsInput,
      .channels = same_channels};
  return kOp;
}

}  // namespace mote::ops
