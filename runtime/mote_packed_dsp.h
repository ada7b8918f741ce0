/* Products with packed weights on processors with dual products of 16-bit values, in assembly; beside it the
 * same in C, which MOTE_EMULATE_DSP chooses. To be included by mote_packed_sums.h. A codebook of at most four
 * bits is a table of the pairs of its values, made for each call; of more bits, its values in flash. */
#ifndef MOTE_PACKED_DSP_H
#define MOTE_PACKED_DSP_H

/* Pairs of values by their two indices, the first in the lower bits. */
static MOTE_NOINLINE void mote_make_pairs(const int8_t *value, int32_t count, uint32_t *pair) {
  const int8_t *const end = value + count, *second, *first;
  for (second = value; second < end; ++second) {
    const uint32_t high = (uint32_t)(uint16_t)*second << 16;
    if (count < 4) {
      *pair++ = (uint16_t)value[0] | high;
      *pair++ = (uint16_t)value[1] | high;
      continue;
    }
    for (first = value; first < end; first += 4, pair += 4) {
      const uint32_t q = mote_quad(first), even = mote_even(q), odd = mote_odd(q);
      pair[0] = (uint16_t)even | high;
      pair[1] = (uint16_t)odd | high;
      pair[2] = even >> 16 | high;
      pair[3] = odd >> 16 | high;
    }
  }
}

#if MOTE_IN_ASSEMBLY

/* A row of weights after the other. r0: the arguments, of which it is the only copy; r1 columns, r2 weights,
 * r3 the columns' end, r4 to r7 sums. `with` what r0 holds within the row, and at the end `sums` are done. */
#define MOTE_PACKED_ROWS(sums, with, body, done)     \
  ".syntax unified\n"                                \
  "push {r0, r4-r11, lr}\n"                          \
  "ldr r2, [r0, #8]\n"                               \
  "1:\n" sums "ldrd r1, r3, [r0]\n" with "2:\n" body \
  "cmp r1, r3\n"                                     \
  "bne 2b\n"                                         \
  "ldr r0, [sp]\n"                                   \
  "ldr r12, [r0, #20]\n" done                        \
  "str r12, [r0, #20]\n"                             \
  "ldrd r12, lr, [r0, #12]\n"                        \
  "add r2, r2, r12\n"                                \
  "subs lr, lr, #1\n"                                \
  "str lr, [r0, #16]\n"                              \
  "bne 1b\n"                                         \
  "pop {r0, r4-r11, pc}\n"

#define MOTE_FOUR_SUMS   \
  "ldr r12, [r0, #20]\n" \
  "ldm r12, {r4-r7}\n"
#define MOTE_FOUR_DONE "stm r12!, {r4-r7}\n"
#define MOTE_ONE_SUM     \
  "ldr r12, [r0, #20]\n" \
  "ldr r4, [r12]\n"
#define MOTE_ONE_DONE "str r4, [r12], #4\n"

/* The same of one column and two rows at a time; r6 and r7 their weights, r12 the bytes between them: 0 where
 * there is only one left, which is then taken twice. */
#define MOTE_TWO_ROWS(sums, with, body, done) \
  ".syntax unified\n"                         \
  "push {r0, r4-r11, lr}\n"                   \
  "ldr r2, [r0, #8]\n"                        \
  "1:\n" sums                                 \
  "ldr r12, [r0, #28]\n"                      \
  "ldr lr, [r0, #16]\n"                       \
  "ldrd r1, r3, [r0]\n"                       \
  "cmp lr, #1\n"                              \
  "it eq\n"                                   \
  "moveq r12, #0\n" with                      \
  "2:\n"                                      \
  "ldr r7, [r2, r12]\n" body                  \
  "cmp r1, r3\n"                              \
  "bne 2b\n"                                  \
  "ldr r0, [sp]\n"                            \
  "ldr r12, [r0, #20]\n" done                 \
  "strd r4, r5, [r12], #8\n"                  \
  "str r12, [r0, #20]\n"                      \
  "ldrd r12, lr, [r0, #12]\n"                 \
  "add r2, r2, r12\n"                         \
  "ldr r12, [r0, #28]\n"                      \
  "add r2, r2, r12\n"                         \
  "subs lr, lr, #2\n"                         \
  "str lr, [r0, #16]\n"                       \
  "bgt 1b\n"                                  \
  "pop {r0, r4-r11, pc}\n"
#define MOTE_TWO_SUMS    \
  "ldr r12, [r0, #20]\n" \
  "ldrd r4, r5, [r12]\n"
#define MOTE_NEXT_FOUR "ldm r1!, {r8-r11}\n"
#define MOTE_ROW_OF_FOUR(a, b, c, d)                                                  \
  a "smlad r4, r8, lr, r4\n" b "smlad r4, r9, lr, r4\n" c "smlad r4, r10, lr, r4\n" d \
    "smlad r4, r11, lr, r4\n"
/* An octet: four pairs of weights, which the parts leave in lr. */
#define MOTE_OCTET(a, b, c, d)                                                                       \
  MOTE_NEXT_FOUR a MOTE_FOUR_DUALS MOTE_NEXT_FOUR b MOTE_FOUR_DUALS MOTE_NEXT_FOUR c MOTE_FOUR_DUALS \
      MOTE_NEXT_FOUR d MOTE_FOUR_DUALS
#define MOTE_OCTET_OF_ONE(a, b, c, d) MOTE_NEXT_FOUR MOTE_ROW_OF_FOUR(a, b, c, d)

/* 31 instructions for the 64 products of an octet; of one column and two rows 29 for 16. */
#define MOTE_PAIR(at, bits) "ubfx lr, r12, #" at ", #" bits "\nldr lr, [r0, lr, lsl #2]\n"
#define MOTE_PAIRS_OF(octet, bytes, b, c, d, bits) \
  "ldr r12, [r2], #" bytes                         \
  "\n" octet(MOTE_PAIR("0", bits), MOTE_PAIR(b, bits), MOTE_PAIR(c, bits), MOTE_PAIR(d, bits))
#define MOTE_WITH_TABLE "ldr r0, [r0, #24]\n"

#define MOTE_PAIR_OF(word, at, bits) "ubfx lr, " word ", #" at ", #" bits "\nldr lr, [r0, lr, lsl #2]\n"
#define MOTE_TWO_PAIRS(at, bits, x) \
  MOTE_PAIR_OF("r6", at, bits)      \
  "smlad r4, " x ", lr, r4\n" MOTE_PAIR_OF("r7", at, bits) "smlad r5, " x ", lr, r5\n"

#define MOTE_CODEBOOK(name, bytes, b, c, d, bits)                                                            \
  MOTE_NAKED void mote_##name##_four(mote_packed_args *a __attribute__((unused))) {                          \
    __asm volatile(MOTE_PACKED_ROWS(MOTE_FOUR_SUMS, MOTE_WITH_TABLE,                                         \
                                    MOTE_PAIRS_OF(MOTE_OCTET, bytes, b, c, d, bits), MOTE_FOUR_DONE));       \
  }                                                                                                          \
  MOTE_NAKED void mote_##name##_one(mote_packed_args *a __attribute__((unused))) {                           \
    __asm volatile(MOTE_TWO_ROWS(MOTE_TWO_SUMS, MOTE_WITH_TABLE,                                             \
                                 "ldr r6, [r2], #" bytes "\n" MOTE_NEXT_FOUR MOTE_TWO_PAIRS("0", bits, "r8") \
                                     MOTE_TWO_PAIRS(b, bits, "r9") MOTE_TWO_PAIRS(c, bits, "r10")            \
                                         MOTE_TWO_PAIRS(d, bits, "r11"),                                     \
                                 ""));                                                                       \
  }
MOTE_CODEBOOK(codebook1, "1", "2", "4", "6", "2")
MOTE_CODEBOOK(codebook2, "2", "4", "8", "12", "4")
MOTE_CODEBOOK(codebook3, "3", "6", "12", "18", "6")
MOTE_CODEBOOK(codebook4, "4", "8", "16", "24", "8")

/* 44 instructions for an octet. */
#define MOTE_VALUES(first, second, bits) \
  "ubfx lr, r12, #" first ", #" bits     \
  "\n"                                   \
  "ubfx r3, r12, #" second ", #" bits    \
  "\n"                                   \
  "ldrsb lr, [r0, lr]\n"                 \
  "ldrsb r3, [r0, r3]\n"                 \
  "pkhbt lr, lr, r3, lsl #16\n"
#define MOTE_END_AGAIN \
  "ldr r3, [sp]\n"     \
  "ldr r3, [r3, #4]\n"
#define MOTE_FIVE(octet)                                                                \
  "ldr r12, [r2], #1\n" octet(MOTE_VALUES("0", "5", "5"), MOTE_VALUES("10", "15", "5"), \
                              MOTE_VALUES("20", "25", "5"),                             \
                              "ldr r12, [r2], #4\n" MOTE_VALUES("22", "27", "5")) MOTE_END_AGAIN
#define MOTE_SIX(octet)                                                                 \
  "ldr r12, [r2], #2\n" octet(MOTE_VALUES("0", "6", "6"), MOTE_VALUES("12", "18", "6"), \
                              "ldr r12, [r2], #4\n" MOTE_VALUES("8", "14", "6"),        \
                              MOTE_VALUES("20", "26", "6")) MOTE_END_AGAIN

#define MOTE_OF_DSP(name, sums, with, of_four, done, one_sum, of_one, one_done)     \
  MOTE_NAKED void mote_##name##_four(mote_packed_args *a __attribute__((unused))) { \
    __asm volatile(MOTE_PACKED_ROWS(sums, with, of_four, done));                    \
  }                                                                                 \
  MOTE_NAKED void mote_##name##_one(mote_packed_args *a __attribute__((unused))) {  \
    __asm volatile(MOTE_PACKED_ROWS(one_sum, with, of_one, one_done));              \
  }
MOTE_OF_DSP(codebook5, MOTE_FOUR_SUMS, MOTE_WITH_TABLE, MOTE_FIVE(MOTE_OCTET), MOTE_FOUR_DONE, MOTE_ONE_SUM,
            MOTE_FIVE(MOTE_OCTET_OF_ONE), MOTE_ONE_DONE)
MOTE_OF_DSP(codebook6, MOTE_FOUR_SUMS, MOTE_WITH_TABLE, MOTE_SIX(MOTE_OCTET), MOTE_FOUR_DONE, MOTE_ONE_SUM,
            MOTE_SIX(MOTE_OCTET_OF_ONE), MOTE_ONE_DONE)

/* 27 instructions for an octet. A weight of four bits at the top of 16 is 4096 times itself, and so are the
 * sums of a chunk: at most 2^29. */
#define MOTE_INT4(octet)                                                                                     \
  "ldr r12, [r2], #4\n" octet("and lr, r0, r12\n", "and lr, r0, r12, lsl #4\n", "and lr, r0, r12, lsl #8\n", \
                              "and lr, r0, r12, lsl #12\n")
#define MOTE_NO_SUMS \
  "movs r4, #0\n"    \
  "movs r5, #0\n"    \
  "movs r6, #0\n"    \
  "movs r7, #0\n"
#define MOTE_INT4_DONE         \
  "ldm r12, {r8-r11}\n"        \
  "add r4, r8, r4, asr #12\n"  \
  "add r5, r9, r5, asr #12\n"  \
  "add r6, r10, r6, asr #12\n" \
  "add r7, r11, r7, asr #12\n" MOTE_FOUR_DONE
#define MOTE_TWO_HALVES(shift, x) \
  "and lr, r0, r6" shift          \
  "\n"                            \
  "smlad r4, " x                  \
  ", lr, r4\n"                    \
  "and lr, r0, r7" shift          \
  "\n"                            \
  "smlad r5, " x ", lr, r5\n"
#define MOTE_WITH_HALVES "mov r0, #0xF000F000\n"
MOTE_NAKED void mote_int4_four(mote_packed_args *a __attribute__((unused))) {
  __asm volatile(MOTE_PACKED_ROWS(MOTE_NO_SUMS, MOTE_WITH_HALVES, MOTE_INT4(MOTE_OCTET), MOTE_INT4_DONE));
}
MOTE_NAKED void mote_int4_one(mote_packed_args *a __attribute__((unused))) {
  __asm volatile(MOTE_TWO_ROWS(
      "movs r4, #0\n"
      "movs r5, #0\n",
      MOTE_WITH_HALVES,
      "ldr r6, [r2], #4\n" MOTE_NEXT_FOUR MOTE_TWO_HALVES("", "r8") MOTE_TWO_HALVES(", lsl #4", "r9")
          MOTE_TWO_HALVES(", lsl #8", "r10") MOTE_TWO_HALVES(", lsl #12", "r11"),
      "ldrd r8, r9, [r12]\n"
      "add r4, r8, r4, asr #12\n"
      "add r5, r9, r5, asr #12\n"));
}

/* Four weights that are not 0, in 35 instructions or 36: their values as 16 bits in r10 and r11, their places
 * in r3; r0 is the column, of which each value is 16 bits in four lanes. */
#define MOTE_SPARSE_ONE_OF_FOUR(at, bits, offset, w, half) \
  "ubfx r12, r3, #" at ", #" bits                          \
  "\n"                                                     \
  "add r12, r1, r12, lsl #3\n"                             \
  "ldrd r8, r9, [r12, #" offset                            \
  "]\n"                                                    \
  "smlab" half " r4, r8, " w                               \
  ", r4\n"                                                 \
  "smlat" half " r5, r8, " w                               \
  ", r5\n"                                                 \
  "smlab" half " r6, r9, " w                               \
  ", r6\n"                                                 \
  "smlat" half " r7, r9, " w ", r7\n"
/* of one column, of bytes */
#define MOTE_SPARSE_ONE(at, bits, offset, w, half) \
  "ubfx r12, r3, #" at ", #" bits                  \
  "\n"                                             \
  "add r12, r1, r12\n"                             \
  "ldrsb r8, [r12, #" offset                       \
  "]\n"                                            \
  "smlab" half " r4, r8, " w ", r4\n"
#define MOTE_SPARSE(one, load, b, c, d, bits, second, third, fourth, step)                          \
  "ldr r11, [r2], #4\n"                                                                             \
  "sxtb16 r10, r11\n"                                                                               \
  "sxtb16 r11, r11, ror #8\n" load one("0", bits, "0", "r10", "b") one(b, bits, second, "r11", "b") \
      one(c, bits, third, "r10", "t") one(d, bits, fourth, "r11", "t") "add r1, r1, #" step         \
                                                                       "\n"                         \
                                                                       "ldr r3, [r0, #4]\n"
#define MOTE_OF_SPARSE(name, load, b, c, d, bits, s2, s3, s4, step, o2, o3, o4, one_step)                  \
  MOTE_OF_DSP(name, MOTE_FOUR_SUMS, "",                                                                    \
              MOTE_SPARSE(MOTE_SPARSE_ONE_OF_FOUR, load, b, c, d, bits, s2, s3, s4, step), MOTE_FOUR_DONE, \
              MOTE_ONE_SUM, MOTE_SPARSE(MOTE_SPARSE_ONE, load, b, c, d, bits, o2, o3, o4, one_step),       \
              MOTE_ONE_DONE)
#define MOTE_BYTE_OF_PLACES "ldrb r3, [r2], #1\n"
#define MOTE_HALF_OF_PLACES "ldrh r3, [r2], #2\n"
MOTE_OF_SPARSE(sparse_2_4, MOTE_BYTE_OF_PLACES, "2", "4", "6", "2", "0", "32", "32", "64", "0", "4", "4", "8")
MOTE_OF_SPARSE(sparse_1_4, MOTE_BYTE_OF_PLACES, "2", "4", "6", "2", "32", "64", "96", "128", "4", "8", "12",
               "16")
MOTE_OF_SPARSE(sparse_1_8, MOTE_HALF_OF_PLACES, "4", "8", "12", "4", "64", "128", "192", "256", "8", "16",
               "24", "32")
MOTE_OF_SPARSE(sparse_1_16, MOTE_HALF_OF_PLACES, "4", "8", "12", "4", "128", "256", "384", "512", "16", "32",
               "48", "64")

/* 18 instructions for the 16 products of a block; of one column 11. The highest bit of r3 that is set says
 * which is next. */
#define MOTE_BLOCK_ROWS(sums, words, body, done) \
  ".syntax unified\n"                            \
  "push {r4-r11, lr}\n"                          \
  "ldr r2, [r0, #8]\n"                           \
  "1:\n" sums                                    \
  "ldrh r3, [r2], #2\n"                          \
  "ldr r1, [r0]\n"                               \
  "lsls r3, r3, #16\n"                           \
  "beq 3f\n"                                     \
  "2:\n"                                         \
  "clz r12, r3\n"                                \
  "add r1, r1, r12, lsl #" words                 \
  "\n"                                           \
  "lsl r3, r3, r12\n" body                       \
  "lsls r3, r3, #1\n"                            \
  "bne 2b\n"                                     \
  "3:\n"                                         \
  "ldr r12, [r0, #20]\n" done                    \
  "str r12, [r0, #20]\n"                         \
  "ldr lr, [r0, #16]\n"                          \
  "subs lr, lr, #1\n"                            \
  "str lr, [r0, #16]\n"                          \
  "bne 1b\n"                                     \
  "str r2, [r0, #8]\n"                           \
  "pop {r4-r11, pc}\n"
MOTE_NAKED void mote_blocks_four(mote_packed_args *a __attribute__((unused))) {
  __asm volatile(MOTE_BLOCK_ROWS(MOTE_FOUR_SUMS, "5",
                                 MOTE_NEXT_FOUR "ldr r12, [r2], #4\n"
                                                "sxtb16 lr, r12\n" MOTE_FOUR_DUALS MOTE_NEXT_FOUR
                                                "sxtb16 lr, r12, ror #8\n" MOTE_FOUR_DUALS,
                                 MOTE_FOUR_DONE));
}
MOTE_NAKED void mote_blocks_one(mote_packed_args *a __attribute__((unused))) {
  __asm volatile(MOTE_BLOCK_ROWS(MOTE_ONE_SUM, "3",
                                 "ldrd r8, r9, [r1], #8\n"
                                 "ldr r12, [r2], #4\n"
                                 "sxtb16 lr, r12\n"
                                 "smlad r4, r8, lr, r4\n"
                                 "sxtb16 lr, r12, ror #8\n"
                                 "smlad r4, r9, lr, r4\n",
                                 MOTE_ONE_DONE));
}

#else

/* Pairs of an octet from an index of two, or from two of one. */
static inline uint32_t mote_pair_of(const mote_packed_args *a, int32_t bits, uint32_t both) {
  const uint32_t low = both & ((1u << bits) - 1), high = both >> bits;
  if (bits <= 4) return ((const uint32_t *)a->table)[both];
  return (uint32_t)(uint16_t)((const int8_t *)a->table)[low] |
         (uint32_t)(uint16_t)((const int8_t *)a->table)[high] << 16;
}
static inline void mote_codebook_products(mote_packed_args *a, int32_t bits, int32_t lanes) {
  int32_t f, i, lane;
  for (f = 0; f < a->filters; ++f, a->sum += lanes, a->w += a->skip) {
    const uint32_t *v = (const uint32_t *)a->columns;
    while (v < (const uint32_t *)a->end) {
      uint64_t octet = 0;
      for (i = 0; i < bits; ++i) octet |= (uint64_t)*a->w++ << (8 * i);
      for (i = 0; i < 4; ++i, v += lanes, octet >>= 2 * bits) {
        const uint32_t w = mote_pair_of(a, bits, (uint32_t)octet & ((1u << (2 * bits)) - 1));
        for (lane = 0; lane < lanes; ++lane) a->sum[lane] = mote_dual(v[lane], w, a->sum[lane]);
      }
    }
  }
}
static inline void mote_int4_products(mote_packed_args *a, int32_t lanes) {
  int32_t f, i, lane;
  for (f = 0; f < a->filters; ++f, a->sum += lanes, a->w += a->skip) {
    const uint32_t *v = (const uint32_t *)a->columns;
    int32_t large[4] = {0, 0, 0, 0};
    for (; v < (const uint32_t *)a->end; a->w += 4)
      for (i = 0; i < 4; ++i, v += lanes) {
        const uint32_t w = mote_quad((const int8_t *)a->w) << (4 * i) & 0xF000F000u;
        for (lane = 0; lane < lanes; ++lane) large[lane] = mote_dual(v[lane], w, large[lane]);
      }
    for (lane = 0; lane < lanes; ++lane) a->sum[lane] += large[lane] / 4096;
  }
}
static inline void mote_sparse_products(mote_packed_args *a, int32_t many, int32_t block, int32_t bits,
                                        int32_t lanes) {
  int32_t f, i, lane;
  for (f = 0; f < a->filters; ++f, a->sum += lanes, a->w += a->skip) {
    int32_t v = 0;
    const int32_t n = (int32_t)((const int8_t *)a->end - (const int8_t *)a->columns) / (lanes == 1 ? 1 : 8);
    while (v < n) {
      uint32_t places = a->w[4] | (bits == 4 ? (uint32_t)a->w[5] << 8 : 0);
      for (i = 0; i < 4; ++i, places >>= bits) {
        const int32_t at = v + (int32_t)(places & ((1u << bits) - 1));
        for (lane = 0; lane < lanes; ++lane)
          a->sum[lane] += (int8_t)a->w[i] * (lanes == 1 ? ((const int8_t *)a->columns)[at]
                                                        : ((const int16_t *)a->columns)[4 * at + lane]);
        if (many == 1 || (i & 1)) v += block;
      }
      a->w += 4 + bits / 2;
    }
  }
}
static inline void mote_block_products(mote_packed_args *a, int32_t lanes) {
  int32_t f, lane;
  for (f = 0; f < a->filters; ++f, a->sum += lanes) {
    const uint32_t *v = (const uint32_t *)a->columns;
    uint32_t mask = a->w[0] | (uint32_t)a->w[1] << 8;
    for (a->w += 2; mask != 0; mask = mask << 1 & 0xFFFF, v += 2 * lanes) {
      if (!(mask & 0x8000)) continue;
      for (lane = 0; lane < lanes; ++lane)
        a->sum[lane] =
            mote_dual(v[lanes + lane], mote_odd(mote_quad((const int8_t *)a->w)),
                      mote_dual(v[lane], mote_even(mote_quad((const int8_t *)a->w)), a->sum[lane]));
      a->w += 4;
    }
  }
}

#define MOTE_OF_EMULATED(name, call_four, call_one)          \
  static inline void mote_##name##_four(mote_packed_args *a) \
      call_four static inline void mote_##name##_one(mote_packed_args *a) call_one
MOTE_OF_EMULATED(
    codebook1, { mote_codebook_products(a, 1, 4); }, { mote_codebook_products(a, 1, 1); })
MOTE_OF_EMULATED(
    codebook2, { mote_codebook_products(a, 2, 4); }, { mote_codebook_products(a, 2, 1); })
MOTE_OF_EMULATED(
    codebook3, { mote_codebook_products(a, 3, 4); }, { mote_codebook_products(a, 3, 1); })
MOTE_OF_EMULATED(
    codebook4, { mote_codebook_products(a, 4, 4); }, { mote_codebook_products(a, 4, 1); })
MOTE_OF_EMULATED(
    codebook5, { mote_codebook_products(a, 5, 4); }, { mote_codebook_products(a, 5, 1); })
MOTE_OF_EMULATED(
    codebook6, { mote_codebook_products(a, 6, 4); }, { mote_codebook_products(a, 6, 1); })
MOTE_OF_EMULATED(
    int4, { mote_int4_products(a, 4); }, { mote_int4_products(a, 1); })
MOTE_OF_EMULATED(
    sparse_2_4, { mote_sparse_products(a, 2, 4, 2, 4); }, { mote_sparse_products(a, 2, 4, 2, 1); })
MOTE_OF_EMULATED(
    sparse_1_4, { mote_sparse_products(a, 1, 4, 2, 4); }, { mote_sparse_products(a, 1, 4, 2, 1); })
MOTE_OF_EMULATED(
    sparse_1_8, { mote_sparse_products(a, 1, 8, 4, 4); }, { mote_sparse_products(a, 1, 8, 4, 1); })
MOTE_OF_EMULATED(
    sparse_1_16, { mote_sparse_products(a, 1, 16, 4, 4); }, { mote_sparse_products(a, 1, 16, 4, 1); })
MOTE_OF_EMULATED(
    blocks, { mote_block_products(a, 4); }, { mote_block_products(a, 1); })

#endif
#endif
