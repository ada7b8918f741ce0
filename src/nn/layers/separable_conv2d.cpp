// Depthwise, then pointwise convolution of an image, with nothing between them, as Keras has it.
//
// Two nodes in the graph; MobileNet's block, with normalization between them, is two layers
// (nn/presets.cpp).
#include "nn/convolution.h"

namespace mote::nn {

const LayerDef &separable_conv2d_layer() {
  static const LayerDef kLayer{"separable_conv2d",
                               "SeparableConv2D",
                               {},
                               with_multiplier(convolution_settings_2d(kFilters)),
                               [](Graph &g, const std::string &name, const Attrs &a, int value) {
                                 return add_separable_2d(g, name, a, value);
                               }};
  return kLayer;
}

}  // namespace mote::nn
