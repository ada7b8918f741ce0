// reconstruction_error: the mean squared difference of two values, an autoencoder's input and what it gives,
// as the scores of normal and anomaly.
//
// In integers each difference is (sa (qa - za) - sb (qb - zb)) in steps of the larger scale / 128, rounded
// once; squares add up exactly in 64 bits.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "ops/anomaly_support.h"
#include "ops/integer_support.h"
#include "ops/op_list.h"

namespace mote::ops {
namespace {

constexpr int kMostValues = (1 << 22) - 1;

Shape error_shape(const NodeView &v) {
  const std::string where = in_layer("reconstruction_error", v.name);
  if (v.in.size() != 2)
    throw Error(ErrorCode::kInvalidArgument, where, fmt::format("takes two inputs, not {}", v.in.size()));
  if (v.in[0].elements() != v.in[1].elements() || v.in[0].elements() > kMostValues)
    throw Error(ErrorCode::kShape, where,
                fmt::format("its inputs {} and {} must have as many values, {} at most", v.in[0].text(),
                            v.in[1].text(), kMostValues));
  return score_shape();
}

double mean_square(const float *a, const float *b, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; ++i) sum += (double{a[i]} - b[i]) * (double{a[i]} - b[i]);
  return sum / static_cast<double>(n);
}

Forward error_forward() {
  return {.compile = [](const NodeView &v) {
    return [n = v.in[0].elements(), values = score_values(*v.attrs)](const ForwardArgs &a) {
      for (int r = 0; r < a.rows; ++r)
        values(mean_square(a.x[0] + r * n, a.x[1] + r * n, n), a.y + size_t{2} * r);
    };
  }};
}

Backward error_backward() {
  return {.compile = [](const NodeView &v) {
    return [n = v.in[0].elements(), gradient = score_gradient(*v.attrs)](const BackwardArgs &args) {
      for (int r = 0; r < args.rows; ++r) {
        const float *a = args.x[0] + r * n, *b = args.x[1] + r * n;
        const double slope =
            2 * gradient(mean_square(a, b, n), args.dy + size_t{2} * r) / static_cast<double>(n);
        for (size_t i = 0; i < n; ++i) {
          const auto d = static_cast<float>(slope * (double{a[i]} - b[i]));
          if (args.dx[0] != nullptr) args.dx[0][r * n + i] += d;
          if (args.dx[1] != nullptr) args.dx[1][r * n + i] -= d;
        }
      }
    };
  }};
}

mote_reconstruction_error_params prepare(const IntegerProgram &p, const ProgramLayer &l) {
  const ProgramTensor &a = input_of(p, l, 0, DType::kInt8), &b = input_of(p, l, 1, DType::kInt8),
                      &y = output_of(p, l, 0, DType::kInt8);
  const int batches = a.shape.rank() > 0 ? a.shape[0] : 1;
  require(a.shape.elements() == b.shape.elements() && batches > 0 &&
              a.shape.elements() / batches <= static_cast<size_t>(kMostValues),
          l, fmt::format("inputs {} and {} do not fit", a.shape.text(), b.shape.text()), ErrorCode::kShape);
  check_scores(l, y, batches);
  constexpr double kOne = 1 << 14, kDropped = 1 << 7;  // of the multipliers; bits that a difference loses
  const double sa = scale_of(l, a), sb = scale_of(l, b), step = std::max(sa, sb) / kOne;
  mote_reconstruction_error_params q{};
  q.batches = batches;
  q.count = static_cast<int32_t>(a.shape.elements()) / batches;
  q.a_zero_point = zero_point_of(l, a);
  q.b_zero_point = zero_point_of(l, b);
  q.a_multiplier = static_cast<int32_t>(std::lround(sa / step));
  q.b_multiplier = static_cast<int32_t>(std::lround(sb / step));
  q.threshold = integer_threshold(l, kDropped * step * kDropped * step / q.count);
  return q;
}

}  // namespace

const OpDef &reconstruction_error_op() {
  static const OpDef kOp{
      .name = "reconstruction_error",
      .doc = "Mean squared difference of two values as scores: t / (s + t) normal, s / (s + t) anomaly.",
      .attrs = {kThresholdAttr, kReachAttr},
      .structure = Structure{error_shape},
      .forward = error_forward(),
      .backward = error_backward(),
      .integer = Integer([](Lowering &l) {
        l.program.layers.push_back({"reconstruction_error", l.node.name, *l.node.attrs, l.x, {l.y}});
      }),
      .run = HostRun([](const IntegerProgram &p, const ProgramLayer &l) -> HostCall {
        return [q = prepare(p, l)](HostInputs in, HostOutputs out) {
          mote_reconstruction_error_s8(&q, in[0], in[1], out[0]);
        };
      }),
      .c = EmitC([](const IntegerProgram &p, const ProgramLayer &l) {
        const mote_reconstruction_error_params q = prepare(p, l);
        return CCall{"mote_reconstruction_error_s8",
                     "reconstruction_error_s8.c",
                     "mote_reconstruction_error_params",
                     {{"batches", q.batches},
                      {"count", q.count},
                      {"a_zero_point", q.a_zero_point},
                      {"b_zero_point", q.b_zero_point},
                      {"a_multiplier", q.a_multiplier},
                      {"b_multiplier", q.b_multiplier},
                      threshold_field(q.threshold)},
                     {},
                     {"params", "in0", "in1", "out0"}};
      }),
      .tflite = no_tflite(),
      .cost = CostOf(
          [](const std::vector<Shape> &in, const Shape &, const Attrs &) { return Cost{in[0].elements()}; }),
      .properties = {},
      .output_range = OutputRange::kProbability,
      .score_unit = "mean squared error of the normalized values"};
  return kOp;
}

}  // namespace mote::ops
