// mean over any axes, int8. Source: TFLite Micro's reduce: the division by the count goes into the
// multiplier.
#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "mote_runtime.h"
#include "ops/import_support.h"
#include "ops/integer_support.h"
#include "ops/op_list.h"

namespace mote::ops {
namespace {

mote_mean_params prepare(const IntegerProgram &p, const ProgramLayer &l) {
  const ProgramTensor &x = values_in(p, l, 0), &y = values_out(p, l, 0, x);
  require(x.shape.rank() <= MOTE_MAX_RANK, l, fmt::format("{} has too many dimensions", x.shape.text()));
  std::vector<bool> is_summed(x.shape.rank());
  for (int64_t axis : l.attrs.list("axes"))
    is_summed[normal_axis(l, static_cast<int>(axis), x.shape.rank())] = true;
  const std::vector<int> strides = strides_of(x.shape);
  mote_mean_params q{};
  std::fill_n(q.out_count, MOTE_MAX_RANK, 1);
  std::fill_n(q.sum_count, MOTE_MAX_RANK, 1);
  uint64_t n = 1;
  for (int d = 0; d < x.shape.rank(); ++d) {
    const size_t i = d;
    const int slot = d + MOTE_MAX_RANK - x.shape.rank();
    if (is_summed[i]) {
      q.sum_count[slot] = x.shape[d];
      q.sum_stride[slot] = strides[i];
      n *= x.shape[d];
    } else {
      q.out_count[slot] = x.shape[d];
      q.out_stride[slot] = strides[i];
    }
  }
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

}  // namespace

const OpDef &mean_op() {
  constexpr int kMean = 40;
  const NotSupported imported = imported_only("mean");
  static const OpDef kOp{
      .name = "mean",
      .doc = "Mean over some axes.",
      .attrs = {{"axes", std::vector<int64_t>{-1}, "the axes that are averaged", {}, -6, 5}},
      .structure = imported,
      .forward = imported,
      .backward = imported,
      .integer = imported,
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
      .properties = {Property::kTakesInt16},
      .output_range = OutputRange::kCalibrated};
  return kOp;
}

}  // namespace mote::ops
