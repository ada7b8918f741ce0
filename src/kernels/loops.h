// Loops over values for training: normalization, activations, pools, sums. Plain C++, compiled once per tier;
// every result is that of its own chain of operations, so every tier gives the same bits.
//
// Matrices are [rows, columns], row-major. dx is added to where `is_adding`, else overwritten.
#pragma once

#include <cstddef>
#include <cstdint>

namespace mote::kernels {

// Each column is moved and scaled: (x - mean) * scale + shift.
struct ColumnAffine {
  const float *mean, *scale, *shift;
};

// dx = scale (d - mean_d - (x - mean) inverse mean_dx) for each column.
struct NormGradient {
  const float *mean, *inverse, *gate, *shift;
  const float *scale = nullptr, *mean_d = nullptr, *mean_dx = nullptr;
};

struct Pool {
  int h, w, c, oh, ow, pool_h, pool_w, stride_h, stride_w, pad_top, pad_left;
  // No input is in two pools.
  bool is_apart() const { return pool_h <= stride_h && pool_w <= stride_w; }
  // Every input is in one pool.
  bool is_covering() const {
    return pool_h == stride_h && pool_w == stride_w && oh * stride_h - pad_top >= h &&
           ow * stride_w - pad_left >= w;
  }
};

struct AdamStep {
  float beta1, beta2, epsilon, rate, correction;  // 1 / sqrt(1 - beta2^t)
};

struct Loops {
  void (*relu)(const float *x, size_t n, float *y);
  void (*relu_gradient)(const float *y, const float *dy, size_t n, bool is_adding, float *dx);
  void (*add)(const float *a, const float *b, size_t n, float *y);
  void (*multiply)(const float *a, const float *b, size_t n, bool is_adding, float *y);
  void (*copy_gradient)(const float *dy, float sign, size_t n, bool is_adding, float *dx);
  void (*sigmoid)(float *x, size_t n);  // in place
  void (*tanh)(float *x, size_t n);     // in place

  // A GRU's step: h = (1 - z) n + z old, old null: 0. And back: z and n become the gradients of their sums,
  // before (unless null) gets its part of the old state's.
  void (*gru_blend)(const float *z, const float *n, const float *old, size_t units, float *h);
  void (*gru_blend_gradient)(const float *dh, const float *old, size_t units, float *z, float *n,
                             float *before);
  // n = tanh(.. + r inner): given n's gradient, r and inner become theirs.
  void (*gru_reset_gradient)(const float *dn, size_t units, float *r, float *inner);

  // sums[c] += x[0][c] + x[1][c] + ..., one after the other
  void (*column_sums)(const float *x, size_t rows, size_t columns, float *sums);
  // In double: sums[c] += x, sums[columns + c] += x^2.
  void (*moments)(const float *x, size_t rows, size_t columns, double *sums);
  void (*normalize)(const float *x, size_t rows, size_t columns, const ColumnAffine &affine, bool has_relu,
                    float *y);
  // In double, of eight rows at a time in float: sums[c] += d, sums[columns + c] += d (x - mean) inverse.
  // Where has_relu, the gradient dy came through max(y, 0): d is 0 where y = (x - mean) gate + shift is not
  // positive.
  void (*gradient_moments)(const float *x, const float *dy, size_t rows, size_t columns,
                           const NormGradient &g, bool has_relu, double *sums);
  void (*normalize_gradient)(const float *x, const float *dy, size_t rows, size_t columns,
                             const NormGradient &g, bool has_relu, bool is_adding, float *dx);

  // One example. Of each output the number of the position in its pool that was the first with the largest
  // value; back, that position gets the output's gradient.
  void (*max_pool)(const Pool &pool, const float *x, float *y, float *winners);
  void (*max_pool_gradient)(const Pool &pool, const float *dy, const float *winners, bool is_adding,
                            float *dx);

  // w -= rate m / (sqrt(v) correction + epsilon), after m and v have moved.
  void (*adam)(const AdamStep &step, const float *g, size_t n, float *m, float *v, float *w);

  // 0 with the probability limit / 2^32, else `kept`, by a hash of (key, index).
  void (*drop)(uint32_t key, uint32_t limit, float kept, size_t n, float *factor);

  // Errors of values, added up in eight chains: (x - target)^2 or |x - target| of value i to lanes[i % 8].
  // dx = scale (x - target), unless it is null.
  void (*squared_error)(const float *x, const float *target, double scale, size_t n, double *lanes,
                        float *dx);
  void (*absolute_error)(const float *x, const float *target, size_t n, double *lanes);

  // Widens low .. high by the values; NaN changes nothing.
  void (*extend_range)(const float *x, size_t n, float *low, float *high);
  // q = round(x gain) + zero_point, halves away from zero, clamped to int8; NaN counts as 0.
  void (*quantize)(const float *x, size_t n, float gain, int zero_point, int8_t *q);
  // q = round(x / scale), halves away from zero, clamped to -127 .. 127.
  void (*quantize_weights)(const float *x, size_t n, double scale, int8_t *q);
  // One example: the largest value of each pool, clamped to low .. high.
  void (*max_pool_s8)(const Pool &pool, const int8_t *x, int low, int high, int8_t *row, int8_t *y);
  // y = scale (q - zero_point). Returns whether some q is `low` or `high`.
  bool (*dequantize)(const int8_t *q, size_t n, float scale, int zero_point, int low, int high, float *y);
  // dy = 0 where q is `low` or `high`.
  void (*clip_gradient)(const int8_t *q, size_t n, int low, int high, float *dy);
};

const Loops &loops();  // of the active tier

}  // namespace mote::kernels
