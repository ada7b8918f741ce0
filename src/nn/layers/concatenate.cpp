// Values side by side along one axis, counted without the batch. Shapes and the gradient are the op
// "concatenation".
//
// Values of the same shape are summed by add.cpp instead.
#include "nn/layer.h"
namespace mote::nn {

const LayerDef &concatenate_layer() {
  static const LayerDef kLayer{
      "concatenate",
      "Concatenate",
      {"concat", "concatenation"},
      {{"axis", int64_t{-1}, "the axis, without the batch", {}, -4, 3}},
      nullptr,
      [](Graph &g, const std::string &name, const Attrs &a, const std::vector<int> &values) {
        return g.add("concatenation", name, a, values);
      }};
  return kLayer;
}

}  // namespace mote::nn
