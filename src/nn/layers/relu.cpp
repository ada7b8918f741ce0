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
