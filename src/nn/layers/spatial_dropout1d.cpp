// Dropout of whole channels of a sequence (T, C), for neighbours in time that say the same. Source:
// Tompson et al. 2015.
//
// What it shares with the one of images: nn/dropout.cpp.
#include "nn/dropout.h"

namespace mote::nn {

const LayerDef &spatial_dropout1d_layer() {
  static const LayerDef kLayer = spatial_dropout("spatial_dropout1d", "SpatialDropout1D", 2);
  return kLayer;
}

}  // namespace mote::nn
