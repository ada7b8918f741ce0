// Values zeroed at random while training, the others scaled so that the mean stays (Srivastava et al.
// 2014).
//
// Outside training it passes values on, and a deployed model has none. Whole channels:
// spatial_dropout1d.cpp.
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
