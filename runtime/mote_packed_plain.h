/* Products with packed weights on processors without products of vectors: each weight is read once for four
 * columns. To be included by mote_packed_sums.h. */
#ifndef MOTE_PACKED_PLAIN_H
#define MOTE_PACKED_PLAIN_H

/* sum[lane] += w v[lane chunks further] */
static inline void mote_packed_add(int32_t w, const int8_t *v, int32_t lanes, int32_t *sum) {
  sum[0] += w * v[0];
  if (lanes == MOTE_LANES) {
    sum[1] += w * v[MOTE_PACKED_CHUNK];
    sum[2] += w * v[2 * MOTE_PACKED_CHUNK];
    sum[3] += w * v[3 * MOTE_PACKED_CHUNK];
  }
}

/* Places in an octet in the order of its indices. */
static const MOTE_FLASH uint8_t mote_packed_place[8] = {0, 2, 1, 3, 4, 6, 5, 7};

static inline void mote_codebook_products(mote_packed_args *a, int32_t bits, int32_t lanes) {
  const MOTE_FLASH int8_t *const value = (const MOTE_FLASH int8_t *)a->table;
  const MOTE_FLASH uint8_t *w = a->w;
  const uint8_t mask = (uint8_t)((1u << bits) - 1);
  int32_t *sum = a->sum, i, f;
  for (f = 0; f < a->filters; ++f, sum += lanes, w += a->skip) {
    const int8_t *v = (const int8_t *)a->columns;
    for (; v < (const int8_t *)a->end; v += 8) {
      uint16_t some = 0;
      int32_t have = 0;
      for (i = 0; i < 8; ++i) {
        if (have < bits) {
          some = (uint16_t)(some | (uint16_t)((uint16_t)*w++ << have));
          have += 8;
        }
        mote_packed_add(value[some & mask], v + mote_packed_place[i], lanes, sum);
        some = (uint16_t)(some >> bits);
        have -= bits;
      }
    }
  }
}

static inline void mote_int4_products(mote_packed_args *a, int32_t lanes) {
  static const MOTE_FLASH uint8_t place[8] = {4, 5, 0, 1, 6, 7, 2, 3}; /* high half, low half */
  const MOTE_FLASH uint8_t *w = a->w;
  int32_t *sum = a->sum, i, f;
  for (f = 0; f < a->filters; ++f, sum += lanes, w += a->skip) {
    const int8_t *v = (const int8_t *)a->columns;
    for (; v < (const int8_t *)a->end; v += 8)
      for (i = 0; i < 8; i += 2) {
        const uint8_t two = *w++;
        mote_packed_add((two >> 4 ^ 8) - 8, v + place[i], lanes, sum);
        mote_packed_add(((two & 15) ^ 8) - 8, v + place[i + 1], lanes, sum);
      }
  }
}

/* `many` of each `block` weights; their places have `bits` bits. */
static inline void mote_sparse_products(mote_packed_args *a, int32_t many, int32_t block, int32_t bits,
                                        int32_t lanes) {
  const MOTE_FLASH uint8_t *w = a->w;
  int32_t *sum = a->sum, i, f;
  for (f = 0; f < a->filters; ++f, sum += lanes, w += a->skip) {
    const int8_t *v = (const int8_t *)a->columns;
    while (v < (const int8_t *)a->end) {
      uint16_t places = w[4];
      if (bits == 4) places = (uint16_t)(places | (uint16_t)w[5] << 8);
      for (i = 0; i < 4; ++i) {
        mote_packed_add((int8_t)w[i], v + (places & ((1u << bits) - 1)), lanes, sum);
        places = (uint16_t)(places >> bits);
        if (many == 1 || (i & 1)) v += block;
      }
      w += 4 + bits / 2;
    }
  }
}

static inline void mote_block_products(mote_packed_args *a, int32_t lanes) {
  const MOTE_FLASH uint8_t *w = a->w;
  int32_t *sum = a->sum, i, f;
  for (f = 0; f < a->filters; ++f, sum += lanes) {
    const int8_t *v = (const int8_t *)a->columns;
    uint16_t mask = (uint16_t)(w[0] | (uint16_t)w[1] << 8);
    for (w += 2; mask != 0; mask = (uint16_t)(mask << 1), v += 4) {
      if (!(mask & 0x8000)) continue;
      for (i = 0; i < 4; ++i) mote_packed_add((int8_t)*w++, v + i, lanes, sum);
    }
  }
  a->w = w;
}

#define MOTE_OF_PLAIN(name, call_four, call_one)                    \
  static MOTE_NOINLINE void mote_##name##_four(mote_packed_args *a) \
      call_four static MOTE_NOINLINE void mote_##name##_one(mote_packed_args *a) call_one

MOTE_OF_PLAIN(
    codebook1, { mote_codebook_products(a, 1, 4); }, { mote_codebook_products(a, 1, 1); })
MOTE_OF_PLAIN(
    codebook2, { mote_codebook_products(a, 2, 4); }, { mote_codebook_products(a, 2, 1); })
MOTE_OF_PLAIN(
    codebook3, { mote_codebook_products(a, 3, 4); }, { mote_codebook_products(a, 3, 1); })
MOTE_OF_PLAIN(
    codebook4, { mote_codebook_products(a, 4, 4); }, { mote_codebook_products(a, 4, 1); })
MOTE_OF_PLAIN(
    codebook5, { mote_codebook_products(a, 5, 4); }, { mote_codebook_products(a, 5, 1); })
MOTE_OF_PLAIN(
    codebook6, { mote_codebook_products(a, 6, 4); }, { mote_codebook_products(a, 6, 1); })
MOTE_OF_PLAIN(
    int4, { mote_int4_products(a, 4); }, { mote_int4_products(a, 1); })
MOTE_OF_PLAIN(
    sparse_2_4, { mote_sparse_products(a, 2, 4, 2, 4); }, { mote_sparse_products(a, 2, 4, 2, 1); })
MOTE_OF_PLAIN(
    sparse_1_4, { mote_sparse_products(a, 1, 4, 2, 4); }, { mote_sparse_products(a, 1, 4, 2, 1); })
MOTE_OF_PLAIN(
    sparse_1_8, { mote_sparse_products(a, 1, 8, 4, 4); }, { mote_sparse_products(a, 1, 8, 4, 1); })
MOTE_OF_PLAIN(
    sparse_1_16, { mote_sparse_products(a, 1, 16, 4, 4); }, { mote_sparse_products(a, 1, 16, 4, 1); })
MOTE_OF_PLAIN(
    blocks, { mote_block_products(a, 4); }, { mote_block_products(a, 1); })

#endif
