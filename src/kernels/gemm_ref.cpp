// The product of matrices as its formula says it, one chain of fused multiply-adds for each value: what
// every tier must equal bit by bit, and what the tier "scalar" runs. Not for speed; the fast body is
// gemm_body.h.
//
// transpose() is the same for all tiers.
#include <algorithm>

#include "base/math.h"
#include "kernels/gemm.h"

namespace mote::kernels {

void gemm_ref(const Gemm &g) {
  for (int m = 0; m < g.m; ++m)
    for (int n = 0; n < g.n; ++n) {
      float &y = g.y[m * g.y_row + n];
      float acc = g.is_accumulating ? y : g.bias ? g.bias[n] : 0.0f;
      for (int s = 0; s < g.segments; ++s)
        for (int k = 0; k < g.k; ++k)
          acc = exact_fma(g.a[m * g.a_row + s * g.a_segment + k * g.a_col], g.b[(s * g.k + k) * g.b_row + n],
                          acc);
      y = acc;
    }
}

void transpose(const float *x, int rows, int columns, float *y) {
  constexpr int kBlock = 16;  // both sides stay in the cache
  for (int r0 = 0; r0 < rows; r0 += kBlock)
    for (int c0 = 0; c0 < columns; c0 += kBlock)
      for (int c = c0; c < std::min(c0 + kBlock, columns); ++c)
        for (int r = r0; r < std::min(r0 + kBlock, rows); ++r) y[c * rows + r] = x[r * columns + c];
}

}  // namespace mote::kernels
