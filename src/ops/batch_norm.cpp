// batch_norm: y = gamma (x - mean) / sqrt(variance + epsilon) + beta for each channel, the last axis. In
// training mean and variance are those of the whole batch (the biased variance); afterwards the moving ones:
//   moving = momentum moving + (1 - momentum) of the batch, as in Keras 3.
// Source: Ioffe and Szegedy 2015, algorithm 1.
#include <cmath>

#include "ops/integer_support.h"
#include "ops/op_list.h"

namespace mote::ops {
namespace {

enum Param { kGamma, kBeta, kMovingMean, kMovingVariance };

size_t channels_of(const NodeView &v) { return static_cast<size_t>(v.in[0][-1]); }

std::vector<ParamSpec> batch_norm_params(const NodeView &v) {
  const Shape shape{v.in[0][-1]};
  return {{"gamma", shape, Init::kOnes},
          {"beta", shape, Init::kZeros},
          {"moving_mean", shape, Init::kZeros, 1, 1, false},
          {"moving_variance", shape, Init::kOnes, 1, 1, false}};
}

struct Plan {
  size_t channels, positions;  // positions of one example
  double epsilon, momentum;
};
Plan plan_of(const NodeView &v) {
  return {channels_of(v), v.in[0].elements() / channels_of(v), v.attrs->number("epsilon"),
          v.attrs->number("momentum")};
}

// What one channel is normalized with: of the batch from its sums, or else the moving ones.
struct Moments {
  double mean, variance;
};
Moments batch_moments(const Plan &p, const double *sums, int batch_rows, size_t c) {
  const double n = static_cast<double>(p.positions) * batch_rows, mean = sums[c] / n;
  return {mean, std::max(0.0, sums[p.channels + c] / n - mean * mean)};
}
template <class Args>
Moments moments(const Plan &p, const Args &a, size_t c) {
  if (a.sums) return batch_moments(p, a.sums, a.batch_rows, c);
  return {static_cast<double>(a.params[kMovingMean][c]), static_cast<double>(a.params[kMovingVariance][c])};
}

Forward batch_norm_forward() {
  return {.compile =
              [](const NodeView &v) {
                return [p = plan_of(v)](const ForwardArgs &a) {
                  float *mean = a.scratch, *scale = mean + p.channels;
                  for (size_t c = 0; c < p.channels; ++c) {
                    const Moments m = moments(p, a, c);
                    mean[c] = static_cast<float>(m.mean);
                    scale[c] = static_cast<float>(static_cast<double>(a.params[kGamma][c]) /
                                                  std::sqrt(m.variance + p.epsilon));
                  }
                  const float *x = a.x[0], *beta = a.params[kBeta];
                  float *y = a.y;
                  for (size_t n = 0; n < p.positions * static_cast<size_t>(a.rows); ++n)
                    for (size_t c = 0; c < p.channels; ++c) *y++ = (*x++ - mean[c]) * scale[c] + beta[c];
                };
              },
          .scratch_floats = [](const NodeView &v) { return 2 * channels_of(v); }};
}

template <class Args>
void fill_moments(const Plan &p, const Args &a, float *mean, float *inverse) {
  for (size_t c = 0; c < p.channels; ++c) {
    const Moments m = moments(p, a, c);
    mean[c] = static_cast<float>(m.mean);
    inverse[c] = static_cast<float>(1.0 / std::sqrt(m.variance + p.epsilon));
  }
}

// dx = gamma / deviation (dy - mean(dy) - x' mean(dy x')), x' the normalized input. Where the moving
// statistics were used, which do not depend on x, the means are zero; else the gradients of gamma and beta
// are the sums that were added up before.
void batch_norm_backward(const Plan &p, const BackwardArgs &a) {
  float *mean = a.scratch, *inverse = mean + p.channels, *scale = inverse + p.channels,
        *mean_dy = scale + p.channels, *mean_dyx = mean_dy + p.channels;
  fill_moments(p, a, mean, inverse);
  const double n = static_cast<double>(p.positions) * a.batch_rows;
  for (size_t c = 0; c < p.channels; ++c) {
    scale[c] = a.params[kGamma][c] * inverse[c];
    mean_dy[c] = a.gradient_sums ? static_cast<float>(a.gradient_sums[c] / n) : 0.0f;
    mean_dyx[c] = a.gradient_sums ? static_cast<float>(a.gradient_sums[p.channels + c] / n) : 0.0f;
  }
  const size_t values = p.positions * static_cast<size_t>(a.rows) * p.channels;
  for (size_t i = 0; i < values; i += p.channels) {
    const float *x = a.x[0] + i, *dy = a.dy + i;
    if (a.gradient_sums == nullptr)
      for (size_t c = 0; c < p.channels; ++c)
        a.dparams[kGamma][c] += dy[c] * (x[c] - mean[c]) * inverse[c], a.dparams[kBeta][c] += dy[c];
    if (float *dx = a.dx[0])
      for (size_t c = 0; c < p.channels; ++c)
        dx[i + c] += scale[c] * (dy[c] - mean_dy[c] - (x[c] - mean[c]) * inverse[c] * mean_dyx[c]);
  }
}

BatchStatistics batch_norm_statistics() {
  BatchStatistics s;
  s.count = [](const NodeView &v) { return 2 * channels_of(v); };
  s.add = [](const NodeView &v) {
    return [p = plan_of(v)](const ForwardArgs &a, double *sums) {
      const float *x = a.x[0];
      for (size_t n = 0; n < p.positions * static_cast<size_t>(a.rows); ++n)
        for (size_t c = 0; c < p.channels; ++c) {
          const auto value = static_cast<double>(*x++);
          sums[c] += value, sums[p.channels + c] += value * value;
        }
    };
  };
  s.add_gradients = [](const NodeView &v) {
    return [p = plan_of(v)](const BackwardArgs &a, double *sums) {
      fill_moments(p, a, a.scratch, a.scratch + p.channels);
      const float *mean = a.scratch, *inverse = mean + p.channels, *x = a.x[0], *dy = a.dy;
      for (size_t n = 0; n < p.positions * static_cast<size_t>(a.rows); ++n)
        for (size_t c = 0; c < p.channels; ++c) {
          const float d = *dy++, normalized = (*x++ - mean[c]) * inverse[c];
          sums[c] += static_cast<double>(d);
          sums[p.channels + c] += static_cast<double>(d) * static_cast<double>(normalized);
        }
      for (size_t c = 0; c < p.channels; ++c) {
        a.dparams[kBeta][c] += static_cast<float>(sums[c]);
        a.dparams[kGamma][c] += static_cast<float>(sums[p.channels + c]);
      }
    };
  };
  s.update = [](const NodeView &v) {
    return [p = plan_of(v)](const double *sums, int batch_rows, float *const *params) {
      const auto move = [&](float &moving, double now) {
        moving = static_cast<float>(p.momentum * static_cast<double>(moving) + (1 - p.momentum) * now);
      };
      for (size_t c = 0; c < p.channels; ++c) {
        const Moments m = batch_moments(p, sums, batch_rows, c);
        move(params[kMovingMean][c], m.mean), move(params[kMovingVariance][c], m.variance);
      }
    };
  };
  return s;
}

ChannelAffine affine_of(const Attrs &attrs, const std::vector<const std::vector<float> *> &params) {
  ChannelAffine affine;
  for (size_t c = 0; c < params[kGamma]->size(); ++c) {
    const auto at = [&](Param p) { return static_cast<double>((*params[p])[c]); };
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
  const int channels = l.node.in[0][-1], positions = static_cast<int>(l.node.in[0].elements()) / channels;
  const Shape shape = l.program.tensor(l.y).shape, image{1, 1, positions, channels};
  const bool is_image = shape.rank() == 4;
  const int y = l.y, x = l.x[0];
  const auto as_image = [&](int tensor, const char *name) {
    ProgramTensor view = l.program.tensor(tensor);
    view.name += name, view.shape = image;
    return l.program.add_tensor(view);
  };
  if (!is_image) {
    l.x[0] = as_image(x, "/image"), l.y = as_image(y, "/image");
    l.program.layers.push_back({"reshape", l.node.name + "/image", {}, {x}, {l.x[0]}});
  }
  const std::vector<int64_t> ones{1, 1};
  std::vector<float> weights(affine.scale.begin(), affine.scale.end()),
      bias(affine.offset.begin(), affine.offset.end());
  add_weighted_layer(
      l, "depthwise_conv2d",
      {{"kernel", ones}, {"strides", ones}, {"dilation", ones}, {"padding", std::string("valid")}}, weights,
      {channels, 1, 1, 1}, bias);
  ProgramTensor &w = l.program.tensors[static_cast<size_t>(l.program.layers.back().inputs[1])];
  w.shape = {1, 1, 1, channels}, w.quant.axis = 3;
  if (!is_image) l.program.layers.push_back({"reshape", l.node.name + "/shape", {}, {l.y}, {y}});
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
      .backward = Backward{[](const NodeView &v) {
                             return [p = plan_of(v)](const BackwardArgs &a) { batch_norm_backward(p, a); };
                           },
                           [](const NodeView &v) { return 5 * channels_of(v); }},
      .integer = Integer(batch_norm_lower),
      .run = kLowered,
      .c = kLowered,
      .tflite = kLowered,
      .cost = CostOf([](const std::vector<Shape> &, const Shape &, const Attrs &) { return Cost{}; }),
      .takes_int16 = true,
      .takes_activation = true,
      .statistics = batch_norm_statistics(),
      .channel_affine = affine_of};
  return kOp;
}

}  // namespace mote::ops
