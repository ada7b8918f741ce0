// The fast body of gemm, included once per tier by float_tiers.cpp inside a namespace and a target region
// that define Wide, Narrow and Tail (vectors with load, store, splat, fma; Tail for the columns left over)
// and kMostRows, the most rows of a tile. No include guard, no includes: by design.

template <int kRows, int kVectors, class V>
static inline __attribute__((always_inline)) void tile(const Gemm &g, int m0, int n0, V vector) {
  typename V::Type acc[kRows][kVectors];
  const float *b = g.b + n0;
  float *y = g.y + m0 * g.y_row + n0;
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r)
#pragma GCC unroll 16
    for (int v = 0; v < kVectors; ++v)
      acc[r][v] = g.is_accumulating ? vector.load(y + r * g.y_row + v * V::kWidth)
                  : g.bias          ? vector.load(g.bias + n0 + v * V::kWidth)
                                    : V::splat(0.0f);
  for (int s = 0; s < g.segments; ++s) {
    const float *a = g.a + m0 * g.a_row + s * g.a_segment;
    for (int k = 0; k < g.k; ++k) {
      typename V::Type row[kVectors];
#pragma GCC unroll 16
      for (int v = 0; v < kVectors; ++v) row[v] = vector.load(b + v * V::kWidth);
#pragma GCC unroll 16
      for (int r = 0; r < kRows; ++r) {
        const typename V::Type x = V::splat(a[r * g.a_row]);
#pragma GCC unroll 16
        for (int v = 0; v < kVectors; ++v) acc[r][v] = V::fma(x, row[v], acc[r][v]);
      }
      a += g.a_col;
      b += g.b_row;
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r)
#pragma GCC unroll 16
    for (int v = 0; v < kVectors; ++v) vector.store(y + r * g.y_row + v * V::kWidth, acc[r][v]);
}

// A tile of `rows` rows, 1 .. kRows.
template <int kRows, int kVectors, class V>
static inline __attribute__((always_inline)) void tile_of(int rows, const Gemm &g, int m0, int n0, V vector) {
  if constexpr (kRows > 1)
    if (rows < kRows) return tile_of<kRows - 1, kVectors, V>(rows, g, m0, n0, vector);
  tile<kRows, kVectors, V>(g, m0, n0, vector);
}

// All rows, in tiles of as equal a height as there can be: a last tile of one row would wait for its sums.
template <int kVectors, class V>
static void columns(const Gemm &g, int n0, V vector = {}) {
  const int tiles = (g.m + kMostRows - 1) / kMostRows;
  for (int t = 0, m = 0; t < tiles; ++t) {
    const int end = static_cast<int>(static_cast<long>(g.m) * (t + 1) / tiles);
    tile_of<kMostRows, kVectors, V>(end - m, g, m, n0, vector);
    m = end;
  }
}

// Columns n0 .. n0 + 2 wide vectors of a b that is used by many rows but lies scattered: copied together, so
// that a tile finds them in the first cache.
static void packed_columns(Gemm g, int n0) {
  constexpr int kWidth = 2 * Wide::kWidth, kBlock = 128;
  alignas(64) float panel[kBlock * kWidth];
  const float *from = g.b + n0;
  g.b = panel;
  g.y += n0;
  if (g.bias) g.bias += n0;
  for (int rest = g.k; rest > 0; rest -= kBlock) {
    g.k = rest < kBlock ? rest : kBlock;
    for (int k = 0; k < g.k; ++k, from += g.b_row)
      for (int v = 0; v < kWidth; v += Wide::kWidth)
        Wide::store(panel + k * kWidth + v, Wide::load(from + v));
    const ptrdiff_t b_row = g.b_row;
    g.b_row = kWidth;
    columns<2, Wide>(g, 0);
    g.b_row = b_row;
    g.a += g.k * g.a_col;
    g.is_accumulating = true;
  }
}

static void gemm_tier(const Gemm &g) {
  int n = 0;
  const bool is_packed = g.segments == 1 && g.m >= 4 * kMostRows && g.b_row >= 128 && g.k >= 32;
  for (; n + 2 * Wide::kWidth <= g.n; n += 2 * Wide::kWidth)
    if (is_packed)
      packed_columns(g, n);
    else
      columns<2, Wide>(g, n);
  for (; n + Wide::kWidth <= g.n; n += Wide::kWidth) columns<1, Wide>(g, n);
  for (; n + Narrow::kWidth <= g.n; n += Narrow::kWidth) columns<1, Narrow>(g, n);
  for (; n < g.n; n += Tail::kWidth) columns<1, Tail>(g, n, Tail(g.n - n));
}

// 16 independent chains of fused multiply-adds, `rounds` long: what the tier can do at most.
static void fma_chains(long rounds, float *sink) {
  typename Wide::Type acc[16];
#pragma GCC unroll 16
  for (int i = 0; i < 16; ++i) acc[i] = Wide::splat(i);
  const typename Wide::Type a = Wide::splat(0.999f), b = Wide::splat(sink[0]);
  for (long r = 0; r < rounds; ++r)
#pragma GCC unroll 16
    for (int i = 0; i < 16; ++i) acc[i] = Wide::fma(acc[i], a, b);
#pragma GCC unroll 16
  for (int i = 0; i < 16; ++i) Wide::store(sink + i * Wide::kWidth, acc[i]);
}
