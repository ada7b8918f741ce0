// Depthwise convolution of an image: each channel has filters of its own, `multiplier` of them.
//
// With a pointwise convolution behind it: separable_conv2d.cpp.
#include "nn/convolution.h"

namespace mote::nn {

const LayerDef &depthwise_conv2d_layer() {
  static const LayerDef kLayer{
      "depthwise_conv2d",
      "DepthwiseConv2D",
      {},
      convolution_settings_2d(kMultiplier),
      [](Graph &g, const std::string &name, const Attrs &a, int value) {
        return add_convolution_2d(g, {"depthwise_conv2d", "depthwise_conv2d", "multiplier"}, name, a, value);
      }};
  return kLayer;
}

}  // namespace mote::nn
