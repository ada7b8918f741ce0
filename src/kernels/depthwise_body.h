// The depthwise convolution of one padded image, included once per tier by float_tiers.cpp as gemm_body.h is.

// Offset in the padded image of output (oh, ow) and tap (kh, kw), channel 0.
static inline __attribute__((always_inline)) ptrdiff_t depthwise_at(const Conv2D &s, int oh, int ow, int kh,
                                                                    int kw) {
  return (static_cast<ptrdiff_t>(oh * s.stride_h + kh * s.dilation_h) * s.padded_w() + ow * s.stride_w +
          kw * s.dilation_w) *
         s.f;
}

template <int kPositions, int kVectors, class V>
static inline __attribute__((always_inline)) void depthwise_outputs(const DepthwiseImage &d, int c0, int oh,
                                                                    int ow) {
  const Conv2D &s = *d.s;
  const ptrdiff_t step = static_cast<ptrdiff_t>(s.stride_w) * s.f;
  typename V::Type acc[kPositions][kVectors];
#pragma GCC unroll 8
  for (int p = 0; p < kPositions; ++p)
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v)
      acc[p][v] = d.bias ? V::load(d.bias + c0 + v * V::kWidth) : V::splat(0.0f);
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
  float *y = d.y + (static_cast<ptrdiff_t>(oh) * s.ow + ow) * s.f + c0;
#pragma GCC unroll 8
  for (int p = 0; p < kPositions; ++p)
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) V::store(y + p * s.f + v * V::kWidth, acc[p][v]);
}

template <int kTaps, int kVectors, class V>
static inline __attribute__((always_inline)) void depthwise_weights(const DepthwiseImage &d, int c0, int kh,
                                                                    int kw) {
  const Conv2D &s = *d.s;
  const ptrdiff_t step = static_cast<ptrdiff_t>(s.stride_w) * s.f,
                  next = static_cast<ptrdiff_t>(s.dilation_w) * s.f;
  float *dw = d.dweights + static_cast<ptrdiff_t>(kh * s.kw + kw) * s.f + c0;
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
  const ptrdiff_t step = static_cast<ptrdiff_t>(s.stride_w) * s.f;
  typename V::Type tap[kVectors];
#pragma GCC unroll 8
  for (int v = 0; v < kVectors; ++v)
    tap[v] = V::load(d.weights + static_cast<ptrdiff_t>(kh * s.kw + kw) * s.f + c0 + v * V::kWidth);
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
static void depthwise_channels(const DepthwiseImage &d, int c0) {
  const Conv2D &s = *d.s;
  for (int oh = 0; d.y != nullptr && oh < s.oh; ++oh) {
    int ow = 0;
    for (; ow + 4 <= s.ow; ow += 4) depthwise_outputs<4, kVectors, V>(d, c0, oh, ow);
    for (; ow < s.ow; ++ow) depthwise_outputs<1, kVectors, V>(d, c0, oh, ow);
  }
  for (int kh = 0; d.dweights != nullptr && kh < s.kh; ++kh) {
    int kw = 0;
    for (; kw + 3 <= s.kw; kw += 3) depthwise_weights<3, kVectors, V>(d, c0, kh, kw);
    for (; kw < s.kw; ++kw) depthwise_weights<1, kVectors, V>(d, c0, kh, kw);
  }
  for (int kh = 0; d.dx != nullptr && kh < s.kh; ++kh)
    for (int kw = 0; kw < s.kw; ++kw) depthwise_inputs<kVectors, V>(d, c0, kh, kw);
}

static void depthwise_tier(const DepthwiseImage &d) {
  const int channels = d.s->f;
  int c = 0;
  for (; c + 2 * Wide::kWidth <= channels; c += 2 * Wide::kWidth) depthwise_channels<2, Wide>(d, c);
  for (; c + Wide::kWidth <= channels; c += Wide::kWidth) depthwise_channels<1, Wide>(d, c);
  for (; c + Narrow::kWidth <= channels; c += Narrow::kWidth) depthwise_channels<1, Narrow>(d, c);
  for (; c < channels; ++c) depthwise_channels<1, Single>(d, c);
}
