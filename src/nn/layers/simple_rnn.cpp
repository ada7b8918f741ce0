// The plain recurrent layer: h = tanh(W x + U h + b). Settings: nn/recurrent.cpp; the cell:
// ops/simple_rnn.cpp.
//
// The cheapest state there is; for memory over many steps take gru or lstm.
#include "nn/recurrent.h"

namespace mote::nn {

const LayerDef &simple_rnn_layer() {
  static const LayerDef kLayer = recurrent_layer("simple_rnn", "SimpleRNN", {});
  return kLayer;
}

}  // namespace mote::nn
