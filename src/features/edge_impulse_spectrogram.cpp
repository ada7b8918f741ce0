// Edge Impulse's spectrogram; versions 1 and 2 have a routine of their own.
#include <fmt/format.h>

#include "features/edge_impulse_support.h"
#include "mote_edge_impulse_spectrogram.h"
#include "mote_edge_impulse_spectrogram_2.h"

namespace mote::features {

namespace {

using SpectrogramParams = mote_edge_impulse_spectrogram_params;
using OldSpectrogramParams = mote_edge_impulse_spectrogram_2_params;

bool has_old_spectrogram(const PreprocessingStep &step) { return step.attrs.integer("version") < 3; }

Shape spectrogram_shape(const PreprocessingStep &step, const Shape &in) {
  const double least = 4 / edge_impulse::rate_of(step);
  for (const char *name : {"frame_length", "frame_stride"})
    if (step.attrs.number(name) < least)
      edge_impulse::refuse(step,
                           fmt::format("{} is {} s, less than 4 samples", name, step.attrs.number(name)),
                           "make it longer");
  const edge_impulse::Frames frames = edge_impulse::frames_of(step, in);
  return {frames.frames, step.attrs.integer("fft_length") / 2 + 1};
}

edge_impulse::Tables spectrogram_tables(const PreprocessingStep &step, const Shape &) {
  return {{"quarter", edge_impulse::quarter_wave(step.attrs.integer("fft_length"))}};
}

template <class Params>
Params common_spectrogram_params(const PreprocessingStep &step, const Shape &in) {
  const edge_impulse::Frames frames = edge_impulse::frames_of(step, in);
  Params p{};
  p.samples = frames.samples;
  p.frames = frames.frames;
  p.stride = frames.stride;
  p.length = frames.length;
  p.fft_length = step.attrs.integer("fft_length");
  p.quarter = step.table("quarter").data();
  return p;
}

SpectrogramParams spectrogram_params(const PreprocessingStep &step, const Shape &in) {
  SpectrogramParams p = common_spectrogram_params<SpectrogramParams>(step, in);
  const double floor = step.attrs.number("noise_floor_db");
  p.is_limited = step.attrs.integer("version") == 3;
  p.floor = static_cast<float>(floor);
  p.gain = static_cast<float>(1 / (12 - floor));
  return p;
}

template <class Params>
std::vector<FeatureMember<Params>> spectrogram_members(const std::vector<FeatureMember<Params>> &own) {
  std::vector<FeatureMember<Params>> all = {{"samples", &Params::samples},
                                            {"frames", &Params::frames},
                                            {"stride", &Params::stride},
                                            {"length", &Params::length},
                                            {"fft_length", &Params::fft_length}};
  all.insert(all.end(), own.begin(), own.end());
  all.push_back({"quarter", &Params::quarter});
  return all;
}

FeatureCall spectrogram_call(const PreprocessingStep &step, const Shape &in) {
  using P = SpectrogramParams;
  if (has_old_spectrogram(step))
    return feature_call("edge_impulse_spectrogram_2", spectrogram_members<OldSpectrogramParams>({}),
                        common_spectrogram_params<OldSpectrogramParams>(step, in));
  return feature_call(
      "edge_impulse_spectrogram",
      spectrogram_members<P>({{"is_limited", &P::is_limited}, {"floor", &P::floor}, {"gain", &P::gain}}),
      spectrogram_params(step, in));
}

void apply_spectrogram(const PreprocessingStep &step, const Shape &in, const float *x, float *work,
                       float *y) {
  if (has_old_spectrogram(step)) {
    const auto p = common_spectrogram_params<OldSpectrogramParams>(step, in);
    mote_edge_impulse_spectrogram_2(&p, x, work, y);
  } else {
    const SpectrogramParams p = spectrogram_params(step, in);
    mote_edge_impulse_spectrogram(&p, x, work, y);
  }
}

Facet<FrameGrid> spectrogram_frames(const PreprocessingStep &step, const Shape &in) {
  if (has_old_spectrogram(step)) return NotSupported{"normalizes by the whole window"};
  if (step.attrs.integer("version") == 3)
    return NotSupported{"divides where one of the window's samples is beyond -1 to 1"};
  const edge_impulse::Frames frames = edge_impulse::frames_of(step, in);
  return FrameGrid{frames.whole, frames.stride};
}

std::vector<AttrSpec> spectrogram_attrs() {
  std::vector<AttrSpec> attrs = edge_impulse::sound_attrs(0.01, 128);
  attrs.push_back({"noise_floor_db", -52.0, "versions 3, 4: what is 0, in dB", {}, -1000, 11.9});
  attrs.push_back(edge_impulse::truth_attr("show_axes", true, "of Edge Impulse's picture; changes no value"));
  return attrs;
}

}  // namespace

const FeatureDef &edge_impulse_spectrogram_feature() {
  static const FeatureDef kDef = edge_impulse::with_tables(
      {.name = "edge_impulse_spectrogram",
       .formula = "max((10 log10(|X|^2 / fft_length) - floor) / (12 - floor), 0)",
       .attrs = spectrogram_attrs(),
       .tables = {{"quarter"}},
       .shape = spectrogram_shape,
       .fit = NotSupported{""},
       .apply = apply_spectrogram,
       .c = spectrogram_call,
       .with_quantization = NotSupported{"gives other values than it takes"},
       .frames = spectrogram_frames,
       .work_floats = [](const PreprocessingStep &step,
                         const Shape &) { return static_cast<size_t>(step.attrs.integer("fft_length") + 2); },
       .doc = "power spectra of frames in dB, as Edge Impulse's Spectrogram block has them"},
      spectrogram_tables);
  return kDef;
}

}  // namespace mote::features
