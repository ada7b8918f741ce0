// Pools: geometry, shapes, the parameters of the runtime's routines, and their .tflite operator. Which value
// of a pool counts is said by max_pool2d.cpp and avg_pool2d.cpp.
#include "ops/pool_support.h"

#include <fmt/format.h>

#include "base/error.h"
#include "ops/integer_support.h"

namespace mote::ops {

std::vector<AttrSpec> pool_attrs() {
  const std::vector<int64_t> twos{2, 2};
  return {{"pool", twos, "[height, width]", {}, 1, 1 << 20, {}, 2},
          {"strides", twos, "[vertical, horizontal]", {}, 1, 1 << 20, {}, 2},
          kPaddingAttr,
          kActivationAttr};
}

PoolGeometry pool_geometry(const std::string &op, const NodeView &v) {
  const std::string where = in_layer(op, v.name);
  if (v.in[0].rank() != 3)
    throw Error(ErrorCode::kShape, where,
                fmt::format("input {}: expected (height, width, channels)", v.in[0].text()),
                "put a Reshape before it, or use the 1-D layer for (time, channels)");
  const Attrs &a = *v.attrs;
  const bool is_same = a.text("padding") == "same";
  const Window h =
      place_own_window(where, v.in[0][0], list_item(a, "pool", 0), list_item(a, "strides", 0), 1, is_same);
  const Window w =
      place_own_window(where, v.in[0][1], list_item(a, "pool", 1), list_item(a, "strides", 1), 1, is_same);
  return {v.in[0][0],
          v.in[0][1],
          v.in[0][2],
          h.out,
          w.out,
          list_item(a, "pool", 0),
          list_item(a, "pool", 1),
          list_item(a, "strides", 0),
          list_item(a, "strides", 1),
          h.before,
          w.before};
}

Shape pool_shape(const std::string &op, const NodeView &v) {
  const PoolGeometry g = pool_geometry(op, v);
  return {g.oh, g.ow, g.c};
}

void lower_pool(const std::string &op, Lowering &l) {
  Attrs attrs = *l.node.attrs;
  // an activation behind has a scale of its own, which may be finer than the one that a pool shares with its
  // input
  attrs["activation"] = activation_name(FusedActivation::kNone);
  l.program.layers.push_back({op, l.node.name, attrs, {l.x[0]}, {l.y}});
}

mote_pool2d_params pool_params(const IntegerProgram &p, const ProgramLayer &l) {
  const ProgramTensor &x = values_in(p, l, 0), &y = values_out(p, l, 0, x);
  require(x.shape.rank() == 4 && y.shape.rank() == 4, l, "input and output must have four dimensions",
          ErrorCode::kShape);
  const Attrs &a = l.attrs;
  const bool is_same = a.text("padding") == "same";
  const Window h = place_window(layer_where(l), x.shape[1], list_item(a, "pool", 0),
                                list_item(a, "strides", 0), 1, is_same);
  const Window w = place_window(layer_where(l), x.shape[2], list_item(a, "pool", 1),
                                list_item(a, "strides", 1), 1, is_same);
  const Shape expected{x.shape[0], h.out, w.out, x.shape[3]};
  require(y.shape == expected, l, fmt::format("output {} should be {}", y.shape.text(), expected.text()),
          ErrorCode::kShape);
  require(scale_of(l, x) == scale_of(l, y) && zero_point_of(l, x) == zero_point_of(l, y), l,
          "input and output must have the same scale and zero point");
  const ClampRange clamp = activation_range(l, activation_of(a), y);
  return {x.shape[0],
          x.shape[1],
          x.shape[2],
          x.shape[3],
          h.out,
          w.out,
          list_item(a, "pool", 0),
          list_item(a, "pool", 1),
          list_item(a, "strides", 0),
          list_item(a, "strides", 1),
          h.before,
          w.before,
          clamp.low,
          clamp.high};
}

HostCall pool_run(const IntegerProgram &p, const ProgramLayer &l, PoolRoutines routines) {
  return [q = pool_params(p, l), wide = is_int16(p, l), routines](HostInputs in, HostOutputs out) {
    if (wide)
      routines.s16(&q, in[0], out[0]);
    else
      routines.s8(&q, in[0], out[0]);
  };
}

static std::vector<CField> pool_fields(const mote_pool2d_params &q) {
  return {{"batches", q.batches},   {"in_h", q.in_h},       {"in_w", q.in_w},
          {"channels", q.channels}, {"out_h", q.out_h},     {"out_w", q.out_w},
          {"pool_h", q.pool_h},     {"pool_w", q.pool_w},   {"stride_h", q.stride_h},
          {"stride_w", q.stride_w}, {"pad_top", q.pad_top}, {"pad_left", q.pad_left},
          {"act_min", q.act_min},   {"act_max", q.act_max}};
}

static CRows pool_rows(const mote_pool2d_params &q) {
  if (q.in_h > 1 || q.pool_h > 1) return {q.pool_h, q.stride_h, q.pad_top, "in_h", "out_h", "pad_top"};
  mote_pool2d_params t = q;  // a row of values: time is the width
  std::swap(t.in_h, t.in_w);
  std::swap(t.out_h, t.out_w);
  std::swap(t.pool_h, t.pool_w);
  std::swap(t.stride_h, t.stride_w);
  std::swap(t.pad_top, t.pad_left);
  CRows rows{t.pool_h, t.stride_h, t.pad_top, "in_h", "out_h", "pad_top"};
  rows.fields = pool_fields(t);
  return rows;
}

CCall pool_call(const IntegerProgram &p, const ProgramLayer &l, const std::string &name) {
  const mote_pool2d_params q = pool_params(p, l);
  const bool wide = is_int16(p, l);
  CCall call{"mote_" + name + (wide ? "_s16" : "_s8"),
             wide ? "pool2d_s16.c" : name + "_s8.c",
             "mote_pool2d_params",
             pool_fields(q),
             {},
             {"params", "in0", "out0"}};
  call.rows = pool_rows(q);
  return call;
}

Tflite pool_tflite(int builtin_code, bool takes_uint8) {
  return {{builtin_code},
          [builtin_code](const IntegerProgram &p, const ProgramLayer &l) {
            const Attrs &a = l.attrs;
            return TfOperator{
                builtin_code, is_int16(p, l) ? 3 : 2,
                TfPool2D{a.text("padding") == "same" ? TfPadding::kSame : TfPadding::kValid,
                         list_item(a, "strides", 1), list_item(a, "strides", 0), list_item(a, "pool", 1),
                         list_item(a, "pool", 0), record_activation(a)}};
          },
          [](const TfOperator &op, const IntegerProgram &, ProgramLayer &l) {
            const auto *o = std::get_if<TfPool2D>(&op.options);
            require(o != nullptr, l, "has no options");
            return Attrs{{"activation", fused_activation(layer_where(l), o->activation)},
                         {"padding", std::string(o->padding == TfPadding::kSame ? "same" : "valid")},
                         {"strides", std::vector<int64_t>{o->stride_h, o->stride_w}},
                         {"pool", std::vector<int64_t>{o->filter_h, o->filter_w}}};
          },
          takes_uint8};
}

}  // namespace mote::ops
