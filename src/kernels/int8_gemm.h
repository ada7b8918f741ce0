// Integer matrix product of the host: uint8 activations times int8 weights into int32, and the requantization
// of its rows. What the routines of runtime/ compute one value after the other, here in vectors; tests prove
// it equal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mote::kernels {

inline constexpr int kInt8Block = 16;  // outputs side by side

// Weights [n][segments][length] in blocks of 16 outputs and quads of 4 values: [n /
// 16][segments][quads][16][4].
struct Int8Weights {
  int n = 0, segments = 0, quads = 0;
  std::vector<int8_t> data;
  std::vector<int32_t> sums;  // of each output's weights
  int blocks() const { return (n + kInt8Block - 1) / kInt8Block; }
  // From row to row of the sums: without gaps where several rows fit a block.
  ptrdiff_t y_row() const {
    return n < kInt8Block && kInt8Block % n == 0 ? n : ptrdiff_t{kInt8Block} * blocks();
  }
};
Int8Weights pack_int8(const int8_t *weights, int n, int segments, int length);

struct Int8Gemm {
  const uint8_t
      *a;  // row r begins at a + r * a_row; its segment s at + segment[s]. Up to 3 bytes behind are read.
  ptrdiff_t a_row;
  const ptrdiff_t *segment;
  int m;
  const Int8Weights *weights;
  int32_t *y;  // [m][y_row], and room for a block behind
};
void int8_gemm(const Int8Gemm &g);

// y = clamp(x * multiplier * 2^(shift - 31), rounded twice as the reference does, + zero_point). Lists are
// padded to a multiple of 16 by their own beginning.
struct Requantization {
  std::vector<int32_t> bias, multiplier, left, right;  // shift = left - right, one of them 0
  int32_t zero_point, low, high;
  void add(int32_t bias_value, int32_t multiplier_value, int shift);
  void pad();
};
// Row r of x is at x + r * x_row; n values each.
void requantize_rows(const Requantization &q, const int32_t *x, ptrdiff_t x_row, int m, int n, int8_t *y,
                     ptrdiff_t y_row);

// acc[c] = sum over taps of w[tap][c] * x[tap][c]; x at the tap's offset.
void int8_depthwise(const int16_t *x, const ptrdiff_t *taps, int tap_count, const int16_t *weights,
                    int channels, int32_t *acc);

}  // namespace mote::kernels
