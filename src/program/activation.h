// Activations that an integer layer can have fused: a clamp of its output. Layers of the float model have
// more (nn/activation.h), which are ops of their own; files have codes of their own, which their readers
// translate.
#pragma once

#include "mote/names.h"

namespace mote {

enum class FusedActivation { kNone, kRelu, kRelu6, kReluN1To1 };

// As the attribute "activation" of a layer says it.
inline const NameTable<FusedActivation> &fused_activation_names() {
  static const NameTable<FusedActivation> kNames({{"none", FusedActivation::kNone},
                                                  {"relu", FusedActivation::kRelu},
                                                  {"relu6", FusedActivation::kRelu6},
                                                  {"relu_n1_to_1", FusedActivation::kReluN1To1}});
  return kNames;
}

}  // namespace mote
