// Rows and columns cut off an image, by the op "strided_slice". Its opposite: zero_padding2d.cpp.
//
// The four sides are settings of their own; Keras' one list is understood too (nn/keras.cpp).
#include "nn/border.h"
#include "nn/layer.h"

namespace mote::nn {

const LayerDef &cropping2d_layer() {
  static const LayerDef kLayer{"cropping2d",
                               "Cropping2D",
                               {},
                               {{"top", int64_t{1}, "rows removed above", {}, 0, 4096},
                                {"bottom", int64_t{1}, "rows removed below", {}, 0, 4096},
                                {"left", int64_t{1}, "columns removed on the left", {}, 0, 4096},
                                {"right", int64_t{1}, "columns removed on the right", {}, 0, 4096}},
                               [](Graph &g, const std::string &name, const Attrs &a, int value) {
                                 return remove_border(g, "cropping2d", name, value,
                                                      {a.integer("top"), a.integer("left"), 0},
                                                      {a.integer("bottom"), a.integer("right"), 0});
                               }};
  return kLayer;
}

}  // namespace mote::nn
