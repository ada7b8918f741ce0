// Random: a stream of random numbers named by what it is for, so that no draw depends on the order of others.
//
// `Random(seed, {epoch, example})` is the same stream whoever asks and whenever. Generator: SplitMix64
// (Steele, Lea, Flood 2014) started from a hash of the name. Same bits on every machine; no libm.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <utility>

namespace mote {

// n numbers of mean 0 and deviation 1 (Box-Muller, single precision, |x| < 5.8), named by the key. Many times
// faster than one after the other, since the loop has no state and becomes vectors.
void fill_normal(uint64_t key, float *out, size_t n);

class Random {
 public:
  explicit Random(uint64_t seed, std::initializer_list<uint64_t> name = {});

  uint64_t bits() { return mix(state_ += kGolden); }
  double uniform();                      // [0, 1), 53 bits
  float uniform(float low, float high);  // [low, high)
  double normal();                       // mean 0, deviation 1 (Box-Muller)
  uint64_t below(uint64_t n);            // 0 .. n-1, unbiased; n > 0

  template <class Container>
  void shuffle(Container &items) {
    for (size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }

 private:
  static constexpr uint64_t kGolden = 0x9E3779B97F4A7C15ull;
  static uint64_t mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
  }

  uint64_t state_;
};

}  // namespace mote
