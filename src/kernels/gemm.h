// One matrix product for every layer: y[m][n] (+)= sum over k of a[m][k] * b[k][n].
//
// Each output is one chain of fused multiply-adds over k = 0, 1, ..., starting from the bias, from 0 or from
// what y holds. The chain does not depend on vector width or tiling, so every tier gives the same bits.
#pragma once

#include <cstddef>

namespace mote::kernels {

struct Gemm {
  int m, n, k;
  const float *a;
  ptrdiff_t a_row, a_col;  // strides of a; rows may overlap (a convolution's windows)
  const float *b;
  ptrdiff_t b_row;  // b's columns are contiguous
  float *y;
  ptrdiff_t y_row;
  const float *bias = nullptr;   // [n]
  bool is_accumulating = false;  // start from y
  // The chain goes on over `segments` stretches of k each; a's stretches begin a_segment apart, b's follow
  // one another.
  int segments = 1;
  ptrdiff_t a_segment = 0;
};

void gemm(const Gemm &g);      // the active tier
void gemm_ref(const Gemm &g);  // the readable truth: one exact_fma after the other

// A loop of nothing but multiply-adds, for measuring what the active tier can do: `run(rounds, sink)` with
// sink of 256 floats does rounds * flop operations. run is null where there is no vector tier.
struct FmaChains {
  void (*run)(long rounds, float *sink);
  double flop;
};
FmaChains fma_chains();

void transpose(const float *x, int rows, int columns, float *y);  // y[c][r] = x[r][c]

}  // namespace mote::kernels
