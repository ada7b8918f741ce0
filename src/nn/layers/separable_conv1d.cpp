// Depthwise, then pointwise convolution over time, with nothing between them, as Keras has it.
//
// Two nodes in the graph; a network that wants normalization between them lists the two layers.
#include "nn/convolution.h"

namespace mote::nn {

const LayerDef &separable_conv1d_layer() {
  static const LayerDef kLayer{"separable_conv1d",
                               "SeparableConv1D",
                               {},
                               with_multiplier(convolution_settings_1d(kFilters)),
                               [](Graph &g, const std::string &name, const Attrs &a, int value) {
                                 return add_separable_1d(g, name, a, value);
                               }};
  return kLayer;
}

}  // namespace mote::nn
