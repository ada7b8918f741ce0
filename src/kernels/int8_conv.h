// int8 convolutions of the host on int8_gemm: bit-equal to the routines of runtime/. run() may be called from
// several threads at once.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/int8_gemm.h"

namespace mote::kernels {

struct Int8ConvGeometry {
  int batches, in_h, in_w, in_c, out_h, out_w, out_c;
  int kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w, pad_top, pad_left;
  int groups;
  int input_zero_point;
};

class Int8Conv {
 public:
  // weights [out_c][kernel_h][kernel_w][in_c / groups]; `q` has one entry per output channel, its bias the
  // layer's.
  Int8Conv(const Int8ConvGeometry &geometry, const int8_t *weights, Requantization q);
  void run(const int8_t *x, int8_t *y) const;

 private:
  Int8ConvGeometry g_;
  int padded_h_, padded_w_;
  std::vector<Int8Weights> weights_;  // per group
  std::vector<Requantization> requantize_;
  std::vector<ptrdiff_t> segments_;
};

class Int8Depthwise {  // out_c = in_c
 public:
  // weights [kernel_h][kernel_w][channels].
  Int8Depthwise(const Int8ConvGeometry &geometry, const int8_t *weights, Requantization q);
  void run(const int8_t *x, int8_t *y) const;

 private:
  Int8ConvGeometry g_;
  int padded_h_, padded_w_;
  std::vector<int16_t> weights_;
  Requantization requantize_;
  std::vector<ptrdiff_t> taps_;
};

}  // namespace mote::kernels
