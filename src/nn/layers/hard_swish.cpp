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
