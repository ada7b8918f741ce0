// Rows cut off in front and behind, by the op "strided_slice". Its opposite: zero_padding1d.cpp.
//
// Nothing may be left of no row: nn/border.cpp refuses it with the shape.
#include "nn/border.h"
#include "nn/layer.h"

namespace mote::nn {

const LayerDef &cropping1d_layer() {
  static const LayerDef kLayer{
      "cropping1d",
      "Cropping1D",
      {},
      {{"before", int64_t{1}, "rows removed in front", {}, 0, 4096},
       {"after", int64_t{1}, "rows removed behind", {}, 0, 4096}},
      [](Graph &g, const std::string &name, const Attrs &a, int value) {
        return remove_border(g, "cropping1d", name, value, {a.integer("before"), 0}, {a.integer("after"), 0});
      }};
  return kLayer;
}

}  // namespace mote::nn
