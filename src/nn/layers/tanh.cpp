#include "nn/layer.h"
namespace mote::nn {

const LayerDef &tanh_layer() {
  static const LayerDef kLayer{
      "tanh", "Tanh", {}, {}, [](Graph &g, const std::string &name, const Attrs &, int value) {
        return g.add("tanh", name, {}, {value});
      }};
  return kLayer;
}

}  // namespace mote::nn
