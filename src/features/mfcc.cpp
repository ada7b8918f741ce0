// Mel frequency cepstral coefficients of each frame of sound: the cosine transform of what mfe.cpp gives.
//
// Scaled as tf.signal.mfccs_from_log_mel_spectrograms does: all rows times sqrt(2 / filters).
#include "features/audio_energies.h"

namespace mote::features {

static AudioPlan mfcc_plan(const PreprocessingStep &step, const Shape &in) {
  AudioPlan plan = framed_plan(step, in);
  set_mel_filters(step, plan);
  set_coefficients(step, plan, step.attrs.integer("coefficients"), {});
  return plan;
}

const FeatureDef &mfcc_feature() {
  static const FeatureDef kDef = [] {
    std::vector<AttrSpec> attrs = frame_attrs();
    for (AttrSpec &attr : filter_attrs(40)) attrs.push_back(std::move(attr));
    attrs.push_back({"coefficients", int64_t{13}, "of the cosine transform, from the first", {}, 1, 512});
    return in_both_arithmetics(
        "mfcc", "y[t, c] = sqrt(2 / F) sum over f < F of mfe[t, f] cos(pi c (f + 1/2) / F)",
        "the first mel frequency cepstral coefficients of each frame of sound", std::move(attrs), mfcc_plan);
  }();
  return kDef;
}

}  // namespace mote::features
