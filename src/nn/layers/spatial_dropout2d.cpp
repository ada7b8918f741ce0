#include "nn/dropout.h"

namespace mote::nn {

const LayerDef &spatial_dropout2d_layer() {
  static const LayerDef kLayer = spatial_dropout("spatial_dropout2d", "SpatialDropout2D", 3);
  return kLayer;
}

}  // namespace mote::nn
