// Frames of sound in vectors of the processor: the bits of the routine in C, on every tier, for plans of all
// kinds.
#include "features/sound_frames.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <vector>

#include "base/cpu.h"
#include "base/random.h"

namespace mote {
namespace {

// A plan drawn at random, with its tables, and a window for it.
struct DrawnFrames {
  mote_audio_frames_params p{};
  std::vector<float> taper, quarter, weights, dct, x;
  std::vector<int16_t> first, count;
  explicit DrawnFrames(Random random) {
    const auto among = [&](int low, int high) {
      return low + static_cast<int>(random.below(static_cast<uint64_t>(high - low + 1)));
    };
    const auto values = [&](int n) {
      std::vector<float> v;
      for (int i = 0; i < n; ++i) v.push_back(static_cast<float>(random.normal()));
      return v;
    };
    p.fft = 1 << among(2, 10);
    p.frame = among(1, p.fft);
    p.step = among(1, p.frame);
    p.frames = among(1, 40);
    p.start = among(-p.frame, p.frame);
    p.samples = std::max(p.frame + 1, p.step * p.frames + among(-p.frame, 2 * p.frame));
    p.is_mirrored = p.samples > 3 * p.fft ? among(0, 1) : 0;
    p.scaling = among(0, 3);
    p.scale = 1.0f / 32768;
    p.pre_emphasis = among(0, 1) ? 0.97f : 0.0f;
    p.is_power = among(0, 1);
    p.power_scale = among(0, 1) ? 1.0f : 1.0f / static_cast<float>(p.fft);
    p.log_kind = among(0, 2);
    p.floor = among(0, 1) ? 1e-6f : 1e-30f;
    p.gain = among(0, 1) ? 1.0f : 4.3429448f;
    p.offset = among(0, 1) ? 0.0f : 2.5f;
    p.range = among(0, 2) ? 0.0f : 8.0f;
    p.low = among(0, 1) ? -1e30f : -3.0f;
    p.high = among(0, 1) ? 1e30f : 5.0f;
    p.stacked = among(0, 3) ? 1 : among(1, p.frames);
    if (among(0, 3)) taper = values(p.frame);
    for (int k = 0; k <= p.fft / 4; ++k)
      quarter.push_back(static_cast<float>(std::cos(2 * 3.14159265358979323846 * k / p.fft)));
    p.filters = among(0, 2) ? among(1, 40) : 0;
    for (int f = 0; f < p.filters; ++f) {
      first.push_back(static_cast<int16_t>(among(0, p.fft / 2)));
      count.push_back(static_cast<int16_t>(among(0, p.fft / 2 + 1 - first.back())));
      for (int i = 0; i < count.back(); ++i) weights.push_back(static_cast<float>(random.uniform()));
    }
    if (p.filters && among(0, 1)) {
      p.coefficients = among(1, p.filters);
      dct = values(p.coefficients * p.filters);
    }
    p.taper = taper.empty() ? nullptr : taper.data();
    p.quarter = quarter.data();
    p.first = first.data();
    p.count = count.data();
    p.weights = weights.data();
    p.dct = dct.data();
    x = values(p.samples);
    for (float &v : x) v *= 4000;
    if (among(0, 3) == 0) std::fill(x.begin(), x.begin() + p.samples / 2, 0.0f);  // half a window of silence
  }
  std::vector<float> empty_rows() const {
    const int width = p.coefficients ? p.coefficients : p.filters ? p.filters : p.fft / 2 + 1;
    return std::vector<float>(static_cast<size_t>((p.frames - p.stacked + 1) * p.stacked * width), -7.0f);
  }
};

TEST(SoundFrames, have_the_bits_of_the_routine_in_c) {
  const Tier before = active_tier();
  for (int i = 0; i < 400; ++i) {
    SCOPED_TRACE(i);
    const DrawnFrames drawn(Random(static_cast<uint64_t>(i)));
    std::vector<float> work(static_cast<size_t>(drawn.p.fft) + 600), wanted = drawn.empty_rows();
    mote_audio_frames(&drawn.p, drawn.x.data(), work.data(), wanted.data());
    for (const Tier tier : available_tiers()) {
      SCOPED_TRACE(tier_name(tier));
      force_tier(tier);
      std::vector<float> y = drawn.empty_rows();
      features::sound_frames(drawn.p, drawn.x.data(), work.data(), y.data());
      force_tier(before);
      ASSERT_EQ(std::memcmp(y.data(), wanted.data(), 4 * y.size()), 0);
    }
  }
}

}  // namespace
}  // namespace mote
