// The micro front end with the tables of its C library, which pymicro-features, ESPHome and microWakeWord
// use.
#include "features/micro_frontend_support.h"

namespace mote::features {

const FeatureDef &micro_frontend_feature() {
  static const FeatureDef kDef =
      micro_feature("micro_frontend", MicroTables::kLibrary,
                    "mel bands of speech as TensorFlow Lite's microfrontend library, pymicro-features and "
                    "microWakeWord compute them, bit for bit");
  return kDef;
}

}  // namespace mote::features
