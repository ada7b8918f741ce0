// Between float and int8, and the pool of int8: what a training with the integer program as its forward pass
// does around it. A part of loops_body.h.
//
// Roundings are those of TensorFlow Lite: to the nearest, halves away from zero. Products are
// int8_gemm_body.h.

// q = round(v), halves away from zero, within -1024 .. 1024; NaN counts as 0. By reference: a vector as an
// argument has another form for callers without the region's instructions.
template <class Value, class Values, class Integers>
static inline __attribute__((always_inline)) void round_to(Values &v, Integers &q) {
  const Values zero{}, most = zero + Value{1024}, half = zero + Value{0.5};
  v = v == v ? v : zero;
  v = v > most ? most : v;
  v = v < -most ? -most : v;
  const Integers whole = __builtin_convertvector(v, Integers);
  const Values rest = v - __builtin_convertvector(whole, Values);
  // a comparison that holds is -1
  q = whole - __builtin_convertvector(rest >= half, Integers) +
      __builtin_convertvector(rest <= -half, Integers);
}

// Calls block(from, to) for kStep values at a time; the last ones go through memory of that length.
template <size_t kStep, class Block>
static inline __attribute__((always_inline)) void in_blocks(const float *x, size_t n, int8_t *q,
                                                            Block block) {
  size_t i = 0;
  for (; i + kStep <= n; i += kStep) block(x + i, q + i);
  if (i == n) return;
  float rest[kStep] = {};
  int8_t out[kStep];
  __builtin_memcpy(rest, x + i, (n - i) * sizeof(float));
  block(rest, out);
  __builtin_memcpy(q + i, out, n - i);
}

static void quantize(const float *x, size_t n, float gain, int zero_point, int8_t *q) {
  using Ints = int32_t __attribute__((vector_size(4 * kLanes)));
  using Bytes = int8_t __attribute__((vector_size(kLanes)));
  in_blocks<kLanes>(
      x, n, q, [=](const float *from, int8_t *to) __attribute__((always_inline)) {
        const Ints low = Ints{} - 128, high = Ints{} + 127;
        Floats x_gain = MOTE_LOAD(Floats, from) * gain;
        Ints v;
        round_to<float>(x_gain, v);
        v += zero_point;
        v = v < low ? low : v;
        v = v > high ? high : v;
        MOTE_STORE(Bytes, to, __builtin_convertvector(v, Bytes));
      });
}

static void quantize_weights(const float *x, size_t n, double scale, int8_t *q) {
  using Ints = int32_t __attribute__((vector_size(4 * kHalfLanes)));
  using Bytes = int8_t __attribute__((vector_size(kHalfLanes)));
  in_blocks<kHalfLanes>(
      x, n, q, [=](const float *from, int8_t *to) __attribute__((always_inline)) {
        const Ints most = Ints{} + 127;
        Doubles steps = MOTE_WIDE(MOTE_LOAD(HalfFloats, from)) / scale;
        Ints v;
        round_to<double>(steps, v);
        v = v < -most ? -most : v;
        v = v > most ? most : v;
        MOTE_STORE(Bytes, to, __builtin_convertvector(v, Bytes));
      });
}

// y = max(y, x) of bytes.
static inline void raise_bytes(const int8_t *__restrict x, size_t n, int8_t *__restrict y) {
  for (size_t i = 0; i < n; ++i) y[i] = x[i] > y[i] ? x[i] : y[i];
}

// First the largest of the rows of a pool, for all columns; then of these, for each pool.
static void max_pool_s8(const Pool &g, const int8_t *x, int low, int high, int8_t *row, int8_t *y) {
  const size_t c = g.c, width = g.w * c;
  for (int oh = 0; oh < g.oh; ++oh) {
    const int top = oh * g.stride_h - g.pad_top, h0 = top < 0 ? 0 : top,
              h1 = top + g.pool_h < g.h ? top + g.pool_h : g.h;
    __builtin_memcpy(row, x + h0 * width, width);
    for (int h = h0 + 1; h < h1; ++h) raise_bytes(x + h * width, width, row);
    for (int ow = 0; ow < g.ow; ++ow, y += c) {
      const int left = ow * g.stride_w - g.pad_left, w0 = left < 0 ? 0 : left,
                w1 = left + g.pool_w < g.w ? left + g.pool_w : g.w;
      const int8_t *from = row + w0 * c;
      if (c == 8) {
        using Eight = int8_t __attribute__((vector_size(8)));
        Eight most = MOTE_LOAD(Eight, from);
        for (int w = w0 + 1; w < w1; ++w) {
          const Eight v = MOTE_LOAD(Eight, from + ptrdiff_t{w - w0} * 8);
          most = v > most ? v : most;
        }
        MOTE_STORE(Eight, y, most);
        continue;
      }
      __builtin_memcpy(y, from, c);
      for (int w = w0 + 1; w < w1; ++w) raise_bytes(from + (w - w0) * c, c, y);
    }
  }
  if (low == -128 && high == 127) return;
  const auto count = g.oh * static_cast<size_t>(g.ow) * c;
  for (size_t i = 0; i < count; ++i) {
    int8_t &v = y[static_cast<ptrdiff_t>(i) - static_cast<ptrdiff_t>(count)];
    v = static_cast<int8_t>(v < low ? low : v > high ? high : v);
  }
}

static bool dequantize(const int8_t *__restrict q, size_t n, float scale, int zero_point, int low, int high,
                       float *__restrict y) {
  int ends = 0;
  for (size_t i = 0; i < n; ++i) {
    const int value = q[i];
    ends |= static_cast<int>(value == low) | static_cast<int>(value == high);
    y[i] = scale * (value - zero_point);
  }
  return ends != 0;
}

static void clip_gradient(const int8_t *__restrict q, size_t n, int low, int high, float *__restrict dy) {
  for (size_t i = 0; i < n; ++i) {
    const int value = q[i];
    const float d = dy[i];
    dy[i] = value == low || value == high ? 0.0f : d;
  }
}
