// Long short-term memory (Hochreiter, Schmidhuber 1997) with forget gates, without peepholes or
// projection.
//
// Settings of all recurrent layers: nn/recurrent.cpp. The cell: ops/lstm.cpp.
#include "nn/recurrent.h"

namespace mote::nn {

const LayerDef &lstm_layer() {
  static const LayerDef kLayer = recurrent_layer("lstm", "LSTM", {});
  return kLayer;
}

}  // namespace mote::nn
