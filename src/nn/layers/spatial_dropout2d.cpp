// Dropout of whole channels of an image (H, W, C), for neighbours that say the same. Source: Tompson et
// al. 2015.
//
// What it shares with the one of sequences: nn/dropout.cpp.
#include "nn/dropout.h"

namespace mote::nn {

const LayerDef &spatial_dropout2d_layer() {
  static const LayerDef kLayer = spatial_dropout("spatial_dropout2d", "SpatialDropout2D", 3);
  return kLayer;
}

}  // namespace mote::nn
