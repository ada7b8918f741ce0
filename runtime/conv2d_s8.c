/* 2-D convolution, int8. A 1-D convolution is one with in_h = kernel_h = 1. The bias holds the input's zero
 * point, so padded positions are values of the zero point. */
#include "mote_sums.h"

/* Values k ... k + n of the kernel's input at an output position, into a column. The kernel's input consists
 * of runs of neighbouring values: whole rows of the kernel, or single taps where these are no neighbours. */
static MOTE_NOINLINE void gather(const mote_conv2d_params *p, const int8_t *x, int32_t position, int32_t run,
                                 int32_t runs_per_row, int32_t k, int32_t n, mote_column *c) {
  const int32_t oh = position / p->out_w, ow = position - oh * p->out_w;
  const int32_t left = ow * p->stride_w - p->pad_left;
  int32_t at = k / run, from = k - at * run, row = at / runs_per_row;
  const int32_t top = oh * p->stride_h - p->pad_top;
  const int8_t zero = (int8_t)p->input_zero_point;
  int8_t zeros[4];
  if (runs_per_row == 1 && from == 0 && left >= 0 && left + p->kernel_w <= p->in_w && top >= 0 &&
      top + (p->kernel_h - 1) * p->dilation_h < p->in_h) { /* all inside */
    const int8_t *v = x + ((top + row * p->dilation_h) * p->in_w + left) * p->in_c;
    for (; n > 0; n -= run, v += p->dilation_h * p->in_w * p->in_c) mote_put(c, v, n < run ? n : run);
    return;
  }
  at -= row * runs_per_row;
  zeros[0] = zeros[1] = zeros[2] = zeros[3] = zero;
  while (n > 0) {
    const int32_t h = top + row * p->dilation_h, w = left + at * p->dilation_w;
    const int32_t end = from + n < run ? from + n : run;
    int32_t low = -w * p->in_c, high = low + p->in_w * p->in_c; /* of the run, what lies inside the input */
    if (h < 0 || h >= p->in_h || low >= end || high <= from) {
      low = end;
      high = end;
    }
    if (low < from) low = from;
    if (high > end) high = end;
    n -= end - from;
    for (; from < low; from += 4) mote_put(c, zeros, low - from < 4 ? low - from : 4);
    if (low < high) mote_put(c, x + (h * p->in_w + w) * p->in_c + low, high - low);
    for (from = high; from < end; from += 4) mote_put(c, zeros, end - from < 4 ? end - from : 4);
    from = 0;
    if (++at == runs_per_row) {
      at = 0;
      ++row;
    }
  }
}

MOTE_SHARED void mote_conv2d_s8(const mote_conv2d_params *p, const int8_t *x,
                                const MOTE_FLASH int8_t *weights, const MOTE_FLASH int32_t *bias,
                                const MOTE_FLASH int32_t *multiplier, const MOTE_FLASH int8_t *shift,
                                int8_t *y) {
  const mote_outputs o = {multiplier, shift, 1, p->output_zero_point, p->act_min, p->act_max};
  const int32_t group_c = p->in_c / p->groups, filters = p->out_c / p->groups;
  const int32_t size = p->kernel_h * p->kernel_w * group_c, positions = p->out_h * p->out_w;
  const int is_dense = p->groups == 1 && p->dilation_w == 1;
  const int32_t run = is_dense ? p->kernel_w * p->in_c : group_c, runs_per_row = is_dense ? 1 : p->kernel_w;
  const int is_pointwise = p->groups == 1 && size == p->in_c && p->out_h == p->in_h && p->out_w == p->in_w;
  const int is_single = size <= MOTE_CHUNK;
  const int32_t block = is_single ? MOTE_FILTERS : MOTE_MORE_FILTERS;
  const int32_t chunk = is_single                                 ? size
                        : run % 4 == 0 && run <= MOTE_SHORT_CHUNK ? MOTE_SHORT_CHUNK / run * run
                                                                  : MOTE_SHORT_CHUNK;
  int32_t store[MOTE_STORE], position, first, done, k, i, lane, n;
  int32_t *const sum = store + MOTE_STORE - block * MOTE_LANES;
  for (n = 0; n < p->batches; ++n, x += p->in_h * p->in_w * p->in_c)
    for (position = 0; position < positions; position += MOTE_LANES) {
      const int32_t lanes = positions - position < MOTE_LANES ? positions - position : MOTE_LANES;
      /* blocks of filters; `done` ones of their group are done */
      for (first = 0, done = 0; first < p->out_c; done = done < filters ? done : 0) {
        const int32_t count = filters - done < block ? filters - done : block;
        const int8_t *const in = x + first / filters * group_c;
        int32_t *s = sum;
        for (i = first; i < first + count; ++i, s += MOTE_LANES) s[0] = s[1] = s[2] = s[3] = bias[i];
        for (k = 0; k < size; k += chunk) {
          const int32_t some = size - k < chunk ? size - k : chunk;
          /* a single chunk serves all filters of its group */
          for (lane = 0; lane < MOTE_LANES && (done == 0 || !is_single); ++lane) {
            const int32_t at = position + (lane < lanes ? lane : 0);
            mote_column c;
            mote_open_column(&c, (mote_column_word *)store, lane, is_single);
            if (is_pointwise)
              mote_put(&c, in + at * size + k, some);
            else
              gather(p, in, at, run, runs_per_row, k, some, &c);
            mote_close_column(&c, size < 4);
          }
          mote_add_products((const mote_column_word *)store, some, weights + first * size + k, size, count,
                            sum);
        }
        mote_finish_lanes(&o, first, count, lanes, sum, y + first, p->out_c);
        first += count;
        done += count;
      }
      y += lanes * p->out_c;
    }
}
