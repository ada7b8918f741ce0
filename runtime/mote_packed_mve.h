/* Products with packed weights on processors with Helium: vectors of weights are made of packed bytes once
 * and multiplied with four columns. To be included by mote_packed_sums.h. */
#ifndef MOTE_PACKED_MVE_H
#define MOTE_PACKED_MVE_H

/* Places of weights in the order in which vectors of them are made. */
static const uint8_t mote_codebook_order[32] = {0,  2,  1,  3,  4,  6,  5,  7,  8,  10, 9,
                                                11, 12, 14, 13, 15, 16, 18, 17, 19, 20, 22,
                                                21, 23, 24, 26, 25, 27, 28, 30, 29, 31};
static const uint8_t mote_codebook4_order[32] = {0, 1, 4, 5, 8,  9,  12, 13, 16, 17, 20, 21, 24, 25, 28, 29,
                                                 2, 3, 6, 7, 10, 11, 14, 15, 18, 19, 22, 23, 26, 27, 30, 31};
static const uint8_t mote_int4_order[32] = {4, 0, 6, 2, 12, 8, 14, 10, 20, 16, 22, 18, 28, 24, 30, 26,
                                            5, 1, 7, 3, 13, 9, 15, 11, 21, 17, 23, 19, 29, 25, 31, 27};

/* sum[lane] += w v of a vector; lanes that are not there count nothing. */
static inline void mote_packed_vector(int8x16_t w, const int8_t *v, int32_t lanes, int32_t *sum) {
  sum[0] = vmladavaq_s8(sum[0], w, vldrbq_s8(v));
  if (lanes == 1) return;
  sum[1] = vmladavaq_s8(sum[1], w, vldrbq_s8(v + MOTE_PACKED_CHUNK));
  sum[2] = vmladavaq_s8(sum[2], w, vldrbq_s8(v + 2 * MOTE_PACKED_CHUNK));
  sum[3] = vmladavaq_s8(sum[3], w, vldrbq_s8(v + 3 * MOTE_PACKED_CHUNK));
}

/* A loop over rows: `bytes` of a row's piece, n values, sums s of a row. */
#define MOTE_VECTOR_ROWS(lanes, ...)                                                \
  const int32_t n = (int32_t)((const int8_t *)a->end - (const int8_t *)a->columns); \
  const uint8_t *w = a->w;                                                          \
  int32_t *sum = a->sum, f, i;                                                      \
  for (f = a->filters; f > 0; --f, sum += lanes, w += a->skip) {                    \
    const int8_t *v = (const int8_t *)a->columns;                                   \
    int32_t s[4], left;                                                             \
    for (i = 0; i < lanes; ++i) s[i] = 0;                                           \
    __VA_ARGS__ for (i = 0; i < lanes; ++i) sum[i] += s[i];                         \
  }

static inline void mote_codebook4_products(mote_packed_args *a, int32_t lanes) {
  const int8_t *const value = (const int8_t *)a->table;
  const uint8x16_t low = vdupq_n_u8(15);
  MOTE_VECTOR_ROWS(
      lanes, for (left = n / 2; left > 0; left -= 16, v += 32) {
        const uint8x16_t two = vldrbq_z_u8(w, vctp8q((uint32_t)left));
        mote_packed_vector(vldrbq_gather_offset_s8(value, vandq_u8(two, low)), v, lanes, s);
        mote_packed_vector(vldrbq_gather_offset_s8(value, vshrq_n_u8(two, 4)), v + 16, lanes, s);
        w += left < 16 ? left : 16;
      })
}

/* Index j of 16 begins with bit `bits` j. */
static inline void mote_codebook_products(mote_packed_args *a, int32_t bits, int32_t lanes) {
  const int8_t *const value = (const int8_t *)a->table;
  const uint8x16_t bit = vmulq_n_u8(vidupq_n_u8(0, 1), (uint8_t)bits), at = vshrq_n_u8(bit, 3);
  const int8x16_t right = vnegq_s8(vreinterpretq_s8_u8(vandq_u8(bit, vdupq_n_u8(7)))),
                  left_by = vaddq_n_s8(right, 8);
  const uint8x16_t mask = vdupq_n_u8((uint8_t)((1u << bits) - 1));
  MOTE_VECTOR_ROWS(
      lanes, for (left = n; left > 0; left -= 16, v += 16) {
        const mve_pred16_t p = vctp8q((uint32_t)left);
        const uint8x16_t first = vldrbq_gather_offset_z_u8(w, at, p),
                         second = vldrbq_gather_offset_z_u8(w + 1, at, p);
        const uint8x16_t index = vandq_u8(vorrq_u8(vshlq_u8(first, right), vshlq_u8(second, left_by)), mask);
        mote_packed_vector(vldrbq_gather_offset_s8(value, index), v, lanes, s);
        w += left < 16 ? bits : 2 * bits;
      })
}

/* A weight at the high end of a byte is 16 times itself, and so are the sums. */
static inline void mote_int4_products(mote_packed_args *a, int32_t lanes) {
  const int8x16_t high = vdupq_n_s8(-16);
  MOTE_VECTOR_ROWS(
      lanes, for (left = n / 2; left > 0; left -= 16, v += 32) {
        const int8x16_t two = vldrbq_z_s8((const int8_t *)w, vctp8q((uint32_t)left));
        mote_packed_vector(vandq_s8(two, high), v, lanes, s);
        mote_packed_vector(vshlq_n_s8(two, 4), v + 16, lanes, s);
        w += left < 16 ? left : 16;
      } for (i = 0; i < lanes; ++i) s[i] >>= 4;)
}

/* 16 weights that are not 0: four groups of four. */
static inline void mote_sparse_products(mote_packed_args *a, int32_t many, int32_t block, int32_t bits,
                                        int32_t lanes) {
  const int32_t span = 4 / many * block, bytes = 4 + bits / 2;
  const uint8x16_t j = vidupq_n_u8(0, 1), i_of = vandq_u8(j, vdupq_n_u8(3)), group = vshrq_n_u8(j, 2);
  const uint8x16_t from = vmulq_n_u8(group, (uint8_t)bytes), value_at = vaddq_u8(from, i_of);
  const uint8x16_t half = vshrq_n_u8(i_of, 1);
  const uint8x16_t place_at = vaddq_n_u8(bits == 4 ? vaddq_u8(from, half) : from, 4);
  const uint8x16_t shift = bits == 4 ? vmulq_n_u8(vandq_u8(j, vdupq_n_u8(1)), 4) : vmulq_n_u8(i_of, 2);
  const int8x16_t right = vnegq_s8(vreinterpretq_s8_u8(shift));
  const uint8x16_t mask = vdupq_n_u8((uint8_t)((1u << bits) - 1));
  const uint8x16_t base =
      vaddq_u8(vmulq_n_u8(group, (uint8_t)span), vmulq_n_u8(many == 2 ? half : i_of, (uint8_t)block));
  MOTE_VECTOR_ROWS(
      lanes, for (left = n / span * 4; left > 0; left -= 16, v += 4 * span) {
        const mve_pred16_t p = vctp8q((uint32_t)left);
        const int8x16_t value = vldrbq_gather_offset_z_s8((const int8_t *)w, value_at, p);
        const uint8x16_t places = vshlq_u8(vldrbq_gather_offset_z_u8(w, place_at, p), right);
        const uint8x16_t at = vaddq_u8(vandq_u8(places, mask), base);
        for (i = 0; i < lanes; ++i)
          s[i] = vmladavaq_p_s8(s[i], value, vldrbq_gather_offset_z_s8(v + i * MOTE_PACKED_CHUNK, at, p), p);
        w += left < 16 ? left / 4 * bytes : 4 * bytes;
      })
}

/* Four blocks at a time. */
static inline void mote_block_products(mote_packed_args *a, int32_t lanes) {
  const int8_t *const columns = (const int8_t *)a->columns;
  const uint8_t *w = a->w;
  int32_t *sum = a->sum, f, i;
  for (f = a->filters; f > 0; --f, sum += lanes) {
    uint32_t at[16], *to = at, mask = ((uint32_t)w[0] | (uint32_t)w[1] << 8) << 16;
    const uint32_t *from;
    int32_t s[4];
    for (i = 0; i < lanes; ++i) s[i] = 0;
    for (w += 2; mask != 0;) {
      const uint32_t zeros = (uint32_t)__builtin_clz(mask);
      *to++ = 4 * zeros;
      mask &= ~(0x80000000u >> zeros);
    }
    for (from = at; from < to; from += 4) {
      const int32_t left = (int32_t)(to - from) < 4 ? (int32_t)(to - from) : 4;
      const mve_pred16_t p = vctp32q((uint32_t)left);
      const uint32x4_t offset = vldrwq_z_u32(from, p);
      const int8x16_t value = vldrbq_z_s8((const int8_t *)w, p);
      for (i = 0; i < lanes; ++i)
        s[i] =
            vmladavaq_s8(s[i], value,
                         vreinterpretq_s8_s32(vldrwq_gather_offset_z_s32(
                             (const int32_t *)(const void *)(columns + i * MOTE_PACKED_CHUNK), offset, p)));
      w += 4 * left;
    }
    for (i = 0; i < lanes; ++i) sum[i] += s[i];
  }
  a->w = w;
}

/* Four columns of forms of four bits, in assembly, so that the loop ends with predicated lanes of its own
 * accord: 22 instructions and 19 for 128 products. r1 weights, r2 the codebook, r3 sums, r12 bytes of a row.
 */
#define MOTE_FOUR_BITS(constant, sums, weights, done)                                         \
  ".syntax unified\n"                                                                         \
  "push {r4-r11, lr}\n"                                                                       \
  "vpush {d8-d9}\n"                                                                           \
  "ldrd r5, r12, [r0]\n"                                                                      \
  "sub r12, r12, r5\n"                                                                        \
  "lsr r12, r12, #1\n"                                                                        \
  "ldr r1, [r0, #8]\n"                                                                        \
  "ldrd r3, r2, [r0, #20]\n"                                                                  \
  "vmov.i8 q4, #" constant                                                                    \
  "\n"                                                                                        \
  "1:\n" sums                                                                                 \
  "ldr lr, [r0, #12]\n"                                                                       \
  "add lr, lr, r1\n"                                                                          \
  "add lr, lr, r12\n"                                                                         \
  "str lr, [r0, #8]\n"                                                                        \
  "ldr r5, [r0]\n"                                                                            \
  "add r7, r5, #64\n"                                                                         \
  "add r9, r5, #128\n"                                                                        \
  "add r11, r5, #192\n"                                                                       \
  "dlstp.8 lr, r12\n"                                                                         \
  "2:\n"                                                                                      \
  "vldrb.8 q0, [r1], #16\n" weights MOTE_TWO_VECTORS("r4", "r5") MOTE_TWO_VECTORS("r6", "r7") \
      MOTE_TWO_VECTORS("r8", "r9") MOTE_TWO_VECTORS("r10", "r11") "letp lr, 2b\n" done        \
                                                                  "strd r4, r6, [r3], #8\n"   \
                                                                  "strd r8, r10, [r3], #8\n"  \
                                                                  "ldr r1, [r0, #8]\n"        \
                                                                  "ldr lr, [r0, #16]\n"       \
                                                                  "subs lr, lr, #1\n"         \
                                                                  "str lr, [r0, #16]\n"       \
                                                                  "bne 1b\n"                  \
                                                                  "vpop {d8-d9}\n"            \
                                                                  "pop {r4-r11, pc}\n"
#define MOTE_TWO_VECTORS(sum, v) \
  "vldrb.8 q0, [" v              \
  "], #16\n"                     \
  "vmladava.s8 " sum             \
  ", q2, q0\n"                   \
  "vldrb.8 q0, [" v              \
  "], #16\n"                     \
  "vmladava.s8 " sum ", q3, q0\n"
MOTE_NAKED void mote_codebook4_four(mote_packed_args *a __attribute__((unused))) {
  __asm volatile(MOTE_FOUR_BITS("15",
                                "ldrd r4, r6, [r3]\n"
                                "ldrd r8, r10, [r3, #8]\n",
                                "vand q1, q0, q4\n"
                                "vshr.u8 q0, q0, #4\n"
                                "vldrb.u8 q2, [r2, q1]\n"
                                "vldrb.u8 q3, [r2, q0]\n",
                                ""));
}
MOTE_NAKED void mote_int4_four(mote_packed_args *a __attribute__((unused))) {
  __asm volatile(MOTE_FOUR_BITS("0xF0",
                                "movs r4, #0\n"
                                "movs r6, #0\n"
                                "mov r8, r4\n"
                                "mov r10, r4\n",
                                "vand q2, q0, q4\n"
                                "vshl.i8 q3, q0, #4\n",
                                "ldrd r5, r7, [r3]\n"
                                "add r4, r5, r4, asr #4\n"
                                "add r6, r7, r6, asr #4\n"
                                "ldrd r5, r7, [r3, #8]\n"
                                "add r8, r5, r8, asr #4\n"
                                "add r10, r7, r10, asr #4\n"));
}

#define MOTE_OF_VECTORS(name, call_four, call_one)                  \
  static MOTE_NOINLINE void mote_##name##_four(mote_packed_args *a) \
      call_four static MOTE_NOINLINE void mote_##name##_one(mote_packed_args *a) call_one

MOTE_OF_VECTORS(
    codebook1, { mote_codebook_products(a, 1, 4); }, { mote_codebook_products(a, 1, 1); })
MOTE_OF_VECTORS(
    codebook2, { mote_codebook_products(a, 2, 4); }, { mote_codebook_products(a, 2, 1); })
MOTE_OF_VECTORS(
    codebook3, { mote_codebook_products(a, 3, 4); }, { mote_codebook_products(a, 3, 1); })
static MOTE_NOINLINE void mote_codebook4_one(mote_packed_args *a) { mote_codebook4_products(a, 1); }
MOTE_OF_VECTORS(
    codebook5, { mote_codebook_products(a, 5, 4); }, { mote_codebook_products(a, 5, 1); })
MOTE_OF_VECTORS(
    codebook6, { mote_codebook_products(a, 6, 4); }, { mote_codebook_products(a, 6, 1); })
static MOTE_NOINLINE void mote_int4_one(mote_packed_args *a) { mote_int4_products(a, 1); }
MOTE_OF_VECTORS(
    sparse_2_4, { mote_sparse_products(a, 2, 4, 2, 4); }, { mote_sparse_products(a, 2, 4, 2, 1); })
MOTE_OF_VECTORS(
    sparse_1_4, { mote_sparse_products(a, 1, 4, 2, 4); }, { mote_sparse_products(a, 1, 4, 2, 1); })
MOTE_OF_VECTORS(
    sparse_1_8, { mote_sparse_products(a, 1, 8, 4, 4); }, { mote_sparse_products(a, 1, 8, 4, 1); })
MOTE_OF_VECTORS(
    sparse_1_16, { mote_sparse_products(a, 1, 16, 4, 4); }, { mote_sparse_products(a, 1, 16, 4, 1); })
MOTE_OF_VECTORS(
    blocks, { mote_block_products(a, 4); }, { mote_block_products(a, 1); })

#endif
