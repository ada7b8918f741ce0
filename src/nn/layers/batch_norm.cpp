// Batch normalization (Ioffe, Szegedy 2015) with the defaults of Keras. Settings and arithmetic are the
// op's of the same name.
//
// Deployed, graph/fold.cpp puts it into the weights of a layer before it, where there is one that has
// them.
#include "nn/layer.h"

namespace mote::nn {

const LayerDef &batch_norm_layer() {
  static const LayerDef kLayer{
      "batch_norm",
      "BatchNorm",
      {"batch_normalization"},
      {{"momentum", 0.99, "share of the old moving statistics kept at each step", {}, 0.0, 1.0},
       {"epsilon", 1e-3, "added to the variance", {}, 1e-12, 1.0}},
      [](Graph &g, const std::string &name, const Attrs &a, int value) {
        return g.add("batch_norm", name, a, {value});
      }};
  return kLayer;
}

}  // namespace mote::nn
