#include "base/math.h"
#include "kernels/gemm.h"

namespace mote::kernels {

void gemm_ref(const Gemm &g) {
  for (int m = 0; m < g.m; ++m)
    for (int n = 0; n < g.n; ++n) {
      float &y = g.y[m * g.y_row + n];
      float acc = g.is_accumulating ? y : g.bias ? g.bias[n] : 0.0f;
      for (int k = 0; k < g.k; ++k)
        acc = exact_fma(g.a[m * g.a_row + k * g.a_col], g.b[k * g.b_row + n], acc);
      y = acc;
    }
}

void transpose(const float *x, int rows, int columns, float *y) {
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c) y[c * rows + r] = x[r * columns + c];
}

}  // namespace mote::kernels
