/* Fully connected layers on packed weights, int8: mote_packed.h. The bias holds the input's zero point. */
#include "mote_packed_sums.h"

static MOTE_NOINLINE void mote_dense_of_form(MOTE_PACKED_DENSE, const mote_packed_form *f,
                                             const MOTE_FLASH void *table) {
  const mote_outputs o = {multiplier, shift, p->per_channel, p->output_zero_point, p->act_min, p->act_max};
  const int32_t inputs = p->inputs, row = mote_packed_row_bytes(f, inputs);
  /* of blocks a chunk is that of a mask */
  const int32_t chunk = row > 0 ? 2 * MOTE_PACKED_CHUNK : MOTE_PACKED_CHUNK;
  int32_t store[MOTE_PACKED_CHUNK], sum[MOTE_PACKED_OUTPUTS + 1]; /* the last of two rows may be none */
  int32_t n, first, i, k, padded = 0;
  for (n = 0; n < p->batches; ++n, x += inputs, y += p->outputs) {
    mote_packed_args a;
    a.columns = store;
    a.w = weights;
    a.table = table;
    a.row = row;
    for (first = 0; first < p->outputs; first += MOTE_PACKED_OUTPUTS) {
      const int32_t count =
          p->outputs - first < MOTE_PACKED_OUTPUTS ? p->outputs - first : MOTE_PACKED_OUTPUTS;
      for (i = 0; i < count; ++i) sum[i] = bias[first + i];
      sum[count] = 0;
      for (k = 0; k < inputs; k += chunk) {
        const int32_t some = inputs - k < chunk ? inputs - k : chunk;
        /* a single chunk serves all outputs */
        if (first == 0 || inputs > chunk) padded = mote_packed_column(f, x + k, some, store, 0, 1);
        a.end = store + mote_packed_words(f, padded, 1);
        a.filters = count;
        a.sum = sum;
        if (row > 0) {
          a.w = weights + first * row + k / f->group * f->group_bytes;
          a.skip = row - padded / f->group * f->group_bytes;
        }
        f->products(&a);
      }
      mote_finish(&o, first, count, sum, y + first);
    }
  }
}

MOTE_SHARED void mote_fully_connected_codebook1_s8(MOTE_PACKED_DENSE) {
  static const mote_packed_form form = {8, 1, MOTE_PAIRS, MOTE_ORDER(mote_codebook_order),
                                        mote_codebook1_one};
  MOTE_WITH_PAIRS(mote_dense_of_form, 1)
}
MOTE_SHARED void mote_fully_connected_codebook2_s8(MOTE_PACKED_DENSE) {
  static const mote_packed_form form = {8, 2, MOTE_PAIRS, MOTE_ORDER(mote_codebook_order),
                                        mote_codebook2_one};
  MOTE_WITH_PAIRS(mote_dense_of_form, 2)
}
MOTE_SHARED void mote_fully_connected_codebook3_s8(MOTE_PACKED_DENSE) {
  static const mote_packed_form form = {8, 3, MOTE_PAIRS, MOTE_ORDER(mote_codebook_order),
                                        mote_codebook3_one};
  MOTE_WITH_PAIRS(mote_dense_of_form, 3)
}
MOTE_SHARED void mote_fully_connected_codebook4_s8(MOTE_PACKED_DENSE) {
  static const mote_packed_form form = {8, 4, MOTE_PAIRS, MOTE_ORDER(mote_codebook4_order),
                                        mote_codebook4_one};
  MOTE_WITH_PAIRS(mote_dense_of_form, 4)
}
MOTE_SHARED void mote_fully_connected_codebook5_s8(MOTE_PACKED_DENSE) {
  static const mote_packed_form form = {8, 5, MOTE_PAIRS, MOTE_ORDER(mote_codebook_order),
                                        mote_codebook5_one};
  MOTE_WITH_VALUES(mote_dense_of_form, 5)
}
MOTE_SHARED void mote_fully_connected_codebook6_s8(MOTE_PACKED_DENSE) {
  static const mote_packed_form form = {8, 6, MOTE_PAIRS, MOTE_ORDER(mote_codebook_order),
                                        mote_codebook6_one};
  MOTE_WITH_VALUES(mote_dense_of_form, 6)
}
MOTE_SHARED void mote_fully_connected_int4_s8(MOTE_PACKED_DENSE) {
  static const mote_packed_form form = {8, 4, MOTE_PAIRS, MOTE_ORDER(mote_int4_order), mote_int4_one};
  mote_dense_of_form(MOTE_GIVEN, &form, 0);
}
MOTE_SHARED void mote_fully_connected_sparse_2_4_s8(MOTE_PACKED_DENSE) {
  static const mote_packed_form form = {8, 5, MOTE_BYTES, 0, mote_sparse_2_4_one};
  mote_dense_of_form(MOTE_GIVEN, &form, 0);
}
MOTE_SHARED void mote_fully_connected_sparse_1_4_s8(MOTE_PACKED_DENSE) {
  static const mote_packed_form form = {16, 5, MOTE_BYTES, 0, mote_sparse_1_4_one};
  mote_dense_of_form(MOTE_GIVEN, &form, 0);
}
MOTE_SHARED void mote_fully_connected_sparse_1_8_s8(MOTE_PACKED_DENSE) {
  static const mote_packed_form form = {32, 6, MOTE_BYTES, 0, mote_sparse_1_8_one};
  mote_dense_of_form(MOTE_GIVEN, &form, 0);
}
MOTE_SHARED void mote_fully_connected_sparse_1_16_s8(MOTE_PACKED_DENSE) {
  static const mote_packed_form form = {64, 6, MOTE_BYTES, 0, mote_sparse_1_16_one};
  mote_dense_of_form(MOTE_GIVEN, &form, 0);
}
MOTE_SHARED void mote_fully_connected_blocks_s8(MOTE_PACKED_DENSE) {
  static const mote_packed_form form = {4, 0, MOTE_PAIRS, 0, mote_blocks_one};
  mote_dense_of_form(MOTE_GIVEN, &form, 0);
}
