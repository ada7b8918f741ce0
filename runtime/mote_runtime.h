/* mote runtime: integer layers and the front end, in C99 without heap, stdio or libm.
 *
 * The same files run inside the trainer and on the microcontroller, so a layer has one arithmetic. It is that
 * of the TensorFlow Lite int8 specification with the double rounding of TensorFlow Lite Micro's reference
 * kernels. Nothing here reports errors: shapes and parameters were validated when the model was built.
 *
 * Tensors are NHWC and dense. Every `multiplier, shift` pair stands for multiplier * 2^(shift - 31).
 */
#ifndef MOTE_RUNTIME_H
#define MOTE_RUNTIME_H

#include <stdint.h>

#include "mote_names.h"

/* A firmware with several models has a routine several times. The linker keeps one of them: those of one name
 * are equal, for in a package names hold a checksum (mote_names.h). */
#if defined(__ICCARM__)
#define MOTE_SHARED __weak
#elif defined(__GNUC__) && !defined(_WIN32)
#define MOTE_SHARED __attribute__((weak))
#else
#define MOTE_SHARED
#endif

/* Weights and tables that routines read where they lie: on AVR in flash, which has addresses of its own. That
 * is for C with GNU extensions; elsewhere there they are copied to RAM. */
#if defined(__AVR__) && defined(__FLASH) && !defined(__cplusplus)
#define MOTE_FLASH __flash
#define MOTE_FLASH_IS_APART 1
#else
#define MOTE_FLASH
#define MOTE_FLASH_IS_APART 0
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Requantization ------------------------------------------------------------------------------------------
 */

/* High half of 2*a*b, rounded to nearest, ties toward +infinity; not for a = b = INT32_MIN. */
static inline int32_t mote_mul_high(int32_t a, int32_t b) {
  return (int32_t)(((int64_t)a * b + ((int64_t)1 << 30)) >> 31);
}

/* x / 2^exponent rounded to nearest, ties away from zero; 0 <= exponent <= 31. */
static inline int32_t mote_div_pot(int32_t x, int exponent) {
  const int32_t mask = (int32_t)(((uint32_t)1 << exponent) - 1u);
  const int32_t remainder = x & mask;
  const int32_t threshold = (mask >> 1) + (x < 0);
  return (exponent > 31 ? 0 : (int32_t)((int64_t)x >> exponent)) + (remainder > threshold);
}

/* x * multiplier * 2^(shift-31). MOTE_SINGLE_ROUNDING is for tests against interpreters that round once. */
static inline int32_t mote_requantize(int32_t x, int32_t multiplier, int shift) {
#ifdef MOTE_SINGLE_ROUNDING
  const int total = 31 - shift;
  return (int32_t)(((int64_t)x * multiplier + ((int64_t)1 << (total - 1))) >> total);
#else
  /* mote_div_pot(mote_mul_high(x << left, multiplier), right) for a multiplier >= 0, in fewer instructions:
   * the last division rounds half up, and a negative number is moved down first so that its halves go away
   * from 0 */
  int32_t high;
  if (shift > 0) x = (int32_t)((uint32_t)x << shift);
  high = (int32_t)(((int64_t)x * multiplier + ((int64_t)1 << 30)) >> 31);
  if (shift < 0) high = (((high + (high >> 31)) >> (-shift - 1)) + 1) >> 1;
  return high;
#endif
}

/* High half of 2*x*multiplier as mote_mul_high, for |x| < 2^30. */
static inline int32_t mote_high_product(int32_t x, int32_t multiplier) {
#if defined(__ARM_FEATURE_DSP) && __ARM_FEATURE_DSP && defined(__thumb2__) && defined(__GNUC__)
  int32_t y;
  __asm("smmulr %0, %1, %2" : "=r"(y) : "r"(x * 2), "r"(multiplier));
  return y;
#else
  return (int32_t)(((int64_t)(x * 2) * multiplier + ((int64_t)1 << 31)) >> 32);
#endif
}

/* mote_requantize for |x| < 2^30 and shift <= 0. */
static inline int32_t mote_requantize_small(int32_t x, int32_t multiplier, int shift) {
#ifdef MOTE_SINGLE_ROUNDING
  return mote_requantize(x, multiplier, shift);
#else
  const int32_t high = mote_high_product(x, multiplier);
  return shift < 0 ? (((high + (high >> 31)) >> (-shift - 1)) + 1) >> 1 : high;
#endif
}

/* A multiplier cut to 16 bits. */
static inline int32_t mote_reduced(int32_t multiplier) {
  return multiplier < 0x7FFF0000 ? (multiplier + ((int32_t)1 << 15)) >> 16 : 0x7FFF;
}

/* The same for a 64-bit sum, |x| < 2^47, with the multiplier cut to 16 bits and one rounding: the arithmetic
 * of 16-bit activations with a 64-bit bias. shift <= 14. */
static inline int32_t mote_requantize_wide(int64_t x, int32_t multiplier, int shift) {
  const int total = 15 - shift;
  return (int32_t)((x * mote_reduced(multiplier) + ((int64_t)1 << (total - 1))) >> total);
}

static inline int16_t mote_clamp_s16(int32_t x, int32_t low, int32_t high) {
  return (int16_t)(x < low ? low : x > high ? high : x);
}
static inline int16_t mote_saturate_s16(int32_t x) {
#if defined(__ARM_FEATURE_SAT) && __ARM_FEATURE_SAT && defined(__thumb2__) && defined(__GNUC__)
  int32_t y;
  __asm("ssat %0, #16, %1" : "=r"(y) : "r"(x));
  return (int16_t)y;
#else
  return mote_clamp_s16(x, -32768, 32767);
#endif
}

static inline int8_t mote_clamp_s8(int32_t x, int32_t low, int32_t high) {
  return (int8_t)(x < low ? low : x > high ? high : x);
}

/* Round half away from zero, for |x| < 2^31; NaN gives 0, larger magnitudes saturate. */
static inline int32_t mote_round(float x) {
  int32_t whole;
  float rest;
  if (!(x > -2147483648.0f)) return x == x ? INT32_MIN : 0;
  if (x >= 2147483648.0f) return INT32_MAX;
  whole = (int32_t)x;
  rest = x - (float)whole;
  if (rest >= 0.5f) return whole + 1;
  if (rest <= -0.5f) return whole - 1;
  return whole;
}

/* Front end -----------------------------------------------------------------------------------------------
 */

/* One value from sensor units to the model's int8 input: round((x - offset) * gain) + zero_point, clamped.
 * gain = 1 / (deviation * input_scale); the two float operations cannot be contracted into one. */
static inline int8_t mote_sense(float x, float offset, float gain, int32_t zero_point) {
  const float centred = x - offset;
  const int32_t q = mote_round(centred * gain);
  /* q is clamped before the zero point is added so that the sum cannot overflow */
  return mote_clamp_s8((q < -1024 ? -1024 : q > 1024 ? 1024 : q) + zero_point, -128, 127);
}

/* A window of sensor values to int8. Value i uses offset[i % period] and gain[i % period]. */
void mote_front_end_f32(const float *raw, int32_t count, const MOTE_FLASH float *offset,
                        const MOTE_FLASH float *gain, int32_t period, int32_t zero_point, int8_t *out);

/* The same from raw counts: the sensor value of count i is (float)counts[i] * unit[i % channels]. */
void mote_front_end_s16(const int16_t *counts, int32_t count, const float *unit, int32_t channels,
                        const MOTE_FLASH float *offset, const MOTE_FLASH float *gain, int32_t period,
                        int32_t zero_point, int8_t *out);

/* From what blocks of features in integers give: round((x - offset) * multiplier / 2^shift) + zero_point,
 * halves away from zero, clamped; numbers of value i as above. 0 <= multiplier, 1 <= shift <= 62,
 * |x| < 2^24, |offset| <= 2^30. */
void mote_front_end_s32(const int32_t *x, int32_t count, const MOTE_FLASH int32_t *offset,
                        const MOTE_FLASH int32_t *multiplier, const MOTE_FLASH int32_t *shift, int32_t period,
                        int32_t zero_point, int8_t *out);

/* Layers --------------------------------------------------------------------------------------------------
 */

/* Shifts of the weighted int8 layers. Where a sum can reach 2^30, or is shifted to the left, this is added to
 * the shift; all others are below 0 and requantized by mote_requantize_small. */
#define MOTE_WIDE_SUM 64

typedef struct {
  int32_t batches, inputs, outputs;
  int32_t output_zero_point;
  int32_t act_min, act_max;
  int32_t per_channel; /* 1: multiplier and shift have one entry per output, 0: one in all */
} mote_fully_connected_s8_params;

/* y = clamp(requantize(sum w * x + bias) + zp_out); weights [outputs][inputs]. The bias holds the input's
 * zero point: it is less by zp_in * sum w. */
void mote_fully_connected_s8(const mote_fully_connected_s8_params *p, const int8_t *x,
                             const MOTE_FLASH int8_t *weights, const MOTE_FLASH int32_t *bias,
                             const MOTE_FLASH int32_t *multiplier, const MOTE_FLASH int8_t *shift, int8_t *y);

typedef struct {
  int32_t batches, in_h, in_w, in_c, out_h, out_w, out_c;
  int32_t kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w, pad_top, pad_left;
  int32_t groups; /* weights see in_c / groups channels */
  int32_t input_zero_point, output_zero_point;
  int32_t act_min, act_max;
  int32_t has_narrow_sums; /* int16 only: the bias is of 32 bits, so the requantization is too */
} mote_conv2d_params;

/* Convolution, weights [out_c][kernel_h][kernel_w][in_c/groups], one multiplier per output channel. The bias
 * holds the input's zero point: it is less by zp_in * sum w. */
void mote_conv2d_s8(const mote_conv2d_params *p, const int8_t *x, const MOTE_FLASH int8_t *weights,
                    const MOTE_FLASH int32_t *bias, const MOTE_FLASH int32_t *multiplier,
                    const MOTE_FLASH int8_t *shift, int8_t *y);

/* The same for int16 activations; zero points are 0. Depthwise layers have as many groups as channels. */
void mote_conv2d_s16(const mote_conv2d_params *p, const int16_t *x, const MOTE_FLASH int8_t *weights,
                     const int64_t *bias, const MOTE_FLASH int32_t *multiplier,
                     const MOTE_FLASH int8_t *shift, int16_t *y);

typedef struct {
  int32_t batches, in_h, in_w, channels, out_h, out_w;
  int32_t pool_h, pool_w, stride_h, stride_w, pad_top, pad_left;
  int32_t act_min, act_max;
} mote_pool2d_params;

/* Largest valid value of each pool. */
void mote_max_pool2d_s8(const mote_pool2d_params *p, const int8_t *x, int8_t *y);
void mote_max_pool2d_s16(const mote_pool2d_params *p, const int16_t *x, int16_t *y);

/* Mean of the valid values of each pool, rounded half away from zero. */
void mote_avg_pool2d_s8(const mote_pool2d_params *p, const int8_t *x, int8_t *y);
void mote_avg_pool2d_s16(const mote_pool2d_params *p, const int16_t *x, int16_t *y);

/* Depthwise convolution, weights [kernel_h][kernel_w][out_c], one multiplier per output channel. Each input
 * channel has out_c / in_c outputs, which follow one another. The bias is as it is. */
void mote_depthwise_conv2d_s8(const mote_conv2d_params *p, const int8_t *x, const MOTE_FLASH int8_t *weights,
                              const MOTE_FLASH int32_t *bias, const MOTE_FLASH int32_t *multiplier,
                              const MOTE_FLASH int8_t *shift, int8_t *y);

#define MOTE_MAX_RANK 6

typedef struct {
  int32_t count[MOTE_MAX_RANK];                             /* of the output, padded with ones in front */
  int32_t a_stride[MOTE_MAX_RANK], b_stride[MOTE_MAX_RANK]; /* 0 along a broadcast axis */
  int32_t a_zero_point, b_zero_point, output_zero_point;
  int32_t a_multiplier, a_shift, b_multiplier, b_shift, output_multiplier, output_shift;
  int32_t act_min, act_max;
} mote_binary_params;

/* y = a + b, both brought to a common scale with 20 (int16: 15) more bits first. */
void mote_add_s8(const mote_binary_params *p, const int8_t *a, const int8_t *b, int8_t *y);
void mote_add_s16(const mote_binary_params *p, const int16_t *a, const int16_t *b, int16_t *y);

/* y = a - b, likewise. */
void mote_sub_s8(const mote_binary_params *p, const int8_t *a, const int8_t *b, int8_t *y);
void mote_sub_s16(const mote_binary_params *p, const int16_t *a, const int16_t *b, int16_t *y);

/* y = a * b; only output_multiplier and output_shift are used. */
void mote_mul_s8(const mote_binary_params *p, const int8_t *a, const int8_t *b, int8_t *y);
void mote_mul_s16(const mote_binary_params *p, const int16_t *a, const int16_t *b, int16_t *y);

typedef struct {
  int32_t count[MOTE_MAX_RANK], in_stride[MOTE_MAX_RANK], out_stride[MOTE_MAX_RANK]; /* elements */
  int32_t in_offset, out_offset;
  int32_t element_bytes;
} mote_copy_params;

/* Copies a block with any strides: what transpose, slice, split, pack, concatenation and pad are made of. */
void mote_copy_strided(const mote_copy_params *p, const void *x, void *y);

/* Of `count` rows that lie behind one another, the first `dropped` go and the others move up to their place.
 * Returns how many went: none where dropped is negative. */
int32_t mote_drop_rows(int8_t *rows, int32_t row_bytes, int32_t dropped, int32_t count);

/* y[i] = value for i < count. */
void mote_fill_s8(int32_t value, int32_t count, int8_t *y);
void mote_fill_s16(int32_t value, int32_t count, int16_t *y);

/* y[i] = table[x[i] + 128]: any function of one int8 value. */
void mote_lookup_s8(const MOTE_FLASH int8_t *table, const int8_t *x, int32_t count, int8_t *y);

typedef struct {
  int32_t out_count[MOTE_MAX_RANK], out_stride[MOTE_MAX_RANK]; /* kept axes; strides in the input */
  int32_t sum_count[MOTE_MAX_RANK], sum_stride[MOTE_MAX_RANK]; /* axes that are averaged */
  int32_t correction; /* input zero point times the number of values */
  int32_t multiplier, shift, output_zero_point;
} mote_mean_params;

/* Mean over some axes; the division is part of the multiplier. */
void mote_mean_s8(const mote_mean_params *p, const int8_t *x, int8_t *y);
void mote_mean_s16(const mote_mean_params *p, const int16_t *x, int16_t *y);

typedef struct {
  int32_t batches, steps, inputs, cells;
  int32_t hidden_zero_point;
  int32_t cell_clip;        /* largest |cell state|, quantized; 0: none */
  int32_t cell_scale_power; /* the cell state's scale is 2^cell_scale_power */
  int32_t forget_multiplier, forget_shift, update_multiplier, update_shift, output_multiplier, output_shift;
  int32_t input_multiplier[4], input_shift[4], recurrent_multiplier[4],
      recurrent_shift[4]; /* gates i, f, g, o */
} mote_lstm_s8_params;

/* Weights of the gates input, forget, cell, output: [4][cells][inputs] and [4][cells][cells]; biases
 * [4][cells], less by zp sum w; gates' shifts as of the weighted layers. x [batches][steps][inputs], y
 * [batches][steps][cells]; `cell` is the last cell state of the last batch. Starts from hidden0 [cells] and
 * cell0 [cells], or zero if they are NULL. */
void mote_lstm_s8(const mote_lstm_s8_params *p, const int8_t *x, const int8_t *hidden0, const int16_t *cell0,
                  const MOTE_FLASH int8_t *input_weights, const MOTE_FLASH int8_t *recurrent_weights,
                  const MOTE_FLASH int32_t *bias, const MOTE_FLASH int32_t *recurrent_bias, int16_t *cell,
                  int8_t *y);

typedef struct {
  int32_t batches, steps, inputs, units;
  int32_t reset_after;      /* GRU, 1: the reset gate acts behind the recurrent product, 0: before it */
  int32_t returns_sequence; /* 1: every step's state, 0: the last one's */
  int32_t input_zero_point; /* 0 where the bias holds it: it is less by 128 zp sum w */
  int32_t output_zero_point;
  int32_t output_multiplier, output_shift; /* from Q0.15 */
} mote_recurrent_s8_params;

/* GRU, rows of the gates z, r, n: kernel [3 units][inputs], recurrent_kernel [3 units][units]; biases in the
 * scale of their products; multipliers to Q3.12, mote_reduced. x [batches][steps][inputs]; y [batches][steps
 * or 1][units]. Starts from `initial` [units], or zero if that is NULL; leaves the last state of the last
 * batch in `state` [units], where `initial` may be too. scratch: 2 units values. */
void mote_gru_s8(const mote_recurrent_s8_params *p, const int8_t *x, const int16_t *initial,
                 const MOTE_FLASH int8_t *kernel, const MOTE_FLASH int32_t *bias,
                 const MOTE_FLASH int16_t *multiplier, const MOTE_FLASH int8_t *shift,
                 const MOTE_FLASH int8_t *recurrent_kernel, const MOTE_FLASH int32_t *recurrent_bias,
                 const MOTE_FLASH int16_t *recurrent_multiplier, const MOTE_FLASH int8_t *recurrent_shift,
                 int16_t *state, int16_t *scratch, int8_t *y);

/* The same of a simple recurrent layer, which has one row for each unit; scratch: units values. */
void mote_simple_rnn_s8(const mote_recurrent_s8_params *p, const int8_t *x, const int16_t *initial,
                        const MOTE_FLASH int8_t *kernel, const MOTE_FLASH int32_t *bias,
                        const MOTE_FLASH int16_t *multiplier, const MOTE_FLASH int8_t *shift,
                        const MOTE_FLASH int8_t *recurrent_kernel, const MOTE_FLASH int32_t *recurrent_bias,
                        const MOTE_FLASH int16_t *recurrent_multiplier,
                        const MOTE_FLASH int8_t *recurrent_shift, int16_t *state, int16_t *scratch,
                        int8_t *y);

typedef struct {
  int32_t rows, columns;
  int32_t multiplier, shift; /* beta * input_scale in Q5.26; shift >= 0 */
  int32_t diff_min;          /* inputs further below the row's maximum than this give -128 */
} mote_softmax_s8_params;

/* Softmax of each row; the output has scale 1/256 and zero point -128. */
void mote_softmax_s8(const mote_softmax_s8_params *p, const int8_t *x, int8_t *y);

/* Anomaly detection: of a score s and its threshold t, both in squared units of the sums below, the outputs
 * are y[1] = 256 s / (s + t), rounded down and at most 255, less 128, and y[0] = 255 less that, less 128:
 * values of scale 1/256 and zero point -128 for "normal" and "anomaly", of which the second is larger where s
 * >= t. */
typedef struct {
  int32_t low, high; /* high * 2^31 + low, below 2^55 */
} mote_anomaly_threshold;

typedef struct {
  int32_t batches, count; /* count < 2^22 */
  int32_t a_zero_point, b_zero_point;
  int32_t a_multiplier, b_multiplier; /* 0 .. 2^14, in proportion to the scales */
  mote_anomaly_threshold threshold;
} mote_reconstruction_error_params;

/* s = sum ((a - zp_a) m_a - (b - zp_b) m_b)^2, each difference rounded to 2^7: how far an autoencoder's
 * output is from its input. a and b [batches][count], y [batches][2]. */
void mote_reconstruction_error_s8(const mote_reconstruction_error_params *p, const int8_t *a, const int8_t *b,
                                  int8_t *y);

typedef struct {
  int32_t batches, count;
  int32_t is_diagonal; /* weights [count], else the rows of a lower triangle one behind the other */
  int32_t shift;       /* of each row's sum, which then is below 2^20 */
  mote_anomaly_threshold threshold;
} mote_mahalanobis_params;

/* s = |W x + b|^2: squared Mahalanobis distance where W is the inverse of the covariance's Cholesky factor.
 * x [batches][count], b [count] (less by zp sum w), y [batches][2]. */
void mote_mahalanobis_s8(const mote_mahalanobis_params *p, const MOTE_FLASH int16_t *weights,
                         const MOTE_FLASH int32_t *bias, const int8_t *x, int8_t *y);

typedef struct {
  int32_t batches, count, centroids; /* count < 2^22 */
  mote_anomaly_threshold threshold;
} mote_nearest_centroid_params;

/* s = min_k sum (64 x - c_k)^2: squared distance to the nearest of [centroids][count], which are in 64ths of
 * the input's step. x [batches][count], y [batches][2]. */
void mote_nearest_centroid_s8(const mote_nearest_centroid_params *p, const MOTE_FLASH int16_t *centroids,
                              const int8_t *x, int8_t *y);

typedef struct {
  int32_t rows, columns;
  int32_t multiplier, shift; /* input_scale * 65535 / 10 */
} mote_softmax_s16_params;

/* Softmax of each row, results in Q0.15. Tables of 513 values each: exp on [-10, 0], 1 / (1 + x) on [0, 1].
 */
void mote_softmax_s16(const mote_softmax_s16_params *p, const MOTE_FLASH int16_t *exponential,
                      const MOTE_FLASH int16_t *reciprocal, const int16_t *x, int16_t *y);

typedef struct {
  int32_t count;
  int32_t input_zero_point, output_zero_point;
  int32_t multiplier, shift;
  int32_t act_min, act_max;
} mote_rescale_params;

/* y = clamp(requantize(x - zp_in) + zp_out): an int8 tensor in another scale, or a ReLU that stands alone. */
void mote_rescale_s8(const mote_rescale_params *p, const int8_t *x, int8_t *y);
void mote_rescale_s8_s16(const mote_rescale_params *p, const int8_t *x, int16_t *y);
void mote_rescale_s16_s8(const mote_rescale_params *p, const int16_t *x, int8_t *y);
void mote_rescale_s16(const mote_rescale_params *p, const int16_t *x, int16_t *y);

/* As mote_rescale_s16 for x >= 0, with another multiplier below. */
void mote_leaky_relu_s16(const mote_rescale_params *p, int32_t slope_multiplier, int32_t slope_shift,
                         const int16_t *x, int16_t *y);

/* y = clamp(requantize(|x|)). */
void mote_abs_s16(const mote_rescale_params *p, const int16_t *x, int16_t *y);

/* 1 / (1 + exp(-x)) and tanh(x), results in Q0.15; (x * multiplier) >> shift is the argument times 3 * 4096.
 */
void mote_logistic_s16(const int16_t *x, int32_t count, int32_t multiplier, int32_t shift, int16_t *y);
void mote_tanh_s16(const int16_t *x, int32_t count, int32_t multiplier, int32_t shift, int16_t *y);

/* round(x / scale) + zero_point, clamped. */
void mote_quantize_f32_s8(const float *x, int32_t count, float scale, int32_t zero_point, int8_t *y);
void mote_quantize_f32_s16(const float *x, int32_t count, float scale, int16_t *y);

/* (float)((double)scale * (x - zero_point)). */
void mote_dequantize_s8_f32(const int8_t *x, int32_t count, float scale, int32_t zero_point, float *y);
void mote_dequantize_s16_f32(const int16_t *x, int32_t count, float scale, float *y);

/* Decision over a stream ----------------------------------------------------------------------------------
 */

#define MOTE_UNKNOWN (-1)

/* The class of the last `windows` windows: the one whose score, averaged over them, is the largest (the first
 * of equal ones), or MOTE_UNKNOWN where that average is below threshold / 256. scores: [windows][classes] in
 * any order, of scale 1/256 and zero point -128. One score stands for two classes: the second where the
 * average is beyond `boundary`, else the first, whose score is what is left to 1. windows >= 1. */
static inline int32_t mote_decide_s8(const int8_t *scores, int32_t windows, int32_t classes, int32_t boundary,
                                     int32_t threshold) {
  int32_t best = 0, best_sum = 0, c, i;
  for (c = 0; c < classes; ++c) {
    int32_t sum = 0;
    for (i = 0; i < windows; ++i) sum += scores[i * classes + c] + 128;
    if (c == 0 || sum > best_sum) {
      best = c;
      best_sum = sum;
    }
  }
  if (classes == 1) {
    best = best_sum > (boundary + 128) * windows;
    if (!best) best_sum = 256 * windows - best_sum;
  }
  return best_sum < threshold * windows ? MOTE_UNKNOWN : best;
}

#ifdef __cplusplus
}
#endif

#endif
