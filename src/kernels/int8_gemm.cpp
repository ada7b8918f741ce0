// Weights packed in blocks, and one body of product and requantization compiled for each tier with the
// lanes that the tier has.
//
// Rounding follows mote_requantize() of runtime/, which is gemmlowp's: a doubling high product rounded
// once, then a shift rounded to nearest.
#include "kernels/int8_gemm.h"

#include <cstring>

#include "base/cpu.h"
#include "kernels/target_region.h"
#include "kernels/unaligned.h"
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace mote::kernels {

Int8Weights pack_int8(const int8_t *weights, int n, int segments, int length) {
  Int8Weights p;
  p.n = n;
  p.segments = segments;
  p.quads = (length + 3) / 4;
  const ptrdiff_t quads = ptrdiff_t{segments} * p.quads;
  p.data.assign(p.blocks() * quads * kInt8Block * 4, 0);
  for (int i = 0; i < n; ++i) {
    int32_t sum = 0;
    for (int s = 0; s < segments; ++s)
      for (int k = 0; k < length; ++k) {
        const int8_t w = weights[(ptrdiff_t{i} * segments + s) * length + k];
        sum += w;
        const ptrdiff_t quad = (ptrdiff_t{i / kInt8Block} * segments + s) * p.quads + k / 4;
        p.data[(quad * kInt8Block + i % kInt8Block) * 4 + k % 4] = w;
      }
    p.sums.push_back(sum);
  }
  return p;
}

void Requantization::add(int32_t bias_value, int32_t multiplier_value, int shift) {
  bias.push_back(bias_value);
  multiplier.push_back(multiplier_value);
  left.push_back(shift > 0 ? shift : 0);
  right.push_back(shift > 0 ? 0 : -shift);
}
void Requantization::pad() {
  const size_t n = bias.size();
  for (size_t i = 0; bias.size() % kInt8Block != 0; ++i)
    add(bias[i % n], multiplier[i % n], left[i % n] - right[i % n]);
}

namespace scalar {
struct Lanes {
  struct Sums {
    int32_t v[kInt8Block];
  };
  using Weights = const int8_t *;
  using Quad = const uint8_t *;
  static constexpr int kMostBlocks = 1, kRows = 1;
  static void clear(Sums &s) { s = {}; }
  static Weights load(const int8_t *p) { return p; }
  static Quad splat(const uint8_t *p) { return p; }
  static void add_products(Sums &s, Quad x, Weights w) {
    for (int i = 0; i < kInt8Block; ++i)
      s.v[i] += x[0] * w[4 * i] + x[1] * w[4 * i + 1] + x[2] * w[4 * i + 2] + x[3] * w[4 * i + 3];
  }
  static void store(int32_t *y, const Sums &s) { std::memcpy(y, s.v, sizeof s.v); }
  struct Scales {
    const Requantization *q;
    size_t first;
  };
  static Scales scales(const Requantization &q, int first) { return {&q, static_cast<size_t>(first)}; }
  static void requantize(const Scales &s, const int32_t *x, int8_t *y) {
    const Requantization &q = *s.q;
    for (size_t i = 0; i < kInt8Block; ++i) {
      const size_t k = s.first + i;
      const int32_t shifted = static_cast<uint32_t>(x[i] + q.bias[k]) << q.left[k];
      const int32_t high = (int64_t{shifted} * q.multiplier[k] + (1 << 30)) >> 31;
      const int32_t mask = (1u << q.right[k]) - 1u;
      const int32_t threshold = (mask >> 1) + (high < 0);
      const int32_t value = (high >> q.right[k]) + ((high & mask) > threshold) + q.zero_point;
      y[i] = static_cast<int8_t>(value < q.low ? q.low : value > q.high ? q.high : value);
    }
  }
};
#include "kernels/int8_gemm_body.h"
}  // namespace scalar

#if defined(__x86_64__)

MOTE_TARGET_BEGIN("avx2,fma")
namespace avx2 {
struct Lanes {
  struct Sums {  // of four outputs each: two partial sums an output
    __m256i v[4];
  };
  struct Weights {
    __m256i v[4];
  };
  using Quad = __m256i;
  static constexpr int kMostBlocks = 1, kRows = 2;
  static void clear(Sums &s) {
    for (__m256i &v : s.v) v = _mm256_setzero_si256();
  }
  static Weights load(const int8_t *p) {
    Weights w;
    for (int i = 0; i < 4; ++i)
      w.v[i] = _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i *>(p + 16 * i)));
    return w;
  }
  static Quad splat(const uint8_t *p) {
    int32_t quad;
    __builtin_memcpy(&quad, p, 4);
    return _mm256_cvtepu8_epi16(_mm_set1_epi32(quad));
  }
  static void add_products(Sums &s, Quad x, const Weights &w) {
    for (int i = 0; i < 4; ++i) s.v[i] = _mm256_add_epi32(s.v[i], _mm256_madd_epi16(x, w.v[i]));
  }
  static void store(int32_t *y, const Sums &s) {
    for (int i = 0; i < 2; ++i) {  // hadd leaves outputs 0 1 4 5 | 2 3 6 7
      const __m256i pairs = _mm256_hadd_epi32(s.v[2 * i], s.v[2 * i + 1]);
      _mm256_storeu_si256(reinterpret_cast<__m256i *>(y + 8 * i), _mm256_permute4x64_epi64(pairs, 0xD8));
    }
  }
  struct Scales8 {
    __m256i bias, multiplier, odd_multiplier, left, right, mask, half_mask;
  };
  struct Scales {
    Scales8 half[2];
    __m256i zero_point, low, high;
  };
  static Scales8 scales8(const Requantization &q, int at) {
    const auto load = [at](const std::vector<int32_t> &list) {
      return _mm256_loadu_si256(reinterpret_cast<const __m256i *>(list.data() + at));
    };
    const __m256i one = _mm256_set1_epi32(1), right = load(q.right), m = load(q.multiplier);
    const __m256i mask = _mm256_sub_epi32(_mm256_sllv_epi32(one, right), one);
    return {load(q.bias), m, _mm256_srli_epi64(m, 32), load(q.left), right, mask, _mm256_srli_epi32(mask, 1)};
  }
  static Scales scales(const Requantization &q, int first) {
    return {{scales8(q, first), scales8(q, first + 8)},
            _mm256_set1_epi32(q.zero_point),
            _mm256_set1_epi32(q.low),
            _mm256_set1_epi32(q.high)};
  }
  static __m256i requantize8(const Scales &s, const Scales8 &h, const int32_t *x) {
    const __m256i half = _mm256_set1_epi64x(1 << 30);
    __m256i v = _mm256_add_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i *>(x)), h.bias);
    v = _mm256_sllv_epi32(v, h.left);
    // bits 31 to 62 of each product: a logical shift does, as only the low half is kept
    const __m256i even = _mm256_srli_epi64(_mm256_add_epi64(_mm256_mul_epi32(v, h.multiplier), half), 31);
    const __m256i odd = _mm256_srli_epi64(
        _mm256_add_epi64(_mm256_mul_epi32(_mm256_srli_epi64(v, 32), h.odd_multiplier), half), 31);
    const __m256i high = _mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xAA);
    const __m256i threshold = _mm256_add_epi32(h.half_mask, _mm256_srli_epi32(high, 31));
    const __m256i up = _mm256_cmpgt_epi32(_mm256_and_si256(high, h.mask), threshold);
    v = _mm256_add_epi32(_mm256_sub_epi32(_mm256_srav_epi32(high, h.right), up), s.zero_point);
    return _mm256_min_epi32(_mm256_max_epi32(v, s.low), s.high);
  }
  static void requantize(const Scales &s, const int32_t *x, int8_t *y) {
    const __m256i words = _mm256_permute4x64_epi64(
        _mm256_packs_epi32(requantize8(s, s.half[0], x), requantize8(s, s.half[1], x + 8)), 0xD8);
    const __m256i bytes = _mm256_permute4x64_epi64(_mm256_packs_epi16(words, words), 0x08);
    _mm_storeu_si128(reinterpret_cast<__m128i *>(y), _mm256_castsi256_si128(bytes));
  }
};
#include "kernels/int8_gemm_body.h"
}  // namespace avx2
MOTE_TARGET_END

MOTE_TARGET_BEGIN("avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma")
namespace vnni {
struct Lanes {
  using Sums = __m512i;
  using Weights = __m512i;
  using Quad = __m512i;
  static constexpr int kMostBlocks = 4, kRows = 8;
  static void clear(Sums &s) { s = _mm512_setzero_si512(); }
  static Weights load(const int8_t *p) { return _mm512_loadu_si512(p); }
  static Quad splat(const uint8_t *p) {
    int32_t quad;
    __builtin_memcpy(&quad, p, 4);
    return _mm512_set1_epi32(quad);
  }
  static void add_products(Sums &s, Quad x, Weights w) { s = _mm512_dpbusd_epi32(s, x, w); }
  static void store(int32_t *y, Sums s) { _mm512_storeu_si512(y, s); }
  struct Scales {
    __m512i bias, multiplier, odd_multiplier, left, right, mask, half_mask, zero_point, low, high;
  };
  static Scales scales(const Requantization &q, int first) {
    const auto load = [first](const std::vector<int32_t> &list) {
      return _mm512_loadu_si512(list.data() + first);
    };
    const __m512i one = _mm512_set1_epi32(1), right = load(q.right), m = load(q.multiplier);
    const __m512i mask = _mm512_sub_epi32(_mm512_sllv_epi32(one, right), one);
    return {load(q.bias),
            m,
            _mm512_srli_epi64(m, 32),
            load(q.left),
            right,
            mask,
            _mm512_srli_epi32(mask, 1),
            _mm512_set1_epi32(q.zero_point),
            _mm512_set1_epi32(q.low),
            _mm512_set1_epi32(q.high)};
  }
  static void requantize(const Scales &s, const int32_t *x, int8_t *y) {
    const __m512i half = _mm512_set1_epi64(1 << 30), one = _mm512_set1_epi32(1);
    __m512i v = _mm512_sllv_epi32(_mm512_add_epi32(_mm512_loadu_si512(x), s.bias), s.left);
    const __m512i even = _mm512_srli_epi64(_mm512_add_epi64(_mm512_mul_epi32(v, s.multiplier), half), 31);
    const __m512i odd = _mm512_srli_epi64(
        _mm512_add_epi64(_mm512_mul_epi32(_mm512_srli_epi64(v, 32), s.odd_multiplier), half), 31);
    const __m512i high = _mm512_mask_blend_epi32(0xAAAA, even, _mm512_slli_epi64(odd, 32));
    const __m512i threshold = _mm512_add_epi32(s.half_mask, _mm512_srli_epi32(high, 31));
    const __mmask16 up = _mm512_cmpgt_epi32_mask(_mm512_and_si512(high, s.mask), threshold);
    v = _mm512_srav_epi32(high, s.right);
    v = _mm512_mask_add_epi32(v, up, v, one);
    v = _mm512_add_epi32(v, s.zero_point);
    v = _mm512_min_epi32(_mm512_max_epi32(v, s.low), s.high);
    _mm_storeu_si128(reinterpret_cast<__m128i *>(y), _mm512_cvtepi32_epi8(v));
  }
};
#include "kernels/int8_gemm_body.h"
}  // namespace vnni
MOTE_TARGET_END

#endif

namespace {

// AVX-512 without its int8 dot product gains nothing over AVX2 here.
enum class Path { kScalar, kAvx2, kVnni };
Path active_path() {
#if defined(__x86_64__)
  static const bool has_vnni = __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw");
  const Tier tier = active_tier();
  if (tier == Tier::kAvx512) return has_vnni ? Path::kVnni : Path::kAvx2;
  if (tier == Tier::kAvx2) return Path::kAvx2;
#endif
  return Path::kScalar;
}

}  // namespace

void int8_gemm(const Int8Gemm &g) {
  switch (active_path()) {
#if defined(__x86_64__)
    case Path::kVnni:
      return vnni::gemm_tier(g);
    case Path::kAvx2:
      return avx2::gemm_tier(g);
#endif
    default:
      return scalar::gemm_tier(g);
  }
}

void requantize_rows(const Requantization &q, const int32_t *x, ptrdiff_t x_row, int m, int n, int8_t *y,
                     ptrdiff_t y_row) {
  switch (active_path()) {
#if defined(__x86_64__)
    case Path::kVnni:
      return vnni::requantize_tier(q, x, x_row, m, n, y, y_row);
    case Path::kAvx2:
      return avx2::requantize_tier(q, x, x_row, m, n, y, y_row);
#endif
    default:
      return scalar::requantize_tier(q, x, x_row, m, n, y, y_row);
  }
}

void int8_depthwise(const int16_t *x, const ptrdiff_t *taps, int tap_count, const int16_t *weights,
                    int channels, int32_t *acc) {
  switch (active_path()) {
#if defined(__x86_64__)
    case Path::kVnni:
      return vnni::depthwise_tier(x, taps, tap_count, weights, channels, acc);
    case Path::kAvx2:
      return avx2::depthwise_tier(x, taps, tap_count, weights, channels, acc);
#endif
    default:
      return scalar::depthwise_tier(x, taps, tap_count, weights, channels, acc);
  }
}

}  // namespace mote::kernels
