// y = max(x, 0). As a layer of its own; most layers have it as their setting `activation`.
//
// Either way it is one node in the graph; in an int8 program it becomes part of the layer before it where
// that can clamp (quant/lower.cpp).
#include "nn/layer.h"

namespace mote::nn {

const LayerDef &relu_layer() {
  static const LayerDef kLayer{
      "relu", "ReLU", {}, {}, [](Graph &g, const std::string &name, const Attrs &, int value) {
        return g.add("relu", name, {}, {value});
      }};
  return kLayer;
}

}  // namespace mote::nn
