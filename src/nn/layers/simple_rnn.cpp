#include "nn/recurrent.h"

namespace mote::nn {

const LayerDef &simple_rnn_layer() {
  static const LayerDef kLayer = recurrent_layer("simple_rnn", "SimpleRNN", {});
  return kLayer;
}

}  // namespace mote::nn
