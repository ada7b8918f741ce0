/* Images of any size as the one size that a model takes. */
#ifndef MOTE_IMAGE_FIT_H
#define MOTE_IMAGE_FIT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Another shape of the image: squeezed; the middle of it, as large as goes; or the whole between black bars.
 */
enum { MOTE_FIT_STRETCH, MOTE_FIT_CROP, MOTE_FIT_PAD };

/* Of the result. */
typedef struct {
  int32_t height, width, channels;
  int32_t fit;
} mote_image_fit_params;

/* pixels [height, width, channels] to y [p->height, p->width, channels]; sides up to 65535, those of y up to
 * 8192, and at most 2^31 - 1 values. Along each axis: where the image is larger, the mean of what lies under
 * a pixel of the result, parts of pixels counting as parts; where it is smaller, a line between the two next
 * pixel centres, and beyond the outermost their value. Weights are whole numbers and the sum is rounded once,
 * half up. */
void mote_image_fit_u8(const mote_image_fit_params *p, const uint8_t *pixels, int32_t height, int32_t width,
                       uint8_t *y);

#ifdef __cplusplus
}
#endif

#endif
