// Tiers of the loops over values; see float_tiers.cpp for how an instruction set is opened.
#include "base/cpu.h"
#include "base/math.h"
#include "base/mix.h"
#include "kernels/loops.h"
#include "kernels/target_region.h"
#include "kernels/unaligned.h"

namespace mote::kernels {

#if defined(__x86_64__)

MOTE_TARGET_BEGIN("avx2,fma")
namespace avx2 {
constexpr size_t kLanes = 8, kHalfLanes = 8;
#include "kernels/loops_body.h"
}  // namespace avx2
MOTE_TARGET_END

#if defined(__clang__)
MOTE_TARGET_BEGIN("avx512f,avx512vl,avx2,fma")
#else
MOTE_TARGET_BEGIN("avx512f,avx512vl,avx2,fma,prefer-vector-width=512")
#endif
namespace avx512 {
constexpr size_t kLanes = 16, kHalfLanes = 8;
#include "kernels/loops_body.h"
}  // namespace avx512
MOTE_TARGET_END

#endif

namespace baseline {
constexpr size_t kLanes = 4, kHalfLanes = 4;
#include "kernels/loops_body.h"
}  // namespace baseline

const Loops &loops() {
  switch (active_tier()) {
#if defined(__x86_64__)
    case Tier::kAvx512:
      return avx512::kLoops;
    case Tier::kAvx2:
      return avx2::kLoops;
#endif
    default:
      return baseline::kLoops;
  }
}

}  // namespace mote::kernels
