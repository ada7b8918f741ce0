#include "nn/recurrent.h"

namespace mote::nn {

const LayerDef &gru_layer() {
  static const LayerDef kLayer = recurrent_layer(
      "gru", "GRU",
      {{"reset_after", int64_t{1}, "the reset gate acts behind the recurrent product", {}, 0, 1}});
  return kLayer;
}

}  // namespace mote::nn
