// What the two routines of spectral.cpp share: numbers and tables in floating point, from the settings.
#pragma once

#include <vector>

#include "features/audio_support.h"
#include "features/block_routine.h"
#include "mote_spectral.h"

namespace mote::features {

// First bin and the one behind the last of each band. Errors: kInvalidArgument.
std::vector<float> welch_bands(const PreprocessingStep &step, int32_t length);
std::vector<double> welch_taper(const PreprocessingStep &step, int32_t frame);
// All but tables. Errors: kInvalidArgument.
mote_spectral_params welch_numbers(const PreprocessingStep &step, const Shape &in);
Shape welch_shape(const PreprocessingStep &step, const Shape &in);
RoutineBlock spectral_block();
const FeatureDef &fixed_spectral();  // spectral_fixed.cpp

}  // namespace mote::features
