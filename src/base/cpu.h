// Which instruction tier the kernels use. Chosen once: the best the processor has, or what MOTE_TIER names.
//
// MOTE_TIER = avx512 | avx2 | scalar (x86-64), neon | scalar (aarch64). An unknown or unavailable name is an
// error: a test that forces a tier must not silently run another.
#pragma once

#include <string_view>
#include <vector>

namespace mote {

enum class Tier { kScalar, kAvx2, kAvx512, kNeon };

std::string_view tier_name(Tier tier);
std::vector<Tier> available_tiers();  // best first; always ends with kScalar
Tier active_tier();
void force_tier(Tier tier);  // for tests; the tier must be available

// Denormals count as zero in this thread while the object lives; or do not (`is_flushed` false), within such
// a place. Part of the definition of a training step.
class FlushDenormals {
 public:
  explicit FlushDenormals(bool is_flushed = true);
  ~FlushDenormals();

 private:
  unsigned long long saved_;
};

}  // namespace mote
