// y = |x|: features that do not tell a direction, as of a board that may be mounted either way round.
//
// int8: a table over all 256 inputs (ops/abs.cpp).
#include "nn/layer.h"
namespace mote::nn {

const LayerDef &abs_layer() {
  static const LayerDef kLayer{
      "abs", "Abs", {}, {}, [](Graph &g, const std::string &name, const Attrs &, int value) {
        return g.add("abs", name, {}, {value});
      }};
  return kLayer;
}

}  // namespace mote::nn
