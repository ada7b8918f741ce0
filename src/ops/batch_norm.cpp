// batch_norm: y = gamma (x - mean) / sqrt(variance + epsilon) + beta for each channel, the last axis. In
// training mean and variance are those of the whole batch (the biased variance); afterwards the moving ones:
//   moving = momentum moving + (1 - momentum) of the batch, as in Keras 3.
// Source: Ioffe and Szegedy 2015, algorithm 1.
#include <cmath>

#include "graph/op_def.h"
#include "kernels/loops.h"
#include "mote/model.h"
#include "ops/channel_support.h"
#include "ops/integer_support.h"
#include "ops/op_list.h"

namespace mote::ops {
namespace {

enum Param { kGamma, kBeta, kMovingMean, kMovingVariance };

size_t channels_of(const NodeView &v) { return v.in[0][-1]; }

std::vector<ParamSpec> batch_norm_params(const NodeView &v) {
  const Shape shape{v.in[0][-1]};
  return {{.role = Role::kGamma, .shape = shape, .channel_axis = 0, .init = Init::kOnes},
          {.role = Role::kBeta, .shape = shape, .channel_axis = 0, .init = Init::kZeros},
          {.role = Role::kMovingMean, .shape = shape, .channel_axis = 0, .init = Init::kZeros},
          {.role = Role::kMovingVariance, .shape = shape, .channel_axis = 0, .init = Init::kOnes}};
}

struct Plan {
  size_t channels, positions;  // positions of one example
  double epsilon, momentum;
  bool has_relu;
  size_t rows(int examples) const { return positions * examples; }
};
Plan plan_of(const NodeView &v) {
  return {channels_of(v), v.in[0].elements() / channels_of(v), v.attrs->number("epsilon"),
          v.attrs->number("momentum"), v.has_relu};
}

struct Moments {
  double mean, variance;
};
Moments batch_moments(const Plan &p, const double *sums, int batch_rows, size_t c) {
  const double n = p.rows(batch_rows), mean = sums[c] / n;
  return {mean, std::max(0.0, sums[p.channels + c] / n - mean * mean)};
}

// What the loops over values need of each channel, in memory for kColumns channels.
constexpr size_t kColumns = 6;
struct Columns {
  size_t channels;
  float *memory;
  float *mean() const { return memory; }
  float *inverse() const { return memory + channels; }   // of the deviation
  float *gate() const { return memory + 2 * channels; }  // gamma / deviation, rounded once
  float *scale() const { return memory + 3 * channels; }
  float *mean_d() const { return memory + 4 * channels; }
  float *mean_dx() const { return memory + 5 * channels; }
  void set(size_t c, const Moments &m, double epsilon, float gamma) const {
    const double deviation = std::sqrt(m.variance + epsilon);
    mean()[c] = m.mean;
    inverse()[c] = 1.0 / deviation;
    gate()[c] = gamma / deviation;
    scale()[c] = gamma * inverse()[c];
    mean_d()[c] = mean_dx()[c] = 0;
  }
  kernels::NormGradient gradient(const float *beta) const {
    return {mean(), inverse(), gate(), beta, scale(), mean_d(), mean_dx()};
  }
};

// Prepared of the batch, or else of the moving statistics, in scratch.
template <class Args>
Columns columns_of(const Plan &p, const Args &a) {
  if (a.prepared) return {p.channels, const_cast<float *>(a.prepared)};
  const Columns columns{p.channels, a.scratch};
  for (size_t c = 0; c < p.channels; ++c)
    columns.set(c, {double{a.params[kMovingMean][c]}, double{a.params[kMovingVariance][c]}}, p.epsilon,
                a.params[kGamma][c]);
  return columns;
}

Forward batch_norm_forward() {
  return {.compile =
              [](const NodeView &v) {
                return [p = plan_of(v)](const ForwardArgs &a) {
                  const Columns columns = columns_of(p, a);
                  kernels::loops().normalize(a.x[0], p.rows(a.rows), p.channels,
                                             {columns.mean(), columns.gate(), a.params[kBeta]}, p.has_relu,
                                             a.y);
                };
              },
          .scratch_floats = [](const NodeView &v) { return kColumns * channels_of(v); }};
}

// dx = gamma / deviation (dy - mean(dy) - x' mean(dy x')), x' the normalized input. Where the moving
// statistics were used, which do not depend on x, the means are zero; else the gradients of gamma and beta
// are the sums that were added up before.
void batch_norm_backward(const Plan &p, const BackwardArgs &a) {
  const Columns columns = columns_of(p, a);
  for (size_t i = 0; a.prepared == nullptr && i < p.rows(a.rows) * p.channels; ++i) {
    const size_t c = i % p.channels;
    const float d = p.has_relu && !(a.y[i] > 0.0f) ? 0.0f : a.dy[i];
    a.dparams[kGamma][c] += d * (a.x[0][i] - columns.mean()[c]) * columns.inverse()[c];
    a.dparams[kBeta][c] += d;
  }
  if (a.dx[0] != nullptr)
    kernels::loops().normalize_gradient(a.x[0], a.dy, p.rows(a.rows), p.channels,
                                        columns.gradient(a.params[kBeta]), p.has_relu, a.is_adding[0],
                                        a.dx[0]);
}

BatchStatistics batch_norm_statistics() {
  BatchStatistics s;
  s.count = [](const NodeView &v) { return 2 * channels_of(v); };
  s.add = [](const NodeView &v) {
    return [p = plan_of(v)](const ForwardArgs &a, double *sums) {
      kernels::loops().moments(a.x[0], p.rows(a.rows), p.channels, sums);
    };
  };
  s.add_gradients = [](const NodeView &v) {
    return [p = plan_of(v)](const BackwardArgs &a, double *sums) {
      kernels::loops().gradient_moments(a.x[0], a.dy, p.rows(a.rows), p.channels,
                                        columns_of(p, a).gradient(a.params[kBeta]), p.has_relu, sums);
    };
  };
  s.prepared_floats = [](const NodeView &v) { return kColumns * channels_of(v); };
  s.prepare = [](const NodeView &v) {
    return [p = plan_of(v)](const double *sums, const double *gradient_sums, int batch_rows,
                            const float *const *params, float *prepared) {
      const Columns columns{p.channels, prepared};
      const double n = p.rows(batch_rows);
      for (size_t c = 0; c < p.channels; ++c) {
        columns.set(c, batch_moments(p, sums, batch_rows, c), p.epsilon, params[kGamma][c]);
        if (gradient_sums == nullptr) continue;
        columns.mean_d()[c] = gradient_sums[c] / n;
        columns.mean_dx()[c] = gradient_sums[p.channels + c] / n;
      }
    };
  };
  s.parameter_gradients = [](const NodeView &v) {
    return [p = plan_of(v)](const double *sums, float *const *dparams) {
      for (size_t c = 0; c < p.channels; ++c) {
        dparams[kBeta][c] += static_cast<float>(sums[c]);
        dparams[kGamma][c] += static_cast<float>(sums[p.channels + c]);
      }
    };
  };
  s.update = [](const NodeView &v) {
    return [p = plan_of(v)](const double *sums, int batch_rows, float *const *params) {
      const auto move = [&](float &moving, double now) {
        moving = p.momentum * moving + (1 - p.momentum) * now;
      };
      for (size_t c = 0; c < p.channels; ++c) {
        const Moments m = batch_moments(p, sums, batch_rows, c);
        move(params[kMovingMean][c], m.mean);
        move(params[kMovingVariance][c], m.variance);
      }
    };
  };
  return s;
}

ChannelAffine affine_of(const Attrs &attrs, const std::vector<const std::vector<float> *> &params) {
  ChannelAffine affine;
  for (size_t c = 0; c < params[kGamma]->size(); ++c) {
    const auto at = [&](Param p) { return double{(*params[p])[c]}; };
    const double scale = at(kGamma) / std::sqrt(at(kMovingVariance) + attrs.number("epsilon"));
    affine.scale.push_back(scale);
    affine.offset.push_back(at(kBeta) - at(kMovingMean) * scale);
  }
  return affine;
}

// Where it cannot move into the weights before it: a depthwise 1x1 convolution, whose int8 weights of one tap
// are exact.
void batch_norm_lower(Lowering &l) {
  const ChannelAffine affine = affine_of(*l.node.attrs, l.params);
  const int channels = l.node.in[0][-1], positions = l.node.in[0].elements() / channels;
  const Shape shape = l.program.tensor(l.y).shape, image{1, 1, positions, channels};
  const bool is_image = shape.rank() == 4;
  const int y = l.y, x = l.x[0];
  const auto as_image = [&](int tensor, const std::string &name) {
    ProgramTensor view = l.program.tensor(tensor);
    view.name = name;
    view.shape = image;
    return l.program.add_tensor(view);
  };
  if (!is_image) {
    l.x[0] = as_image(x, l.program.tensor(x).name + "/image");
    // the values have the layer's name, also where what gives them back their shape goes as a view of a view
    const std::string name = l.program.tensor(y).name;
    l.y = as_image(y, name);
    l.program.tensors[y].name = name + "/shape";
    l.program.layers.push_back({"reshape", l.node.name + "/image", {}, {x}, {l.x[0]}});
  }
  const std::vector<int64_t> ones{1, 1};
  std::vector<float> weights(affine.scale.begin(), affine.scale.end()),
      bias(affine.offset.begin(), affine.offset.end());
  add_weighted_layer(
      l, "depthwise_conv2d",
      {{"kernel", ones}, {"strides", ones}, {"dilation", ones}, {"padding", std::string("valid")}}, weights,
      {channels, 1, 1, 1}, bias);
  ProgramTensor &w = l.program.tensors[l.program.layers.back().inputs[1]];
  w.shape = {1, 1, 1, channels};
  w.quant.axis = 3;
  if (!is_image) l.program.layers.push_back({"reshape", l.node.name + "/shape", {}, {l.y}, {y}});
}

// The same in the graph.
int add_affine(Graph &g, const NodeView &v, const std::vector<const std::vector<float> *> &params, int x) {
  const ChannelAffine affine = affine_of(*v.attrs, params);
  const Shape &shape = v.in[0];
  const int64_t channels = shape[-1], positions = shape.elements() / channels;
  const std::vector<int64_t> image{1, positions, channels};
  const bool is_image = shape.rank() == 3;
  if (!is_image) x = g.add("reshape", v.name + "/image", {{"shape", image}}, {x});
  int y = g.add("depthwise_conv2d", v.name, {}, {x});
  const Node &node = g.nodes.back();
  g.param(node, Role::kKernel)->data.assign(affine.scale.begin(), affine.scale.end());
  g.param(node, Role::kBias)->data.assign(affine.offset.begin(), affine.offset.end());
  if (is_image) return y;
  const std::vector<int64_t> before(shape.dims().begin(), shape.dims().end());
  return g.add("reshape", v.name + "/shape", {{"shape", before}}, {y});
}

}  // namespace

const OpDef &batch_norm_op() {
  const NotSupported kLowered{"the deployed model has it in the weights before it, or as depthwise_conv2d"};
  static const OpDef kOp{
      .name = "batch_norm",
      .doc = "Batch normalization of each channel.",
      .attrs = {{"momentum", 0.99, "share of the old moving statistics kept at each step", {}, 0.0, 1.0},
                {"epsilon", 1e-3, "added to the variance", {}, 1e-12, 1.0}},
      .structure = Structure{[](const NodeView &v) { return v.in[0]; }, batch_norm_params},
      .forward = batch_norm_forward(),
      .backward = Backward{.compile =
                               [](const NodeView &v) {
                                 return
                                     [p = plan_of(v)](const BackwardArgs &a) { batch_norm_backward(p, a); };
                               },
                           .scratch_floats = [](const NodeView &v) { return kColumns * channels_of(v); },
                           .overwrites = true},
      .integer = Integer(batch_norm_lower),
      .run = kLowered,
      .c = kLowered,
      .tflite = kLowered,
      .cost = CostOf(no_macs),
      .properties = {Property::kTakesInt16, Property::kTakesActivation, Property::kTakesRelu,
                     Property::kRecomputed},
      .output_range = OutputRange::kCalibrated,
      .statistics = batch_norm_statistics(),
      .channel_affine = affine_of,
      .at_inference = add_affine,
      .channels = same_channels};
  return kOp;
}

}  // namespace mote::ops
