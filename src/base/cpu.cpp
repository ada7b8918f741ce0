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

// What a thread does with denormal numbers, and how it is told to flush them.
#if defined(__x86_64__)
constexpr uint64_t kFlush = 0x8040;  // FTZ and DAZ
static uint64_t floating_point_state() { return _mm_getcsr(); }
static void set_floating_point_state(uint64_t state) { _mm_setcsr(static_cast<unsigned>(state)); }
#elif defined(__aarch64__)
constexpr uint64_t kFlush = 1ull << 24;  // FZ
static uint64_t floating_point_state() {
  uint64_t state;
  asm volatile("mrs %0, fpcr" : "=r"(state));
  return state;
}
static void set_floating_point_state(uint64_t state) { asm volatile("msr fpcr, %0" ::"r"(state)); }
#else
constexpr uint64_t kFlush = 0;
static uint64_t floating_point_state() { return 0; }
static void set_floating_point_state(uint64_t) {}
#endif

FlushDenormals::FlushDenormals(bool is_flushed) : saved_(floating_point_state()) {
  set_floating_point_state(is_flushed ? saved_ | kFlush : saved_ & ~kFlush);
}
FlushDenormals::~FlushDenormals() { set_floating_point_state(saved_); }

// Shared libraries that were linked with -ffast-math flush denormals in the thread that loads them, and so in
// all that it begins (SoundTouch does). This runs behind their beginning, and takes it back.
[[maybe_unused]] static const bool kHasDenormals = [] {
  set_floating_point_state(floating_point_state() & ~kFlush);
  return true;
}();

}  // namespace mote
