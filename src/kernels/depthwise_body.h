// The depthwise convolution of one padded image, included once per tier by float_tiers.cpp as gemm_body.h is.

// Offset in the padded image of output (oh, ow) and tap (kh, kw), channel 0.
static inline __attribute__((always_inline)) ptrdiff_t depthwise_at(const Conv2D &s, int oh, int ow, int kh,
                                                                    int kw) {
  return (ptrdiff_t{oh * s.stride_h + kh * s.dilation_h} * s.padded_w() + ow * s.stride_w +
          kw * s.dilation_w) *
         s.f;
}

static inline __attribute__((always_inline)) float *depthwise_y(const DepthwiseImage &d, int oh, int ow) {
  return d.y + (ptrdiff_t{oh} * d.s->ow + ow) * d.s->f;
}

// What the chain of an output starts from.
template <class V>
static inline __attribute__((always_inline)) typename V::Type depthwise_start(const DepthwiseImage &d, int oh,
                                                                              int ow, int c) {
  if (d.is_accumulating) return V::load(depthwise_y(d, oh, ow) + c);
  return d.bias ? V::load(d.bias + c) : V::splat(0.0f);
}

// Outputs side by side of a kernel three taps wide with steps of kStride: each value is loaded once per
// kernel row for all outputs that it is part of.
template <int kPositions, int kStride, int kVectors, class V>
static inline __attribute__((always_inline)) void depthwise_three(const DepthwiseImage &d, int c0, int oh,
                                                                  int ow) {
  const Conv2D &s = *d.s;
  typename V::Type acc[kPositions][kVectors];
#pragma GCC unroll 16
  for (int p = 0; p < kPositions; ++p)
#pragma GCC unroll 16
    for (int v = 0; v < kVectors; ++v) acc[p][v] = depthwise_start<V>(d, oh, ow + p, c0 + v * V::kWidth);
  const float *w = d.weights + c0;
  for (int kh = 0; kh < s.kh; ++kh, w += 3 * s.f) {
    const float *x = d.x + depthwise_at(s, oh, ow, kh, 0) + c0;
    typename V::Type tap[3][kVectors];
#pragma GCC unroll 3
    for (int t = 0; t < 3; ++t)
#pragma GCC unroll 16
      for (int v = 0; v < kVectors; ++v) tap[t][v] = V::load(w + t * s.f + v * V::kWidth);
#pragma GCC unroll 32
    for (int j = 0; j < kStride * (kPositions - 1) + 3; ++j, x += s.f)
#pragma GCC unroll 16
      for (int v = 0; v < kVectors; ++v) {
        const typename V::Type value = V::load(x + v * V::kWidth);
#pragma GCC unroll 16
        for (int p = 0; p < kPositions; ++p)
          if (j - kStride * p >= 0 && j - kStride * p < 3)
            acc[p][v] = V::fma(value, tap[j - kStride * p][v], acc[p][v]);
      }
  }
  float *y = depthwise_y(d, oh, ow) + c0;
#pragma GCC unroll 16
  for (int p = 0; p < kPositions; ++p)
#pragma GCC unroll 16
    for (int v = 0; v < kVectors; ++v) V::store(y + p * s.f + v * V::kWidth, acc[p][v]);
}

template <int kMost, int kStride, int kVectors, class V>
static inline __attribute__((always_inline)) void depthwise_three_of(int count, const DepthwiseImage &d,
                                                                     int c0, int oh, int ow) {
  if constexpr (kMost > 1)
    if (count < kMost) return depthwise_three_of<kMost - 1, kStride, kVectors, V>(count, d, c0, oh, ow);
  depthwise_three<kMost, kStride, kVectors, V>(d, c0, oh, ow);
}

template <int kStride, int kVectors, class V>
static void depthwise_three_rows(const DepthwiseImage &d, int c0) {
  const Conv2D &s = *d.s;
  constexpr int kMost = 6;
  const int tiles = (s.ow + kMost - 1) / kMost;
  for (int oh = 0; oh < s.oh; ++oh)
    for (int t = 0, ow = 0; t < tiles; ++t) {
      const int end = s.ow * (t + 1) / tiles;
      depthwise_three_of<kMost, kStride, kVectors, V>(end - ow, d, c0, oh, ow);
      ow = end;
    }
}

// Gradient of a 3x3 kernel, all nine taps at once, over kPositions outputs side by side.
template <int kPositions, int kStride, class V>
static inline __attribute__((always_inline)) void depthwise_nine_step(const Conv2D &s, const float *x,
                                                                      const float *dy,
                                                                      typename V::Type (&acc)[3][3]) {
  typename V::Type gradient[kPositions];
#pragma GCC unroll 8
  for (int p = 0; p < kPositions; ++p) gradient[p] = V::load(dy + p * s.f);
  const ptrdiff_t line = ptrdiff_t{s.dilation_h} * s.padded_w() * s.f;
#pragma GCC unroll 3
  for (int kh = 0; kh < 3; ++kh)
#pragma GCC unroll 16
    for (int j = 0; j < kStride * (kPositions - 1) + 3; ++j) {
      const typename V::Type value = V::load(x + kh * line + j * s.f);
#pragma GCC unroll 8
      for (int p = 0; p < kPositions; ++p)
        if (j - kStride * p >= 0 && j - kStride * p < 3)
          acc[kh][j - kStride * p] = V::fma(value, gradient[p], acc[kh][j - kStride * p]);
    }
}

template <int kStride, class V>
static void depthwise_nine(const DepthwiseImage &d, int c0) {
  const Conv2D &s = *d.s;
  typename V::Type acc[3][3];
  float *dw = d.dweights + c0;
#pragma GCC unroll 3
  for (int i = 0; i < 3; ++i)
#pragma GCC unroll 3
    for (int j = 0; j < 3; ++j) acc[i][j] = V::load(dw + (3 * i + j) * s.f);
  const float *dy = d.dy + c0;
  for (int oh = 0; oh < s.oh; ++oh) {
    const float *x = d.x + depthwise_at(s, oh, 0, 0, 0) + c0;
    int ow = 0;
    for (; ow + 4 <= s.ow; ow += 4, x += 4 * kStride * s.f, dy += 4 * s.f)
      depthwise_nine_step<4, kStride, V>(s, x, dy, acc);
    for (; ow < s.ow; ++ow, x += kStride * s.f, dy += s.f) depthwise_nine_step<1, kStride, V>(s, x, dy, acc);
  }
#pragma GCC unroll 3
  for (int i = 0; i < 3; ++i)
#pragma GCC unroll 3
    for (int j = 0; j < 3; ++j) V::store(dw + (3 * i + j) * s.f, acc[i][j]);
}

template <int kPositions, int kVectors, class V>
static inline __attribute__((always_inline)) void depthwise_outputs(const DepthwiseImage &d, int c0, int oh,
                                                                    int ow) {
  const Conv2D &s = *d.s;
  const ptrdiff_t step = ptrdiff_t{s.stride_w} * s.f;
  typename V::Type acc[kPositions][kVectors];
#pragma GCC unroll 8
  for (int p = 0; p < kPositions; ++p)
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) acc[p][v] = depthwise_start<V>(d, oh, ow + p, c0 + v * V::kWidth);
  const float *w = d.weights + c0;
  for (int kh = 0; kh < s.kh; ++kh)
    for (int kw = 0; kw < s.kw; ++kw, w += s.f) {
      const float *x = d.x + depthwise_at(s, oh, ow, kh, kw) + c0;
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; ++v) {
        const typename V::Type tap = V::load(w + v * V::kWidth);
#pragma GCC unroll 8
        for (int p = 0; p < kPositions; ++p)
          acc[p][v] = V::fma(V::load(x + p * step + v * V::kWidth), tap, acc[p][v]);
      }
    }
  float *y = d.y + (ptrdiff_t{oh} * s.ow + ow) * s.f + c0;
#pragma GCC unroll 8
  for (int p = 0; p < kPositions; ++p)
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) V::store(y + p * s.f + v * V::kWidth, acc[p][v]);
}

template <int kTaps, int kVectors, class V>
static inline __attribute__((always_inline)) void depthwise_weights(const DepthwiseImage &d, int c0, int kh,
                                                                    int kw) {
  const Conv2D &s = *d.s;
  const ptrdiff_t step = ptrdiff_t{s.stride_w} * s.f, next = ptrdiff_t{s.dilation_w} * s.f;
  float *dw = d.dweights + ptrdiff_t{kh * s.kw + kw} * s.f + c0;
  typename V::Type acc[kTaps][kVectors];
#pragma GCC unroll 8
  for (int t = 0; t < kTaps; ++t)
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) acc[t][v] = V::load(dw + t * s.f + v * V::kWidth);
  const float *dy = d.dy + c0;
  for (int oh = 0; oh < s.oh; ++oh) {
    const float *x = d.x + depthwise_at(s, oh, 0, kh, kw) + c0;
    for (int ow = 0; ow < s.ow; ++ow, x += step, dy += s.f) {
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; ++v) {
        const typename V::Type gradient = V::load(dy + v * V::kWidth);
#pragma GCC unroll 8
        for (int t = 0; t < kTaps; ++t)
          acc[t][v] = V::fma(V::load(x + t * next + v * V::kWidth), gradient, acc[t][v]);
      }
    }
  }
#pragma GCC unroll 8
  for (int t = 0; t < kTaps; ++t)
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) V::store(dw + t * s.f + v * V::kWidth, acc[t][v]);
}

template <int kVectors, class V>
static inline __attribute__((always_inline)) void depthwise_inputs(const DepthwiseImage &d, int c0, int kh,
                                                                   int kw) {
  const Conv2D &s = *d.s;
  const ptrdiff_t step = ptrdiff_t{s.stride_w} * s.f;
  typename V::Type tap[kVectors];
#pragma GCC unroll 8
  for (int v = 0; v < kVectors; ++v)
    tap[v] = V::load(d.weights + ptrdiff_t{kh * s.kw + kw} * s.f + c0 + v * V::kWidth);
  const float *dy = d.dy + c0;
  for (int oh = 0; oh < s.oh; ++oh) {
    float *dx = d.dx + depthwise_at(s, oh, 0, kh, kw) + c0;
    for (int ow = 0; ow < s.ow; ++ow, dx += step, dy += s.f)
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; ++v)
        V::store(dx + v * V::kWidth,
                 V::fma(V::load(dy + v * V::kWidth), tap[v], V::load(dx + v * V::kWidth)));
  }
}

template <int kVectors, class V>
static void depthwise_any_outputs(const DepthwiseImage &d, int c0) {
  const Conv2D &s = *d.s;
  if (s.kw == 3 && s.dilation_w == 1 && s.stride_w == 1) return depthwise_three_rows<1, kVectors, V>(d, c0);
  if (s.kw == 3 && s.dilation_w == 1 && s.stride_w == 2) return depthwise_three_rows<2, kVectors, V>(d, c0);
  for (int oh = 0; oh < s.oh; ++oh) {
    int ow = 0;
    for (; ow + 4 <= s.ow; ow += 4) depthwise_outputs<4, kVectors, V>(d, c0, oh, ow);
    for (; ow < s.ow; ++ow) depthwise_outputs<1, kVectors, V>(d, c0, oh, ow);
  }
}

template <int kVectors, class V>
static void depthwise_any_weights(const DepthwiseImage &d, int c0) {
  const Conv2D &s = *d.s;
  if (s.kh == 3 && s.kw == 3 && s.dilation_w == 1 && (s.stride_w == 1 || s.stride_w == 2)) {
    for (int v = 0; v < kVectors; ++v)
      (s.stride_w == 1 ? depthwise_nine<1, V> : depthwise_nine<2, V>)(d, c0 + v * V::kWidth);
    return;
  }
  for (int kh = 0; kh < s.kh; ++kh) {
    int kw = 0;
    for (; kw + 3 <= s.kw; kw += 3) depthwise_weights<3, kVectors, V>(d, c0, kh, kw);
    for (; kw < s.kw; ++kw) depthwise_weights<1, kVectors, V>(d, c0, kh, kw);
  }
}

template <int kVectors, class V>
static void depthwise_channels(const DepthwiseImage &d, int c0) {
  if (d.y != nullptr) depthwise_any_outputs<kVectors, V>(d, c0);
  if (d.dweights != nullptr) depthwise_any_weights<kVectors, V>(d, c0);
  for (int kh = 0; d.dx != nullptr && kh < d.s->kh; ++kh)
    for (int kw = 0; kw < d.s->kw; ++kw) depthwise_inputs<kVectors, V>(d, c0, kh, kw);
}

static void depthwise_tier(const DepthwiseImage &d) {
  const int channels = d.s->f;
  int c = 0;
  for (; c + 2 * Wide::kWidth <= channels; c += 2 * Wide::kWidth) depthwise_channels<2, Wide>(d, c);
  for (; c + Wide::kWidth <= channels; c += Wide::kWidth) depthwise_channels<1, Wide>(d, c);
  for (; c + Narrow::kWidth <= channels; c += Narrow::kWidth) depthwise_channels<1, Narrow>(d, c);
  for (; c < channels; ++c) depthwise_channels<1, Single>(d, c);
}
