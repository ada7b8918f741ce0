// mahalanobis: s = |W (x - mean)|^2, the squared Mahalanobis distance of a Gaussian whose covariance is
// (W' W)^-1, as the scores of normal and anomaly. W is diagonal, or the lower triangle that is the inverse of
// the covariance's Cholesky factor. No gradient trains it: mean and W are fitted (train/detector.h).
//
// In integers W in steps of the input is int16, a row adds up in 32 bits, squares in 64.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "ops/anomaly_support.h"
#include "ops/integer_support.h"
#include "ops/op_list.h"

namespace mote::ops {
namespace {

constexpr int kMostFeatures = 4096, kMostOfFull = 512;

bool is_diagonal(const Attrs &attrs) { return attrs.text("covariance") == "diagonal"; }
size_t weight_count(size_t n, bool diagonal) { return diagonal ? n : n * (n + 1) / 2; }

Shape mahalanobis_shape(const NodeView &v) {
  const int most = is_diagonal(*v.attrs) ? kMostFeatures : kMostOfFull;
  if (v.in[0].elements() > static_cast<size_t>(most))
    throw Error(ErrorCode::kShape, in_layer("mahalanobis", v.name),
                fmt::format("input {}: a Gaussian of {} covariance takes {} values at most", v.in[0].text(),
                            v.attrs->text("covariance"), most),
                "let features.blocks make a list of features of each window, as `statistics` does");
  return score_shape();
}

// The weights of a full W are its rows, row r with r + 1 of them.
std::vector<ParamSpec> mahalanobis_params(const NodeView &v) {
  const int n = static_cast<int>(v.in[0].elements()),
            weights = static_cast<int>(weight_count(v.in[0].elements(), is_diagonal(*v.attrs)));
  return {{.role = Role::kLocation, .shape = {n}, .channel_axis = 0, .init = Init::kZeros},
          {.role = Role::kWhitening, .shape = {weights}, .channel_axis = 0, .init = Init::kOnes}};
}

struct Gaussian {
  size_t n;
  bool diagonal;
  // Row r of W (x - mean).
  double row(const float *x, const float *mean, const float *weights, size_t r) const {
    if (diagonal) return double{weights[r]} * (double{x[r]} - mean[r]);
    double sum = 0;
    const float *w = weights + r * (r + 1) / 2;
    for (size_t i = 0; i <= r; ++i) sum += double{w[i]} * (double{x[i]} - mean[i]);
    return sum;
  }
  double score(const float *x, const float *mean, const float *weights) const {
    double sum = 0;
    for (size_t r = 0; r < n; ++r) {
      const double z = row(x, mean, weights, r);
      sum += z * z;
    }
    return sum;
  }
};

Forward mahalanobis_forward() {
  return {.compile = [](const NodeView &v) {
    return [g = Gaussian{v.in[0].elements(), is_diagonal(*v.attrs)},
            values = score_values(*v.attrs)](const ForwardArgs &a) {
      for (int r = 0; r < a.rows; ++r)
        values(g.score(a.x[0] + r * g.n, a.params[0], a.params[1]), a.y + size_t{2} * r);
    };
  }};
}

Backward mahalanobis_backward() {
  return {.compile = [](const NodeView &v) {
    return [g = Gaussian{v.in[0].elements(), is_diagonal(*v.attrs)},
            gradient = score_gradient(*v.attrs)](const BackwardArgs &args) {
      if (args.dx[0] == nullptr) return;
      const float *mean = args.params[0], *weights = args.params[1];
      for (int e = 0; e < args.rows; ++e) {
        const float *x = args.x[0] + e * g.n;
        float *dx = args.dx[0] + e * g.n;
        const double slope = 2 * gradient(g.score(x, mean, weights), args.dy + size_t{2} * e);
        for (size_t r = 0; r < g.n; ++r) {
          const double z = slope * g.row(x, mean, weights, r);
          if (g.diagonal) {
            dx[r] += static_cast<float>(z * weights[r]);
            continue;
          }
          const float *w = weights + r * (r + 1) / 2;
          for (size_t i = 0; i <= r; ++i) dx[i] += static_cast<float>(z * w[i]);
        }
      }
    };
  }};
}

// Weights in int16, sums of a row within 2^30 for any input.
void lower_mahalanobis(Lowering &l) {
  const size_t n = l.node.in[0].elements();
  const Gaussian g{n, is_diagonal(*l.node.attrs)};
  const std::vector<float> &mean = *l.params[0], &weights = *l.params[1];
  const QuantParams quant = l.program.tensor(l.x[0]).quant;
  const double step = double{quant.scale[0]}, zero = quant.zero_point[0];
  std::vector<double> offset(n), largest(n);
  double most_weight = 0, most_sum = 0;
  for (size_t r = 0; r < n; ++r) {
    const size_t begin = g.diagonal ? r : r * (r + 1) / 2, first = g.diagonal ? r : 0;
    for (size_t i = first; i <= r; ++i) {
      const double w = double{weights[begin + i - first]};
      offset[r] -= w * (double{mean[i]} + step * zero);
      largest[r] += 128 * step * std::fabs(w);
      most_weight = std::max(most_weight, step * std::fabs(w));
    }
    most_sum = std::max(most_sum, largest[r] + std::fabs(offset[r]));
  }
  constexpr double kMostWeight = 32767, kMostSum = 1 << 30;
  const double unit = std::max({most_weight / kMostWeight, most_sum / kMostSum, 1e-30});
  std::vector<int16_t> w16(weights.size());
  for (size_t i = 0; i < weights.size(); ++i)
    w16[i] = static_cast<int16_t>(std::lround(step * weights[i] / unit));
  std::vector<int32_t> bias(n);
  for (size_t r = 0; r < n; ++r) bias[r] = static_cast<int32_t>(std::lround(offset[r] / unit));
  ProgramTensor w =
      constant_tensor(l.node.name + "/whitening", {static_cast<int>(w16.size())}, DType::kInt16, w16);
  w.quant = {{static_cast<float>(unit / step)}, {0}, 0};
  const int at = l.program.add_tensor(std::move(w));
  const int bias_at = l.program.add_tensor(
      constant_tensor(l.node.name + "/bias", {static_cast<int>(n)}, DType::kInt32, bias));
  l.program.layers.push_back({"mahalanobis", l.node.name, *l.node.attrs, {l.x[0], at, bias_at}, {l.y}});
}

struct Prepared {
  mote_mahalanobis_params params;
  std::vector<int16_t> weights;
  std::vector<int32_t> bias;
};

Prepared prepare(const IntegerProgram &p, const ProgramLayer &l) {
  const ProgramTensor &x = input_of(p, l, 0, DType::kInt8), &w = constant_of(p, l, 1, DType::kInt16),
                      &b = constant_of(p, l, 2, DType::kInt32), &y = output_of(p, l, 0, DType::kInt8);
  const int n = static_cast<int>(b.shape.elements());
  require(n > 0 && n <= kMostFeatures && x.shape.elements() % n == 0, l,
          fmt::format("input {} and {} values of the bias do not fit", x.shape.text(), n), ErrorCode::kShape);
  const bool diagonal = is_diagonal(l.attrs);
  require(w.shape.elements() == weight_count(n, diagonal), l,
          fmt::format("{} weights for {} features", w.shape.elements(), n), ErrorCode::kShape);
  Prepared r{{static_cast<int32_t>(x.shape.elements()) / n, n, diagonal, 0, {}},
             constant_values_of<int16_t>(w),
             constant_values_of<int32_t>(b)};
  check_scores(l, y, r.params.batches);
  double largest = 0;
  for (size_t row = 0, at = 0; row < r.bias.size(); ++row) {
    double sum = std::fabs(static_cast<double>(r.bias[row]));
    for (size_t i = diagonal ? row : 0; i <= row; ++i)
      sum += 128 * std::fabs(static_cast<double>(r.weights[at++]));
    largest = std::max(largest, sum);
  }
  require(largest < 2147483648.0, l, "its sums may leave 32 bits");
  constexpr double kMostOfRow = (1 << 20) - 1;
  while (std::ldexp(largest, -r.params.shift) > kMostOfRow) ++r.params.shift;
  const double unit = std::ldexp(double{scale_of(l, x)} * double{scale_of(l, w)}, r.params.shift);
  r.params.threshold = integer_threshold(l, unit * unit);
  return r;
}

CCall mahalanobis_c(const IntegerProgram &p, const ProgramLayer &l) {
  const Prepared r = prepare(p, l);
  const mote_mahalanobis_params &q = r.params;
  return {"mote_mahalanobis_s8",
          "mahalanobis_s8.c",
          "mote_mahalanobis_params",
          {{"batches", q.batches},
           {"count", q.count},
           {"is_diagonal", q.is_diagonal},
           {"shift", q.shift},
           threshold_field(q.threshold)},
          {{"weights", DType::kInt16, {r.weights.begin(), r.weights.end()}}, int32_array("bias", r.bias)},
          {"params", "weights", "bias", "in0", "out0"}};
}

}  // namespace

const OpDef &mahalanobis_op() {
  static const OpDef kOp{
      .name = "mahalanobis",
      .doc = "Squared Mahalanobis distance as scores: t / (s + t) normal, s / (s + t) anomaly.",
      .attrs = {{"covariance", std::string("diagonal"), "of the Gaussian", {"diagonal", "full"}},
                kThresholdAttr,
                kReachAttr},
      .structure = Structure{mahalanobis_shape, mahalanobis_params},
      .forward = mahalanobis_forward(),
      .backward = mahalanobis_backward(),
      .integer = Integer(lower_mahalanobis),
      .run = HostRun([](const IntegerProgram &p, const ProgramLayer &l) -> HostCall {
        return [r = prepare(p, l)](HostInputs in, HostOutputs out) {
          mote_mahalanobis_s8(&r.params, r.weights.data(), r.bias.data(), in[0], out[0]);
        };
      }),
      .c = EmitC([](const IntegerProgram &p, const ProgramLayer &l) { return CCalls(mahalanobis_c(p, l)); }),
      .tflite = no_tflite(),
      .cost = CostOf([](const std::vector<Shape> &in, const Shape &, const Attrs &attrs) {
        return Cost{weight_count(in[0].elements(), is_diagonal(attrs)) + in[0].elements()};
      }),
      .properties = {},
      .output_range = OutputRange::kProbability,
      .score_unit = "squared Mahalanobis distance"};
  return kOp;
}

}  // namespace mote::ops
