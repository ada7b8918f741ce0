// Edge Impulse's spectral features: one routine for spectra, one for wavelets, one for version 1.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "features/edge_impulse_spectral_support.h"
#include "features/wavelet_filters.h"
#include "mote_edge_impulse_peaks.h"
#include "mote_edge_impulse_spectral.h"
#include "mote_edge_impulse_wavelet.h"

namespace mote::features {

namespace {

using edge_impulse::SpectralKind, edge_impulse::SpectralPlan;
using SpectralParams = mote_edge_impulse_spectral_params;
using WaveletParams = mote_edge_impulse_wavelet_params;
using PeaksParams = mote_edge_impulse_peaks_params;

constexpr size_t kMostTaps = 20;  // of a wavelet's filters

// Bins of the bands of version 1, first and end of each: those at or above an edge and below the next.
std::vector<float> band_bins(const PreprocessingStep &step) {
  const std::vector<double> edges = edge_impulse::band_edges(step);
  const int length = step.attrs.integer("fft_length");
  const double bin_hz = 1 / (length * (1 / edge_impulse::rate_of(step)));
  std::vector<float> bins;
  for (size_t i = 0; i + 1 < edges.size(); ++i) {
    int first = 0;
    while (first <= length / 2 && first * bin_hz < edges[i]) ++first;
    int end = first;
    while (end <= length / 2 && end * bin_hz < edges[i + 1]) ++end;
    bins.insert(bins.end(), {static_cast<float>(first), static_cast<float>(end)});
  }
  return bins;
}

edge_impulse::Tables spectral_tables(const PreprocessingStep &step, const Shape &in) {
  const SpectralPlan plan = edge_impulse::spectral_plan(step, in);
  const SpectralKind kind = edge_impulse::spectral_kind(step);
  edge_impulse::Tables tables = {{"decimate_3", {}}, {"decimate_10", {}}, {"quarter", {}},
                                 {"band_bins", {}},  {"low", {}},         {"high", {}}};
  tables["filter"] = edge_impulse::spectral_filter(step);
  if (plan.thirds > 0) tables["decimate_3"] = edge_impulse::chebyshev_for(3);
  if (plan.tenths > 0 || plan.has_low) tables["decimate_10"] = edge_impulse::chebyshev_for(10);
  if (kind == SpectralKind::kPeaks) tables["band_bins"] = band_bins(step);
  if (kind != SpectralKind::kWavelet) {
    tables["quarter"] = edge_impulse::quarter_wave(step.attrs.integer("fft_length"));
    return tables;
  }
  const WaveletFilters filters = wavelet_filters(step.attrs.text("wavelet"));
  tables["low"].assign(filters.low.begin(), filters.low.end());
  tables["high"].assign(filters.high.begin(), filters.high.end());
  return tables;
}

// The members that all routines have.
template <class Params>
Params axis_params(const PreprocessingStep &step, const Shape &in) {
  Params p{};
  p.rows = static_cast<int32_t>(in[0]);
  p.axes = static_cast<int32_t>(in[1]);
  p.scale = static_cast<float>(step.attrs.number("scale_axes"));
  p.sections = static_cast<int32_t>(step.table("filter").size() / 5);
  p.filter = p.sections > 0 ? step.table("filter").data() : nullptr;
  return p;
}

template <class Params>
Params decimating_params(const PreprocessingStep &step, const Shape &in) {
  const SpectralPlan plan = edge_impulse::spectral_plan(step, in);
  Params p = axis_params<Params>(step, in);
  p.thirds = plan.thirds;
  p.tenths = plan.tenths;
  if (!step.table("decimate_3").empty()) p.decimate_3 = step.table("decimate_3").data();
  if (!step.table("decimate_10").empty()) p.decimate_10 = step.table("decimate_10").data();
  return p;
}

SpectralParams spectral_params(const PreprocessingStep &step, const Shape &in) {
  const SpectralPlan plan = edge_impulse::spectral_plan(step, in);
  SpectralParams p = decimating_params<SpectralParams>(step, in);
  p.fft_length = step.attrs.integer("fft_length");
  p.hop = edge_impulse::is_true(step, "do_fft_overlap") ? p.fft_length / 2 : p.fft_length;
  p.takes_log = edge_impulse::is_true(step, "do_log");
  p.has_statistics = step.attrs.integer("version") >= 4;
  p.first_bin = plan.bins.first;
  p.end_bin = plan.bins.end;
  p.has_low = plan.has_low;
  p.first_low_bin = plan.low_bins.first;
  p.end_low_bin = plan.low_bins.end;
  p.quarter = step.table("quarter").data();
  return p;
}

WaveletParams wavelet_params(const PreprocessingStep &step, const Shape &in) {
  WaveletParams p = decimating_params<WaveletParams>(step, in);
  p.level = step.attrs.integer("wavelet_level");
  p.taps = static_cast<int32_t>(step.table("low").size());
  p.low = step.table("low").data();
  p.high = step.table("high").data();
  return p;
}

PeaksParams peaks_params(const PreprocessingStep &step, const Shape &in, const int32_t *bins) {
  PeaksParams p = axis_params<PeaksParams>(step, in);
  const double rate = edge_impulse::rate_of(step);
  p.fft_length = step.attrs.integer("fft_length");
  p.peaks = step.attrs.integer("spectral_peaks_count");
  p.bands = static_cast<int32_t>(step.table("band_bins").size() / 2);
  p.threshold = static_cast<float>(step.attrs.number("spectral_peaks_threshold"));
  p.bin_hz = static_cast<float>(rate / 2 / (p.fft_length / 2 - 1));
  p.density = static_cast<float>(0.1 / (rate * std::min(p.rows, p.fft_length)));
  p.quarter = step.table("quarter").data();
  p.band_bins = p.bands > 0 ? bins : nullptr;
  return p;
}

template <class Params>
std::vector<FeatureMember<Params>> spectral_members(std::vector<FeatureMember<Params>> own) {
  own.insert(own.begin(), {{"rows", &Params::rows},
                           {"axes", &Params::axes},
                           {"scale", &Params::scale},
                           {"sections", &Params::sections},
                           {"filter", &Params::filter}});
  return own;
}

template <class Params>
std::vector<FeatureMember<Params>> decimating_members(std::vector<FeatureMember<Params>> own) {
  own.insert(own.begin(), {{"thirds", &Params::thirds},
                           {"tenths", &Params::tenths},
                           {"decimate_3", &Params::decimate_3},
                           {"decimate_10", &Params::decimate_10}});
  return spectral_members(std::move(own));
}

FeatureCall spectrum_call(const PreprocessingStep &step, const Shape &in) {
  using P = SpectralParams;
  return feature_call("edge_impulse_spectral",
                      decimating_members<P>({{"fft_length", &P::fft_length},
                                             {"hop", &P::hop},
                                             {"takes_log", &P::takes_log},
                                             {"has_statistics", &P::has_statistics},
                                             {"first_bin", &P::first_bin},
                                             {"end_bin", &P::end_bin},
                                             {"has_low", &P::has_low},
                                             {"first_low_bin", &P::first_low_bin},
                                             {"end_low_bin", &P::end_low_bin},
                                             {"quarter", &P::quarter}}),
                      spectral_params(step, in));
}

FeatureCall wavelet_call(const PreprocessingStep &step, const Shape &in) {
  using P = WaveletParams;
  return feature_call(
      "edge_impulse_wavelet",
      decimating_members<P>({{"level", &P::level}, {"taps", &P::taps}, {"low", &P::low}, {"high", &P::high}}),
      wavelet_params(step, in));
}

FeatureCall peaks_call(const PreprocessingStep &step, const Shape &in) {
  using P = PeaksParams;
  const auto bins = edge_impulse::whole<int32_t>(step.table("band_bins"));
  return feature_call("edge_impulse_peaks",
                      spectral_members<P>({{"fft_length", &P::fft_length},
                                           {"peaks", &P::peaks},
                                           {"bands", &P::bands},
                                           {"threshold", &P::threshold},
                                           {"bin_hz", &P::bin_hz},
                                           {"density", &P::density},
                                           {"quarter", &P::quarter},
                                           {"band_bins", &P::band_bins}}),
                      peaks_params(step, in, bins.data()));
}

FeatureCall spectral_call(const PreprocessingStep &step, const Shape &in) {
  switch (edge_impulse::spectral_kind(step)) {
    case SpectralKind::kPeaks:
      return peaks_call(step, in);
    case SpectralKind::kWavelet:
      return wavelet_call(step, in);
    case SpectralKind::kSpectrum:
      break;
  }
  return spectrum_call(step, in);
}

void apply_spectral(const PreprocessingStep &step, const Shape &in, const float *x, float *work, float *y) {
  switch (edge_impulse::spectral_kind(step)) {
    case SpectralKind::kPeaks: {
      const auto bins = edge_impulse::whole<int32_t>(step.table("band_bins"));
      const PeaksParams p = peaks_params(step, in, bins.data());
      return mote_edge_impulse_peaks(&p, x, work, y);
    }
    case SpectralKind::kWavelet: {
      const WaveletParams p = wavelet_params(step, in);
      return mote_edge_impulse_wavelet(&p, x, work, y);
    }
    case SpectralKind::kSpectrum:
      break;
  }
  const SpectralParams p = spectral_params(step, in);
  mote_edge_impulse_spectral(&p, x, work, y);
}

size_t spectral_work(const PreprocessingStep &step, const Shape &in) {
  const size_t rows = in[0], length = step.attrs.integer("fft_length");
  switch (edge_impulse::spectral_kind(step)) {
    case SpectralKind::kPeaks:
      return rows + length + 2;
    case SpectralKind::kWavelet:
      return rows + rows / 2 + kMostTaps;
    case SpectralKind::kSpectrum:
      break;
  }
  return rows + length + 2 + length / 2 + 1;
}

std::vector<AttrSpec> spectral_attrs() {
  return {
      edge_impulse::version_attr(),
      rows_rate_attr(),
      {"scale_axes", 1.0, "multiplies every value", {}, -1e30, 1e30},
      {"input_decimation_ratio",
       int64_t{1},
       "of so many rows one is kept: 1, 3, 10, 30, 100 or 1000",
       {},
       1,
       1000},
      {"filter_type", std::string("none"), "low, high or none", {"none", "low", "high"}},
      {"filter_cutoff", 3.0, "Hz", {}, -1e9, 1e9},
      {"filter_order",
       int64_t{6},
       "2, 4, 6 or 8; 0: only the powers behind the cutoff are left out",
       {},
       0,
       1000},
      {"analysis_type", std::string("FFT"), "FFT or Wavelet", {"FFT", "Wavelet"}},
      {"fft_length", int64_t{16}, "samples of the transform, a power of two", {}, 4, 32768},
      {"spectral_peaks_count", int64_t{3}, "version 1: peaks of each axis", {}, 0, 4096},
      {"spectral_peaks_threshold", 0.1, "version 1: lower ones do not count", {}, -1e30, 1e30},
      {"spectral_power_edges", std::string("0.1, 0.5, 1.0, 2.0, 5.0"),
       "version 1: Hz between which powers are means"},
      edge_impulse::truth_attr("do_log", true, "powers are logarithms"),
      edge_impulse::truth_attr("do_fft_overlap", true, "transforms start every half of their length"),
      {"wavelet_level", int64_t{1}, "decompositions", {}, 0, 16},
      {"wavelet", std::string("db4"), "its name", wavelet_names(), -1e300, 1e300, {{"db1", "haar"}}},
      edge_impulse::truth_attr("extra_low_freq", false, "version 4: the same of every tenth row, too"),
  };
}

}  // namespace

const FeatureDef &edge_impulse_spectral_feature() {
  static const FeatureDef kDef = edge_impulse::with_tables(
      {.name = "edge_impulse_spectral",
       .formula =
           "per axis RMS, skewness, kurtosis, those of the spectrum, log10 of its powers; or statistics of a "
           "wavelet decomposition; or peaks and bands",
       .attrs = spectral_attrs(),
       .tables = {{"decimate_3"},
                  {"decimate_10"},
                  {"filter"},
                  {"quarter"},
                  {"band_bins", "int32_t", true},
                  {"low"},
                  {"high"}},
       .shape =
           [](const PreprocessingStep &step, const Shape &in) {
             return Shape{1, edge_impulse::spectral_plan(step, in).features};
           },
       .fit = NotSupported{""},
       .apply = apply_spectral,
       .c = spectral_call,
       .with_quantization = NotSupported{"gives other values than it takes"},
       .frames = NotSupported{"is of the whole window"},
       .work_floats = spectral_work,
       .doc = "statistics and spectrum of each axis, as Edge Impulse's Spectral Analysis block has them"},
      spectral_tables);
  return kDef;
}

}  // namespace mote::features
