// Tiers of the float kernels: each body is compiled once for every instruction set. Instruction sets are
// opened as target regions after all includes, so that no inline function of a shared header is compiled with
// them.
#include "base/cpu.h"
#include "base/math.h"
#include "kernels/depthwise.h"
#include "kernels/gemm.h"
#include "kernels/target_region.h"
#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace mote::kernels {

#if defined(__x86_64__)

MOTE_TARGET_BEGIN("avx2,fma")
namespace avx2 {
constexpr int kMostRows = 6;
struct Wide {
  using Type = __m256;
  static constexpr int kWidth = 8;
  static Type load(const float *p) { return _mm256_loadu_ps(p); }
  static void store(float *p, Type v) { _mm256_storeu_ps(p, v); }
  static Type splat(float x) { return _mm256_set1_ps(x); }
  static Type fma(Type a, Type b, Type c) { return _mm256_fmadd_ps(a, b, c); }
};
struct Narrow {
  using Type = __m128;
  static constexpr int kWidth = 4;
  static Type load(const float *p) { return _mm_loadu_ps(p); }
  static void store(float *p, Type v) { _mm_storeu_ps(p, v); }
  static Type splat(float x) { return _mm_set1_ps(x); }
  static Type fma(Type a, Type b, Type c) { return _mm_fmadd_ps(a, b, c); }
};
struct Single {
  using Type = float;
  static constexpr int kWidth = 1;
  static Type load(const float *p) { return *p; }
  static void store(float *p, Type v) { *p = v; }
  static Type splat(float x) { return x; }
  static Type fma(Type a, Type b, Type c) { return __builtin_fmaf(a, b, c); }
};
struct Tail {  // the first columns of a Narrow vector
  using Type = __m256;
  static constexpr int kWidth = 8;
  __m256i mask;
  explicit Tail(int columns)
      : mask(_mm256_cmpgt_epi32(_mm256_set1_epi32(columns), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7))) {}
  Type load(const float *p) const { return _mm256_maskload_ps(p, mask); }
  void store(float *p, Type v) const { _mm256_maskstore_ps(p, mask, v); }
  static Type splat(float x) { return _mm256_set1_ps(x); }
  static Type fma(Type a, Type b, Type c) { return _mm256_fmadd_ps(a, b, c); }
};
#include "kernels/depthwise_body.h"
#include "kernels/gemm_body.h"
}  // namespace avx2
MOTE_TARGET_END

MOTE_TARGET_BEGIN("avx512f,avx512vl,avx2,fma")
namespace avx512 {
constexpr int kMostRows = 8;
struct Wide {
  using Type = __m512;
  static constexpr int kWidth = 16;
  static Type load(const float *p) { return _mm512_loadu_ps(p); }
  static void store(float *p, Type v) { _mm512_storeu_ps(p, v); }
  static Type splat(float x) { return _mm512_set1_ps(x); }
  static Type fma(Type a, Type b, Type c) { return _mm512_fmadd_ps(a, b, c); }
};
struct Narrow {
  using Type = __m256;
  static constexpr int kWidth = 8;
  static Type load(const float *p) { return _mm256_loadu_ps(p); }
  static void store(float *p, Type v) { _mm256_storeu_ps(p, v); }
  static Type splat(float x) { return _mm256_set1_ps(x); }
  static Type fma(Type a, Type b, Type c) { return _mm256_fmadd_ps(a, b, c); }
};
struct Single {
  using Type = float;
  static constexpr int kWidth = 1;
  static Type load(const float *p) { return *p; }
  static void store(float *p, Type v) { *p = v; }
  static Type splat(float x) { return x; }
  static Type fma(Type a, Type b, Type c) { return __builtin_fmaf(a, b, c); }
};
struct Tail {  // the first columns of a Narrow vector
  using Type = __m256;
  static constexpr int kWidth = 8;
  __mmask8 mask;
  explicit Tail(int columns) : mask(static_cast<__mmask8>(columns < 8 ? (1 << columns) - 1 : 255)) {}
  Type load(const float *p) const { return _mm256_maskz_loadu_ps(mask, p); }
  void store(float *p, Type v) const { _mm256_mask_storeu_ps(p, mask, v); }
  static Type splat(float x) { return _mm256_set1_ps(x); }
  static Type fma(Type a, Type b, Type c) { return _mm256_fmadd_ps(a, b, c); }
};
#include "kernels/depthwise_body.h"
#include "kernels/gemm_body.h"
}  // namespace avx512
MOTE_TARGET_END

#elif defined(__aarch64__)

namespace neon {
constexpr int kMostRows = 8;
struct Wide {
  using Type = float32x4_t;
  static constexpr int kWidth = 4;
  static Type load(const float *p) { return vld1q_f32(p); }
  static void store(float *p, Type v) { vst1q_f32(p, v); }
  static Type splat(float x) { return vdupq_n_f32(x); }
  static Type fma(Type a, Type b, Type c) { return vfmaq_f32(c, a, b); }
};
struct Single {
  using Type = float;
  static constexpr int kWidth = 1;
  static Type load(const float *p) { return *p; }
  static void store(float *p, Type v) { *p = v; }
  static Type splat(float x) { return x; }
  static Type fma(Type a, Type b, Type c) { return __builtin_fmaf(a, b, c); }
};
struct Tail : Single {
  explicit Tail(int) {}
};
using Narrow = Wide;
#include "kernels/depthwise_body.h"
#include "kernels/gemm_body.h"
}  // namespace neon

#endif

namespace scalar {
struct Wide {
  using Type = float;
  static constexpr int kWidth = 1;
  static Type load(const float *p) { return *p; }
  static void store(float *p, Type v) { *p = v; }
  static Type splat(float x) { return x; }
  static Type fma(Type a, Type b, Type c) { return exact_fma(a, b, c); }
};
using Narrow = Wide;
using Single = Wide;
#include "kernels/depthwise_body.h"
}  // namespace scalar

void depthwise_tile(const DepthwiseImage &image) {
  switch (active_tier()) {
#if defined(__x86_64__)
    case Tier::kAvx512:
      return avx512::depthwise_tier(image);
    case Tier::kAvx2:
      return avx2::depthwise_tier(image);
#elif defined(__aarch64__)
    case Tier::kNeon:
      return neon::depthwise_tier(image);
#endif
    default:
      return scalar::depthwise_tier(image);
  }
}

void gemm(const Gemm &g) {
  switch (active_tier()) {
#if defined(__x86_64__)
    case Tier::kAvx512:
      return avx512::gemm_tier(g);
    case Tier::kAvx2:
      return avx2::gemm_tier(g);
#elif defined(__aarch64__)
    case Tier::kNeon:
      return neon::gemm_tier(g);
#endif
    default:
      return gemm_ref(g);
  }
}

FmaChains fma_chains() {
  switch (active_tier()) {
#if defined(__x86_64__)
    case Tier::kAvx512:
      return {avx512::fma_chains, 2.0 * 16 * avx512::Wide::kWidth};
    case Tier::kAvx2:
      return {avx2::fma_chains, 2.0 * 16 * avx2::Wide::kWidth};
#elif defined(__aarch64__)
    case Tier::kNeon:
      return {neon::fma_chains, 2.0 * 16 * neon::Wide::kWidth};
#endif
    default:
      return {nullptr, 0};
  }
}

}  // namespace mote::kernels
