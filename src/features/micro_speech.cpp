// The micro front end with the tables of TensorFlow Lite Micro's signal ops, which make today's
// audio_preprocessor of micro_speech. Its routine is that of micro_frontend.cpp.
#include "features/micro_frontend_support.h"

namespace mote::features {

const FeatureDef &micro_speech_feature() {
  static const FeatureDef kDef = micro_feature(
      "micro_speech", MicroTables::kSignalOps,
      "the same as the audio preprocessor of TensorFlow Lite Micro's micro_speech computes them");
  return kDef;
}

}  // namespace mote::features
