// add, sub and mul: broadcasting, their float facets, and the int8 arithmetic of TensorFlow Lite's reference
// kernels, on this machine in vectors where both inputs have one shape.
#include "ops/binary_support.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/error.h"
#include "kernels/int8_gemm.h"
#include "kernels/loops.h"
#include "ops/channel_support.h"
#include "ops/gather_support.h"
#include "ops/import_support.h"
#include "ops/integer_support.h"

namespace mote::ops {

namespace {

// Strides of an operand along the output's axes; 0 where it is broadcast.
std::vector<int> broadcast_strides(const ProgramLayer &l, const Shape &in, const Shape &out) {
  require(in.rank() <= out.rank(), l, fmt::format("{} does not broadcast to {}", in.text(), out.text()),
          ErrorCode::kShape);
  const std::vector<int> own = strides_of(in);
  std::vector<int> strides(out.rank(), 0);
  const int shift = out.rank() - in.rank();
  for (int d = 0; d < in.rank(); ++d) {
    require(in[d] == 1 || in[d] == out[d + shift], l,
            fmt::format("{} does not broadcast to {}", in.text(), out.text()), ErrorCode::kShape);
    if (in[d] != 1) strides[d + shift] = own[d];
  }
  return strides;
}

Shape broadcast_shape(const ProgramLayer &l, const Shape &a, const Shape &b) {
  std::vector<int> dims(std::max(a.rank(), b.rank()));
  const int rank = dims.size();
  for (int d = 0; d < rank; ++d) {
    const int da = d < rank - a.rank() ? 1 : a[d - (rank - a.rank())],
              db = d < rank - b.rank() ? 1 : b[d - (rank - b.rank())];
    require(da == db || da == 1 || db == 1, l, fmt::format("{} and {} do not broadcast", a.text(), b.text()),
            ErrorCode::kShape);
    dims[d] = std::max(da, db);
  }
  return Shape(dims);
}

mote_binary_params prepare(const IntegerProgram &p, const ProgramLayer &l, Binary kind) {
  const ProgramTensor &a = values_in(p, l, 0), &b = input_of(p, l, 1, a.dtype), &y = values_out(p, l, 0, a);
  const Shape shape = broadcast_shape(l, a.shape, b.shape);
  require(shape.elements() == y.shape.elements() && shape.rank() <= MOTE_MAX_RANK, l,
          fmt::format("output {} should be {}", y.shape.text(), shape.text()), ErrorCode::kShape);
  mote_binary_params q{};
  const bool is_flat = a.shape == b.shape;
  const std::vector<int> sa = broadcast_strides(l, a.shape, shape), sb = broadcast_strides(l, b.shape, shape);
  for (int d = 0; d < MOTE_MAX_RANK; ++d) {
    const int from = d - (MOTE_MAX_RANK - shape.rank());
    q.count[d] = from < 0 || is_flat ? 1 : shape[from];
    q.a_stride[d] = from < 0 || is_flat ? 0 : sa[from];
    q.b_stride[d] = from < 0 || is_flat ? 0 : sb[from];
  }
  constexpr int kLast = MOTE_MAX_RANK - 1;
  if (is_flat) {
    q.count[kLast] = shape.elements();
    q.a_stride[kLast] = q.b_stride[kLast] = 1;
  }
  q.a_zero_point = zero_point_of(l, a);
  q.b_zero_point = zero_point_of(l, b);
  q.output_zero_point = zero_point_of(l, y);
  const double s1 = scale_of(l, a), s2 = scale_of(l, b), sy = scale_of(l, y);
  const auto set = [&](double real, int32_t &value, int32_t &shift) {
    const Multiplier m = quantize_multiplier(real);
    value = m.value;
    shift = m.shift;
  };
  if (kind == Binary::kMul) {
    const double largest = a.dtype == DType::kInt16 ? 32768.0 : 255.0;
    check_accumulator(l, largest * largest, s1 * s2 / sy);
    set(s1 * s2 / sy, q.output_multiplier, q.output_shift);
  } else {
    // TFLite's sum: both operands get 20 (int16: 15) more bits and a common scale of twice the larger one.
    const bool wide = a.dtype == DType::kInt16;
    const int headroom = wide ? 15 : 20;
    // TensorFlow Lite Micro divides scales in double for ADD (add_common.cc) but in float for SUB
    // (sub_common.cc)
    const auto ratio = [&](double x, double to) {
      return kind == Binary::kSub ? static_cast<double>(static_cast<float>(x) / static_cast<float>(to))
                                  : x / to;
    };
    const double twice = 2.0 * std::max(s1, s2), back = ratio(twice, (1 << headroom) * sy);
    check_accumulator(l, 2 * (wide ? 32768.0 : 255.0) * (1 << headroom) * 0.5, back);
    set(ratio(s1, twice), q.a_multiplier, q.a_shift);
    set(ratio(s2, twice), q.b_multiplier, q.b_shift);
    set(back, q.output_multiplier, q.output_shift);
  }
  const ClampRange clamp = activation_range(l, activation_of(l.attrs), y);
  q.act_min = clamp.low;
  q.act_max = clamp.high;
  return q;
}

constexpr size_t kChunk = 512;

// int8 operands of one shape, on the host: what each operand contributes comes from a table, the rest is done
// in vectors. Bit-equal to the routines of the runtime.
HostCall flat_int8_call(const mote_binary_params &q, Binary kind) {
  struct State {
    int32_t a[256], b[256];
    kernels::Requantization requantize;
    int32_t sums[kChunk];
  };
  auto s = std::make_shared<State>();
  for (int i = 0; i < 256; ++i) {
    const int32_t a = i - 128 - q.a_zero_point, b = i - 128 - q.b_zero_point;
    constexpr int32_t kHeadroom = 1 << 20;
    const bool is_product = kind == Binary::kMul;
    s->a[i] = is_product ? a : mote_requantize(a * kHeadroom, q.a_multiplier, q.a_shift);
    s->b[i] = is_product ? b : mote_requantize(b * kHeadroom, q.b_multiplier, q.b_shift);
    if (kind == Binary::kSub) s->b[i] = -s->b[i];
  }
  s->requantize.zero_point = q.output_zero_point;
  s->requantize.low = q.act_min;
  s->requantize.high = q.act_max;
  for (size_t i = 0; i < kChunk; ++i) s->requantize.add(0, q.output_multiplier, q.output_shift);
  const size_t count = q.count[MOTE_MAX_RANK - 1];
  return [s, count, is_product = kind == Binary::kMul](HostInputs in, HostOutputs out) {
    const int8_t *a = in[0], *b = in[1];
    int8_t *y = out[0];
    for (size_t from = 0; from < count; from += kChunk) {
      const size_t n = std::min(kChunk, count - from);
      for (size_t i = 0; i < n; ++i) {
        const int32_t va = s->a[a[from + i] + 128], vb = s->b[b[from + i] + 128];
        s->sums[i] = is_product ? va * vb : va + vb;
      }
      kernels::requantize_rows(s->requantize, s->sums, 0, 1, n, y + from, 0);
    }
  };
}

// Where each output element finds its operand; empty: at its own place.
std::vector<int> operand_table(const std::string &where, const Shape &in, const Shape &out) {
  if (in == out) return {};
  std::vector<BlockAxis> axes;
  const std::vector<int> strides = strides_of(in);
  if (in.rank() != out.rank())
    throw Error(ErrorCode::kShape, where,
                fmt::format("{} and {} have different ranks", in.text(), out.text()),
                "put a Reshape before it");
  for (int d = 0; d < out.rank(); ++d) axes.push_back({out[d], strides[d], 0, in[d] == 1 ? 0 : 1, in[d]});
  return block_table(axes);
}

Shape merged_shape(const std::string &op, const NodeView &v) {
  const std::string where = in_layer(op, v.name);
  if (v.in.size() != 2)
    throw Error(ErrorCode::kInvalidArgument, where, fmt::format("takes two inputs, not {}", v.in.size()));
  const Shape &a = v.in[0], &b = v.in[1];
  bool fits = a.rank() == b.rank();
  std::vector<int> dims;
  for (int d = 0; fits && d < a.rank(); ++d) {
    fits = a[d] == b[d] || a[d] == 1 || b[d] == 1;
    dims.push_back(std::max(a[d], b[d]));
  }
  if (!fits)
    throw Error(ErrorCode::kShape, where,
                fmt::format("its inputs {} and {} do not fit each other", a.text(), b.text()),
                "give both branches the same strides, padding and filters, or put a 1x1 convolution on one");
  return Shape(dims);
}

struct Operands {
  std::vector<int> table[2];
  size_t in[2], out;
  bool is_plain() const { return table[0].empty() && table[1].empty(); }
  size_t at(int operand, size_t i) const { return table[operand].empty() ? i : table[operand][i]; }
};
Operands operands_of(const std::string &op, const NodeView &v) {
  const std::string where = in_layer(op, v.name);
  return {{operand_table(where, v.in[0], v.out), operand_table(where, v.in[1], v.out)},
          {v.in[0].elements(), v.in[1].elements()},
          v.out.elements()};
}

Forward merged_forward(const std::string &op, Binary kind) {
  return {[op, kind](const NodeView &v) {
    return [m = operands_of(op, v), kind](const ForwardArgs &args) {
      const float *a = args.x[0], *b = args.x[1];
      float *y = args.y;
      const size_t n = m.out * args.rows;
      if (m.is_plain() && kind == Binary::kAdd) return kernels::loops().add(a, b, n, y);
      if (m.is_plain() && kind == Binary::kMul) return kernels::loops().multiply(a, b, n, false, y);
      for (int r = 0; r < args.rows; ++r, a += m.in[0], b += m.in[1], y += m.out)
        for (size_t i = 0; i < m.out; ++i) {
          const float p = a[m.at(0, i)], q = b[m.at(1, i)];
          y[i] = kind == Binary::kAdd ? p + q : kind == Binary::kSub ? p - q : p * q;
        }
    };
  }};
}

Backward merged_backward(const std::string &op, Binary kind) {
  return {.compile =
              [op, kind](const NodeView &v) {
                return [m = operands_of(op, v), kind](const BackwardArgs &args) {
                  for (int operand = 0; operand < 2; ++operand) {
                    float *dx = args.dx[operand];
                    if (dx == nullptr) continue;
                    const float *dy = args.dy, *other = args.x[1 - operand];
                    const float sign = kind == Binary::kSub && operand == 1 ? -1.0f : 1.0f;
                    const bool is_adding = args.is_adding[operand];
                    if (m.is_plain()) {
                      const size_t n = m.out * args.rows;
                      if (kind == Binary::kMul)
                        kernels::loops().multiply(dy, other, n, is_adding, dx);
                      else
                        kernels::loops().copy_gradient(dy, sign, n, is_adding, dx);
                      continue;
                    }
                    if (!is_adding) std::fill_n(dx, m.in[operand] * args.rows, 0.0f);
                    for (int r = 0; r < args.rows;
                         ++r, dx += m.in[operand], dy += m.out, other += m.in[1 - operand])
                      for (size_t i = 0; i < m.out; ++i)
                        dx[m.at(operand, i)] +=
                            kind == Binary::kMul ? dy[i] * other[m.at(1 - operand, i)] : sign * dy[i];
                  }
                };
              },
          .overwrites = true};
}

struct Routines {
  void (*s8)(const mote_binary_params *, const int8_t *, const int8_t *, int8_t *);
  void (*s16)(const mote_binary_params *, const int16_t *, const int16_t *, int16_t *);
};

TfOptions options_of(Binary kind, TfActivation activation, bool is_wide) {
  if (kind == Binary::kAdd) return TfAdd{activation, !is_wide};
  if (kind == Binary::kSub) return TfSub{activation, !is_wide};
  return TfMul{activation};
}

// The lowest version of the operator that knows this form.
int version_of(const IntegerProgram &p, const ProgramLayer &l, Binary kind) {
  const ProgramTensor &a = p.tensor(l.inputs[0]), &b = p.tensor(l.inputs[1]), &y = p.tensor(l.outputs[0]);
  if (a.dtype == DType::kInt16) return kind == Binary::kSub ? 5 : kind == Binary::kMul ? 4 : 3;
  if (kind == Binary::kMul) return scale_of(l, a) * double{scale_of(l, b)} >= scale_of(l, y) ? 3 : 2;
  return kind == Binary::kSub && a.shape != b.shape && y.shape.rank() > 4 ? 3 : 2;
}

}  // namespace

OpDef binary_op(const std::string &name, const std::string &doc, Binary kind, int builtin_code) {
  const Routines routines = kind == Binary::kAdd   ? Routines{mote_add_s8, mote_add_s16}
                            : kind == Binary::kSub ? Routines{mote_sub_s8, mote_sub_s16}
                                                   : Routines{mote_mul_s8, mote_mul_s16};
  return {.name = name,
          .doc = doc,
          .attrs = {kActivationAttr},
          .structure = Structure{[name](const NodeView &v) { return merged_shape(name, v); }},
          .forward = merged_forward(name, kind),
          .backward = merged_backward(name, kind),
          .integer = Integer([name](Lowering &l) {
            l.program.layers.push_back(
                {name, l.node.name, {{"activation", activation_name(l.activation)}}, l.x, {l.y}});
          }),
          .run = HostRun([kind, routines](const IntegerProgram &p, const ProgramLayer &l) -> HostCall {
            const ProgramTensor &a = values_in(p, l, 0), &b = input_of(p, l, 1, a.dtype);
            if (a.dtype == DType::kInt8 && a.shape == b.shape)
              return flat_int8_call(prepare(p, l, kind), kind);
            return
                [q = prepare(p, l, kind), wide = is_int16(p, l), routines](HostInputs in, HostOutputs out) {
                  if (wide)
                    routines.s16(&q, in[0], in[1], out[0]);
                  else
                    routines.s8(&q, in[0], in[1], out[0]);
                };
          }),
          .c = EmitC([kind, name](const IntegerProgram &p, const ProgramLayer &l) {
            const mote_binary_params q = prepare(p, l, kind);
            const std::string type = is_int16(p, l) ? "_s16" : "_s8";
            CCall call{"mote_" + name + type,
                       "binary" + type + ".c",
                       "mote_binary_params",
                       {{"count", q.count},
                        {"a_stride", q.a_stride},
                        {"b_stride", q.b_stride},
                        {"a_zero_point", q.a_zero_point},
                        {"b_zero_point", q.b_zero_point},
                        {"output_zero_point", q.output_zero_point},
                        {"a_multiplier", q.a_multiplier},
                        {"a_shift", q.a_shift},
                        {"b_multiplier", q.b_multiplier},
                        {"b_shift", q.b_shift},
                        {"output_multiplier", q.output_multiplier},
                        {"output_shift", q.output_shift},
                        {"act_min", q.act_min},
                        {"act_max", q.act_max}},
                       {},
                       {"params", "in0", "in1", "out0"}};
            if (p.tensor(l.inputs[0]).shape == p.tensor(l.inputs[1]).shape)
              call.rows = CRows{.count = "count"};
            return call;
          }),
          .tflite = Tflite{{builtin_code},
                           [kind, builtin_code](const IntegerProgram &p, const ProgramLayer &l) {
                             return TfOperator{builtin_code, version_of(p, l, kind),
                                               options_of(kind, record_activation(l.attrs), is_int16(p, l))};
                           },
                           [](const TfOperator &op, const IntegerProgram &, ProgramLayer &l) {
                             TfActivation activation = TfActivation::kNone;
                             if (const auto *o = std::get_if<TfAdd>(&op.options)) activation = o->activation;
                             if (const auto *o = std::get_if<TfSub>(&op.options)) activation = o->activation;
                             if (const auto *o = std::get_if<TfMul>(&op.options)) activation = o->activation;
                             return Attrs{{"activation", fused_activation(layer_where(l), activation)}};
                           }},
          .cost = CostOf(no_macs),
          .properties = {Property::kTakesInt16, Property::kElementwise, Property::kTakesActivation},
          .output_range = OutputRange::kCalibrated,
          .channels = same_channels};
}

}  // namespace mote::ops
