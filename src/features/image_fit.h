// Pictures of any size as the one that a model takes: the routine of devices
// (runtime/features/mote_image_fit.h).
#pragma once

#include <cstdint>

#include "mote/preprocessing.h"

namespace mote {

// pixels [height, width, channels] to out [to.height, to.width, channels].
void fit_image(const ImageInput &to, int channels, const uint8_t *pixels, int height, int width,
               uint8_t *out);

}  // namespace mote
