// What the convolution layers share: settings, and how 1-D ones become 2-D ops.
#pragma once

#include <string>
#include <vector>

#include "nn/layer.h"

namespace mote::nn {

// `own` settings followed by kernel, stride, dilation, padding, activation, initializer, use_bias.
std::vector<AttrSpec> convolution_settings_1d(AttrSpec own);
std::vector<AttrSpec> convolution_settings_2d(AttrSpec own);
std::vector<AttrSpec> with_multiplier(std::vector<AttrSpec> settings);  // of a separable convolution
extern const AttrSpec kFilters, kMultiplier;

// A setting of 2-D layers as a list of two, a single number standing for both. Errors: kInvalidArgument.
std::vector<int64_t> pair_of(const std::string &where, const Attrs &attrs, const char *key);
AttrSpec pair_spec(const char *name, int64_t value, const char *doc, double low, double high);

// Adds the op (conv2d or depthwise_conv2d) with the layer's window and the activation behind it; `size` is
// the op's filters or multiplier. The 1-D form takes and gives (time, channels).
struct Convolution {
  std::string op, type;  // the op and the layer's type
  std::string size;      // "filters" or "multiplier"
};
int add_convolution_2d(Graph &graph, const Convolution &c, const std::string &name, const Attrs &attrs,
                       int value);
int add_convolution_1d(Graph &graph, const Convolution &c, const std::string &name, const Attrs &attrs,
                       int value);
// A depthwise convolution without a bias and a 1x1 convolution, as in Keras.
int add_separable_2d(Graph &graph, const std::string &name, const Attrs &attrs, int value);
int add_separable_1d(Graph &graph, const std::string &name, const Attrs &attrs, int value);

}  // namespace mote::nn
