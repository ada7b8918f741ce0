#include "nn/dropout.h"

namespace mote::nn {

const LayerDef &spatial_dropout1d_layer() {
  static const LayerDef kLayer = spatial_dropout("spatial_dropout1d", "SpatialDropout1D", 2);
  return kLayer;
}

}  // namespace mote::nn
