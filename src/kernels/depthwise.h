// Depthwise 2-D convolution for training, NHWC, weights [KH, KW, C * multiplier]: each channel has filters of
// its own. Sums run over the taps (kh, kw); gradients of weights over (example, oh, ow), of inputs over the
// taps. Every sum is one chain of fused multiply-adds, so every tier gives the same bits.
#pragma once

#include "kernels/conv2d.h"

namespace mote::kernels {

// s.f is s.c times the multiplier.
size_t depthwise_forward_scratch(const Conv2D &s);
size_t depthwise_backward_scratch(const Conv2D &s);
void depthwise_forward(const Conv2D &s, int rows, const float *x, const float *weights, const float *bias,
                       float *y, float *scratch);
// Adds to dweights and dbias, where they are given; to dx, unless it is null, if is_adding.
void depthwise_backward(const Conv2D &s, int rows, const float *x, const float *weights, const float *dy,
                        float *dx, bool is_adding, float *dweights, float *dbias, float *scratch);

// One image that needs no padding, with s.f channels in and out: what the tiers do. Those of y, dweights and
// dx that are given are computed; dweights and dx are added to.
struct DepthwiseImage {
  const Conv2D *s;
  const float *x, *weights, *bias, *dy;
  float *y, *dweights, *dx;
  bool is_accumulating = false;  // y starts from what it holds
};
void depthwise_tile(const DepthwiseImage &image);

}  // namespace mote::kernels
