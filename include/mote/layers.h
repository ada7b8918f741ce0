// The layers of mote, each a struct with Keras' name and defaults. docs/layers.md shows what each is deployed
// as.
//
// `l1` and `l2` of a layer with weights add l1 sum |w| + l2 sum w^2 over its kernels to the loss.
//
// Shapes: without the batch. Conv1D and pooling work on (time, channels), Dense on one dimension.
// Errors: raised by sequential(), as mote::Error; each names the layer, the shapes and the fix.
//
// Example:
//   auto model = mote::sequential("gesture", {100, 3}, {mote::Conv1D{8, 5, mote::relu}, mote::MaxPool1D{2},
//                                                       mote::Flatten{}, mote::Dense{3}});
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "mote/attrs.h"
#include "mote/layer.h"

namespace mote {

inline constexpr Activation none = Activation::kNone, relu = Activation::kRelu, relu6 = Activation::kRelu6,
                            sigmoid = Activation::kSigmoid, hard_swish = Activation::kHardSwish,
                            softmax = Activation::kSoftmax;

inline constexpr Padding valid = Padding::kValid, same = Padding::kSame, same_width = Padding::kSameWidth,
                         causal = Padding::kCausal;

inline std::string name_of(Activation a) { return activation_names().name_of(a); }
inline std::string name_of(Padding p) { return padding_names().name_of(p); }

// A number for both axes, or one for each: 3 or {3, 5}.
struct Pair {
  Pair(int both) : vertical(both), horizontal(both) {}  // NOLINT: reads as the number
  Pair(int v, int h) : vertical(v), horizontal(h) {}
  operator Attr() const { return std::vector<int64_t>{vertical, horizontal}; }
  int vertical, horizontal;
};

namespace detail {
inline Attr setting(int value) { return int64_t{value}; }
inline Attr setting(const Pair &value) { return value; }
template <class Window>
Attrs window_settings(const Window &w) {
  return {{"kernel", setting(w.kernel)},
          {"stride", setting(w.stride)},
          {"dilation", setting(w.dilation)},
          {"padding", name_of(w.padding)},
          {"activation", name_of(w.activation)},
          {"initializer", w.initializer},
          {"use_bias", int64_t{w.use_bias}},
          {"l1", w.l1},
          {"l2", w.l2}};
}
template <class Recurrent>
Attrs recurrent_settings(const Recurrent &r) {
  return {{"units", int64_t{r.units}},
          {"return_sequences", int64_t{r.return_sequences}},
          {"initializer", r.initializer},
          {"l1", r.l1},
          {"l2", r.l2}};
}
inline Layer with(std::string type, Attrs attrs, const char *key, int value) {
  attrs[key] = int64_t{value};
  return {std::move(type), std::move(attrs)};
}
}  // namespace detail

// y = activation(x W + b). Shapes: (in) -> (units).
struct Dense {
  int units;
  Activation activation = none;
  std::string initializer = "glorot_uniform";
  bool use_bias = true;
  double l1 = 0, l2 = 0;
  operator Layer() const {
    return {"dense",
            {{"units", int64_t{units}},
             {"activation", name_of(activation)},
             {"initializer", initializer},
             {"use_bias", int64_t{use_bias}},
             {"l1", l1},
             {"l2", l2}}};
  }
};

// Convolution over time. Shapes: (time, channels) -> (out time, filters).
struct Conv1D {
  int filters, kernel;
  Activation activation = none;
  int stride = 1, dilation = 1;
  Padding padding = valid;
  std::string initializer = "glorot_uniform";
  bool use_bias = true;
  double l1 = 0, l2 = 0;
  operator Layer() const {
    return detail::with("conv1d", detail::window_settings(*this), "filters", filters);
  }
};

// Convolution over time, each channel with filters of its own. Shapes: (time, channels) -> (out time,
// channels * multiplier).
struct DepthwiseConv1D {
  int kernel;
  Activation activation = none;
  int stride = 1, dilation = 1, multiplier = 1;
  Padding padding = valid;
  std::string initializer = "glorot_uniform";
  bool use_bias = true;
  double l1 = 0, l2 = 0;
  operator Layer() const {
    return detail::with("depthwise_conv1d", detail::window_settings(*this), "multiplier", multiplier);
  }
};

// A depthwise convolution over time and a 1x1 one. Shapes: (time, channels) -> (out time, filters).
struct SeparableConv1D {
  int filters, kernel;
  Activation activation = none;
  int stride = 1, dilation = 1, multiplier = 1;
  Padding padding = valid;
  std::string initializer = "glorot_uniform";
  bool use_bias = true;
  double l1 = 0, l2 = 0;
  operator Layer() const {
    Attrs attrs = detail::window_settings(*this);
    attrs["multiplier"] = int64_t{multiplier};
    return detail::with("separable_conv1d", std::move(attrs), "filters", filters);
  }
};

// Convolution over an image. Shapes: (height, width, channels) -> (out height, out width, filters).
struct Conv2D {
  int filters;
  Pair kernel = 3;
  Activation activation = none;
  Pair stride = 1, dilation = 1;
  Padding padding = valid;
  std::string initializer = "glorot_uniform";
  bool use_bias = true;
  double l1 = 0, l2 = 0;
  operator Layer() const {
    return detail::with("conv2d", detail::window_settings(*this), "filters", filters);
  }
};

// Each channel with filters of its own. Shapes: (height, width, channels) -> (out height, out width, channels
// * multiplier).
struct DepthwiseConv2D {
  Pair kernel = 3;
  Activation activation = none;
  Pair stride = 1, dilation = 1;
  int multiplier = 1;
  Padding padding = valid;
  std::string initializer = "glorot_uniform";
  bool use_bias = true;
  double l1 = 0, l2 = 0;
  operator Layer() const {
    return detail::with("depthwise_conv2d", detail::window_settings(*this), "multiplier", multiplier);
  }
};

// A depthwise convolution and a 1x1 one. Shapes: (height, width, channels) -> (out height, out width,
// filters).
struct SeparableConv2D {
  int filters;
  Pair kernel = 3;
  Activation activation = none;
  Pair stride = 1, dilation = 1;
  int multiplier = 1;
  Padding padding = valid;
  std::string initializer = "glorot_uniform";
  bool use_bias = true;
  double l1 = 0, l2 = 0;
  operator Layer() const {
    Attrs attrs = detail::window_settings(*this);
    attrs["multiplier"] = int64_t{multiplier};
    return detail::with("separable_conv2d", std::move(attrs), "filters", filters);
  }
};

// Largest value, or mean, of every pool. Shapes: (height, width, channels) -> (out height, out width,
// channels). stride 0 = pool.
struct MaxPool2D {
  Pair pool = 2, stride = 0;
  Padding padding = valid;
  operator Layer() const {
    return {"max_pool2d", {{"pool", pool}, {"stride", stride}, {"padding", name_of(padding)}}};
  }
};
struct AveragePool2D {
  Pair pool = 2, stride = 0;
  Padding padding = valid;
  operator Layer() const {
    return {"average_pool2d", {{"pool", pool}, {"stride", stride}, {"padding", name_of(padding)}}};
  }
};

// Largest value, or mean, of each channel. Shapes: (height, width, channels) or (time, channels) ->
// (channels).
struct GlobalMaxPool2D {
  operator Layer() const { return {"global_max_pool2d", {}}; }
};
struct GlobalAveragePool2D {
  operator Layer() const { return {"global_average_pool2d", {}}; }
};
struct GlobalMaxPool1D {
  operator Layer() const { return {"global_max_pool1d", {}}; }
};

// Sum and product of layers of one shape; an axis of 1 is repeated. Layer(Add{}).from({"left", "right"}).
struct Add {
  Activation activation = none;
  operator Layer() const { return {"add", {{"activation", name_of(activation)}}}; }
};
struct Multiply {
  Activation activation = none;
  operator Layer() const { return {"multiply", {{"activation", name_of(activation)}}}; }
};

// Layers one after the other along an axis (without the batch).
struct Concatenate {
  int axis = -1;
  operator Layer() const { return {"concatenate", {{"axis", int64_t{axis}}}}; }
};

// Zeros around the input, or rows and columns cut off. Shapes: (time, channels), (height, width, channels).
struct ZeroPadding1D {
  int before = 1, after = 1;
  operator Layer() const {
    return {"zero_padding1d", {{"before", int64_t{before}}, {"after", int64_t{after}}}};
  }
};
struct Cropping1D {
  int before = 1, after = 1;
  operator Layer() const { return {"cropping1d", {{"before", int64_t{before}}, {"after", int64_t{after}}}}; }
};
struct ZeroPadding2D {
  int top = 1, bottom = 1, left = 1, right = 1;
  operator Layer() const {
    return {"zero_padding2d",
            {{"top", int64_t{top}},
             {"bottom", int64_t{bottom}},
             {"left", int64_t{left}},
             {"right", int64_t{right}}}};
  }
};
struct Cropping2D {
  int top = 1, bottom = 1, left = 1, right = 1;
  operator Layer() const {
    return {"cropping2d",
            {{"top", int64_t{top}},
             {"bottom", int64_t{bottom}},
             {"left", int64_t{left}},
             {"right", int64_t{right}}}};
  }
};

// Largest value of every `pool` rows. Shapes: (time, channels) -> (out time, channels). stride 0 = pool.
struct MaxPool1D {
  int pool = 2, stride = 0;
  Padding padding = valid;
  operator Layer() const {
    return {"max_pool1d",
            {{"pool", int64_t{pool}}, {"stride", int64_t{stride}}, {"padding", name_of(padding)}}};
  }
};

// Mean of every `pool` rows. Shapes: (time, channels) -> (out time, channels). stride 0 = pool.
struct AveragePool1D {
  int pool = 2, stride = 0;
  Padding padding = valid;
  operator Layer() const {
    return {"average_pool1d",
            {{"pool", int64_t{pool}}, {"stride", int64_t{stride}}, {"padding", name_of(padding)}}};
  }
};

// Mean over time. Shapes: (time, channels) -> (channels).
struct GlobalAveragePool1D {
  operator Layer() const { return {"global_average_pool1d", {}}; }
};

// Gated recurrent unit. Shapes: (time, channels) -> (units), or (time, units) with return_sequences.
// reset_after = false is the older convention of Keras 1 and of the original paper.
struct GRU {
  int units;
  bool return_sequences = false, reset_after = true;
  std::string initializer = "glorot_uniform";
  double l1 = 0, l2 = 0;
  operator Layer() const {
    Attrs attrs = detail::recurrent_settings(*this);
    attrs["reset_after"] = int64_t{reset_after};
    return {"gru", std::move(attrs)};
  }
};

// gamma (x - mean) / sqrt(variance + epsilon) + beta for each channel; mean and variance of the batch in
// training, afterwards their moving averages. Moves into the weights before it when quantized. Any shape.
struct BatchNorm {
  double momentum = 0.99, epsilon = 1e-3;
  operator Layer() const { return {"batch_norm", {{"momentum", momentum}, {"epsilon", epsilon}}}; }
};

// Long short-term memory, with a forget bias of 1 at the start. Shapes as GRU's.
struct LSTM {
  int units;
  bool return_sequences = false;
  std::string initializer = "glorot_uniform";
  double l1 = 0, l2 = 0;
  operator Layer() const { return {"lstm", detail::recurrent_settings(*this)}; }
};

// h' = tanh(x W + h U + b). Shapes as GRU's.
struct SimpleRNN {
  int units;
  bool return_sequences = false;
  std::string initializer = "glorot_uniform";
  double l1 = 0, l2 = 0;
  operator Layer() const { return {"simple_rnn", detail::recurrent_settings(*this)}; }
};

// All values in one dimension.
struct Flatten {
  operator Layer() const { return {"flatten", {}}; }
};

// The same values under another shape; one -1 takes what is left.
struct Reshape {
  std::vector<int64_t> shape;
  operator Layer() const { return {"reshape", {{"shape", shape}}}; }
};

// Zeroes a share of the values in training.
struct Dropout {
  double rate = 0.5;
  operator Layer() const { return {"dropout", {{"rate", rate}}}; }
};

// Zeroes a share of the channels in training, at all positions. Shapes: (time, channels), (height, width,
// channels).
struct SpatialDropout1D {
  double rate = 0.5;
  operator Layer() const { return {"spatial_dropout1d", {{"rate", rate}}}; }
};
struct SpatialDropout2D {
  double rate = 0.5;
  operator Layer() const { return {"spatial_dropout2d", {{"rate", rate}}}; }
};

struct ReLU {
  operator Layer() const { return {"relu", {}}; }
};

struct ReLU6 {
  operator Layer() const { return {"relu6", {}}; }
};
struct LeakyReLU {
  double alpha = 0.3;
  operator Layer() const { return {"leaky_relu", {{"alpha", alpha}}}; }
};
struct Sigmoid {
  operator Layer() const { return {"sigmoid", {}}; }
};
struct Tanh {
  operator Layer() const { return {"tanh", {}}; }
};
struct Abs {
  operator Layer() const { return {"abs", {}}; }
};
struct Square {
  operator Layer() const { return {"square", {}}; }
};
struct HardSwish {
  operator Layer() const { return {"hard_swish", {}}; }
};

struct Softmax {
  operator Layer() const { return {"softmax", {}}; }
};

}  // namespace mote
