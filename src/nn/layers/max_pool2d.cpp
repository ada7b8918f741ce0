// The maximum of windows of an image. A stride of 0 is the pool's own size, which is Keras' default.
//
// The arithmetic is ops/max_pool2d.cpp; over the whole image: global_max_pool2d.cpp.
#include "base/error.h"
#include "nn/convolution.h"
#include "nn/layer.h"

namespace mote::nn {

const LayerDef &max_pool2d_layer() {
  static const LayerDef kLayer{
      "max_pool2d",
      "MaxPool2D",
      {"max_pooling2d"},
      {pair_spec("pool", 2, "[height, width]", 1, 4096),
       pair_spec("stride", 0, "[vertical, horizontal]; 0: = pool", 0, 4096), kLayerPadding},
      [](Graph &g, const std::string &name, const Attrs &a, int value) {
        const std::string where = in_layer("max_pool2d", name);
        const std::vector<int64_t> pool = pair_of(where, a, "pool"), stride = pair_of(where, a, "stride");
        return g.add(
            "max_pool2d", name,
            {{"pool", pool}, {"strides", stride[0] > 0 ? stride : pool}, {"padding", a.at("padding")}},
            {value});
      }};
  return kLayer;
}

}  // namespace mote::nn
