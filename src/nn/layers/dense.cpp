// Every output from every input: y = x W + b, with W drawn as `initializer` says. "classes" as units is
// resolved by the project, which knows them.
//
// A value of rank above 1 is not flattened by itself; that is the layer "flatten". Arithmetic:
// ops/dense.cpp.
#include "nn/layer.h"

namespace mote::nn {

const LayerDef &dense_layer() {
  static const LayerDef kLayer{
      "dense",
      "Dense",
      {},
      {{"units", int64_t{0}, "number of outputs (\"classes\": one per class)", {}, 1, 1 << 20},
       kLayerActivation,
       kLayerInitializer,
       kLayerUseBias,
       kLayerL1,
       kLayerL2},
      [](Graph &g, const std::string &name, const Attrs &a, int value) {
        const int y = g.add(
            "dense", name,
            {{"units", a.at("units")}, {"initializer", a.at("initializer")}, {"use_bias", a.at("use_bias")}},
            {value});
        return add_activation(g, name + "/" + a.text("activation"), a.text("activation"), y);
      }};
  return kLayer;
}

}  // namespace mote::nn
