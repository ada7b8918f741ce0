#include "nn/layer.h"

namespace mote::nn {

const LayerDef &dropout_layer() {
  static const LayerDef kLayer{"dropout",
                               "Dropout",
                               {},
                               {{"rate", 0.5, "share of values zeroed in training", {}, 0.0, 0.99}},
                               [](Graph &g, const std::string &name, const Attrs &a, int value) {
                                 return g.add("dropout", name, {{"rate", a.at("rate")}}, {value});
                               }};
  return kLayer;
}

}  // namespace mote::nn
