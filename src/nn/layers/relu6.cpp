// y = min(max(x, 0), 6), whose range is known before any data is seen (Krizhevsky 2010; MobileNet).
//
// In an int8 program it becomes part of the layer before it where that can clamp (quant/lower.cpp).
#include "nn/layer.h"
namespace mote::nn {

const LayerDef &relu6_layer() {
  static const LayerDef kLayer{
      "relu6", "ReLU6", {}, {}, [](Graph &g, const std::string &name, const Attrs &, int value) {
        return g.add("relu6", name, {}, {value});
      }};
  return kLayer;
}

}  // namespace mote::nn
