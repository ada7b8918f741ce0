// The layers of mote.
//
//   auto model = mote::sequential("gesture", {100, 3}, {mote::Conv1D{8, 5, mote::relu}, mote::MaxPool1D{2},
//                                                       mote::Flatten{}, mote::Dense{3}});
//
// Shapes leave out the batch: Conv1D and pooling work on (time, channels), Dense on one dimension. Errors are
// mote::Error and name the layer, the shapes and the fix.
#pragma once

#include "nn/layer.h"

namespace mote {

enum class Activation { kNone, kRelu, kSoftmax };
inline constexpr Activation none = Activation::kNone, relu = Activation::kRelu,
                            softmax = Activation::kSoftmax;

enum class Padding { kValid, kSame };
inline constexpr Padding valid = Padding::kValid, same = Padding::kSame;

inline std::string name_of(Activation a) { return a == relu ? "relu" : a == softmax ? "softmax" : "none"; }
inline std::string name_of(Padding p) { return p == same ? "same" : "valid"; }

// y = activation(x W + b). Shapes: (in) -> (units).
struct Dense {
  int units;
  Activation activation = none;
  std::string initializer = "glorot_uniform";
  operator Layer() const {
    return {"dense",
            {{"units", int64_t{units}}, {"activation", name_of(activation)}, {"initializer", initializer}}};
  }
};

// Convolution over time. Shapes: (time, channels) -> (out time, filters).
struct Conv1D {
  int filters, kernel;
  Activation activation = none;
  int stride = 1, dilation = 1;
  Padding padding = valid;
  std::string initializer = "glorot_uniform";
  operator Layer() const {
    return {"conv1d",
            {{"filters", int64_t{filters}},
             {"kernel", int64_t{kernel}},
             {"stride", int64_t{stride}},
             {"dilation", int64_t{dilation}},
             {"padding", name_of(padding)},
             {"activation", name_of(activation)},
             {"initializer", initializer}}};
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
  operator Layer() const {
    return {"gru",
            {{"units", int64_t{units}},
             {"return_sequences", int64_t{return_sequences}},
             {"reset_after", int64_t{reset_after}},
             {"initializer", initializer}}};
  }
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

struct ReLU {
  operator Layer() const { return {"relu", {}}; }
};

struct Softmax {
  operator Layer() const { return {"softmax", {}}; }
};

}  // namespace mote
