#include "nn/recurrent.h"

namespace mote::nn {

const LayerDef &lstm_layer() {
  static const LayerDef kLayer = recurrent_layer("lstm", "LSTM", {});
  return kLayer;
}

}  // namespace mote::nn
