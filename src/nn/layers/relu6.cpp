#include "nn/layer.h"
namespace mote::nn {

const LayerDef &relu6_layer() {
  static const LayerDef kLayer{
      "relu6", "ReLU6", {}, {}, [](Graph &g, const std::string &name, const Attrs &, int value) {
        return g.add("relu6", name, {}, {value});
      }};
  return kLayer;
}

}  // namespace mote::nn
