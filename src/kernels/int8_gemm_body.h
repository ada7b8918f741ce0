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
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r)
#pragma GCC unroll 16
    for (int b = 0; b < kBlocks; ++b)
      Lanes::store(g.y + (m0 + r) * w.y_row() + (block0 + b) * kInt8Block, sums[r][b]);
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
  const auto some = [](const Lanes::Scales &scales, const int32_t *from, int count, int8_t *to) {
    int32_t in[kInt8Block] = {};
    int8_t out[kInt8Block];
    __builtin_memcpy(in, from, count * sizeof(int32_t));
    Lanes::requantize(scales, in, out);
    __builtin_memcpy(to, out, count);
  };
  if (n < kInt8Block && kInt8Block % n == 0 && x_row == n && y_row == n) {  // the lists repeat
    const Lanes::Scales scales = Lanes::scales(q, 0);
    const ptrdiff_t count = ptrdiff_t{m} * n;
    ptrdiff_t i = 0;
    for (; i + kInt8Block <= count; i += kInt8Block) Lanes::requantize(scales, x + i, y + i);
    if (i < count) some(scales, x + i, static_cast<int>(count - i), y + i);
    return;
  }
  for (int i = 0; i < n; i += kInt8Block) {
    const Lanes::Scales scales = Lanes::scales(q, i);
    for (int r = 0; r < m; ++r)
      if (n - i >= kInt8Block)
        Lanes::requantize(scales, x + r * x_row + i, y + r * y_row + i);
      else
        some(scales, x + r * x_row + i, n - i, y + r * y_row + i);
  }
}

// Products of a byte's difference and a weight fit 16 bits: 255 * 128 < 2^15.
template <int kBlocks>
static inline __attribute__((always_inline)) void depthwise_blocks(const int16_t *x, const ptrdiff_t *taps,
                                                                   int tap_count, const int16_t *weights,
                                                                   int channels, int32_t *acc) {
  using Words = int16_t __attribute__((vector_size(32)));
  using Sums = int32_t __attribute__((vector_size(64)));
  Sums sums[kBlocks] = {};
  for (int t = 0; t < tap_count; ++t) {
    const int16_t *in = x + taps[t], *w = weights + ptrdiff_t{t} * channels;
#pragma GCC unroll 4
    for (int b = 0; b < kBlocks; ++b) {
      const Words product = MOTE_LOAD(Words, in + 16 * b) * MOTE_LOAD(Words, w + 16 * b);
      sums[b] += __builtin_convertvector(product, Sums);
    }
  }
#pragma GCC unroll 4
  for (int b = 0; b < kBlocks; ++b) MOTE_STORE(Sums, acc + 16 * b, sums[b]);
}

static void depthwise_tier(const int16_t *x, const ptrdiff_t *taps, int tap_count, const int16_t *weights,
                           int channels, int32_t *acc) {
  int c = 0;
  for (; c + 64 <= channels; c += 64)
    depthwise_blocks<4>(x + c, taps, tap_count, weights + c, channels, acc + c);
  for (; c + 16 <= channels; c += 16)
    depthwise_blocks<1>(x + c, taps, tap_count, weights + c, channels, acc + c);
  for (; c < channels; ++c) {
    int32_t sum = 0;
    for (int t = 0; t < tap_count; ++t) sum += int32_t{x[taps[t] + c]} * weights[ptrdiff_t{t} * channels + c];
    acc[c] = sum;
  }
}
