// Which tier of instructions runs: asked of the processor once, unless MOTE_TIER or a test forces one.
// Also the switch that flushes denormals, as each processor spells it.
//
// The code of the tiers is in kernels/target_region.h; a tier that is forced and not there is an Error,
// never another tier.
#include "base/cpu.h"

#include <fmt/format.h>

#include <atomic>
#include <cstdlib>
#include <string>

#include "base/error.h"
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace mote {

std::string_view tier_name(Tier tier) {
  switch (tier) {
    case Tier::kScalar:
      return "scalar";
    case Tier::kAvx2:
      return "avx2";
    case Tier::kAvx512:
      return "avx512";
    case Tier::kNeon:
      return "neon";
  }
  return "";
}

std::vector<Tier> available_tiers() {
  std::vector<Tier> tiers;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")) tiers.push_back(Tier::kAvx512);
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) tiers.push_back(Tier::kAvx2);
#elif defined(__aarch64__)
  tiers.push_back(Tier::kNeon);
#endif
  tiers.push_back(Tier::kScalar);
  return tiers;
}

static Tier choose_tier() {
  const char *wanted = std::getenv("MOTE_TIER");
  if (wanted == nullptr || *wanted == '\0') return available_tiers().front();
  std::string names;
  for (Tier tier : available_tiers()) {
    if (tier_name(tier) == wanted) return tier;
    names += (names.empty() ? "" : ", ") + std::string(tier_name(tier));
  }
  throw Error(ErrorCode::kInvalidArgument, "MOTE_TIER",
              fmt::format("'{}' is not a tier of this processor", wanted), "use one of: " + names);
}

static std::atomic<int> forced_tier{-1};

Tier active_tier() {
  const int forced = forced_tier.load(std::memory_order_relaxed);
  if (forced >= 0) return static_cast<Tier>(forced);
  static const Tier tier = choose_tier();
  return tier;
}

void force_tier(Tier tier) {
  for (Tier t : available_tiers())
    if (t == tier) {
      forced_tier = static_cast<int>(tier);
      return;
    }
  throw Error(ErrorCode::kInvalidArgument, "force_tier",
              fmt::format("'{}' is not available here", tier_name(tier)));
}

#if defined(__x86_64__)
FlushDenormals::FlushDenormals() : saved_(_mm_getcsr()) {
  _mm_setcsr(static_cast<unsigned>(saved_) | 0x8040u);
}
FlushDenormals::~FlushDenormals() { _mm_setcsr(saved_); }
#elif defined(__aarch64__)
FlushDenormals::FlushDenormals() {
  asm volatile("mrs %0, fpcr" : "=r"(saved_));
  asm volatile("msr fpcr, %0" ::"r"(saved_ | (1ull << 24)));
}
FlushDenormals::~FlushDenormals() { asm volatile("msr fpcr, %0" ::"r"(saved_)); }
#else
FlushDenormals::FlushDenormals() : saved_(0) {}
FlushDenormals::~FlushDenormals() {}
#endif

}  // namespace mote
