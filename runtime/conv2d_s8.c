/* 2-D convolution, int8. A 1-D convolution is one with in_h = kernel_h = 1. Padded positions are skipped,
 * which is the same as their holding the input's zero point. */
#include "mote_dsp.h"
#include "mote_runtime.h"

#if MOTE_HAS_DSP

/* One position, `count` outputs; `filter` weights lie between the filters. */
static MOTE_NOINLINE void one_position(const mote_outputs *o, int32_t count, const mote_runs *runs,
                                       const int8_t *x, const int8_t *w, int32_t filter, int8_t *y) {
  const int32_t some = MOTE_SUMS / 3 * 3;
  int32_t first, i;
  for (first = 0; first < count; first += some) {
    const int32_t n = count - first < some ? count - first : some;
    int32_t sum[MOTE_SUMS];
    for (i = 0; i < n; i += 3, w += 3 * filter) /* a filter that is not there is one that is */
      mote_dot_1x3(runs, x, w, i + 1 < n ? w + filter : w, i + 2 < n ? w + 2 * filter : w, sum + i);
    mote_finish(o, first, n, sum, y + first);
  }
}

/* This position and the one `next` values behind, for kernels that mote_widen can take. */
static MOTE_NOINLINE void two_widened(const mote_outputs *o, int32_t count, const mote_runs *runs,
                                      const int8_t *x, int32_t next, const int8_t *w, int32_t filter,
                                      int8_t *y) {
  uint32_t wide[MOTE_WIDE];
  const uint32_t *const end = mote_widen(runs, x, next, wide);
  int32_t first, i;
  for (first = 0; first < count; first += MOTE_SUMS) {
    const int32_t n = count - first < MOTE_SUMS ? count - first : MOTE_SUMS;
    int32_t sum[2 * MOTE_SUMS];
    for (i = 0; i < n; i += 2, w += 2 * filter)
      mote_dot_wide(wide, end, w, i + 1 < n ? w + filter : w, sum + i);
    mote_finish(o, first, n, sum, y + first);
    mote_finish(o, first, n, sum + MOTE_SUMS, y + count + first);
  }
}

/* The same for all others. */
static MOTE_NOINLINE void two_positions(const mote_outputs *o, int32_t count, const mote_runs *runs,
                                        const int8_t *x, int32_t next, const int8_t *w, int32_t filter,
                                        int8_t *y) {
  int32_t first, i;
  for (first = 0; first < count; first += MOTE_SUMS) {
    const int32_t n = count - first < MOTE_SUMS ? count - first : MOTE_SUMS;
    int32_t sum[2 * MOTE_SUMS];
    for (i = 0; i < n; i += 2, w += 2 * filter)
      mote_dot_2x2(runs, x, next, w, i + 1 < n ? w + filter : w, sum + i);
    mote_finish(o, first, n, sum, y + first);
    mote_finish(o, first, n, sum + MOTE_SUMS, y + count + first);
  }
}

/* Without groups and dilation. Positions side by side whose kernels lie inside the input go in pairs. */
static void convolve(const mote_conv2d_params *p, const int8_t *x, const int8_t *weights, const int32_t *bias,
                     const int32_t *multiplier, const int8_t *shift, int8_t *y) {
  const int is_pointwise = p->kernel_h == 1 && p->kernel_w == 1 && p->stride_h == 1 && p->stride_w == 1 &&
                           p->in_h == p->out_h && p->in_w == p->out_w;
  const int32_t in_h = is_pointwise ? 1 : p->in_h, in_w = is_pointwise ? p->in_h * p->in_w : p->in_w;
  const int32_t out_h = is_pointwise ? 1 : p->out_h, out_w = is_pointwise ? in_w : p->out_w;
  const int32_t w_row = p->kernel_w * p->in_c, filter = p->kernel_h * w_row;
  const mote_outputs o = {bias, multiplier, shift, p->output_zero_point, p->act_min, p->act_max};
  mote_runs runs = {0, 0, 0, 0, 0, mote_twice(-p->input_zero_point)};
  int32_t oh, ow;
  for (oh = 0; oh < out_h; ++oh) {
    const int32_t top = oh * p->stride_h - p->pad_top, kh0 = top < 0 ? -top : 0;
    const int32_t kh1 = in_h - top < p->kernel_h ? in_h - top : p->kernel_h;
    runs.rows = kh1 - kh0;
    for (ow = 0; ow < out_w;) {
      const int32_t left = ow * p->stride_w - p->pad_left, kw0 = left < 0 ? -left : 0;
      const int32_t kw1 = in_w - left < p->kernel_w ? in_w - left : p->kernel_w;
      const int8_t *const from = x + ((top + kh0) * in_w + left + kw0) * p->in_c;
      const int8_t *const w = weights + (kh0 * p->kernel_w + kw0) * p->in_c;
      mote_set_run(&runs, (kw1 - kw0) * p->in_c, in_w * p->in_c, w_row);
      if (ow + 1 < out_w && left >= 0 && left + p->stride_w + p->kernel_w <= in_w) {
        const int32_t next = p->stride_w * p->in_c;
        if (runs.rest == 0 && runs.w_next == 0 && runs.rows * runs.quads <= MOTE_WIDE)
          two_widened(&o, p->out_c, &runs, from, next, w, filter, y);
        else
          two_positions(&o, p->out_c, &runs, from, next, w, filter, y);
        ow += 2, y += 2 * p->out_c;
      } else {
        one_position(&o, p->out_c, &runs, from, w, filter, y);
        ++ow, y += p->out_c;
      }
    }
  }
}

#endif

void mote_conv2d_s8(const mote_conv2d_params *p, const int8_t *x, const int8_t *weights, const int32_t *bias,
                    const int32_t *multiplier, const int8_t *shift, int8_t *y) {
  const int32_t filter_c = p->in_c / p->groups, group_outputs = p->out_c / p->groups;
  const int32_t filter_size = p->kernel_h * p->kernel_w * filter_c;
  int32_t n, oh, ow, oc, kh, kw, c;
#if MOTE_HAS_DSP
  if (p->groups == 1 && p->dilation_h == 1 && p->dilation_w == 1) {
    for (n = 0; n < p->batches; ++n) {
      convolve(p, x, weights, bias, multiplier, shift, y);
      x += p->in_h * p->in_w * p->in_c, y += p->out_h * p->out_w * p->out_c;
    }
    return;
  }
#endif
  for (n = 0; n < p->batches; ++n) {
    for (oh = 0; oh < p->out_h; ++oh) {
      for (ow = 0; ow < p->out_w; ++ow) {
        for (oc = 0; oc < p->out_c; ++oc) {
          const int32_t first_c = oc / group_outputs * filter_c;
          int32_t acc = bias ? bias[oc] : 0;
          for (kh = 0; kh < p->kernel_h; ++kh) {
            const int32_t h = oh * p->stride_h - p->pad_top + kh * p->dilation_h;
            if (h < 0 || h >= p->in_h) continue;
            for (kw = 0; kw < p->kernel_w; ++kw) {
              const int32_t col = ow * p->stride_w - p->pad_left + kw * p->dilation_w;
              const int8_t *in, *w;
              if (col < 0 || col >= p->in_w) continue;
              in = x + (h * p->in_w + col) * p->in_c + first_c;
              w = weights + oc * filter_size + (kh * p->kernel_w + kw) * filter_c;
              for (c = 0; c < filter_c; ++c) acc += (int32_t)w[c] * ((int32_t)in[c] - p->input_zero_point);
            }
          }
          *y++ = mote_clamp_s8(mote_requantize(acc, multiplier[oc], shift[oc]) + p->output_zero_point,
                               p->act_min, p->act_max);
        }
      }
    }
    x += p->in_h * p->in_w * p->in_c;
  }
}
