// nearest_centroid: s = min_k |x - c_k|^2, the squared Euclidean distance to the nearest centroid of k-means,
// as the scores of normal and anomaly. No gradient trains it: centroids are fitted (train/detector.h).
//
// In integers a centroid is int16 in 64ths of the input's step; squares add up exactly in 64 bits.
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
constexpr double kParts = 64;  // of a step

Shape centroid_shape(const NodeView &v) {
  if (v.in[0].elements() > static_cast<size_t>(kMostValues))
    throw Error(ErrorCode::kShape, in_layer("nearest_centroid", v.name),
                fmt::format("input {}: takes {} values at most", v.in[0].text(), kMostValues));
  return score_shape();
}

std::vector<ParamSpec> centroid_params(const NodeView &v) {
  return {{.role = Role::kCentroids,
           .shape = {v.attrs->integer("centroids"), static_cast<int>(v.in[0].elements())},
           .channel_axis = 0,
           .init = Init::kZeros}};
}

struct Nearest {
  size_t n, centroids;
  double distance(const float *x, const float *c) const {
    double sum = 0;
    for (size_t i = 0; i < n; ++i) sum += (double{x[i]} - c[i]) * (double{x[i]} - c[i]);
    return sum;
  }
  // Which centroid, the first of equal ones, and how far it is.
  std::pair<size_t, double> find(const float *x, const float *list) const {
    std::pair<size_t, double> best = {0, distance(x, list)};
    for (size_t k = 1; k < centroids; ++k)
      if (const double d = distance(x, list + k * n); d < best.second) best = {k, d};
    return best;
  }
};
Nearest nearest_of(const NodeView &v) {
  return {v.in[0].elements(), static_cast<size_t>(v.attrs->integer("centroids"))};
}

Forward centroid_forward() {
  return {.compile = [](const NodeView &v) {
    return [g = nearest_of(v), values = score_values(*v.attrs)](const ForwardArgs &a) {
      for (int r = 0; r < a.rows; ++r)
        values(g.find(a.x[0] + r * g.n, a.params[0]).second, a.y + size_t{2} * r);
    };
  }};
}

Backward centroid_backward() {
  return {.compile = [](const NodeView &v) {
    return [g = nearest_of(v), gradient = score_gradient(*v.attrs)](const BackwardArgs &args) {
      if (args.dx[0] == nullptr) return;
      for (int r = 0; r < args.rows; ++r) {
        const float *x = args.x[0] + r * g.n;
        const auto [k, score] = g.find(x, args.params[0]);
        const double slope = 2 * gradient(score, args.dy + size_t{2} * r);
        const float *c = args.params[0] + k * g.n;
        for (size_t i = 0; i < g.n; ++i)
          args.dx[0][r * g.n + i] += static_cast<float>(slope * (double{x[i]} - c[i]));
      }
    };
  }};
}

void lower_centroids(Lowering &l) {
  const int n = static_cast<int>(l.node.in[0].elements()), count = l.node.attrs->integer("centroids");
  const QuantParams quant = l.program.tensor(l.x[0]).quant;
  const double step = double{quant.scale[0]}, zero = quant.zero_point[0];
  std::vector<int16_t> c16;
  for (float c : *l.params[0])
    c16.push_back(
        static_cast<int16_t>(std::clamp(std::round(kParts * (double{c} / step + zero)), -32768.0, 32767.0)));
  ProgramTensor c = constant_tensor(l.node.name + "/centroids", {count, n}, DType::kInt16, c16);
  c.quant = {{static_cast<float>(step / kParts)}, {0}, 0};
  const int at = l.program.add_tensor(std::move(c));
  l.program.layers.push_back({"nearest_centroid", l.node.name, *l.node.attrs, {l.x[0], at}, {l.y}});
}

struct Prepared {
  mote_nearest_centroid_params params;
  std::vector<int16_t> centroids;
};

Prepared prepare(const IntegerProgram &p, const ProgramLayer &l) {
  const ProgramTensor &x = input_of(p, l, 0, DType::kInt8), &c = constant_of(p, l, 1, DType::kInt16),
                      &y = output_of(p, l, 0, DType::kInt8);
  require(c.shape.rank() == 2 && c.shape[0] > 0 && c.shape[1] > 0 && c.shape[1] <= kMostValues &&
              x.shape.elements() % static_cast<size_t>(c.shape[1]) == 0,
          l, fmt::format("input {} and centroids {} do not fit", x.shape.text(), c.shape.text()),
          ErrorCode::kShape);
  Prepared r{{static_cast<int32_t>(x.shape.elements()) / c.shape[1], c.shape[1], c.shape[0], {}},
             constant_values_of<int16_t>(c)};
  check_scores(l, y, r.params.batches);
  const double unit = double{scale_of(l, x)} / kParts;
  r.params.threshold = integer_threshold(l, unit * unit);
  return r;
}

CCall centroid_c(const IntegerProgram &p, const ProgramLayer &l) {
  const Prepared r = prepare(p, l);
  const mote_nearest_centroid_params &q = r.params;
  return {
      "mote_nearest_centroid_s8",
      "nearest_centroid_s8.c",
      "mote_nearest_centroid_params",
      {{"batches", q.batches}, {"count", q.count}, {"centroids", q.centroids}, threshold_field(q.threshold)},
      {{"table", DType::kInt16, {r.centroids.begin(), r.centroids.end()}}},
      {"params", "table", "in0", "out0"}};
}

}  // namespace

const OpDef &nearest_centroid_op() {
  static const OpDef kOp{
      .name = "nearest_centroid",
      .doc = "Squared distance to the nearest centroid as scores: t / (s + t) normal, s / (s + t) anomaly.",
      .attrs = {{"centroids", int64_t{8}, "how many there are", {}, 1, 4096}, kThresholdAttr, kReachAttr},
      .structure = Structure{centroid_shape, centroid_params},
      .forward = centroid_forward(),
      .backward = centroid_backward(),
      .integer = Integer(lower_centroids),
      .run = HostRun([](const IntegerProgram &p, const ProgramLayer &l) -> HostCall {
        return [r = prepare(p, l)](HostInputs in, HostOutputs out) {
          mote_nearest_centroid_s8(&r.params, r.centroids.data(), in[0], out[0]);
        };
      }),
      .c = EmitC([](const IntegerProgram &p, const ProgramLayer &l) { return CCalls(centroid_c(p, l)); }),
      .tflite = no_tflite(),
      .cost = CostOf([](const std::vector<Shape> &in, const Shape &, const Attrs &attrs) {
        return Cost{in[0].elements() * static_cast<size_t>(attrs.integer("centroids"))};
      }),
      .properties = {},
      .output_range = OutputRange::kProbability,
      .score_unit = "squared distance to the nearest centroid"};
  return kOp;
}

}  // namespace mote::ops
