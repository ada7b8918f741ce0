// y = tanh(x), between -1 and 1. int8: a table over all 256 inputs (ops/tanh.cpp).
//
// Recurrent layers have their own within the cell.
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
