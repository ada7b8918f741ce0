// mote_audio_frames() of runtime/features for many frames at once: as many as a vector of this processor has
// values, one in each. Every value goes through the operations that the routine in C has, in their order, so
// that the bits are the same.
#pragma once

#include "mote_audio_frames.h"

namespace mote::features {

// x, work, y: as of mote_audio_frames().
void sound_frames(const mote_audio_frames_params &p, const float *x, float *work, float *y);

}  // namespace mote::features
