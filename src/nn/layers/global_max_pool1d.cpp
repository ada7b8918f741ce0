// The maximum over time of each channel: one maximum pool as wide as the sequence, then its channels as a
// vector.
//
// Needs (time, channels); images have global_max_pool2d.cpp.
#include "nn/layer.h"
#include "nn/sequence.h"

namespace mote::nn {

const LayerDef &global_max_pool1d_layer() {
  static const LayerDef kLayer{
      "global_max_pool1d",
      "GlobalMaxPool1D",
      {"global_max_pooling1d"},
      {},
      [](Graph &g, const std::string &name, const Attrs &, int value) {
        value = to_image(g, "global_max_pool1d", name, value);
        const Shape shape = g.value_shape(value);
        const std::vector<int64_t> all{1, shape[1]};
        value = g.add("max_pool2d", name, {{"pool", all}, {"strides", all}}, {value});
        return g.add("reshape", name + "/values", {{"shape", std::vector<int64_t>{shape[2]}}}, {value});
      }};
  return kLayer;
}

}  // namespace mote::nn
