// Gated recurrent unit (Cho et al. 2014). With reset_after, the default here and in Keras, the reset gate
// acts behind the recurrent product, which is the form that libraries make fast.
//
// Settings of all recurrent layers: nn/recurrent.cpp. The cell: ops/gru.cpp.
#include "nn/recurrent.h"

namespace mote::nn {

const LayerDef &gru_layer() {
  static const LayerDef kLayer = recurrent_layer(
      "gru", "GRU",
      {{"reset_after", int64_t{1}, "the reset gate acts behind the recurrent product", {}, 0, 1}});
  return kLayer;
}

}  // namespace mote::nn
