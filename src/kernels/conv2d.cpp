// Convolution for training as products of matrices (gemm.h) that read overlapping windows in place; only
// an image with a border is copied. No im2col.
//
// The gradient of the input is a convolution too, by phases of the stride, or scattered where there are
// steps and dilation at once. Depthwise: depthwise.cpp. int8: int8_conv.cpp.
#include "kernels/conv2d.h"

#include <cstring>

#include "kernels/gemm.h"
#include "kernels/loops.h"

namespace mote::kernels {

// Once before any image is padded there: the border stays as it is.
static void clear_border(const Conv2D &s, float *scratch) {
  if (s.is_padded()) std::memset(scratch, 0, s.padded_floats() * sizeof(float));
}

static const float *pad(const Conv2D &s, const float *x, float *scratch) {
  if (!s.is_padded()) return x;
  const size_t row = s.w * s.c;
  for (int h = 0; h < s.h; ++h)
    std::memcpy(scratch + ((h + s.pad_top) * s.padded_w() + s.pad_left) * s.c, x + h * row,
                row * sizeof(float));
  return scratch;
}

// The chain of an output runs over kernel rows, each a contiguous stretch of the input unless it is dilated.
static bool has_contiguous_rows(const Conv2D &s) { return s.dilation_w == 1; }

static ptrdiff_t window_start(const Conv2D &s, int oh, int kh, int kw) {
  return ptrdiff_t{(oh * s.stride_h + kh * s.dilation_h) * s.padded_w() + kw * s.dilation_w} * s.c;
}
static ptrdiff_t kernel_row_step(const Conv2D &s) { return ptrdiff_t{s.dilation_h} * s.padded_w() * s.c; }

// One example, padded, to its outputs; starts from bias, or from what y holds.
static void convolve(const Conv2D &s, const float *in, const float *weights, const float *bias,
                     bool is_accumulating, float *y) {
  const ptrdiff_t a_row = ptrdiff_t{s.stride_w} * s.c;
  for (int oh = 0; oh < s.oh; ++oh, y += s.ow * s.f) {
    if (has_contiguous_rows(s)) {
      gemm({s.ow, s.f, s.kw * s.c, in + window_start(s, oh, 0, 0), a_row, 1, weights, s.f, y, s.f, bias,
            is_accumulating, s.kh, kernel_row_step(s)});
      continue;
    }
    for (int k = 0; k < s.kh * s.kw; ++k)
      gemm({s.ow, s.f, s.c, in + window_start(s, oh, k / s.kw, k % s.kw), a_row, 1, weights + k * s.c * s.f,
            s.f, y, s.f, bias, is_accumulating || k > 0});
  }
}

void conv2d_forward(const Conv2D &s, int rows, const float *x, const float *weights, const float *bias,
                    float *y, float *scratch) {
  if (s.is_pointwise())  // all positions of all examples are rows of one matrix
    return gemm({rows * s.h * s.w, s.f, s.c, x, s.c, 1, weights, s.f, y, s.f, bias});
  clear_border(s, scratch);
  for (int n = 0; n < rows; ++n, x += s.h * s.w * s.c, y += s.oh * s.ow * s.f)
    convolve(s, pad(s, x, scratch), weights, bias, false, y);
}

// Adds to dx by scattering, for steps beyond 1 with dilation. `transposed` [KH, KW, F, C].
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
  for (int h = 0; h < s.h; ++h)
    loops().copy_gradient(padded_dx + ((h + s.pad_top) * s.padded_w() + s.pad_left) * s.c, 1.0f, s.w * s.c,
                          true, dx + h * s.w * s.c);
}

// Taps of a kernel that meet the inputs `phase` behind a step.
static int taps_of_phase(int kernel, int stride, int phase) {
  return phase < kernel ? (kernel - phase + stride - 1) / stride : 0;
}

void conv2d_prepare(const Conv2D &s, const float *weights, float *transposed) {
  const auto append = [&](int kh, int kw) {
    transpose(weights + ptrdiff_t{kh * s.kw + kw} * s.c * s.f, s.c, s.f, transposed);
    transposed += s.c * s.f;
  };
  const int taps = s.kh * s.kw;
  if (!s.is_phased()) {  // seen from the input, the last tap comes first
    for (int k = 0; k < taps; ++k) {
      const int tap = s.is_dense() ? taps - 1 - k : k;
      append(tap / s.kw, tap % s.kw);
    }
    return;
  }
  for (int ph = 0; ph < s.stride_h; ++ph)
    for (int pw = 0; pw < s.stride_w; ++pw)
      for (int a = taps_of_phase(s.kh, s.stride_h, ph); a-- > 0;)
        for (int b = taps_of_phase(s.kw, s.stride_w, pw); b-- > 0;)
          append(ph + a * s.stride_h, pw + b * s.stride_w);
}

// One example's gradient of the input, phase by phase. `padded_dy` is bordered as `g`, s.of_phases(), says.
static void phased_gradient(const Conv2D &s, const Conv2D &g, const float *padded_dy, const float *transposed,
                            bool is_adding, float *dx) {
  const float *weights = transposed;
  for (int ph = 0; ph < s.stride_h; ++ph)
    for (int pw = 0; pw < s.stride_w; ++pw) {
      const int rows = taps_of_phase(s.kh, s.stride_h, ph), columns = taps_of_phase(s.kw, s.stride_w, pw);
      // the first input of the phase, and which step it is behind
      const int top = (s.pad_top - ph + s.stride_h - 1) / s.stride_h,
                left = (s.pad_left - pw + s.stride_w - 1) / s.stride_w;
      const int h0 = (top > 0 ? top : 0) * s.stride_h + ph - s.pad_top,
                w0 = (left > 0 ? left : 0) * s.stride_w + pw - s.pad_left;
      const int count = w0 < s.w ? (s.w - w0 + s.stride_w - 1) / s.stride_w : 0;
      for (int h = h0; h < s.h && count > 0 && rows * columns > 0; h += s.stride_h) {
        const int row = (h + s.pad_top) / s.stride_h - (rows - 1) + g.pad_top,
                  column = (w0 + s.pad_left) / s.stride_w - (columns - 1) + g.pad_left;
        gemm({count, s.c, columns * s.f, padded_dy + (ptrdiff_t{row} * g.padded_w() + column) * s.f, s.f, 1,
              weights, s.c, dx + (ptrdiff_t{h} * s.w + w0) * s.c, ptrdiff_t{s.stride_w} * s.c, nullptr,
              is_adding, rows, ptrdiff_t{g.padded_w()} * s.f});
      }
      weights += ptrdiff_t{rows * columns} * s.f * s.c;
    }
}

// Adds one example's part of the weights' gradient: each a chain over the positions of dy.
static void weight_gradient(const Conv2D &s, const float *in, const float *dy, float *dweights) {
  const ptrdiff_t step = ptrdiff_t{s.stride_w} * s.c, line = ptrdiff_t{s.stride_h} * s.padded_w() * s.c;
  const int run = has_contiguous_rows(s) ? s.kw * s.c : s.c, runs = s.kw * s.c / run;
  for (int k = 0; k < s.kh * runs; ++k)
    gemm({run, s.f, s.ow, in + window_start(s, 0, k / runs, k % runs), 1, step, dy, s.f,
          dweights + ptrdiff_t{k} * run * s.f, s.f, nullptr, true, s.oh, line});
}

void conv2d_backward(const Conv2D &s, int rows, const float *x, const float *transposed, const float *dy,
                     float *dx, bool is_adding, float *dweights, float *dbias, float *scratch) {
  const size_t in_floats = s.h * s.w * s.c;
  if (dbias != nullptr) add_column_sums(dy, rows * s.oh * s.ow, s.f, dbias);
  if (s.is_pointwise()) {
    const int positions = rows * s.h * s.w;
    gemm({s.c, s.f, positions, x, 1, s.c, dy, s.f, dweights, s.f, nullptr, true});
    if (dx != nullptr) gemm({positions, s.c, s.f, dy, s.f, 1, transposed, s.c, dx, s.c, nullptr, is_adding});
    return;
  }
  const Conv2D gradient = s.is_dense() ? s.of_gradient() : s.is_phased() ? s.of_phases() : s;
  float *padded_x = scratch, *for_dx = padded_x + s.padded_floats();
  clear_border(s, padded_x);
  if (s.is_dense() || s.is_phased()) clear_border(gradient, for_dx);
  for (int n = 0; n < rows; ++n, x += in_floats, dy += s.oh * s.ow * s.f) {
    weight_gradient(s, pad(s, x, padded_x), dy, dweights);
    if (dx == nullptr) continue;
    if (s.is_dense()) {
      convolve(gradient, pad(gradient, dy, for_dx), transposed, nullptr, is_adding, dx);
    } else if (s.is_phased()) {
      const bool meets_all = s.kh >= s.stride_h && s.kw >= s.stride_w;
      if (!is_adding && !meets_all) std::memset(dx, 0, in_floats * sizeof(float));
      phased_gradient(s, gradient, pad(gradient, dy, for_dx), transposed, is_adding, dx);
    } else {
      if (!is_adding) std::memset(dx, 0, in_floats * sizeof(float));
      scatter_gradient(s, dy, transposed, for_dx, dx);
    }
    dx += in_floats;
  }
}

void add_column_sums(const float *x, int rows, int columns, float *sums) {
  loops().column_sums(x, rows, columns, sums);
}

}  // namespace mote::kernels
