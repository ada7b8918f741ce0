// y = exp(x) / sum of exp over the last axis: what the last layer of a classifier is.
//
// In training the loss is of the logits in front of it (train/loss.cpp).
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
