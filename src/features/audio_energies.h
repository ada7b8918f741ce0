// What spectrogram, mfe and mfcc share: settings in units of time, in the conventions of tf.signal.
#pragma once

#include "features/audio_support.h"

namespace mote::features {

std::vector<AttrSpec> frame_attrs();
std::vector<AttrSpec> filter_attrs(int filters);
// Frames, window, pre-emphasis and logarithm.
AudioPlan framed_plan(const PreprocessingStep &step, const Shape &in);
void set_mel_filters(const PreprocessingStep &step, AudioPlan &plan);
// A block in floats, with the one in integers, which lives as long as the program.
FeatureDef in_both_arithmetics(const std::string &name, const std::string &formula, const std::string &doc,
                               const std::vector<AttrSpec> &attrs, PlanOf plan_of);

}  // namespace mote::features
