// Tiers of frames of sound; see kernels/float_tiers.cpp for how an instruction set is opened.
#include "features/sound_frames.h"

#include <cstdint>
#include <memory>

#include "base/cpu.h"
#include "kernels/target_region.h"
#include "kernels/unaligned.h"

namespace mote::features {

namespace {

// One complex factor of the transform, the same for all frames.
struct Turn {
  float cosine, sine;
};

// cos and sin of 2 pi k / n, 0 <= k < n / 2, from a quarter of a wave
inline Turn turn_of(int k, int n, const float *quarter) {
  const int right = n / 4;
  return {k <= right ? quarter[k] : -quarter[2 * right - k],
          k <= right ? quarter[right - k] : quarter[k - right]};
}

// Where the transform wants its complex value i: the bits of i turned round.
std::unique_ptr<int[]> places_of(int count) {
  std::unique_ptr<int[]> places(new int[static_cast<size_t>(count)]);
  for (int i = 0, j = 0; i < count; ++i) {
    places[static_cast<size_t>(i)] = j;
    int bit = count >> 1;
    for (; bit && (j & bit); bit >>= 1) j ^= bit;
    j |= bit;
  }
  return places;
}

int values_of(const mote_audio_frames_params &p) { return p.filters ? p.filters : p.fft / 2 + 1; }

float sample_at(const mote_audio_frames_params &p, const float *x, int i) {
  const int last = p.samples - 1;
  if (p.is_mirrored) {
    if (i < 0) i = -i;
    if (i > last) i = 2 * last - i;
  }
  return i < 0 || i > last ? 0.0f : x[i];
}

// What samples are multiplied by, so that the largest of them is 1. Silence stays as it is.
float scale_of(const mote_audio_frames_params &p, const float *x, int start, int count, bool is_magnitude) {
  constexpr float kSmallest = 1.17549435e-38f;  // whose reciprocal is finite
  float largest = 0;
  for (int i = 0; i < count; ++i) {
    float v = sample_at(p, x, start + i);
    if (is_magnitude && v < 0) v = -v;
    if (i == 0 || v > largest) largest = v;
  }
  return largest < kSmallest && largest > -kSmallest ? 1.0f : 1.0f / largest;
}

float scale_of_window(const mote_audio_frames_params &p, const float *x) {
  if (p.scaling != MOTE_AUDIO_BY_MAXIMUM && p.scaling != MOTE_AUDIO_BY_MAGNITUDE) return p.scale;
  return scale_of(p, x, 0, p.samples, p.scaling == MOTE_AUDIO_BY_MAGNITUDE);
}

// Levels of all frames between their limits, frame by frame, and from these the rows of the block.
void write_rows(const mote_audio_frames_params &p, float *levels, float *y) {
  const int values = values_of(p), width = p.coefficients ? p.coefficients : values;
  const int rows = p.frames - p.stacked + 1;
  const size_t count = static_cast<size_t>(p.frames) * static_cast<size_t>(values);
  float lowest = p.low;
  if (p.range != 0) {
    float largest = levels[0];
    for (size_t i = 0; i < count; ++i)
      if (levels[i] > largest) largest = levels[i];
    if (largest - p.range > p.low) lowest = largest - p.range;
  }
  for (size_t i = 0; i < count; ++i) {
    const float v = levels[i] < lowest ? lowest : levels[i];
    levels[i] = v > p.high ? p.high : v;
  }
  for (int t = 0; t < p.frames; ++t, levels += values)
    for (int place = 0; place < p.stacked; ++place) {
      if (t < place || t - place >= rows) continue;
      float *row = y + static_cast<ptrdiff_t>((t - place) * p.stacked + place) * width;
      const float *cosine = p.dct;
      if (p.coefficients == 0)
        for (int i = 0; i < values; ++i) row[i] = levels[i];
      for (int k = 0; k < p.coefficients; ++k) {
        float sum = 0;
        for (int i = 0; i < values; ++i) sum += levels[i] * *cosine++;
        row[k] = sum;
      }
    }
}

}  // namespace

#if defined(__x86_64__)

MOTE_TARGET_BEGIN("avx2")
namespace avx2 {
constexpr int kLanes = 8;
#include "features/sound_frames_body.h"
}  // namespace avx2
MOTE_TARGET_END

#endif

namespace baseline {
constexpr int kLanes = 4;
#include "features/sound_frames_body.h"
}  // namespace baseline

void sound_frames(const mote_audio_frames_params &p, const float *x, float *work, float *y) {
  if (p.frames == 1) return mote_audio_frames(&p, x, work, y);
#if defined(__x86_64__)
  if (active_tier() == Tier::kAvx2 || active_tier() == Tier::kAvx512) return avx2::all_frames(p, x, y);
#endif
  baseline::all_frames(p, x, y);
}

}  // namespace mote::features
