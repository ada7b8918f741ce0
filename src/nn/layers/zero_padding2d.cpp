// Rows and columns of zeros around an image, by the op "pad". In an int8 program zero is the zero point.
//
// The four sides are settings of their own; Keras' one list is understood too (nn/keras.cpp).
#include "nn/border.h"
#include "nn/layer.h"

namespace mote::nn {

const LayerDef &zero_padding2d_layer() {
  static const LayerDef kLayer{"zero_padding2d",
                               "ZeroPadding2D",
                               {},
                               {{"top", int64_t{1}, "rows added above", {}, 0, 4096},
                                {"bottom", int64_t{1}, "rows added below", {}, 0, 4096},
                                {"left", int64_t{1}, "columns added on the left", {}, 0, 4096},
                                {"right", int64_t{1}, "columns added on the right", {}, 0, 4096}},
                               [](Graph &g, const std::string &name, const Attrs &a, int value) {
                                 return add_border(g, "zero_padding2d", name, value,
                                                   {a.integer("top"), a.integer("left"), 0},
                                                   {a.integer("bottom"), a.integer("right"), 0});
                               }};
  return kLayer;
}

}  // namespace mote::nn
