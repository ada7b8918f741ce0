// y = x relu6(x + 3) / 6, MobileNetV3's activation (Howard et al. 2019).
//
// int8: a table over all 256 inputs, rounded as the reference kernel rounds (ops/hard_swish.cpp).
#include "nn/layer.h"
namespace mote::nn {

const LayerDef &hard_swish_layer() {
  static const LayerDef kLayer{"hard_swish",
                               "HardSwish",
                               {"hardswish"},
                               {},
                               [](Graph &g, const std::string &name, const Attrs &, int value) {
                                 return g.add("hard_swish", name, {}, {value});
                               }};
  return kLayer;
}

}  // namespace mote::nn
