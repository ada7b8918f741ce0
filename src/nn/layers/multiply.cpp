// The product of two or more values: a chain of the op "mul", of which the last carries the layer's name;
// a gate over channels is one of shape (1, 1, C).
//
// What broadcasts is the op's rule (ops/binary_support.h).
#include "nn/layer.h"
namespace mote::nn {

const LayerDef &multiply_layer() {
  static const LayerDef kLayer{
      "multiply",
      "Multiply",
      {"mul"},
      {kLayerActivation},
      nullptr,
      [](Graph &g, const std::string &name, const Attrs &a, const std::vector<int> &values) {
        int value = values[0];
        for (size_t i = 1; i < values.size(); ++i)
          value = g.add("mul", i + 1 == values.size() ? name : name + "/" + std::to_string(i), {},
                        {value, values[i]});
        return add_activation(g, name + "/" + a.text("activation"), a.text("activation"), value);
      }};
  return kLayer;
}

}  // namespace mote::nn
