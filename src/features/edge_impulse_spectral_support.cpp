// The spectral block's settings, checked and counted out.
#include "features/edge_impulse_spectral_support.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/math.h"
#include "mote_edge_impulse_wavelet.h"

namespace mote::edge_impulse {

namespace {

int ratio_of(const PreprocessingStep &step) { return step.attrs.integer("input_decimation_ratio"); }

bool has_cutoff(const PreprocessingStep &step) { return step.attrs.text("filter_type") != "none"; }

void check_decimation(const PreprocessingStep &step) {
  const int ratio = ratio_of(step);
  if (ratio == 1) return;
  const std::vector<int> known = {3, 10, 30, 100, 1000};
  if (std::find(known.begin(), known.end(), ratio) == known.end())
    refuse(step, fmt::format("input_decimation_ratio is {}", ratio), "use 1, 3, 10, 30, 100 or 1000");
  if (step.attrs.integer("version") < 4)
    refuse(step, "only version 4 decimates its input", "set version to 4 or input_decimation_ratio to 1");
  const double cutoff = step.attrs.number("filter_cutoff"), half = rate_of(step) / 2 / ratio;
  if (has_cutoff(step) && cutoff > 0.9 * half)
    refuse(
        step,
        fmt::format("filter_cutoff is {} Hz, but decimated samples have nothing above {} Hz", cutoff, half),
        "choose a lower filter_cutoff or input_decimation_ratio");
}

// Poles of the filter as two-pole stages in float32 have them, which is how Edge Impulse judges a design.
bool is_stable(int order, double cutoff) {
  double sine, cosine;
  exact_sincos(M_PI * cutoff, &sine, &cosine);
  const auto a = static_cast<float>(sine / cosine);
  const auto square = static_cast<float>(static_cast<double>(a) * a);
  for (int i = 0; i < order / 2; ++i) {
    exact_sincos(M_PI * (2.0 * i + 1) / (2.0 * order), &sine, &cosine);
    const double scale = static_cast<double>(square) + 2.0 * a * sine + 1;
    const auto first = static_cast<float>(2.0 * (1 - square) / scale);
    const auto second = static_cast<float>(-(square - 2.0 * a * sine + 1) / scale);
    const double half = first / 2.0, inside = half * half + second;
    const double radius =
        inside < 0 ? __builtin_sqrt(-static_cast<double>(second)) : std::fabs(half) + __builtin_sqrt(inside);
    if (!(radius < 1)) return false;
  }
  return true;
}

Bins bins_of(const PreprocessingStep &step, double rate) {
  const int length = step.attrs.integer("fft_length");
  if (!has_cutoff(step)) return {1, length / 2 + 1};
  const double at = std::min(step.attrs.number("filter_cutoff"), rate / 2) * length / rate;
  Bins bins = {1, length / 2 + 1};
  if (step.attrs.text("filter_type") == "high") bins.first = std::max(1, static_cast<int>(at - 0.5) + 1);
  if (step.attrs.text("filter_type") == "low") bins.end = static_cast<int>(at + 0.5) + 1;
  if (bins.first >= bins.end)
    refuse(step,
           fmt::format("filter_cutoff {} Hz leaves none of the {} bins of {:.4g} Hz",
                       step.attrs.number("filter_cutoff"), length / 2, rate / length),
           "choose another filter_cutoff or a larger fft_length");
  return bins;
}

void check_spectrum(const PreprocessingStep &step, SpectralPlan &plan) {
  plan.bins = bins_of(step, plan.rate);
  plan.has_low = step.attrs.integer("version") >= 4 && is_true(step, "extra_low_freq");
  if (!plan.has_low) return;
  plan.low_rows = (plan.rows + 9) / 10;
  const int length = step.attrs.integer("fft_length");
  if (2 * plan.low_rows < length)
    refuse(step, fmt::format("windows of {} rows are too short for extra_low_freq", plan.rows),
           fmt::format("it needs {} rows, or a smaller fft_length", length * 5));
  plan.low_bins = bins_of(step, plan.rate / 10);
}

void check_wavelet(const PreprocessingStep &step, const SpectralPlan &plan) {
  const int level = step.attrs.integer("wavelet_level");
  if ((int64_t{32} << level) > plan.rows)
    refuse(step, fmt::format("windows of {} rows are too short for a wavelet_level of {}", plan.rows, level),
           fmt::format("it needs {} rows", int64_t{32} << level));
}

int32_t features_of_axis(const PreprocessingStep &step, const SpectralPlan &plan) {
  const int32_t statistics = step.attrs.integer("version") >= 4 ? 5 : 3;
  switch (spectral_kind(step)) {
    case SpectralKind::kPeaks: {
      const auto bands = std::max<int32_t>(0, static_cast<int32_t>(band_edges(step).size()) - 1);
      return 1 + 2 * step.attrs.integer("spectral_peaks_count") + bands;
    }
    case SpectralKind::kWavelet:
      return (step.attrs.integer("wavelet_level") + 1) * MOTE_EDGE_IMPULSE_WAVELET_FEATURES;
    case SpectralKind::kSpectrum:
      break;
  }
  const int32_t low = plan.has_low ? 5 + plan.low_bins.end - plan.low_bins.first : 0;
  return statistics + plan.bins.end - plan.bins.first + low;
}

}  // namespace

SpectralKind spectral_kind(const PreprocessingStep &step) {
  const int version = step.attrs.integer("version");
  if (version == 1) return SpectralKind::kPeaks;
  return version >= 3 && step.attrs.text("analysis_type") == "Wavelet" ? SpectralKind::kWavelet
                                                                       : SpectralKind::kSpectrum;
}

SpectralPlan spectral_plan(const PreprocessingStep &step, const Shape &in) {
  if (const int64_t length = step.attrs.integer("fft_length"); !is_power_of_two(length))
    refuse(step, fmt::format("fft_length is {}, which is no power of two", length),
           "use 16, 32, 64 or another one");
  check_decimation(step);
  spectral_filter(step);
  const int ratio = ratio_of(step);
  SpectralPlan plan;
  plan.rate = has_cutoff(step) ? rate_of(step) : step.attrs.number("rate_hz");
  plan.rows = static_cast<int32_t>(in[0]);
  plan.thirds = ratio % 3 == 0 ? 1 : 0;
  plan.tenths = ratio == 1000 ? 3 : ratio == 100 ? 2 : ratio % 10 == 0 ? 1 : 0;
  for (int i = 0; i < plan.thirds + plan.tenths; ++i) {
    const int step_ratio = i < plan.thirds ? 3 : 10;
    plan.rate /= step_ratio;
    plan.rows = (plan.rows + step_ratio - 1) / step_ratio;
  }
  if (spectral_kind(step) == SpectralKind::kSpectrum) check_spectrum(step, plan);
  if (spectral_kind(step) == SpectralKind::kWavelet) check_wavelet(step, plan);
  plan.features = static_cast<int32_t>(in[1]) * features_of_axis(step, plan);
  return plan;
}

std::vector<float> spectral_filter(const PreprocessingStep &step) {
  const int order = step.attrs.integer("filter_order");
  if (!has_cutoff(step) || order == 0) return {};
  if (order % 2 != 0 || order > 8)
    refuse(step, fmt::format("filter_order is {}", order), "use 2, 4, 6 or 8, or 0 for no filter");
  const double rate = rate_of(step) / ratio_of(step), cutoff = step.attrs.number("filter_cutoff");
  if (!(cutoff > 0)) refuse(step, fmt::format("filter_cutoff is {} Hz", cutoff), "choose one above 0");
  if (2 * cutoff / rate >= 1)
    refuse(step, fmt::format("filter_cutoff is {} Hz, but half the rate is {} Hz", cutoff, rate / 2),
           "choose a lower filter_cutoff");
  if (!is_stable(order, cutoff / rate))
    refuse(step, fmt::format("a filter at {} Hz is not stable at this rate", cutoff),
           "move filter_cutoff away from 0 and from half the rate");
  return butterworth(step.attrs.text("filter_type") == "high", order, 2 * cutoff / rate);
}

std::vector<double> band_edges(const PreprocessingStep &step) {
  const std::string &text = step.attrs.text("spectral_power_edges");
  std::vector<double> edges;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find(',', at), text.size());
    const size_t first = text.find_first_not_of(" \t", at), last = text.find_last_not_of(" \t", end - 1);
    double edge = 0;
    const char *stop = first < end ? text.data() + last + 1 : text.data();
    const auto [read_to, error] = std::from_chars(text.data() + std::min(first, end), stop, edge);
    if (first >= end || error != std::errc() || read_to != stop || !std::isfinite(edge))
      refuse(step, fmt::format("spectral_power_edges '{}' is no list of frequencies", text),
             "write them with commas: \"0.1, 0.5, 1.0\"");
    edges.push_back(edge);
    at = end + 1;
  }
  return edges;
}

}  // namespace mote::edge_impulse
