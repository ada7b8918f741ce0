#include "features/image_fit.h"

#include "mote_image_fit.h"

namespace mote {

void fit_image(const ImageInput &to, int channels, const uint8_t *pixels, int height, int width,
               uint8_t *out) {
  const int32_t fit = to.fit == ImageFit::kPad       ? MOTE_FIT_PAD
                      : to.fit == ImageFit::kStretch ? MOTE_FIT_STRETCH
                                                     : MOTE_FIT_CROP;
  const mote_image_fit_params params{to.height, to.width, channels, fit};
  mote_image_fit_u8(&params, pixels, height, width, out);
}

}  // namespace mote
