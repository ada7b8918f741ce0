#include "nn/layer.h"
namespace mote::nn {

const LayerDef &sigmoid_layer() {
  static const LayerDef kLayer{"sigmoid",
                               "Sigmoid",
                               {"logistic"},
                               {},
                               [](Graph &g, const std::string &name, const Attrs &, int value) {
                                 return g.add("logistic", name, {}, {value});
                               }};
  return kLayer;
}

}  // namespace mote::nn
