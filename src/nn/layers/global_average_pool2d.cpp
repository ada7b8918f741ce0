// The mean over the image of each channel, as a vector of its channels.
//
// The op "mean" for the reason that global_average_pool1d.cpp gives.
#include "base/error.h"
#include "nn/layer.h"

namespace mote::nn {

const LayerDef &global_average_pool2d_layer() {
  static const LayerDef kLayer{
      "global_average_pool2d",
      "GlobalAveragePool2D",
      {"global_average_pooling2d", "global_avg_pool2d"},
      {},
      [](Graph &g, const std::string &name, const Attrs &, int value) {
        const Shape &shape = g.value_shape(value);
        if (shape.rank() != 3)
          throw Error(ErrorCode::kShape, in_layer("global_average_pool2d", name),
                      "input " + shape.text() + ": expected (height, width, channels)");
        value = g.add("mean", name, {{"axes", std::vector<int64_t>{0, 1}}}, {value});
        return g.add("reshape", name + "/values", {{"shape", std::vector<int64_t>{-1}}}, {value});
      }};
  return kLayer;
}

}  // namespace mote::nn
