// Wavelet energies of each channel: how much of a window is in each octave, with little work. The transform
// is PyWavelets' wavedec with mode='symmetric'.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/math.h"
#include "features/block_routine.h"
#include "features/wavelet_filters.h"
#include "mote_fixed_wavelet.h"
#include "mote_wavelet.h"

namespace mote::features {

namespace {

constexpr double kWaveletFloor = 1e-12;
constexpr const char *kWaveletLog = "ln";

const NamedBits &wavelet_values() {
  static const NamedBits kNames = {{"energies", MOTE_WAVELET_ENERGIES},
                                   {"relative", MOTE_WAVELET_RELATIVE},
                                   {"entropy", MOTE_WAVELET_ENTROPY}};
  return kNames;
}

int32_t taps_of(const PreprocessingStep &step) {
  return static_cast<int32_t>(wavelet_filters(step.attrs.text("wavelet")).low.size());
}

mote_wavelet_params wavelet_numbers(const PreprocessingStep &step, const Shape &in) {
  mote_wavelet_params p{};
  p.rows = rows_of(in);
  p.channels = channels_of(in);
  p.wanted = listed_bits(step, wavelet_values(), "value of a decomposition");
  p.level = step.attrs.integer("level");
  p.taps = taps_of(step);
  p.takes_log = step.attrs.text("log") == "ln";
  p.floor = static_cast<float>(step.attrs.number("floor"));
  return p;
}

Shape wavelet_shape(const PreprocessingStep &step, const Shape &in) {
  const mote_wavelet_params p = wavelet_numbers(step, in);
  int32_t rows = p.rows, levels = 0;
  while (levels < p.level && rows >= p.taps) {
    rows = (rows + p.taps - 1) / 2;
    ++levels;
  }
  if (levels < p.level)
    refuse(step,
           fmt::format("a window of {} rows has {} levels of {}, whose filters have {} taps", p.rows, levels,
                       step.attrs.text("wavelet"), p.taps),
           "use a smaller level, a shorter wavelet or longer windows");
  const bool has_energies = p.wanted & MOTE_WAVELET_ENERGIES;
  refuse_idle(step, "log", step.attrs.text("log") != kWaveletLog, has_energies, "energies");
  refuse_idle(step, "floor", step.attrs.number("floor") != kWaveletFloor, has_energies, "energies");
  const int32_t parts = p.level + 1,
                lists = __builtin_popcount(static_cast<unsigned>(p.wanted & ~MOTE_WAVELET_ENTROPY));
  return {1, p.channels * (parts * lists + (p.wanted & MOTE_WAVELET_ENTROPY ? 1 : 0))};
}

Tables wavelet_tables(const PreprocessingStep &step, const Shape &) {
  const WaveletFilters filters = wavelet_filters(step.attrs.text("wavelet"));
  return {{"low", {filters.low.begin(), filters.low.end()}},
          {"high", {filters.high.begin(), filters.high.end()}}};
}

std::vector<AttrSpec> wavelet_attrs() {
  AttrSpec name{"wavelet", std::string("db4"), "its name as PyWavelets has it", wavelet_names()};
  name.other_choices = {{"db1", "haar"}};
  return {name,
          {"level", int64_t{3}, "decompositions: each halves the frequencies of what is left", {}, 1, 16},
          {"values", std::string("energies,relative,entropy"),
           "of " + all_names(wavelet_values()) +
               " those that are wanted, of the approximation and of the details from the coarsest; their "
               "order is "
               "fixed"},
          {"log", std::string(kWaveletLog), "of energies", {"ln", "none"}},
          {"floor", kWaveletFloor, "smaller energies count as this in a logarithm", {}, 1e-37, 1e30}};
}

RoutineBlock wavelet_block() {
  return {.name = "wavelet",
          .formula =
              "of each channel the sums of squares of the parts of a wavelet decomposition (mirrored ends), "
              "their shares, and -sum of share ln share / ln(parts)",
          .doc = "energies of a wavelet decomposition of each channel, their shares and the entropy of these",
          .attrs = wavelet_attrs(),
          .tables = {{"low"}, {"high"}},
          .shape = wavelet_shape,
          .frames = NotSupported{"decomposes the whole window"},
          .tables_of = wavelet_tables,
          .work_floats =
              [](const PreprocessingStep &step, const Shape &in) {
                return static_cast<size_t>(3 * (rows_of(in) / 2 + 1) + taps_of(step) +
                                           step.attrs.integer("level") + 1);
              },
          .operations =
              [](const PreprocessingStep &step, const Shape &in) {
                return static_cast<double>(in.elements()) * (4.0 * taps_of(step) + 8);
              }};
}

// In integers ---------------------------------------------------------------------------------------------

// Bits in front of a sample so that whatever it is, no part has more than 30; the filters of one level make a
// signal larger by the sum of their taps' sizes at most. Errors: kInvalidArgument.
int32_t wavelet_up(const PreprocessingStep &step) {
  constexpr int kBits = 30, kSampleBits = 15, kLeast = 4;
  const WaveletFilters filters = wavelet_filters(step.attrs.text("wavelet"));
  double low = 0, high = 0;
  for (const double tap : filters.low) low += std::fabs(tap);
  for (const double tap : filters.high) high += std::fabs(tap);
  const int32_t level = step.attrs.integer("level");
  const double grown = std::max(level * std::log2(low), (level - 1) * std::log2(low) + std::log2(high));
  const int up = static_cast<int>(std::floor(kBits - kSampleBits - grown - 1e-3));
  if (up < kLeast)
    refuse(step,
           fmt::format("{} levels of {} have too many bits for integers", level, step.attrs.text("wavelet")),
           "use a smaller level, or features.arithmetic = \"float\"");
  return up;
}

constexpr int kWaveletLogBits = 16, kWaveletLevelBits = 15, kWaveletEnergyDown = 7;

mote_fixed_wavelet_params fixed_wavelet_numbers(const PreprocessingStep &step, const Shape &in) {
  const mote_wavelet_params of = wavelet_numbers(step, in);
  mote_fixed_wavelet_params p{};
  p.rows = of.rows;
  p.channels = of.channels;
  p.wanted = of.wanted;
  p.level = of.level;
  p.taps = of.taps;
  p.up = wavelet_up(step);
  p.log_gain = static_cast<int32_t>(std::lround(std::ldexp(exact_log(2), kWaveletLevelBits)));
  p.floor = static_cast<int32_t>(
      std::lround(std::ldexp(exact_log(step.attrs.number("floor")) / exact_log(2), kWaveletLogBits)));
  p.entropy_gain = static_cast<int32_t>(q15(exact_log(2) / exact_log(of.level + 1.0)));
  return p;
}

Shape fixed_wavelet_shape(const PreprocessingStep &step, const Shape &in) {
  refuse_long(step, rows_of(in));
  const Shape shape = wavelet_shape(step, in);
  wavelet_up(step);
  return shape;
}

Tables fixed_wavelet_tables(const PreprocessingStep &step, const Shape &) {
  const WaveletFilters filters = wavelet_filters(step.attrs.text("wavelet"));
  Tables tables = {{"low", {}}, {"high", {}}, {"levels", {}}};
  for (const double tap : filters.low) tables["low"].push_back(q15(tap));
  for (const double tap : filters.high) tables["high"].push_back(q15(tap));
  for (const int exponent : step.exponents)
    tables["levels"].push_back(
        static_cast<float>(-2 * (exponent + wavelet_up(step) - kWaveletEnergyDown) * (1 << kWaveletLogBits)));
  return tables;
}

std::vector<int> wavelet_exponents(const PreprocessingStep &step, const Shape &in) {
  constexpr int kShareBits = 20, kEntropyBits = 15;
  const mote_wavelet_params p = wavelet_numbers(step, in);
  const auto parts = static_cast<size_t>(p.level + 1);
  std::vector<int> exponents;
  if (p.wanted & MOTE_WAVELET_ENERGIES) exponents.insert(exponents.end(), parts, kWaveletLevelBits);
  if (p.wanted & MOTE_WAVELET_RELATIVE) exponents.insert(exponents.end(), parts, kShareBits);
  if (p.wanted & MOTE_WAVELET_ENTROPY) exponents.push_back(kEntropyBits);
  return exponents;
}

const FeatureDef &fixed_wavelet() {
  using P = mote_fixed_wavelet_params;
  static_assert(int{MOTE_FIXED_WAVELET_ENERGIES} == MOTE_WAVELET_ENERGIES &&
                int{MOTE_FIXED_WAVELET_RELATIVE} == MOTE_WAVELET_RELATIVE &&
                int{MOTE_FIXED_WAVELET_ENTROPY} == MOTE_WAVELET_ENTROPY);
  static const FeatureDef kDef = [] {
    RoutineBlock block = wavelet_block();
    block.shape = fixed_wavelet_shape;
    block.tables = {{"low", "int16_t", true}, {"high", "int16_t", true}, {"levels", "int32_t", true}};
    block.tables_of = fixed_wavelet_tables;
    return fixed_feature<P>(block, {"fixed_wavelet",
                                    mote_fixed_wavelet,
                                    {{"rows", &P::rows},
                                     {"channels", &P::channels},
                                     {"wanted", &P::wanted},
                                     {"level", &P::level},
                                     {"taps", &P::taps},
                                     {"up", &P::up},
                                     {"log_gain", &P::log_gain},
                                     {"floor", &P::floor},
                                     {"entropy_gain", &P::entropy_gain},
                                     {"levels", &P::levels},
                                     {"low", &P::low},
                                     {"high", &P::high}},
                                    fixed_wavelet_numbers,
                                    wavelet_exponents});
  }();
  return kDef;
}

}  // namespace

const FeatureDef &wavelet_feature() {
  using P = mote_wavelet_params;
  static const FeatureDef kDef = [] {
    RoutineBlock block = wavelet_block();
    block.fixed = &fixed_wavelet();
    return routine_feature<P>(block, {"wavelet",
                                      mote_wavelet,
                                      {{"rows", &P::rows},
                                       {"channels", &P::channels},
                                       {"wanted", &P::wanted},
                                       {"level", &P::level},
                                       {"taps", &P::taps},
                                       {"takes_log", &P::takes_log},
                                       {"floor", &P::floor},
                                       {"low", &P::low},
                                       {"high", &P::high}},
                                      wavelet_numbers});
  }();
  return kDef;
}

}  // namespace mote::features
