// The spectral block in integers: numbers and tables of runtime/features/fixed_spectral.c.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/math.h"
#include "features/spectral_support.h"
#include "mote_fixed_spectral.h"

namespace mote::features {

namespace {

using P = mote_fixed_spectral_params;

constexpr int kQ16 = 16, kMomentBits = 12, kEntropyBits = 15, kHertzBits = 23;

double log2_of(double v) { return exact_log(v) / exact_log(2); }

// Of natural logarithms 15 bits are behind the point, of decibels 13.
int level_bits(const mote_spectral_params &p) { return p.log_gain == 1 ? 15 : 13; }

// So that half of the rate has 23 bits.
int hertz_bits(const mote_spectral_params &p) {
  int bits = 0;
  std::frexp(double{p.bin_hz} * p.fft / 2, &bits);
  return std::clamp(kHertzBits - bits, -kHertzBits, 3 * kHertzBits);
}

// The samples' bits that the transform leaves: see mote_rfft_s32.h.
int32_t samples_shift(const mote_spectral_params &p) {
  int32_t shift = p.is_centered ? 3 : 2;
  for (int length = p.fft; length > 1; length /= 2) ++shift;
  return shift;
}

int frames_bits(int frames) {
  int bits = 0;
  while ((1 << bits) < frames) ++bits;
  return bits;
}

P fixed_welch_numbers(const PreprocessingStep &step, const Shape &in) {
  const mote_spectral_params f = welch_numbers(step, in);
  P p{};
  p.channels = f.channels;
  p.wanted = f.wanted;
  p.frame = f.frame;
  p.hop = f.hop;
  p.frames = f.frames;
  p.fft = f.fft;
  p.shift = samples_shift(f);
  p.is_centered = f.is_centered;
  const double gain = exact_log(2) * double{f.log_gain};
  p.log_gain = static_cast<int32_t>(std::lround(std::ldexp(gain, level_bits(f))));
  p.floor = static_cast<int32_t>(std::lround(std::ldexp(log2_of(double{f.floor}), kQ16)));
  const ScaledNumber hz = scaled_number(std::ldexp(double{f.bin_hz}, hertz_bits(f)), kHertzBits);
  p.hz = hz.significand;
  p.hz_shift = std::clamp(-hz.exponent, -15, 46);
  p.entropy_gain = static_cast<int32_t>(q15(1 / log2_of(f.fft / 2 + 1.0)));
  p.peaks = f.peaks;
  p.bands = f.bands;
  return p;
}

Shape fixed_welch_shape(const PreprocessingStep &step, const Shape &in) {
  constexpr int32_t kPowers = MOTE_SPECTRAL_POWER | MOTE_SPECTRAL_BANDS | MOTE_SPECTRAL_PEAKS;
  constexpr int32_t kMostFrames = 32768;
  const Shape shape = welch_shape(step, in);
  const mote_spectral_params p = welch_numbers(step, in);
  if ((p.wanted & kPowers) && !p.takes_log)
    refuse(step, "log is none, and in integers the powers of strong and weak signals have no unit in common",
           "set log to \"ln\" or \"db\", or features.arithmetic = \"float\"");
  if (p.frames > kMostFrames)
    refuse(step, fmt::format("a window of {} frames is too long for integers", p.frames),
           "use shorter windows or a larger fft_length");
  return shape;
}

Tables fixed_welch_tables(const PreprocessingStep &step, const Shape &in) {
  const mote_spectral_params f = welch_numbers(step, in);
  Tables tables = {{"taper", {}}, {"turns", turns(f.fft)}, {"band_bins", {}}, {"levels", {}}};
  const bool is_tapered = step.attrs.text("window") != "none";
  const std::vector<double> taper = is_tapered ? welch_taper(step, f.frame) : std::vector<double>();
  for (int32_t i = 0; i < f.frame; ++i)
    tables["taper"].push_back(q15(is_tapered ? taper[static_cast<size_t>(i)] : 1));
  if (f.bands > 0) tables["band_bins"] = welch_bands(step, f.fft);
  // powers are sums of |2 X|^2 / 2^frames_bits, of samples times 2^(15 - shift) and those of the channel
  for (const int exponent : step.exponents) {
    const double power =
        log2_of(double{f.power_scale}) + frames_bits(f.frames) - 2 - 2 * (15 - samples_shift(f) + exponent);
    for (const double level : {power, power + log2_of(double{f.bin_hz})})
      tables["levels"].push_back(static_cast<float>(std::lround(std::ldexp(level, kQ16))));
  }
  return tables;
}

std::vector<int> fixed_welch_exponents(const PreprocessingStep &step, const Shape &in) {
  const mote_spectral_params p = welch_numbers(step, in);
  const int level = level_bits(p), hertz = hertz_bits(p);
  std::vector<int> all;
  for (int32_t c = 0; c < p.channels; ++c) {
    if (p.wanted & MOTE_SPECTRAL_POWER) all.insert(all.end(), static_cast<size_t>(p.fft / 2 + 1), level);
    if (p.wanted & MOTE_SPECTRAL_BANDS) all.insert(all.end(), static_cast<size_t>(p.bands), level);
    for (int32_t k = 0; (p.wanted & MOTE_SPECTRAL_PEAKS) && k < p.peaks; ++k)
      all.insert(all.end(), {hertz, level});
    if (p.wanted & MOTE_SPECTRAL_MOMENTS) all.insert(all.end(), {hertz, hertz, kMomentBits, kMomentBits});
    if (p.wanted & MOTE_SPECTRAL_ENTROPY) all.push_back(kEntropyBits);
  }
  return all;
}

}  // namespace

const FeatureDef &fixed_spectral() {
  static const FeatureDef kDef = [] {
    RoutineBlock block = spectral_block();
    block.shape = fixed_welch_shape;
    block.tables = {{"taper", "int16_t"},
                    {"turns", "int16_t", true},
                    {"band_bins", "int16_t", true},
                    {"levels", "int32_t", true}};
    block.tables_of = fixed_welch_tables;
    return fixed_feature<P>(block, {"fixed_spectral",
                                    mote_fixed_spectral,
                                    {{"channels", &P::channels},
                                     {"wanted", &P::wanted},
                                     {"frame", &P::frame},
                                     {"hop", &P::hop},
                                     {"frames", &P::frames},
                                     {"fft", &P::fft},
                                     {"shift", &P::shift},
                                     {"is_centered", &P::is_centered},
                                     {"log_gain", &P::log_gain},
                                     {"floor", &P::floor},
                                     {"hz", &P::hz},
                                     {"hz_shift", &P::hz_shift},
                                     {"entropy_gain", &P::entropy_gain},
                                     {"peaks", &P::peaks},
                                     {"bands", &P::bands},
                                     {"levels", &P::levels},
                                     {"taper", &P::taper},
                                     {"turns", &P::turns},
                                     {"band_bins", &P::band_bins}},
                                    fixed_welch_numbers,
                                    fixed_welch_exponents});
  }();
  return kDef;
}

}  // namespace mote::features
