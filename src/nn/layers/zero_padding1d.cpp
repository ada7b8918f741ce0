// Rows of zeros in front and behind, by the op "pad". In an int8 program zero is the zero point.
//
// For a convolution that sees only the past, padding = "causal" is shorter.
#include "nn/border.h"
#include "nn/layer.h"

namespace mote::nn {

const LayerDef &zero_padding1d_layer() {
  static const LayerDef kLayer{"zero_padding1d",
                               "ZeroPadding1D",
                               {},
                               {{"before", int64_t{1}, "rows added in front", {}, 0, 4096},
                                {"after", int64_t{1}, "rows added behind", {}, 0, 4096}},
                               [](Graph &g, const std::string &name, const Attrs &a, int value) {
                                 return add_border(g, "zero_padding1d", name, value, {a.integer("before"), 0},
                                                   {a.integer("after"), 0});
                               }};
  return kLayer;
}

}  // namespace mote::nn
