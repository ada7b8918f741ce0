// The maximum over the image of each channel: one maximum pool as large as the image, then its channels
// as a vector.
//
// Needs (height, width, channels); sequences have global_max_pool1d.cpp.
#include "base/error.h"
#include "nn/layer.h"

namespace mote::nn {

const LayerDef &global_max_pool2d_layer() {
  static const LayerDef kLayer{
      "global_max_pool2d",
      "GlobalMaxPool2D",
      {"global_max_pooling2d"},
      {},
      [](Graph &g, const std::string &name, const Attrs &, int value) {
        const Shape shape = g.value_shape(value);
        if (shape.rank() != 3)
          throw Error(ErrorCode::kShape, in_layer("global_max_pool2d", name),
                      "input " + shape.text() + ": expected (height, width, channels)");
        const std::vector<int64_t> all{shape[0], shape[1]};
        value = g.add("max_pool2d", name, {{"pool", all}, {"strides", all}}, {value});
        return g.add("reshape", name + "/values", {{"shape", std::vector<int64_t>{shape[2]}}}, {value});
      }};
  return kLayer;
}

}  // namespace mote::nn
