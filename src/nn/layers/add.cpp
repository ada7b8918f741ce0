// The sum of two or more values: a chain of the op "add", of which the last carries the layer's name.
//
// Shapes must be equal or broadcast, which the op checks.
#include "nn/layer.h"
namespace mote::nn {

const LayerDef &add_layer() {
  static const LayerDef kLayer{
      "add",
      "Add",
      {},
      {kLayerActivation},
      nullptr,
      [](Graph &g, const std::string &name, const Attrs &a, const std::vector<int> &values) {
        int value = values[0];
        for (size_t i = 1; i < values.size(); ++i)
          value = g.add("add", i + 1 == values.size() ? name : name + "/" + std::to_string(i), {},
                        {value, values[i]});
        return add_activation(g, name + "/" + a.text("activation"), a.text("activation"), value);
      }};
  return kLayer;
}

}  // namespace mote::nn
