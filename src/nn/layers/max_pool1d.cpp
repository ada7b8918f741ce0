// The maximum of windows over time, as "max_pool2d" on an image of height 1.
//
// A stride of 0 is the pool's own size, which is Keras' default.
#include "nn/layer.h"
#include "nn/sequence.h"

namespace mote::nn {

const LayerDef &max_pool1d_layer() {
  static const LayerDef kLayer{"max_pool1d",
                               "MaxPool1D",
                               {"max_pooling1d"},
                               {{"pool", int64_t{2}, "rows per output", {}, 1, 4096},
                                {"stride", int64_t{0}, "rows between outputs; 0: = pool", {}, 0, 4096},
                                kLayerPadding},
                               [](Graph &g, const std::string &name, const Attrs &a, int value) {
                                 const int pool = a.integer("pool"),
                                           stride = a.integer("stride") > 0 ? a.integer("stride") : pool;
                                 value = to_image(g, "max_pool1d", name, value);
                                 value = g.add("max_pool2d", name,
                                               {{"pool", std::vector<int64_t>{1, pool}},
                                                {"strides", std::vector<int64_t>{1, stride}},
                                                {"padding", a.at("padding")}},
                                               {value});
                                 return to_sequence(g, name, value);
                               }};
  return kLayer;
}

}  // namespace mote::nn
