#include "kernels/conv2d.h"

#include <cstring>

#include "kernels/gemm.h"

namespace mote::kernels {

static const float *pad(const Conv2D &s, const float *x, float *scratch) {
  if (!s.is_padded()) return x;
  std::memset(scratch, 0, s.padded_floats() * sizeof(float));
  const size_t row = static_cast<size_t>(s.w * s.c);
  for (int h = 0; h < s.h; ++h)
    std::memcpy(scratch + ((h + s.pad_top) * s.padded_w() + s.pad_left) * s.c,
                x + static_cast<size_t>(h) * row, row * sizeof(float));
  return scratch;
}

// Runs of the kernel that are contiguous in the input: a whole kernel row unless it is dilated.
struct Runs {
  int count, length;  // per kernel row
};
static Runs runs_of(const Conv2D &s) { return s.dilation_w == 1 ? Runs{1, s.kw * s.c} : Runs{s.kw, s.c}; }

static ptrdiff_t window_start(const Conv2D &s, int oh, int kh, int run) {
  return static_cast<ptrdiff_t>((oh * s.stride_h + kh * s.dilation_h) * s.padded_w() + run * s.dilation_w) *
         s.c;
}

// One example, padded, to its outputs; starts from bias, or from what y holds.
static void convolve(const Conv2D &s, const float *in, const float *weights, const float *bias,
                     bool is_accumulating, float *y) {
  const Runs runs = runs_of(s);
  for (int oh = 0; oh < s.oh; ++oh, y += s.ow * s.f)
    for (int kh = 0; kh < s.kh; ++kh)
      for (int run = 0; run < runs.count; ++run)
        gemm({s.ow, s.f, runs.length, in + window_start(s, oh, kh, run), s.stride_w * s.c, 1,
              weights + (kh * s.kw * s.c + run * runs.length) * s.f, s.f, y, s.f, bias,
              is_accumulating || kh + run > 0});
}

void conv2d_forward(const Conv2D &s, int rows, const float *x, const float *weights, const float *bias,
                    float *y, float *scratch) {
  if (s.is_pointwise())  // all positions of all examples are rows of one matrix
    return gemm({rows * s.h * s.w, s.f, s.c, x, s.c, 1, weights, s.f, y, s.f, bias});
  for (int n = 0; n < rows; ++n, x += s.h * s.w * s.c, y += s.oh * s.ow * s.f)
    convolve(s, pad(s, x, scratch), weights, bias, false, y);
}

// Adds to dx by scattering, for steps beyond 1. `transposed` [KH, KW, F, C].
static void scatter_gradient(const Conv2D &s, const float *dy, const float *transposed, float *padded_dx,
                             float *dx) {
  float *out = dx;
  if (s.is_padded()) {
    std::memset(padded_dx, 0, s.padded_floats() * sizeof(float));
    out = padded_dx;
  }
  for (int oh = 0; oh < s.oh; ++oh, dy += s.ow * s.f)
    for (int kh = 0; kh < s.kh; ++kh)
      for (int kw = 0; kw < s.kw; ++kw)
        gemm({s.ow, s.c, s.f, dy, s.f, 1, transposed + (kh * s.kw + kw) * s.c * s.f, s.c,
              out + window_start(s, oh, kh, 0) + kw * s.dilation_w * s.c, s.stride_w * s.c, nullptr, true});
  if (!s.is_padded()) return;
  for (int h = 0; h < s.h; ++h) {
    const float *from = padded_dx + ((h + s.pad_top) * s.padded_w() + s.pad_left) * s.c;
    for (int i = 0; i < s.w * s.c; ++i) dx[h * s.w * s.c + i] += from[i];
  }
}

void conv2d_backward(const Conv2D &s, int rows, const float *x, const float *weights, const float *dy,
                     float *dx, float *dweights, float *dbias, float *scratch) {
  const Runs runs = runs_of(s);
  const int taps = s.kh * s.kw;
  const Conv2D gradient = s.is_dense() ? s.of_gradient() : s;
  float *padded_x = scratch, *for_dx = padded_x + s.padded_floats(),
        *transposed = for_dx + gradient.padded_floats();
  for (int k = 0; dx != nullptr && k < taps; ++k)  // seen from the input, the last tap comes first
    transpose(weights + k * s.c * s.f, s.c, s.f, transposed + (s.is_dense() ? taps - 1 - k : k) * s.c * s.f);
  if (s.is_pointwise()) {
    const int positions = rows * s.h * s.w;
    gemm({s.c, s.f, positions, x, 1, s.c, dy, s.f, dweights, s.f, nullptr, true});
    if (dx != nullptr) gemm({positions, s.c, s.f, dy, s.f, 1, transposed, s.c, dx, s.c, nullptr, true});
    if (dbias != nullptr) add_column_sums(dy, positions, s.f, dbias);
    return;
  }
  for (int n = 0; n < rows; ++n, x += s.h * s.w * s.c, dy += s.oh * s.ow * s.f) {
    const float *in = pad(s, x, padded_x);
    for (int oh = 0; oh < s.oh; ++oh)
      for (int kh = 0; kh < s.kh; ++kh)
        for (int run = 0; run < runs.count; ++run)
          gemm({runs.length, s.f, s.ow, in + window_start(s, oh, kh, run), 1, s.stride_w * s.c,
                dy + oh * s.ow * s.f, s.f, dweights + (kh * s.kw * s.c + run * runs.length) * s.f, s.f,
                nullptr, true});
    if (dbias != nullptr) add_column_sums(dy, s.oh * s.ow, s.f, dbias);
    if (dx == nullptr) continue;
    if (s.is_dense())
      convolve(gradient, pad(gradient, dy, for_dx), transposed, nullptr, true, dx);
    else
      scatter_gradient(s, dy, transposed, for_dx, dx);
    dx += s.h * s.w * s.c;
  }
}

void add_column_sums(const float *x, int rows, int columns, float *sums) {
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c) sums[c] += x[r * columns + c];
}

}  // namespace mote::kernels
