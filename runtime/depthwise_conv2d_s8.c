/* Depthwise convolution, int8. Padded positions are skipped. */
#include "mote_dsp.h"
#include "mote_runtime.h"

#if MOTE_HAS_DSP

/* Taps that lie inside the input, and the steps from one row of them to the next. */
typedef struct {
  int32_t rows, columns, channels, x_row, w_row;
  uint32_t offset;
} mote_taps;

/* The sums of four channels over the taps. A function of its own, so that all it needs stays in registers. */
static MOTE_NOINLINE void four_channels(const int8_t *x, const int8_t *weights, const mote_taps *t,
                                        int32_t *sum) {
  const int32_t c = t->channels;
  const uint32_t offset = t->offset;
  int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0, h, w;
#define MOTE_TAP(at)                                                   \
  do {                                                                 \
    uint32_t q = mote_quad(x + (at)), g = mote_quad(weights + (at));   \
    const uint32_t even = mote_even_plus(offset, q), f = mote_even(g); \
    q = mote_odd_plus(offset, q), g = mote_odd(g);                     \
    s0 = mote_low(even, f, s0), s2 = mote_high(even, f, s2);           \
    s1 = mote_low(q, g, s1), s3 = mote_high(q, g, s3);                 \
  } while (0)
  if (t->columns == 3) {
    for (h = t->rows; h > 0; --h) {
      MOTE_TAP(0);
      MOTE_TAP(c);
      MOTE_TAP(2 * c);
      x += t->x_row, weights += t->w_row;
    }
  } else {
    for (h = t->rows; h > 0; --h) {
      for (w = 0; w < t->columns; ++w) MOTE_TAP(w * c);
      x += t->x_row, weights += t->w_row;
    }
  }
#undef MOTE_TAP
  sum[0] = s0, sum[1] = s1, sum[2] = s2, sum[3] = s3;
}

/* Of the channels in fours; the caller does those that are left. Returns how many were done. */
static int32_t position(const mote_conv2d_params *p, const int8_t *x, const int8_t *weights,
                        const int32_t *bias, const int32_t *multiplier, const int8_t *shift, int32_t oh,
                        int32_t ow, int8_t *y) {
  const int32_t top = oh * p->stride_h - p->pad_top, kh0 = top < 0 ? -top : 0;
  const int32_t kh1 = p->in_h - top < p->kernel_h ? p->in_h - top : p->kernel_h;
  const int32_t left = ow * p->stride_w - p->pad_left, kw0 = left < 0 ? -left : 0;
  const int32_t kw1 = p->in_w - left < p->kernel_w ? p->in_w - left : p->kernel_w;
  const int32_t channels = p->in_c, done = channels & ~3;
  const mote_outputs o = {bias, multiplier, shift, p->output_zero_point, p->act_min, p->act_max};
  const mote_taps taps = {kh1 - kh0,
                          kw1 - kw0,
                          channels,
                          p->in_w * channels,
                          p->kernel_w * channels,
                          mote_twice(-p->input_zero_point)};
  int32_t c, i;
  x += ((top + kh0) * p->in_w + left + kw0) * channels;
  weights += (kh0 * p->kernel_w + kw0) * channels;
  for (c = 0; c < done; c += MOTE_SUMS) {
    const int32_t n = done - c < MOTE_SUMS ? done - c : MOTE_SUMS;
    int32_t sum[MOTE_SUMS];
    for (i = 0; i < n; i += 4) four_channels(x + c + i, weights + c + i, &taps, sum + i);
    mote_finish(&o, c, n, sum, y + c);
  }
  return done;
}

#endif

void mote_depthwise_conv2d_s8(const mote_conv2d_params *p, const int8_t *x, const int8_t *weights,
                              const int32_t *bias, const int32_t *multiplier, const int8_t *shift,
                              int8_t *y) {
  const int32_t multiplicity = p->out_c / p->in_c;
  int32_t n, oh, ow, c, m, kh, kw;
  for (n = 0; n < p->batches; ++n) {
    for (oh = 0; oh < p->out_h; ++oh) {
      for (ow = 0; ow < p->out_w; ++ow) {
        c = 0;
#if MOTE_HAS_DSP
        if (multiplicity == 1 && p->dilation_h == 1 && p->dilation_w == 1)
          c = position(p, x, weights, bias, multiplier, shift, oh, ow, y), y += c;
#endif
        for (; c < p->in_c; ++c) {
          for (m = 0; m < multiplicity; ++m) {
            const int32_t oc = c * multiplicity + m;
            int32_t acc = bias ? bias[oc] : 0;
            for (kh = 0; kh < p->kernel_h; ++kh) {
              const int32_t h = oh * p->stride_h - p->pad_top + kh * p->dilation_h;
              if (h < 0 || h >= p->in_h) continue;
              for (kw = 0; kw < p->kernel_w; ++kw) {
                const int32_t w = ow * p->stride_w - p->pad_left + kw * p->dilation_w;
                if (w < 0 || w >= p->in_w) continue;
                acc += (int32_t)weights[(kh * p->kernel_w + kw) * p->out_c + oc] *
                       ((int32_t)x[(h * p->in_w + w) * p->in_c + c] - p->input_zero_point);
              }
            }
            *y++ = mote_clamp_s8(mote_requantize(acc, multiplier[oc], shift[oc]) + p->output_zero_point,
                                 p->act_min, p->act_max);
          }
        }
      }
    }
    x += p->in_h * p->in_w * p->in_c;
  }
}
