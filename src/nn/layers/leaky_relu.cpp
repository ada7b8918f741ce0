// y = x above zero, alpha x below, with Keras' slope. Source: Maas, Hannun, Ng 2013.
//
// A node of its own in an int8 program; no runtime routine fuses it.
#include "nn/layer.h"
namespace mote::nn {

const LayerDef &leaky_relu_layer() {
  static const LayerDef kLayer{"leaky_relu",
                               "LeakyReLU",
                               {},
                               {{"alpha", 0.3, "slope below zero, as in Keras", {}, 0, 1e6}},
                               [](Graph &g, const std::string &name, const Attrs &a, int value) {
                                 return g.add("leaky_relu", name, a, {value});
                               }};
  return kLayer;
}

}  // namespace mote::nn
