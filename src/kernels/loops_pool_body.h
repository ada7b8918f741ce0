// Pools of floats: largest values with their places, and gradients. A part of loops_body.h, which includes it
// where kLanes and its vectors are known.
//
// Averages are made by ops/pool_support.h; pools of int8 stand in loops_int8_body.h.

// Calls visit(output, h0, h1, w0, w1) for every output position, with the valid part of its pool.
template <class Visit>
static inline __attribute__((always_inline)) void each_pool(const Pool &g, Visit visit) {
  for (int oh = 0; oh < g.oh; ++oh)
    for (int ow = 0; ow < g.ow; ++ow) {
      const int top = oh * g.stride_h - g.pad_top, left = ow * g.stride_w - g.pad_left;
      visit(oh * g.ow + ow, top < 0 ? 0 : top, top + g.pool_h < g.h ? top + g.pool_h : g.h,
            left < 0 ? 0 : left, left + g.pool_w < g.w ? left + g.pool_w : g.w);
    }
}

constexpr int kPool = kHalfLanes;

// The valid part of one pool.
struct PoolWindow {
  int rows, columns;
  ptrdiff_t step, line;  // from one position to the next, from one row to the next
};

template <class V>
static inline __attribute__((always_inline)) void pool_largest(const PoolWindow &p, const float *x, float *y,
                                                               float *winners) {
  V largest = MOTE_LOAD(V, x), winner = V{};
  float position = 0;
  for (int h = 0; h < p.rows; ++h, x += p.line) {
    const float *here = x;
    for (int w = 0; w < p.columns; ++w, here += p.step, position += 1.0f) {
      const V value = MOTE_LOAD(V, here);
      winner = value > largest ? V{} + position : winner;
      largest = value > largest ? value : largest;
    }
  }
  MOTE_STORE(V, y, largest);
  MOTE_STORE(V, winners, winner);
}

template <class V, bool kIsAdding>
static inline __attribute__((always_inline)) void pool_give(const PoolWindow &p, const float *dy,
                                                            const float *winners, float *dx) {
  const V given = MOTE_LOAD(V, dy), winner = MOTE_LOAD(V, winners);
  float position = 0;
  for (int h = 0; h < p.rows; ++h, dx += p.line) {
    float *to = dx;
    for (int w = 0; w < p.columns; ++w, to += p.step, position += 1.0f) {
      const V part = winner == V{} + position ? given : V{};
      if constexpr (kIsAdding)
        MOTE_STORE(V, to, MOTE_LOAD(V, to) + part);
      else
        MOTE_STORE(V, to, part);
    }
  }
}

using OneFloat = float __attribute__((vector_size(4)));

static void max_pool(const Pool &g, const float *x, float *y, float *winners) {
  each_pool(
      g, [=](int o, int h0, int h1, int w0, int w1) __attribute__((always_inline)) {
        const PoolWindow window = {h1 - h0, w1 - w0, g.c, ptrdiff_t{g.w} * g.c};
        const float *from = x + (h0 * g.w + w0) * g.c;
        float *to = y + o * g.c, *winner = winners + o * g.c;
        int c = 0;
        for (; c + kPool <= g.c; c += kPool) pool_largest<HalfFloats>(window, from + c, to + c, winner + c);
        for (; c < g.c; ++c) pool_largest<OneFloat>(window, from + c, to + c, winner + c);
      });
}

template <bool kIsAdding>
static void max_pool_give(const Pool &g, const float *dy, const float *winners, float *dx) {
  each_pool(
      g, [=](int o, int h0, int h1, int w0, int w1) __attribute__((always_inline)) {
        const PoolWindow window = {h1 - h0, w1 - w0, g.c, ptrdiff_t{g.w} * g.c};
        const float *d = dy + o * g.c, *winner = winners + o * g.c;
        float *to = dx + (h0 * g.w + w0) * g.c;
        int c = 0;
        for (; c + kPool <= g.c; c += kPool)
          pool_give<HalfFloats, kIsAdding>(window, d + c, winner + c, to + c);
        for (; c < g.c; ++c) pool_give<OneFloat, kIsAdding>(window, d + c, winner + c, to + c);
      });
}

static void max_pool_gradient(const Pool &g, const float *dy, const float *winners, bool is_adding,
                              float *dx) {
  (is_adding ? max_pool_give<true> : max_pool_give<false>)(g, dy, winners, dx);
}
