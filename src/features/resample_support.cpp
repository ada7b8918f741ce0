// Polyphase resampling. Source of the filter: scipy.signal.resample_poly and firwin, window ('kaiser', 5).
#include "features/resample_support.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <list>
#include <mutex>

#include "base/math.h"
#include "mote_fixed_polyphase.h"

namespace mote::features {

namespace {

constexpr int32_t kTapsPerRow = 10;  // on each side of the middle, at the lower rate

// The modified Bessel function of order 0.
double bessel(double x) {
  double term = 1, sum = 1;
  for (int k = 1; term > 1e-20 * sum; ++k) {
    term *= (x / 2 / k) * (x / 2 / k);
    sum += term;
  }
  return sum;
}

double sinc(double x) {
  if (x == 0) return 1;
  double sine, cosine;
  exact_sincos(M_PI * x, &sine, &cosine);
  return sine / (M_PI * x);
}

int32_t half_of(const ResampleRatio &ratio) { return kTapsPerRow * std::max(ratio.up, ratio.down); }

}  // namespace

AttrSpec resample_ends_attr() {
  return {"ends",
          std::string("zero"),
          "what is beyond the window: zeros, or its first and last row",
          {"zero", "hold"}};
}

std::vector<float> resample_taps(const ResampleRatio &ratio) {
  constexpr double kBeta = 5;
  const int32_t half = half_of(ratio);
  if (ratio.up == ratio.down) return {1};
  std::vector<double> taps;
  double sum = 0;
  for (int32_t k = 0; k <= half; ++k) {
    const double part = static_cast<double>(k) / half;
    taps.push_back(sinc(static_cast<double>(k) / std::max(ratio.up, ratio.down)) *
                   bessel(kBeta * __builtin_sqrt(1 - part * part)));
    sum += k == 0 ? taps[0] : 2 * taps.back();
  }
  std::vector<float> made;
  for (const double tap : taps) made.push_back(static_cast<float>(tap / sum * ratio.up));
  return made;
}

mote_polyphase_params resample_numbers(const PreprocessingStep &step, const Shape &in,
                                       const ResampleRatio &ratio) {
  const int64_t long_rows = int64_t{rows_of(in)} * ratio.up;
  if (long_rows > int64_t{1} << 30)
    refuse(step,
           fmt::format("its window of {} rows is too long for a ratio of {} to {}", rows_of(in), ratio.up,
                       ratio.down),
           "use shorter windows or rates with a simpler ratio");
  return {rows_of(in),
          channels_of(in),
          ratio.up,
          ratio.down,
          ratio.up == ratio.down ? 0 : half_of(ratio),
          static_cast<int32_t>((long_rows + ratio.down - 1) / ratio.down),
          step.attrs.text("ends") == "hold",
          nullptr};
}

namespace {

// In integers: as many bits behind the point as the largest tap leaves.
int32_t taps_shift(const std::vector<float> &taps) {
  constexpr int kBits = 15;
  int bits = 0;
  std::frexp(*std::max_element(taps.begin(), taps.end()), &bits);
  return kBits - bits;
}

RoutineBlock fixed_resampling(RoutineBlock block, const TablesOf &taps_of) {
  block.tables = {{"taps", "int16_t"}};
  block.gives_signal = true;
  block.tables_of = [taps_of](const PreprocessingStep &step, const Shape &in) {
    Tables tables = taps_of(step, in);
    std::vector<float> &taps = tables.at("taps");
    const int32_t shift = taps_shift(taps);
    for (float &tap : taps) tap = q15(std::ldexp(double{tap}, shift - 15));
    return tables;
  };
  return block;
}

// What both routines have; taps are the last.
template <class P>
std::vector<FeatureMember<P>> polyphase_members() {
  return {{"rows", &P::rows}, {"channels", &P::channels}, {"up", &P::up},           {"down", &P::down},
          {"half", &P::half}, {"out_rows", &P::out_rows}, {"is_held", &P::is_held}, {"taps", &P::taps}};
}

// Its only reference is the block in floats, which stays.
const FeatureDef &fixed_resampling_feature(const RoutineBlock &block, const TablesOf &taps_of,
                                           mote_polyphase_params (*numbers)(const PreprocessingStep &,
                                                                            const Shape &)) {
  using P = mote_fixed_polyphase_params;
  static std::mutex mutex;  // blocks may be asked for by several threads
  static std::list<FeatureDef> kept;
  const std::lock_guard lock(mutex);
  std::vector<FeatureMember<P>> members = polyphase_members<P>();
  members.insert(members.end() - 1, {"shift", &P::shift});  // as they stand in the struct
  return kept.emplace_back(fixed_feature<P>(
      fixed_resampling(block, taps_of), {"fixed_polyphase", mote_fixed_polyphase, std::move(members),
                                         [numbers, taps_of](const PreprocessingStep &step, const Shape &in) {
                                           const mote_polyphase_params p = numbers(step, in);
                                           const int32_t shift = taps_shift(taps_of(step, in).at("taps"));
                                           return P{p.rows,     p.channels, p.up,  p.down, p.half,
                                                    p.out_rows, p.is_held,  shift, nullptr};
                                         },
                                         signal_exponents}));
}

}  // namespace

FeatureDef resampling_feature(const std::string &name, const std::string &doc, std::vector<AttrSpec> attrs,
                              RatioOf ratio_of, TablesOf tables_of,
                              mote_polyphase_params (*numbers)(const PreprocessingStep &, const Shape &)) {
  using P = mote_polyphase_params;
  attrs.push_back(resample_ends_attr());
  RoutineBlock block = {.name = name,
                        .formula = "y[m] = sum over i of x[i] taps[|m down - i up|]",
                        .doc = doc,
                        .attrs = std::move(attrs),
                        .tables = {{"taps"}},
                        .shape =
                            [numbers](const PreprocessingStep &step, const Shape &in) {
                              return Shape{numbers(step, in).out_rows, channels_of(in)};
                            },
                        .frames = NotSupported{"goes on with other rows at the window's ends"},
                        .tables_of = tables_of,
                        .operations =
                            [numbers, ratio_of](const PreprocessingStep &step, const Shape &in) {
                              const ResampleRatio ratio = ratio_of(step);
                              return 6.0 * numbers(step, in).out_rows * channels_of(in) *
                                     (2 * half_of(ratio) / ratio.up + 1);
                            },
                        .rate_behind =
                            [ratio_of](const PreprocessingStep &step, double rate_hz) {
                              const ResampleRatio ratio = ratio_of(step);
                              return rate_hz * ratio.up / ratio.down;
                            }};
  block.fixed = &fixed_resampling_feature(block, tables_of, numbers);
  return routine_feature<P>(block, {"polyphase", mote_polyphase, polyphase_members<P>(), numbers});
}

}  // namespace mote::features
