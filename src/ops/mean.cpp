// mean over any axes, int8; trained, over all but the last, as global average pooling. Unlike a pool its
// output has a scale of its own: means lie much closer together than the values.
//
// Source: TFLite Micro's reduce: the division by the count goes into the multiplier.
#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "base/error.h"
#include "kernels/conv2d.h"
#include "mote_runtime.h"
#include "ops/channel_support.h"
#include "ops/import_support.h"
#include "ops/integer_support.h"
#include "ops/op_list.h"

namespace mote::ops {
namespace {

// Axes of a tensor as loops, outermost first; neighbours that step evenly through memory are one loop.
struct Loops {
  std::vector<int32_t> count, stride;
  void add(int32_t n, int32_t step) {
    if (n == 1) return;
    if (!count.empty() && stride.back() == n * step) {
      count.back() *= n;
      stride.back() = step;
    } else {
      count.push_back(n);
      stride.push_back(step);
    }
  }
  // The innermost in the last place, which the routine takes by itself.
  void put(int32_t *counts, int32_t *strides) const {
    std::fill_n(counts, MOTE_MAX_RANK, 1);
    std::copy(count.begin(), count.end(), counts + MOTE_MAX_RANK - count.size());
    std::copy(stride.begin(), stride.end(), strides + MOTE_MAX_RANK - stride.size());
  }
};

mote_mean_params prepare(const IntegerProgram &p, const ProgramLayer &l) {
  const ProgramTensor &x = values_in(p, l, 0), &y = values_out(p, l, 0, x);
  require(x.shape.rank() <= MOTE_MAX_RANK, l, fmt::format("{} has too many dimensions", x.shape.text()));
  std::vector<bool> is_summed(x.shape.rank());
  for (int64_t axis : l.attrs.list("axes"))
    is_summed[normal_axis(l, static_cast<int>(axis), x.shape.rank())] = true;
  const std::vector<int> strides = strides_of(x.shape);
  Loops kept, summed;
  uint64_t n = 1;
  for (int d = 0; d < x.shape.rank(); ++d) {
    (is_summed[d] ? summed : kept).add(x.shape[d], strides[d]);
    if (is_summed[d]) n *= x.shape[d];
  }
  mote_mean_params q{};
  kept.put(q.out_count, q.out_stride);
  summed.put(q.sum_count, q.sum_stride);
  require(y.shape.elements() * n == x.shape.elements(), l,
          fmt::format("output {} does not fit", y.shape.text()), ErrorCode::kShape);
  const double largest = x.dtype == DType::kInt16 ? 32768.0 : 255.0;
  require(n < (1u << 23), l, "averages too many values");
  const double real = scale_of(l, x) / double{scale_of(l, y)};
  check_accumulator(l, largest * n, real / n);
  const Multiplier m = quantize_multiplier(real);
  int shift = std::min(63 - std::countl_zero(n), 32);
  shift = std::min(shift, 31 + m.shift);
  q.multiplier = (int64_t{m.value} << shift) / n;
  q.shift = m.shift - shift;
  q.correction = zero_point_of(l, x) * static_cast<int32_t>(n);
  q.output_zero_point = zero_point_of(l, y);
  return q;
}

// All axes but the last, which holds the channels, are averaged.
Shape mean_shape(const NodeView &v) {
  const Shape &x = v.in[0];
  std::vector<bool> is_averaged(x.rank());
  for (const int64_t axis : v.attrs->list("axes")) {
    const int64_t at = axis < 0 ? axis + x.rank() : axis;
    if (at < 0 || at >= x.rank())
      throw Error(ErrorCode::kShape, in_layer("mean", v.name),
                  fmt::format("input {} has no axis {}", x.text(), axis));
    is_averaged[at] = true;
  }
  const bool is_global = x.rank() > 1 && !is_averaged.back() &&
                         std::count(is_averaged.begin(), is_averaged.end(), true) == x.rank() - 1;
  if (!is_global)
    throw Error(ErrorCode::kUnsupported, in_layer("mean", v.name),
                fmt::format("input {}: only the mean over all axes but the last is trained", x.text()),
                "use an average pool for some of them");
  return {x[-1]};
}

Forward mean_forward() {
  return {.compile = [](const NodeView &v) {
    const int channels = v.in[0][-1], count = v.in[0].elements() / channels;
    return [channels, count](const ForwardArgs &a) {
      for (int n = 0; n < a.rows; ++n) {
        float *y = a.y + n * channels;
        std::fill_n(y, channels, 0.0f);
        kernels::add_column_sums(a.x[0] + n * count * channels, count, channels, y);
        for (int c = 0; c < channels; ++c) y[c] /= static_cast<float>(count);
      }
    };
  }};
}

Backward mean_backward() {
  return {.compile = [](const NodeView &v) {
    const int channels = v.in[0][-1], count = v.in[0].elements() / channels;
    return [channels, count](const BackwardArgs &a) {
      if (a.dx[0] == nullptr) return;
      float *dx = a.dx[0];
      for (int n = 0; n < a.rows; ++n)
        for (int i = 0; i < count; ++i, dx += channels)
          for (int c = 0; c < channels; ++c) dx[c] += a.dy[n * channels + c] / static_cast<float>(count);
    };
  }};
}

// The axes of a program count the batch, too.
void lower_mean(Lowering &l) {
  std::vector<int64_t> axes;
  for (int axis = 1; axis < l.node.in[0].rank(); ++axis) axes.push_back(axis);
  l.program.layers.push_back({"mean", l.node.name, {{"axes", axes}}, {l.x[0]}, {l.y}});
}

}  // namespace

const OpDef &mean_op() {
  constexpr int kMean = 40;
  static const OpDef kOp{
      .name = "mean",
      .doc = "Mean over axes; trained, over all but the last.",
      .attrs = {{"axes", std::vector<int64_t>{-1}, "the axes that are averaged", {}, -6, 5}},
      .structure = Structure{mean_shape},
      .forward = mean_forward(),
      .backward = mean_backward(),
      .integer = Integer(lower_mean),
      .run = HostRun([](const IntegerProgram &p, const ProgramLayer &l) -> HostCall {
        return [q = prepare(p, l), wide = is_int16(p, l)](HostInputs in, HostOutputs out) {
          if (wide)
            mote_mean_s16(&q, in[0], out[0]);
          else
            mote_mean_s8(&q, in[0], out[0]);
        };
      }),
      .c = EmitC([](const IntegerProgram &p, const ProgramLayer &l) {
        const mote_mean_params q = prepare(p, l);
        const std::string name = is_int16(p, l) ? "mean_s16" : "mean_s8";
        return CCall{"mote_" + name,
                     name + ".c",
                     "mote_mean_params",
                     {{"out_count", q.out_count},
                      {"out_stride", q.out_stride},
                      {"sum_count", q.sum_count},
                      {"sum_stride", q.sum_stride},
                      {"correction", q.correction},
                      {"multiplier", q.multiplier},
                      {"shift", q.shift},
                      {"output_zero_point", q.output_zero_point}},
                     {},
                     {"params", "in0", "out0"}};
      }),
      .tflite = Tflite{
          {kMean},
          [](const IntegerProgram &p, const ProgramLayer &l) {
            const auto &axes = l.attrs.list("axes");
            const bool keeps = p.tensor(l.inputs[0]).shape.rank() == p.tensor(l.outputs[0]).shape.rank();
            return TfOperator{
                kMean, is_int16(p, l) ? 3 : 2, TfMean{keeps}, {{0}, {-1, {axes.begin(), axes.end()}}}};
          },
          [](const TfOperator &, const IntegerProgram &p, ProgramLayer &l) {
            const std::vector<int> axes = constant_values(p, l, 1);
            l.inputs.resize(1);
            return Attrs{{"axes", std::vector<int64_t>(axes.begin(), axes.end())}};
          }},
      .cost = CostOf(no_macs),
      .properties = {Property::kTakesInt16, Property::kHomogeneous},
      .output_range = OutputRange::kCalibrated,
      .channels = same_channels};
  return kOp;
}

}  // namespace mote::ops
