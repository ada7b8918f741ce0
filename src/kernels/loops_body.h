// The loops of loops.h, included once per tier by loop_tiers.cpp inside a namespace and a target region that
// define kLanes and kHalfLanes, lengths of vectors of floats that the tier has. One choice per loop, and
// nothing that hides that pointers are apart, so that the compiler makes vectors of them.

static void relu(const float *__restrict x, size_t n, float *__restrict y) {
  for (size_t i = 0; i < n; ++i) y[i] = x[i] > 0.0f ? x[i] : 0.0f;
}

static void relu_gradient(const float *__restrict y, const float *__restrict dy, size_t n, bool is_adding,
                          float *__restrict dx) {
  if (is_adding)
    for (size_t i = 0; i < n; ++i) {
      const float d = dy[i];
      dx[i] += y[i] > 0.0f ? d : 0.0f;
    }
  else
    for (size_t i = 0; i < n; ++i) {
      const float d = dy[i];
      dx[i] = y[i] > 0.0f ? d : 0.0f;
    }
}

static void add(const float *__restrict a, const float *__restrict b, size_t n, float *__restrict y) {
  for (size_t i = 0; i < n; ++i) y[i] = a[i] + b[i];
}

static void multiply(const float *__restrict a, const float *__restrict b, size_t n, bool is_adding,
                     float *__restrict y) {
  if (is_adding)
    for (size_t i = 0; i < n; ++i) y[i] += a[i] * b[i];
  else
    for (size_t i = 0; i < n; ++i) y[i] = a[i] * b[i];
}

static void copy_gradient(const float *__restrict dy, float sign, size_t n, bool is_adding,
                          float *__restrict dx) {
  if (is_adding)
    for (size_t i = 0; i < n; ++i) dx[i] += sign * dy[i];
  else
    for (size_t i = 0; i < n; ++i) dx[i] = sign * dy[i];
}

static void sigmoid(float *x, size_t n) {
  for (size_t i = 0; i < n; ++i) x[i] = sigmoid_float(x[i]);
}

static void tanh(float *x, size_t n) {
  for (size_t i = 0; i < n; ++i) x[i] = tanh_float(x[i]);
}

static void gru_blend(const float *__restrict z, const float *__restrict n, const float *__restrict old,
                      size_t units, float *__restrict h) {
  for (size_t j = 0; j < units; ++j) h[j] = (1.0f - z[j]) * n[j];
  if (old != nullptr)
    for (size_t j = 0; j < units; ++j) h[j] += z[j] * old[j];
}

static void gru_blend_gradient(const float *__restrict dh, const float *__restrict old, size_t units,
                               float *__restrict z, float *__restrict n, float *__restrict before) {
  if (before != nullptr)
    for (size_t j = 0; j < units; ++j) before[j] += dh[j] * z[j];
  if (old != nullptr)
    for (size_t j = 0; j < units; ++j) {
      const float zj = z[j], nj = n[j], d = dh[j];
      z[j] = d * (old[j] - nj) * zj * (1.0f - zj);
      n[j] = d * (1.0f - zj) * (1.0f - nj * nj);
    }
  else
    for (size_t j = 0; j < units; ++j) {
      const float zj = z[j], nj = n[j], d = dh[j];
      z[j] = d * (0.0f - nj) * zj * (1.0f - zj);
      n[j] = d * (1.0f - zj) * (1.0f - nj * nj);
    }
}

static void gru_reset_gradient(const float *__restrict dn, size_t units, float *__restrict r,
                               float *__restrict inner) {
  for (size_t j = 0; j < units; ++j) {
    const float rj = r[j], d = dn[j];
    r[j] = d * inner[j] * rj * (1.0f - rj);
    inner[j] = d * rj;
  }
}

static void column_sums(const float *__restrict x, size_t rows, size_t columns, float *__restrict sums) {
  for (size_t r = 0; r < rows; ++r, x += columns)
    for (size_t c = 0; c < columns; ++c) sums[c] += x[c];
}

// The compiler's vector extension, for loops that it does not turn into vectors by itself.
using Floats = float __attribute__((vector_size(4 * kLanes)));
using HalfFloats = float __attribute__((vector_size(4 * kHalfLanes)));
using Doubles = double __attribute__((vector_size(8 * kHalfLanes)));
#define MOTE_WIDE(floats) __builtin_convertvector(floats, Doubles)

// Sums of kBlocks vectors of columns stay in registers while all rows go by.
template <size_t kBlocks>
static void moments_of(const float *x, size_t rows, size_t columns, double *sums) {
  Doubles sum[kBlocks], square[kBlocks];
#pragma GCC unroll 8
  for (size_t b = 0; b < kBlocks; ++b) {
    sum[b] = MOTE_LOAD(Doubles, sums + kHalfLanes * b);
    square[b] = MOTE_LOAD(Doubles, sums + columns + kHalfLanes * b);
  }
  for (size_t r = 0; r < rows; ++r, x += columns)
#pragma GCC unroll 8
    for (size_t b = 0; b < kBlocks; ++b) {
      const Doubles v = MOTE_WIDE(MOTE_LOAD(HalfFloats, x + kHalfLanes * b));
      sum[b] += v;
      square[b] += v * v;
    }
#pragma GCC unroll 8
  for (size_t b = 0; b < kBlocks; ++b) {
    MOTE_STORE(Doubles, sums + kHalfLanes * b, sum[b]);
    MOTE_STORE(Doubles, sums + columns + kHalfLanes * b, square[b]);
  }
}

static void moments(const float *x, size_t rows, size_t columns, double *sums) {
  constexpr size_t kBlocks = kLanes / 4;  // as many as have registers
  size_t c = 0;
  for (; c + kBlocks * kHalfLanes <= columns; c += kBlocks * kHalfLanes)
    moments_of<kBlocks>(x + c, rows, columns, sums + c);
  for (; c + kHalfLanes <= columns; c += kHalfLanes) moments_of<1>(x + c, rows, columns, sums + c);
  for (; c < columns; ++c)
    for (size_t r = 0; r < rows; ++r) {
      const double v = x[r * columns + c];
      sums[c] += v;
      sums[columns + c] += v * v;
    }
}

// Few columns make short loops: several rows are then one, with the columns' values repeated.
constexpr size_t kWideRow = 64;
static size_t rows_at_once(size_t rows, size_t columns) {
  return columns <= kWideRow / 2 && rows >= kWideRow ? kWideRow / columns : 1;
}
static const float *repeated(const float *values, size_t columns, size_t times, float *wide) {
  for (size_t t = 0; t < times; ++t)
    for (size_t c = 0; c < columns; ++c) wide[t * columns + c] = values[c];
  return wide;
}

static void normalize(const float *__restrict x, size_t rows, size_t columns, const ColumnAffine &affine,
                      bool has_relu, float *__restrict y) {
  if (const size_t times = rows_at_once(rows, columns); times > 1) {
    float wide[3][kWideRow];
    normalize(
        x, rows / times, columns * times,
        {repeated(affine.mean, columns, times, wide[0]), repeated(affine.scale, columns, times, wide[1]),
         repeated(affine.shift, columns, times, wide[2])},
        has_relu, y);
    const size_t done = rows / times * times;
    x += done * columns;
    y += done * columns;
    rows -= done;
  }
  const float *__restrict mean = affine.mean, *__restrict scale = affine.scale,
                          *__restrict shift = affine.shift;
  for (size_t r = 0; r < rows; ++r, x += columns, y += columns) {
    if (has_relu)
      for (size_t c = 0; c < columns; ++c) {
        const float v = (x[c] - mean[c]) * scale[c] + shift[c];
        y[c] = v > 0.0f ? v : 0.0f;
      }
    else
      for (size_t c = 0; c < columns; ++c) y[c] = (x[c] - mean[c]) * scale[c] + shift[c];
  }
}

// A few rows at a time are added up in float, their sums in double.
constexpr size_t kRowsInFloat = 8;

// kVectors times kLanes columns, rows 0 .. rows - 1; parts and products become their sums.
template <size_t kVectors, bool kHasRelu>
static inline __attribute__((always_inline)) void gradient_parts(const float *x, const float *dy, size_t rows,
                                                                 size_t columns, const NormGradient &g,
                                                                 float *parts, float *products) {
  Floats mean[kVectors], inverse[kVectors], gate[kVectors], shift[kVectors], part[kVectors],
      product[kVectors];
#pragma GCC unroll 8
  for (size_t v = 0; v < kVectors; ++v) {
    mean[v] = MOTE_LOAD(Floats, g.mean + kLanes * v);
    inverse[v] = MOTE_LOAD(Floats, g.inverse + kLanes * v);
    gate[v] = MOTE_LOAD(Floats, g.gate + kLanes * v);
    shift[v] = MOTE_LOAD(Floats, g.shift + kLanes * v);
    part[v] = product[v] = Floats{};
  }
  for (size_t r = 0; r < rows; ++r, x += columns, dy += columns)
#pragma GCC unroll 8
    for (size_t v = 0; v < kVectors; ++v) {
      const Floats centered = MOTE_LOAD(Floats, x + kLanes * v) - mean[v];
      Floats d = MOTE_LOAD(Floats, dy + kLanes * v);
      if constexpr (kHasRelu) d = centered * gate[v] + shift[v] > 0.0f ? d : Floats{};
      part[v] += d;
      product[v] += d * (centered * inverse[v]);
    }
#pragma GCC unroll 8
  for (size_t v = 0; v < kVectors; ++v) {
    MOTE_STORE(Floats, parts + kLanes * v, part[v]);
    MOTE_STORE(Floats, products + kLanes * v, product[v]);
  }
}

template <bool kHasRelu>
static void gradient_moments_in(const float *x, const float *dy, size_t rows, size_t columns,
                                const NormGradient &all, double *sums) {
  constexpr size_t kMost = 4 * kLanes;
  float parts[kMost], products[kMost];
  for (size_t row = 0; row < rows; row += kRowsInFloat) {
    const size_t count = row + kRowsInFloat < rows ? kRowsInFloat : rows - row;
    for (size_t c = 0, width = 0; c < columns; c += width) {
      const float *here = x + row * columns + c, *d_here = dy + row * columns + c;
      const NormGradient g = {all.mean + c, all.inverse + c, all.gate + c, all.shift + c};
      const size_t left = columns - c;
      if (left >= kMost) {
        width = kMost;
        gradient_parts<4, kHasRelu>(here, d_here, count, columns, g, parts, products);
      } else if (left >= kLanes) {
        width = kLanes;
        gradient_parts<1, kHasRelu>(here, d_here, count, columns, g, parts, products);
      } else {
        width = left;
        for (size_t i = 0; i < width; ++i) parts[i] = products[i] = 0;
        for (size_t r = 0; r < count; ++r)
          for (size_t i = 0; i < width; ++i) {
            const float centered = here[r * columns + i] - g.mean[i];
            float d = d_here[r * columns + i];
            if constexpr (kHasRelu) d = centered * g.gate[i] + g.shift[i] > 0.0f ? d : 0.0f;
            parts[i] += d;
            products[i] += d * (centered * g.inverse[i]);
          }
      }
      for (size_t i = 0; i < width; ++i) sums[c + i] += parts[i];
      for (size_t i = 0; i < width; ++i) sums[columns + c + i] += products[i];
    }
  }
}

static void gradient_moments(const float *x, const float *dy, size_t rows, size_t columns,
                             const NormGradient &g, bool has_relu, double *sums) {
  (has_relu ? gradient_moments_in<true> : gradient_moments_in<false>)(x, dy, rows, columns, g, sums);
}

template <bool kHasRelu, bool kIsAdding>
static void normalize_gradient_of(const float *__restrict x, const float *__restrict dy, size_t rows,
                                  size_t columns, const NormGradient &g, float *__restrict dx) {
  const float *__restrict mean = g.mean, *__restrict inverse = g.inverse, *__restrict gate = g.gate,
                          *__restrict shift = g.shift, *__restrict scale = g.scale,
                          *__restrict mean_d = g.mean_d, *__restrict mean_dx = g.mean_dx;
  for (size_t r = 0; r < rows; ++r, x += columns, dy += columns, dx += columns)
    for (size_t c = 0; c < columns; ++c) {
      const float centered = x[c] - mean[c];
      float d = dy[c];
      if constexpr (kHasRelu) d = centered * gate[c] + shift[c] > 0.0f ? d : 0.0f;
      const float value = scale[c] * (d - mean_d[c] - centered * inverse[c] * mean_dx[c]);
      if constexpr (kIsAdding)
        dx[c] += value;
      else
        dx[c] = value;
    }
}

static void normalize_gradient(const float *x, const float *dy, size_t rows, size_t columns,
                               const NormGradient &g, bool has_relu, bool is_adding, float *dx) {
  if (const size_t times = rows_at_once(rows, columns); times > 1) {
    float wide[7][kWideRow];
    const auto repeat = [&](const float *values, int k) { return repeated(values, columns, times, wide[k]); };
    normalize_gradient(x, dy, rows / times, columns * times,
                       {repeat(g.mean, 0), repeat(g.inverse, 1), repeat(g.gate, 2), repeat(g.shift, 3),
                        repeat(g.scale, 4), repeat(g.mean_d, 5), repeat(g.mean_dx, 6)},
                       has_relu, is_adding, dx);
    const size_t done = rows / times * times * columns;
    x += done;
    dy += done;
    dx += done;
    rows %= times;
  }
  if (has_relu)
    (is_adding ? normalize_gradient_of<true, true> : normalize_gradient_of<true, false>)(x, dy, rows, columns,
                                                                                         g, dx);
  else
    (is_adding ? normalize_gradient_of<false, true> : normalize_gradient_of<false, false>)(x, dy, rows,
                                                                                           columns, g, dx);
}

#include "kernels/loops_pool_body.h"

static void adam(const AdamStep &step, const float *__restrict g, size_t n, float *__restrict m,
                 float *__restrict v, float *__restrict w) {
  const float b1 = step.beta1, b2 = step.beta2, c1 = 1.0f - b1, c2 = 1.0f - b2, epsilon = step.epsilon,
              rate = step.rate, correction = step.correction;
  for (size_t i = 0; i < n; ++i) {
    m[i] = b1 * m[i] + c1 * g[i];
    v[i] = b2 * v[i] + c2 * (g[i] * g[i]);
    w[i] -= rate * m[i] / (__builtin_sqrtf(v[i]) * correction + epsilon);
  }
}

static void drop(uint32_t key, uint32_t limit, float kept, size_t n, float *__restrict factor) {
  for (uint32_t i = 0; i < static_cast<uint32_t>(n); ++i) {
    const uint32_t h = mix32(i * 0x9E3779B9u ^ key);
    factor[i] = h < limit ? 0.0f : kept;
  }
}

// Eight sums side by side; what is left at the end goes to the first of them.
template <class Term>
static inline __attribute__((always_inline)) void add_lanes(size_t n, double *__restrict lanes, Term term) {
  double sums[8];
  for (size_t k = 0; k < 8; ++k) sums[k] = lanes[k];
  size_t i = 0;
  for (; i + 8 <= n; i += 8)
    for (size_t k = 0; k < 8; ++k) sums[k] += term(i + k);
  for (size_t k = 0; i + k < n; ++k) sums[k] += term(i + k);
  for (size_t k = 0; k < 8; ++k) lanes[k] = sums[k];
}

static void squared_error(const float *__restrict x, const float *__restrict target, double scale, size_t n,
                          double *lanes, float *__restrict dx) {
  add_lanes(
      n, lanes, [=](size_t i) __attribute__((always_inline)) {
        const double error = x[i] - double{target[i]};
        return error * error;
      });
  if (dx != nullptr)
    for (size_t i = 0; i < n; ++i) dx[i] = scale * (x[i] - double{target[i]});
}

static void absolute_error(const float *__restrict x, const float *__restrict target, size_t n,
                           double *lanes) {
  add_lanes(
      n, lanes, [=](size_t i) __attribute__((always_inline)) {
        return __builtin_fabs(x[i] - double{target[i]});
      });
}

static void extend_range(const float *x, size_t n, float *low, float *high) {
  Floats least[2], most[2];
  for (size_t k = 0; k < 2; ++k) {
    least[k] = Floats{} + *low;
    most[k] = Floats{} + *high;
  }
  size_t i = 0;
  for (; i + 2 * kLanes <= n; i += 2 * kLanes)
    for (size_t k = 0; k < 2; ++k) {
      const Floats v = MOTE_LOAD(Floats, x + i + k * kLanes);
      least[k] = v < least[k] ? v : least[k];
      most[k] = v > most[k] ? v : most[k];
    }
  for (size_t k = 0; k < 2; ++k)
    for (size_t l = 0; l < kLanes; ++l) {
      *low = least[k][l] < *low ? least[k][l] : *low;
      *high = most[k][l] > *high ? most[k][l] : *high;
    }
  for (; i < n; ++i) {
    *low = x[i] < *low ? x[i] : *low;
    *high = x[i] > *high ? x[i] : *high;
  }
}

#include "kernels/loops_int8_body.h"

static constexpr Loops kLoops = {relu,
                                 relu_gradient,
                                 add,
                                 multiply,
                                 copy_gradient,
                                 sigmoid,
                                 tanh,
                                 gru_blend,
                                 gru_blend_gradient,
                                 gru_reset_gradient,
                                 column_sums,
                                 moments,
                                 normalize,
                                 gradient_moments,
                                 normalize_gradient,
                                 max_pool,
                                 max_pool_gradient,
                                 adam,
                                 drop,
                                 squared_error,
                                 absolute_error,
                                 extend_range,
                                 quantize,
                                 quantize_weights,
                                 max_pool_s8,
                                 dequantize,
                                 clip_gradient};

#undef MOTE_WIDE
