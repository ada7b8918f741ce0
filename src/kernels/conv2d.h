// 2-D convolution for training, NHWC, weights [KH, KW, C, F]. A 1-D convolution has H = KH = 1.
//
// Forward is one gemm per output row, reading overlapping windows in place. Sums run over (kh, kw, c) in that
// order; gradients over (example, oh, ow).
#pragma once

#include <cstddef>

namespace mote::kernels {

struct Conv2D {
  int h, w, c, oh, ow, f;
  int kh, kw, stride_h, stride_w, dilation_h, dilation_w;
  int pad_top, pad_left, pad_h, pad_w;  // pad_h, pad_w: total

  bool is_padded() const { return pad_h > 0 || pad_w > 0; }
  bool is_pointwise() const { return kh * kw == 1 && stride_h * stride_w == 1 && !is_padded(); }
  int padded_w() const { return w + pad_w; }
  size_t padded_floats() const { return (h + pad_h) * static_cast<size_t>(padded_w()) * c; }
  size_t forward_scratch() const { return is_padded() ? padded_floats() : 0; }
  // With steps of 1 the gradient of the input is itself a convolution, of the output's gradient.
  bool is_dense() const { return stride_h * stride_w * dilation_h * dilation_w == 1; }
  Conv2D of_gradient() const {
    return {oh,
            ow,
            f,
            h,
            w,
            c,
            kh,
            kw,
            1,
            1,
            1,
            1,
            kh - 1 - pad_top,
            kw - 1 - pad_left,
            2 * (kh - 1) - pad_h,
            2 * (kw - 1) - pad_w};
  }
  // With larger steps, and no dilation, it is one convolution for each place of an input between the steps
  // ("phase"), each with the taps that meet it. This is the output's gradient with the border they all need.
  bool is_phased() const { return !is_dense() && dilation_h * dilation_w == 1; }
  Conv2D of_phases() const {
    Conv2D g = *this;
    g.h = oh;
    g.w = ow;
    g.c = f;
    g.pad_top = (kh + stride_h - 1) / stride_h - 1;
    g.pad_left = (kw + stride_w - 1) / stride_w - 1;
    const int below = (h - 1 + pad_top) / stride_h - (oh - 1),
              right = (w - 1 + pad_left) / stride_w - (ow - 1);
    g.pad_h = g.pad_top + (below > 0 ? below : 0);
    g.pad_w = g.pad_left + (right > 0 ? right : 0);
    return g;
  }
  size_t backward_scratch() const {
    const size_t for_dx = is_dense()    ? of_gradient().padded_floats()
                          : is_phased() ? of_phases().padded_floats()
                                        : padded_floats();
    return padded_floats() + for_dx;
  }
};

void conv2d_forward(const Conv2D &s, int rows, const float *x, const float *weights, const float *bias,
                    float *y, float *scratch);
// The weights as the gradient of the input needs them: [KH, KW, F, C], taps in reverse if s.is_dense(), by
// phase and in reverse if s.is_phased().
void conv2d_prepare(const Conv2D &s, const float *weights, float *transposed);
// Adds to dweights and dbias; to dx, unless it is null, if is_adding.
void conv2d_backward(const Conv2D &s, int rows, const float *x, const float *transposed, const float *dy,
                     float *dx, bool is_adding, float *dweights, float *dbias, float *scratch);

void add_column_sums(const float *x, int rows, int columns,
                     float *sums);  // sums[c] += x[0][c] + x[1][c] + ...

}  // namespace mote::kernels
