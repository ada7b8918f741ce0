// The fast body of gemm, included once per tier by gemm.cpp inside a namespace and a target region that
// define Wide and Narrow (vectors with load, store, splat, fma) and scalar_fma. No include guard, no
// includes: by design.

template <int kRows, int kVectors, class V>
static inline __attribute__((always_inline)) void tile(const Gemm &g, int m0, int n0) {
  typename V::Type acc[kRows][kVectors];
  const float *a = g.a + m0 * g.a_row;
  const float *b = g.b + n0;
  float *y = g.y + m0 * g.y_row + n0;
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r)
#pragma GCC unroll 16
    for (int v = 0; v < kVectors; ++v)
      acc[r][v] = g.is_accumulating ? V::load(y + r * g.y_row + v * V::kWidth)
                  : g.bias          ? V::load(g.bias + n0 + v * V::kWidth)
                                    : V::splat(0.0f);
  for (int k = 0; k < g.k; ++k) {
    typename V::Type row[kVectors];
#pragma GCC unroll 16
    for (int v = 0; v < kVectors; ++v) row[v] = V::load(b + v * V::kWidth);
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) {
      const typename V::Type x = V::splat(a[r * g.a_row]);
#pragma GCC unroll 16
      for (int v = 0; v < kVectors; ++v) acc[r][v] = V::fma(x, row[v], acc[r][v]);
    }
    a += g.a_col;
    b += g.b_row;
  }
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r)
#pragma GCC unroll 16
    for (int v = 0; v < kVectors; ++v) V::store(y + r * g.y_row + v * V::kWidth, acc[r][v]);
}

template <int kVectors, class V>
static void columns(const Gemm &g, int n0) {
  int m = 0;
  for (; m + 6 <= g.m; m += 6) tile<6, kVectors, V>(g, m, n0);
  for (; m + 3 <= g.m; m += 3) tile<3, kVectors, V>(g, m, n0);
  for (; m < g.m; ++m) tile<1, kVectors, V>(g, m, n0);
}

static void gemm_tier(const Gemm &g) {
  int n = 0;
  for (; n + 2 * Wide::kWidth <= g.n; n += 2 * Wide::kWidth) columns<2, Wide>(g, n);
  for (; n + Wide::kWidth <= g.n; n += Wide::kWidth) columns<1, Wide>(g, n);
  for (; n + Narrow::kWidth <= g.n; n += Narrow::kWidth) columns<1, Narrow>(g, n);
  for (; n < g.n; ++n) columns<1, Single>(g, n);
}
