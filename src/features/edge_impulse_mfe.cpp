// Edge Impulse's mel filter bank energies; versions 1 and 2 have a routine of their own.
#include <fmt/format.h>

#include <algorithm>

#include "features/edge_impulse_support.h"
#include "mote_edge_impulse_mfe.h"
#include "mote_edge_impulse_mfe_2.h"

namespace mote::features {

namespace {

using MfeParams = mote_edge_impulse_mfe_params;
using OldMfeParams = mote_edge_impulse_mfe_2_params;

bool has_old_mfe(const PreprocessingStep &step) { return step.attrs.integer("version") < 3; }

Shape mfe_shape(const PreprocessingStep &step, const Shape &in) {
  const edge_impulse::Frames frames = edge_impulse::frames_of(step, in);
  edge_impulse::mel_filters(step);
  const int around = step.attrs.integer("win_size");
  if (has_old_mfe(step) && (around < 1 || around % 2 == 0))
    edge_impulse::refuse(step, fmt::format("win_size is {}", around),
                         "use an odd number of frames, such as 101");
  return {frames.frames, step.attrs.integer("num_filters")};
}

edge_impulse::Tables mfe_tables(const PreprocessingStep &step, const Shape &) {
  const edge_impulse::MelFilters mel = edge_impulse::mel_filters(step);
  return {{"quarter", edge_impulse::quarter_wave(step.attrs.integer("fft_length"))},
          {"mel_bins", mel.bins},
          {"mel_weights", mel.weights}};
}

// What both routines have.
template <class Params>
Params common_mfe_params(const PreprocessingStep &step, const Shape &in, const int16_t *bins) {
  const edge_impulse::Frames frames = edge_impulse::frames_of(step, in);
  Params p{};
  p.samples = frames.samples;
  p.frames = frames.frames;
  p.stride = frames.stride;
  p.length = frames.length;
  p.fft_length = step.attrs.integer("fft_length");
  p.filters = step.attrs.integer("num_filters");
  p.quarter = step.table("quarter").data();
  p.mel_bins = bins;
  p.mel_weights = step.table("mel_weights").data();
  return p;
}

MfeParams mfe_params(const PreprocessingStep &step, const Shape &in, const int16_t *bins) {
  MfeParams p = common_mfe_params<MfeParams>(step, in, bins);
  const double floor = step.attrs.number("noise_floor_db");
  p.floor = static_cast<float>(floor);
  p.gain = static_cast<float>(1 / (12 - floor));
  return p;
}

OldMfeParams old_mfe_params(const PreprocessingStep &step, const Shape &in, const int16_t *bins) {
  OldMfeParams p = common_mfe_params<OldMfeParams>(step, in, bins);
  p.around = step.attrs.integer("win_size");
  return p;
}

template <class Params>
std::vector<FeatureMember<Params>> mfe_members(std::vector<FeatureMember<Params>> own) {
  std::vector<FeatureMember<Params>> all = {
      {"samples", &Params::samples}, {"frames", &Params::frames},         {"stride", &Params::stride},
      {"length", &Params::length},   {"fft_length", &Params::fft_length}, {"filters", &Params::filters}};
  all.insert(all.end(), own.begin(), own.end());
  all.insert(all.end(), {{"quarter", &Params::quarter},
                         {"mel_bins", &Params::mel_bins},
                         {"mel_weights", &Params::mel_weights}});
  return all;
}

FeatureCall mfe_call(const PreprocessingStep &step, const Shape &in) {
  const auto bins = edge_impulse::whole<int16_t>(step.table("mel_bins"));
  if (has_old_mfe(step))
    return feature_call("edge_impulse_mfe_2", mfe_members<OldMfeParams>({{"around", &OldMfeParams::around}}),
                        old_mfe_params(step, in, bins.data()));
  return feature_call("edge_impulse_mfe",
                      mfe_members<MfeParams>({{"floor", &MfeParams::floor}, {"gain", &MfeParams::gain}}),
                      mfe_params(step, in, bins.data()));
}

void apply_mfe(const PreprocessingStep &step, const Shape &in, const float *x, float *work, float *y) {
  const auto bins = edge_impulse::whole<int16_t>(step.table("mel_bins"));
  if (has_old_mfe(step)) {
    const OldMfeParams p = old_mfe_params(step, in, bins.data());
    mote_edge_impulse_mfe_2(&p, x, work, y);
  } else {
    const MfeParams p = mfe_params(step, in, bins.data());
    mote_edge_impulse_mfe(&p, x, work, y);
  }
}

Facet<FrameGrid> mfe_frames(const PreprocessingStep &step, const Shape &) {
  if (has_old_mfe(step)) return NotSupported{"normalizes by the whole window"};
  return NotSupported{"takes the window's last sample for the one before its first, in its pre-emphasis"};
}

std::vector<AttrSpec> mfe_attrs() {
  std::vector<AttrSpec> attrs = edge_impulse::sound_attrs(0.01, 256);
  for (const AttrSpec &spec : edge_impulse::mel_attrs(40)) attrs.push_back(spec);
  attrs.push_back({"win_size",
                   int64_t{101},
                   "versions 1, 2: frames around of the mean that is taken off",
                   {},
                   0,
                   100001});
  attrs.push_back({"noise_floor_db", -52.0, "versions 3, 4: what is 0, in dB", {}, -1000, 11.9});
  return attrs;
}

}  // namespace

const FeatureDef &edge_impulse_mfe_feature() {
  static const FeatureDef kDef = edge_impulse::with_tables(
      {.name = "edge_impulse_mfe",
       .formula = "round(256 clip((10 log10(mel energy) - floor) / (12 - floor), 0, 1)) / 256",
       .attrs = mfe_attrs(),
       .tables = {{"quarter"}, {"mel_bins", "int16_t", true}, {"mel_weights"}},
       .shape = mfe_shape,
       .fit = NotSupported{""},
       .apply = apply_mfe,
       .c = mfe_call,
       .with_quantization = NotSupported{"gives other values than it takes"},
       .frames = mfe_frames,
       .work_floats =
           [](const PreprocessingStep &step, const Shape &in) {
             const int64_t around = has_old_mfe(step) ? 2 * edge_impulse::frames_of(step, in).frames : 0;
             return static_cast<size_t>(std::max<int64_t>(step.attrs.integer("fft_length") + 2, around));
           },
       .doc = "mel filter bank energies of sound in dB, as Edge Impulse's MFE block has them"},
      mfe_tables);
  return kDef;
}

}  // namespace mote::features
