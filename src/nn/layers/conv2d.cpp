// Convolution of an image, NHWC. Settings shared with the other convolutions are in nn/convolution.cpp.
//
// Separable and depthwise ones are layers of their own; the arithmetic is ops/conv2d.cpp.
#include "nn/convolution.h"

namespace mote::nn {

const LayerDef &conv2d_layer() {
  static const LayerDef kLayer{
      "conv2d",
      "Conv2D",
      {},
      convolution_settings_2d(kFilters),
      [](Graph &g, const std::string &name, const Attrs &a, int value) {
        return add_convolution_2d(g, {"conv2d", "conv2d", "filters"}, name, a, value);
      }};
  return kLayer;
}

}  // namespace mote::nn
