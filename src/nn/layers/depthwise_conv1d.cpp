// Depthwise convolution over time: each channel has filters of its own, `multiplier` of them.
//
// It is "depthwise_conv2d" on an image of height 1 (nn/convolution.cpp).
#include "nn/convolution.h"

namespace mote::nn {

const LayerDef &depthwise_conv1d_layer() {
  static const LayerDef kLayer{
      "depthwise_conv1d",
      "DepthwiseConv1D",
      {},
      convolution_settings_1d(kMultiplier),
      [](Graph &g, const std::string &name, const Attrs &a, int value) {
        return add_convolution_1d(g, {"depthwise_conv2d", "depthwise_conv1d", "multiplier"}, name, a, value);
      }};
  return kLayer;
}

}  // namespace mote::nn
