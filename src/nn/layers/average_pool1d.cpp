// The mean of windows over time, as "avg_pool2d" on an image of height 1.
//
// With padding "same" the border does not count, as in Keras. Over all of the time:
// global_average_pool1d.cpp.
#include "nn/layer.h"
#include "nn/sequence.h"

namespace mote::nn {

const LayerDef &average_pool1d_layer() {
  static const LayerDef kLayer{"average_pool1d",
                               "AveragePool1D",
                               {"average_pooling1d", "avg_pool1d"},
                               {{"pool", int64_t{2}, "rows per output", {}, 1, 4096},
                                {"stride", int64_t{0}, "rows between outputs; 0: = pool", {}, 0, 4096},
                                kLayerPadding},
                               [](Graph &g, const std::string &name, const Attrs &a, int value) {
                                 const int pool = a.integer("pool"),
                                           stride = a.integer("stride") > 0 ? a.integer("stride") : pool;
                                 value = to_image(g, "average_pool1d", name, value);
                                 value = g.add("avg_pool2d", name,
                                               {{"pool", std::vector<int64_t>{1, pool}},
                                                {"strides", std::vector<int64_t>{1, stride}},
                                                {"padding", a.at("padding")}},
                                               {value});
                                 return to_sequence(g, name, value);
                               }};
  return kLayer;
}

}  // namespace mote::nn
