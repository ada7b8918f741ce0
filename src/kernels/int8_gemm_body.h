// The fast bodies of int8_gemm.cpp, included once per tier inside a namespace and a target region that define
// Lanes: 16 sums of int32. No include guard, no includes: by design.

template <int kRows, int kBlocks>
static inline __attribute__((always_inline)) void tile(const Int8Gemm &g, int m0, int block0) {
  const Int8Weights &w = *g.weights;
  Lanes::Sums sums[kRows][kBlocks];
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r)
#pragma GCC unroll 16
    for (int b = 0; b < kBlocks; ++b) Lanes::clear(sums[r][b]);
  const ptrdiff_t quad_bytes = kInt8Block * 4, block_bytes = quad_bytes * w.segments * w.quads;
  const int8_t *weights = w.data.data() + block0 * block_bytes;
  for (int s = 0; s < w.segments; ++s) {
    const uint8_t *a = g.a + m0 * g.a_row + g.segment[s];
    for (int q = 0; q < w.quads; ++q, a += 4, weights += quad_bytes) {
      Lanes::Weights row[kBlocks];
#pragma GCC unroll 16
      for (int b = 0; b < kBlocks; ++b) row[b] = Lanes::load(weights + b * block_bytes);
#pragma GCC unroll 16
      for (int r = 0; r < kRows; ++r) {
        const Lanes::Quad x = Lanes::splat(a + r * g.a_row);
#pragma GCC unroll 16
        for (int b = 0; b < kBlocks; ++b) Lanes::add_products(sums[r][b], x, row[b]);
      }
    }
  }
  const ptrdiff_t y_row = ptrdiff_t{kInt8Block} * w.blocks();
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r)
#pragma GCC unroll 16
    for (int b = 0; b < kBlocks; ++b)
      Lanes::store(g.y + (m0 + r) * y_row + (block0 + b) * kInt8Block, sums[r][b]);
}

template <int kRows, int kBlocks>
static void rows(const Int8Gemm &g, int block0) {
  int m = 0;
  for (; m + kRows <= g.m; m += kRows) tile<kRows, kBlocks>(g, m, block0);
  if constexpr (kRows > 2)
    for (; m + 2 <= g.m; m += 2) tile<2, kBlocks>(g, m, block0);
  for (; m < g.m; ++m) tile<1, kBlocks>(g, m, block0);
}

static void gemm_tier(const Int8Gemm &g) {
  int block = 0;
  const int blocks = g.weights->blocks();
  if constexpr (Lanes::kMostBlocks >= 4)
    for (; block + 4 <= blocks; block += 4) rows<4, 4>(g, block);
  if constexpr (Lanes::kMostBlocks >= 2)
    for (; block + 2 <= blocks; block += 2) rows<8, 2>(g, block);
  for (; block < blocks; ++block) rows<Lanes::kRows, 1>(g, block);
}

static void requantize_tier(const Requantization &q, const int32_t *x, ptrdiff_t x_row, int m, int n,
                            int8_t *y, ptrdiff_t y_row) {
  for (int r = 0; r < m; ++r)
    for (int i = 0; i < n; i += kInt8Block) {
      int8_t out[kInt8Block];
      Lanes::requantize(q, x + r * x_row + i, i, out);
      if (n - i >= kInt8Block)
        __builtin_memcpy(y + r * y_row + i, out, kInt8Block);
      else
        for (int k = 0; k < n - i; ++k) y[r * y_row + i + k] = out[k];
    }
}

static void depthwise_tier(const int16_t *x, const ptrdiff_t *taps, int tap_count, const int16_t *weights,
                           int channels, int32_t *acc) {
  for (int c = 0; c < channels; ++c) acc[c] = 0;
  for (int t = 0; t < tap_count; ++t) {
    const int16_t *__restrict in = x + taps[t], *__restrict w = weights + ptrdiff_t{t} * channels;
    int32_t *__restrict sums = acc;
    for (int c = 0; c < channels; ++c) sums[c] += int32_t{in[c]} * w[c];
  }
}
