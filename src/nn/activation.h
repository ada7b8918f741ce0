// Activations that layers can have behind them. kNone is no op; the others are ops of their name.
#pragma once

#include "mote/names.h"

namespace mote {

enum class Activation { kNone, kRelu, kRelu6, kLeakyRelu, kSigmoid, kTanh, kHardSwish, kSoftmax };

inline const NameTable<Activation> &activation_names() {
  static const NameTable<Activation> kNames({{"none", Activation::kNone},
                                             {"relu", Activation::kRelu},
                                             {"relu6", Activation::kRelu6},
                                             {"leaky_relu", Activation::kLeakyRelu},
                                             {"sigmoid", Activation::kSigmoid},
                                             {"tanh", Activation::kTanh},
                                             {"hard_swish", Activation::kHardSwish},
                                             {"softmax", Activation::kSoftmax}},
                                            {{"linear", "none"}, {"hard_silu", "hard_swish"}});
  return kNames;
}

enum class Padding { kValid, kSame, kCausal };  // causal: 1-D only
inline const NameTable<Padding> &padding_names() {
  static const NameTable<Padding> kNames(
      {{"valid", Padding::kValid}, {"same", Padding::kSame}, {"causal", Padding::kCausal}});
  return kNames;
}

}  // namespace mote
