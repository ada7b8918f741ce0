// Mel filter bank energies of each frame of sound.
//
// Conventions of tf.signal: mel = 1127 ln(1 + f / 700), slopes linear in mel, without the bin of 0 Hz, no
// area norm.
#include "features/audio_energies.h"

namespace mote::features {

static AudioPlan mfe_plan(const PreprocessingStep &step, const Shape &in) {
  AudioPlan plan = framed_plan(step, in);
  set_mel_filters(step, plan);
  return plan;
}

const FeatureDef &mfe_feature() {
  static const FeatureDef kDef = [] {
    std::vector<AttrSpec> attrs = frame_attrs();
    for (AttrSpec &attr : filter_attrs(40)) attrs.push_back(std::move(attr));
    return in_both_arithmetics("mfe", "y[t, f] = log(sum over k of weight[f, k] |X[t, k]|^2 + 1e-6)",
                               "the energies of mel filters in each frame of sound, as their logarithms",
                               std::move(attrs), mfe_plan);
  }();
  return kDef;
}

}  // namespace mote::features
