#include "nn/layer.h"

namespace mote::nn {

const LayerDef &softmax_layer() {
  static const LayerDef kLayer{
      "softmax", "Softmax", {}, {}, [](Graph &g, const std::string &name, const Attrs &, int value) {
        return g.add("softmax", name, {}, {value});
      }};
  return kLayer;
}

}  // namespace mote::nn
