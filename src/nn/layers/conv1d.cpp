// Convolution over time: "conv2d" on an image of height 1, with "causal" padding besides Keras' other
// two.
//
// Settings and the way there: nn/convolution.cpp.
#include "nn/convolution.h"

namespace mote::nn {

const LayerDef &conv1d_layer() {
  static const LayerDef kLayer{
      "conv1d",
      "Conv1D",
      {},
      convolution_settings_1d(kFilters),
      [](Graph &g, const std::string &name, const Attrs &a, int value) {
        return add_convolution_1d(g, {"conv2d", "conv1d", "filters"}, name, a, value);
      }};
  return kLayer;
}

}  // namespace mote::nn
