// Wavelet energies of each channel: how much of a window is in each octave, with little work. The transform
// is PyWavelets' wavedec with mode='symmetric'.
#include <fmt/format.h>

#include "features/block_routine.h"
#include "features/wavelet_filters.h"
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

}  // namespace

const FeatureDef &wavelet_feature() {
  using P = mote_wavelet_params;
  static const FeatureDef kDef = routine_feature<P>(
      {.name = "wavelet",
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
           }},
      {"wavelet",
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
  return kDef;
}

}  // namespace mote::features
