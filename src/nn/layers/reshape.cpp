// Another shape for the same values, one axis of which may be left open by -1, as in Keras.
//
// Moves nothing. The batch is no part of the shape.
#include "nn/layer.h"

namespace mote::nn {

const LayerDef &reshape_layer() {
  static const LayerDef kLayer{"reshape",
                               "Reshape",
                               {},
                               {{"shape",
                                 std::vector<int64_t>{-1},
                                 "target shape without the batch; one -1 takes what is left",
                                 {},
                                 -1,
                                 1 << 30}},
                               [](Graph &g, const std::string &name, const Attrs &a, int value) {
                                 return g.add("reshape", name, {{"shape", a.at("shape")}}, {value});
                               }};
  return kLayer;
}

}  // namespace mote::nn
