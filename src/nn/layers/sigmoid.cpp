// y = 1 / (1 + exp(-x)). The op is called "logistic", as in TensorFlow Lite.
//
// At the end of a network for two classes one value of it is enough; for more, softmax.
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
