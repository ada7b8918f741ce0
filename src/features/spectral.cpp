// Spectral features: the power spectrum of each channel by Welch's method, as scipy.signal.welch with
// scaling='density' gives it, and what it says: energies of bands, peaks, moments, entropy.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "features/spectral_support.h"

namespace mote::features {

namespace {

constexpr int32_t kMostLength = 32768, kWelchPeaks = 3;
constexpr double kWelchFloor = 1e-12;
constexpr const char *kWelchLog = "ln";

const NamedBits &welch_values() {
  static const NamedBits kNames = {{"power", MOTE_SPECTRAL_POWER},
                                   {"band_energies", MOTE_SPECTRAL_BANDS},
                                   {"peaks", MOTE_SPECTRAL_PEAKS},
                                   {"moments", MOTE_SPECTRAL_MOMENTS},
                                   {"entropy", MOTE_SPECTRAL_ENTROPY}};
  return kNames;
}

int32_t welch_length(const PreprocessingStep &step, const Shape &in) {
  int32_t length = step.attrs.integer("fft_length");
  if (length == 0)
    for (length = 4; length < rows_of(in) && length < kMostLength;) length *= 2;
  if (!is_power_of_two(length) || length < 4)
    refuse(step, fmt::format("a Fourier transform of {} rows", length),
           fmt::format("use a power of two from 4 to {}", kMostLength));
  return length;
}

AudioWindow welch_window(const PreprocessingStep &step, int32_t frame) {
  return audio_window(step.attrs.text("window"), frame, WindowPeriod::kFrame);
}

// First bin and the one behind the last of each band: those at or above an edge and below the next.
}  // namespace

std::vector<float> welch_bands(const PreprocessingStep &step, int32_t length) {
  if (step.attrs.text("bands").empty())
    refuse(step, "band_energies need bands", "set bands to their edges in Hz: \"1, 5, 20\"");
  const std::vector<double> edges = listed_numbers(step, "bands");
  const double rate = rate_of(step);
  if (edges.size() < 2) refuse(step, "bands has one edge", "give the edges of a band at least: \"1, 5\"");
  const auto bin_from = [&](double edge) {
    return std::clamp(std::ceil(edge * length / rate - 1e-9), 0.0, length / 2 + 1.0);
  };
  std::vector<float> bins;
  for (size_t i = 0; i + 1 < edges.size(); ++i) {
    const double first = bin_from(edges[i]), end = bin_from(edges[i + 1]);
    if (!(edges[i] >= 0 && edges[i] < edges[i + 1]))
      refuse(step, fmt::format("bands go from {:g} to {:g} Hz", edges[i], edges[i + 1]),
             "write edges from the lowest to the highest");
    if (!(first < end))
      refuse(step,
             fmt::format("no bin lies from {:g} to {:g} Hz: they are {:.4g} Hz apart, up to {:g} Hz",
                         edges[i], edges[i + 1], rate / length, rate / 2),
             "use wider bands or a larger fft_length");
    bins.insert(bins.end(), {static_cast<float>(first), static_cast<float>(end)});
  }
  return bins;
}

std::vector<double> welch_taper(const PreprocessingStep &step, int32_t frame) {
  const AudioWindow window = welch_window(step, frame);
  std::vector<double> taper;
  for (int32_t i = 0; i < frame; ++i) taper.push_back(window_value(window, i));
  return taper;
}

mote_spectral_params welch_numbers(const PreprocessingStep &step, const Shape &in) {
  mote_spectral_params p{};
  p.rows = rows_of(in);
  p.channels = channels_of(in);
  p.wanted = listed_bits(step, welch_values(), "value of a spectrum");
  p.fft = welch_length(step, in);
  p.frame = std::min(p.fft, p.rows);
  p.hop = p.frame - p.frame / 2;
  p.frames = (p.rows - p.frame) / p.hop + 1;
  p.is_centered = is_true(step, "subtract_mean");
  const double a = welch_window(step, p.frame).a, rate = rate_of(step);
  const double squares =
      p.frame * (a * a + (1 - a) * (1 - a) / 2);  // of the window: cosines over whole periods
  p.power_scale = static_cast<float>(2 / (rate * squares * p.frames));
  p.bin_hz = static_cast<float>(rate / p.fft);
  const std::string &log = step.attrs.text("log");
  p.takes_log = log != "none";
  p.log_gain = log == "db" ? static_cast<float>(decibels()) : 1;
  p.floor = static_cast<float>(step.attrs.number("floor"));
  p.peaks = step.attrs.integer("peaks");
  if (p.wanted & MOTE_SPECTRAL_BANDS) p.bands = static_cast<int32_t>(welch_bands(step, p.fft).size() / 2);
  return p;
}

namespace {

int32_t welch_features(const mote_spectral_params &p) {
  const auto of = [&](int32_t bit, int32_t count) { return p.wanted & bit ? count : 0; };
  return of(MOTE_SPECTRAL_POWER, p.fft / 2 + 1) + of(MOTE_SPECTRAL_BANDS, p.bands) +
         of(MOTE_SPECTRAL_PEAKS, 2 * p.peaks) + of(MOTE_SPECTRAL_MOMENTS, 4) + of(MOTE_SPECTRAL_ENTROPY, 1);
}

void check_welch(const PreprocessingStep &step, int32_t wanted) {
  constexpr int32_t kPowers = MOTE_SPECTRAL_POWER | MOTE_SPECTRAL_BANDS | MOTE_SPECTRAL_PEAKS;
  const std::string &log = step.attrs.text("log"), powers = "power, band_energies or peaks";
  const bool has_floor = step.attrs.number("floor") != kWelchFloor, has_powers = wanted & kPowers;
  refuse_idle(step, "bands", !step.attrs.text("bands").empty(), wanted & MOTE_SPECTRAL_BANDS,
              "band_energies");
  refuse_idle(step, "peaks", step.attrs.integer("peaks") != kWelchPeaks, wanted & MOTE_SPECTRAL_PEAKS,
              "peaks");
  refuse_idle(step, "log", log != kWelchLog, has_powers, powers);
  refuse_idle(step, "floor", has_floor, has_powers, powers);
  if (has_floor && log == "none")
    refuse(step, "floor says nothing: it is of a logarithm, and log is none", "leave floor out");
}

}  // namespace

Shape welch_shape(const PreprocessingStep &step, const Shape &in) {
  if (rows_of(in) < 4)
    refuse(step, fmt::format("a window of {} rows has no spectrum", rows_of(in)), "use longer windows");
  const mote_spectral_params p = welch_numbers(step, in);
  check_welch(step, p.wanted);
  return {1, p.channels * welch_features(p)};
}

namespace {

Tables welch_tables(const PreprocessingStep &step, const Shape &in) {
  const mote_spectral_params p = welch_numbers(step, in);
  Tables tables = {{"quarter", quarter_wave(p.fft)}, {"taper", {}}, {"band_bins", {}}};
  if (step.attrs.text("window") != "none") {
    const std::vector<double> taper = welch_taper(step, p.frame);
    tables["taper"].assign(taper.begin(), taper.end());
  }
  if (p.bands > 0) tables["band_bins"] = welch_bands(step, p.fft);
  return tables;
}

double welch_operations(const PreprocessingStep &step, const Shape &in) {
  const mote_spectral_params p = welch_numbers(step, in);
  const double of_frame = p.fft * (2.5 * std::log2(p.fft) + 6), bins = p.fft / 2.0;
  return p.channels * (p.frames * of_frame + bins * (25 + 5.0 * p.peaks));
}

std::vector<AttrSpec> welch_attrs() {
  return {
      rows_rate_attr(),
      {"values", std::string("power,peaks,moments,entropy"),
       "of " + all_names(welch_values()) + " those that are wanted; their order is fixed"},
      {"fft_length",
       int64_t{0},
       "rows of a transform; longer windows are a mean over halves that overlap, shorter ones get zeros; 0: "
       "the power of two that holds the window",
       {},
       0,
       kMostLength},
      window_attr("hann"),
      truth_attr("subtract_mean", true, "the mean is taken off in front of the transform"),
      {"log",
       std::string(kWelchLog),
       "of powers, band energies and heights of peaks: natural, 10 log10, or none",
       {"ln", "db", "none"}},
      {"floor", kWelchFloor, "smaller powers count as this in a logarithm", {}, 1e-37, 1e30},
      {"bands", std::string(),
       "of band_energies: Hz between which powers are summed, times the width of a bin, with commas"},
      {"peaks", int64_t{kWelchPeaks}, "how many, from the highest on: Hz and height of each", {}, 1, 64}};
}

}  // namespace

RoutineBlock spectral_block() {
  return {.name = "spectral",
          .formula =
              "of each channel P[k] = 2 / (rate sum(w^2)) mean over frames of |FFT(w (x - mean))[k]|^2, "
              "halved at 0 and half the rate, and what `values` names of it in the order of mote_spectral.h",
          .doc = "the power spectrum of each channel: its bins, energies of bands, peaks, moments, entropy",
          .attrs = welch_attrs(),
          .tables = {{"taper"}, {"quarter"}, {"band_bins", "int16_t", true}},
          .shape = welch_shape,
          .frames = NotSupported{"is a mean over the whole window"},
          .tables_of = welch_tables,
          .work_floats =
              [](const PreprocessingStep &step, const Shape &in) {
                const int32_t length = welch_length(step, in);
                return static_cast<size_t>(length + 2 + length / 2 + 1);
              },
          .operations = welch_operations};
}

const FeatureDef &spectral_feature() {
  using P = mote_spectral_params;
  static const FeatureDef kDef = [] {
    RoutineBlock block = spectral_block();
    block.fixed = &fixed_spectral();
    return routine_feature<P>(block, {"spectral",
                                      mote_spectral,
                                      {{"rows", &P::rows},
                                       {"channels", &P::channels},
                                       {"wanted", &P::wanted},
                                       {"fft", &P::fft},
                                       {"frame", &P::frame},
                                       {"hop", &P::hop},
                                       {"frames", &P::frames},
                                       {"is_centered", &P::is_centered},
                                       {"power_scale", &P::power_scale},
                                       {"bin_hz", &P::bin_hz},
                                       {"takes_log", &P::takes_log},
                                       {"log_gain", &P::log_gain},
                                       {"floor", &P::floor},
                                       {"peaks", &P::peaks},
                                       {"bands", &P::bands},
                                       {"taper", &P::taper},
                                       {"quarter", &P::quarter},
                                       {"band_bins", &P::band_bins}},
                                      welch_numbers});
  }();
  return kDef;
}

}  // namespace mote::features
