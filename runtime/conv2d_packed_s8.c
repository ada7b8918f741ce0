/* Convolutions on packed weights, int8: mote_packed.h. The bias holds the input's zero point, so padded
 * positions are values of the zero point. */
#include "mote_packed_sums.h"

/* Values k ... k + n of the kernel's input at an output position: where they lie, or gathered. The kernel's
 * input consists of runs of neighbouring values: whole rows of the kernel, or single taps where these are no
 * neighbours. */
static MOTE_NOINLINE const int8_t *mote_kernel_input(const mote_conv2d_params *p, const int8_t *x,
                                                     int32_t position, int32_t k, int32_t n, int8_t *some) {
  const int32_t is_dense = p->dilation_w == 1;
  const int32_t run = is_dense ? p->kernel_w * p->in_c : p->in_c, per_row = is_dense ? 1 : p->kernel_w;
  const int32_t oh = position / p->out_w, left = (position - oh * p->out_w) * p->stride_w - p->pad_left;
  int32_t at = k / run, from = k - at * run, row = at / per_row;
  int32_t h = oh * p->stride_h - p->pad_top + row * p->dilation_h;
  int8_t *to = some;
  at -= row * per_row;
  while (n > 0) {
    const int32_t w = left + at * p->dilation_w, end = from + n < run ? from + n : run;
    int32_t low = -w * p->in_c, high = low + p->in_w * p->in_c; /* of the run, what lies inside the input */
    if (h < 0 || h >= p->in_h || low >= end || high <= from) low = high = end;
    if (low < from) low = from;
    if (high > end) high = end;
    n -= end - from;
    if (n == 0 && to == some && low == from && high == end) return x + (h * p->in_w + w) * p->in_c + from;
    while (from < low) {
      *to++ = (int8_t)p->input_zero_point;
      ++from;
    }
    mote_packed_copy(to, x + (h * p->in_w + w) * p->in_c + low, high - low);
    to += high - low;
    for (from = high; from < end; ++from) *to++ = (int8_t)p->input_zero_point;
    from = 0;
    if (++at == per_row) {
      at = 0;
      h += p->dilation_h;
    }
  }
  return some;
}

/* A chunk of four positions, of which the last ones may be the first again. Returns how many values it has
 * with the zeros behind them. */
static MOTE_NOINLINE int32_t mote_four_columns(const mote_conv2d_params *p, const mote_packed_form *f,
                                               const int8_t *x, int32_t position, int32_t lanes, int32_t k,
                                               int32_t n, int32_t *store) {
  int8_t some[MOTE_PACKED_CHUNK];
  int32_t lane, padded = 0;
  for (lane = 0; lane < MOTE_LANES; ++lane) {
    const int8_t *const v = mote_kernel_input(p, x, position + (lane < lanes ? lane : 0), k, n, some);
    padded = mote_packed_column(f, v, n, store, lane, MOTE_LANES);
  }
  return padded;
}

static MOTE_NOINLINE void mote_conv_of_form(MOTE_PACKED_CONV2D, const mote_packed_form *f,
                                            const MOTE_FLASH void *table) {
  const mote_outputs o = {multiplier, shift, 1, p->output_zero_point, p->act_min, p->act_max};
  const int32_t size = p->kernel_h * p->kernel_w * p->in_c, positions = p->out_h * p->out_w;
  const int32_t row = mote_packed_row_bytes(f, size);
  int32_t store[MOTE_PACKED_STORE], sum[MOTE_PACKED_OUTPUTS * MOTE_LANES];
  int32_t n, position, first, i, k, padded = 0;
  mote_packed_args a;
  a.columns = store;
  a.table = table;
  a.row = row;
  for (n = 0; n < p->batches; ++n, x += p->in_h * p->in_w * p->in_c)
    for (position = 0; position < positions; position += MOTE_LANES) {
      const int32_t lanes = positions - position < MOTE_LANES ? positions - position : MOTE_LANES;
      a.w = weights;
      for (first = 0; first < p->out_c; first += MOTE_PACKED_OUTPUTS) {
        const int32_t count = p->out_c - first < MOTE_PACKED_OUTPUTS ? p->out_c - first : MOTE_PACKED_OUTPUTS;
        int32_t *s = sum;
        for (i = first; i < first + count; ++i, s += MOTE_LANES) s[0] = s[1] = s[2] = s[3] = bias[i];
        for (k = 0; k < size; k += MOTE_PACKED_CHUNK) {
          const int32_t some = size - k < MOTE_PACKED_CHUNK ? size - k : MOTE_PACKED_CHUNK;
          /* a single chunk serves all filters */
          if (first == 0 || size > MOTE_PACKED_CHUNK)
            padded = mote_four_columns(p, f, x, position, lanes, k, some, store);
          a.end = store + mote_packed_words(f, padded, MOTE_LANES);
          a.filters = count;
          a.sum = sum;
          if (row > 0) {
            a.w = weights + first * row + k / f->group * f->group_bytes;
            a.skip = row - padded / f->group * f->group_bytes;
          }
          f->products(&a);
        }
        mote_finish_lanes(&o, first, count, lanes, sum, y + first, p->out_c);
      }
      y += lanes * p->out_c;
    }
}

MOTE_SHARED void mote_conv2d_codebook1_s8(MOTE_PACKED_CONV2D) {
  static const mote_packed_form form = {8, 1, MOTE_PAIRS, MOTE_ORDER(mote_codebook_order),
                                        mote_codebook1_four};
  MOTE_WITH_PAIRS(mote_conv_of_form, 1)
}
MOTE_SHARED void mote_conv2d_codebook2_s8(MOTE_PACKED_CONV2D) {
  static const mote_packed_form form = {8, 2, MOTE_PAIRS, MOTE_ORDER(mote_codebook_order),
                                        mote_codebook2_four};
  MOTE_WITH_PAIRS(mote_conv_of_form, 2)
}
MOTE_SHARED void mote_conv2d_codebook3_s8(MOTE_PACKED_CONV2D) {
  static const mote_packed_form form = {8, 3, MOTE_PAIRS, MOTE_ORDER(mote_codebook_order),
                                        mote_codebook3_four};
  MOTE_WITH_PAIRS(mote_conv_of_form, 3)
}
MOTE_SHARED void mote_conv2d_codebook4_s8(MOTE_PACKED_CONV2D) {
  static const mote_packed_form form = {8, 4, MOTE_PAIRS, MOTE_ORDER(mote_codebook4_order),
                                        mote_codebook4_four};
  MOTE_WITH_PAIRS(mote_conv_of_form, 4)
}
MOTE_SHARED void mote_conv2d_codebook5_s8(MOTE_PACKED_CONV2D) {
  static const mote_packed_form form = {8, 5, MOTE_PAIRS, MOTE_ORDER(mote_codebook_order),
                                        mote_codebook5_four};
  MOTE_WITH_VALUES(mote_conv_of_form, 5)
}
MOTE_SHARED void mote_conv2d_codebook6_s8(MOTE_PACKED_CONV2D) {
  static const mote_packed_form form = {8, 6, MOTE_PAIRS, MOTE_ORDER(mote_codebook_order),
                                        mote_codebook6_four};
  MOTE_WITH_VALUES(mote_conv_of_form, 6)
}
MOTE_SHARED void mote_conv2d_int4_s8(MOTE_PACKED_CONV2D) {
  static const mote_packed_form form = {8, 4, MOTE_PAIRS, MOTE_ORDER(mote_int4_order), mote_int4_four};
  mote_conv_of_form(MOTE_GIVEN, &form, 0);
}
MOTE_SHARED void mote_conv2d_sparse_2_4_s8(MOTE_PACKED_CONV2D) {
  static const mote_packed_form form = {8, 5, MOTE_HALVES, 0, mote_sparse_2_4_four};
  mote_conv_of_form(MOTE_GIVEN, &form, 0);
}
MOTE_SHARED void mote_conv2d_sparse_1_4_s8(MOTE_PACKED_CONV2D) {
  static const mote_packed_form form = {16, 5, MOTE_HALVES, 0, mote_sparse_1_4_four};
  mote_conv_of_form(MOTE_GIVEN, &form, 0);
}
MOTE_SHARED void mote_conv2d_sparse_1_8_s8(MOTE_PACKED_CONV2D) {
  static const mote_packed_form form = {32, 6, MOTE_HALVES, 0, mote_sparse_1_8_four};
  mote_conv_of_form(MOTE_GIVEN, &form, 0);
}
MOTE_SHARED void mote_conv2d_sparse_1_16_s8(MOTE_PACKED_CONV2D) {
  static const mote_packed_form form = {64, 6, MOTE_HALVES, 0, mote_sparse_1_16_four};
  mote_conv_of_form(MOTE_GIVEN, &form, 0);
}
MOTE_SHARED void mote_conv2d_blocks_s8(MOTE_PACKED_CONV2D) {
  static const mote_packed_form form = {4, 0, MOTE_PAIRS, 0, mote_blocks_four};
  mote_conv_of_form(MOTE_GIVEN, &form, 0);
}
