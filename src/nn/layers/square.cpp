// y = x^2, the power of a signal before it is averaged: the product of a value with itself (ops/mul.cpp),
// which has an integer rule everywhere.
#include "nn/layer.h"
namespace mote::nn {

const LayerDef &square_layer() {
  static const LayerDef kLayer{
      "square", "Square", {}, {}, [](Graph &g, const std::string &name, const Attrs &, int value) {
        return g.add("mul", name, {}, {value, value});
      }};
  return kLayer;
}

}  // namespace mote::nn
