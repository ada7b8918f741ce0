/* Layers on weights that are stored in fewer bytes than they are: codebooks, four bits, patterns of zeros.
 * The routines read the packed bytes where they lie and keep no unpacked copy; their sums are those of
 * mote_conv2d_s8 and mote_fully_connected_s8, so are their results. Groups are not for them.
 *
 * Packed weights are those of one output after the other, `size` = kernel_h * kernel_w * in_c or inputs of
 * each, filled up with zeros. An octet is eight neighbouring weights w0 ... w7.
 *
 * codebookB, B bits: 2^B values of int8; then of each octet B bytes, a little-endian number in which the
 * index of w0 has the lowest B bits, then come w2, w1, w3, w4, w6, w5, w7; three bytes of 0 at the end. int4,
 * weights in -8 ... 7: of each octet four bytes; high halves w4 w0 w6 w2, low halves w5 w1 w7 w3. sparse_N_M,
 * at most N of M weights are not 0: groups of four such weights (2 blocks of 4, or 4 blocks of M): four
 * values, then their places in their blocks, a little-endian number of 2 bits each (M = 4, one byte) or 4
 * bits each (two bytes). blocks, of four neighbouring weights: for 16 outputs after the other (or what is
 * left), chunk by chunk of 64 weights, output by output: 16 bits, little-endian, of which the highest says
 * that the first four weights of the chunk are not all 0; then of each four that are not, their values.
 */
#ifndef MOTE_PACKED_H
#define MOTE_PACKED_H

#include "mote_runtime.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MOTE_PACKED_CONV2D                                                                                  \
  const mote_conv2d_params *p, const int8_t *x, const MOTE_FLASH uint8_t *weights,                          \
      const MOTE_FLASH int32_t *bias, const MOTE_FLASH int32_t *multiplier, const MOTE_FLASH int8_t *shift, \
      int8_t *y

void mote_conv2d_codebook1_s8(MOTE_PACKED_CONV2D);
void mote_conv2d_codebook2_s8(MOTE_PACKED_CONV2D);
void mote_conv2d_codebook3_s8(MOTE_PACKED_CONV2D);
void mote_conv2d_codebook4_s8(MOTE_PACKED_CONV2D);
void mote_conv2d_codebook5_s8(MOTE_PACKED_CONV2D);
void mote_conv2d_codebook6_s8(MOTE_PACKED_CONV2D);
void mote_conv2d_int4_s8(MOTE_PACKED_CONV2D);
void mote_conv2d_sparse_2_4_s8(MOTE_PACKED_CONV2D);
void mote_conv2d_sparse_1_4_s8(MOTE_PACKED_CONV2D);
void mote_conv2d_sparse_1_8_s8(MOTE_PACKED_CONV2D);
void mote_conv2d_sparse_1_16_s8(MOTE_PACKED_CONV2D);
void mote_conv2d_blocks_s8(MOTE_PACKED_CONV2D);

#define MOTE_PACKED_DENSE                                                                                   \
  const mote_fully_connected_s8_params *p, const int8_t *x, const MOTE_FLASH uint8_t *weights,              \
      const MOTE_FLASH int32_t *bias, const MOTE_FLASH int32_t *multiplier, const MOTE_FLASH int8_t *shift, \
      int8_t *y

void mote_fully_connected_codebook1_s8(MOTE_PACKED_DENSE);
void mote_fully_connected_codebook2_s8(MOTE_PACKED_DENSE);
void mote_fully_connected_codebook3_s8(MOTE_PACKED_DENSE);
void mote_fully_connected_codebook4_s8(MOTE_PACKED_DENSE);
void mote_fully_connected_codebook5_s8(MOTE_PACKED_DENSE);
void mote_fully_connected_codebook6_s8(MOTE_PACKED_DENSE);
void mote_fully_connected_int4_s8(MOTE_PACKED_DENSE);
void mote_fully_connected_sparse_2_4_s8(MOTE_PACKED_DENSE);
void mote_fully_connected_sparse_1_4_s8(MOTE_PACKED_DENSE);
void mote_fully_connected_sparse_1_8_s8(MOTE_PACKED_DENSE);
void mote_fully_connected_sparse_1_16_s8(MOTE_PACKED_DENSE);
void mote_fully_connected_blocks_s8(MOTE_PACKED_DENSE);

#ifdef __cplusplus
}
#endif
#endif
