// Edge Impulse's mel cepstra.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/math.h"
#include "features/edge_impulse_support.h"
#include "mote_edge_impulse_mfcc.h"

namespace mote::features {

namespace {

using MfccParams = mote_edge_impulse_mfcc_params;

int cepstra_of(const PreprocessingStep &step) {
  return std::min(step.attrs.integer("num_cepstral"), step.attrs.integer("num_filters"));
}

Shape mfcc_shape(const PreprocessingStep &step, const Shape &in) {
  const edge_impulse::Frames frames = edge_impulse::frames_of(step, in);
  edge_impulse::mel_filters(step);
  if (const int around = step.attrs.integer("win_size"); around > 0 && around % 2 == 0)
    edge_impulse::refuse(step, fmt::format("win_size is {}, which is even", around),
                         "use an odd number of frames, such as 101, or 0 for no normalization");
  return {frames.frames, cepstra_of(step)};
}

// The orthonormal discrete cosine transform of type II, [cepstra, filters].
std::vector<float> cosines_of(int cepstra, int filters) {
  std::vector<float> table;
  for (int c = 0; c < cepstra; ++c)
    for (int k = 0; k < filters; ++k) {
      double sine, cosine;
      exact_sincos(M_PI * (c * (2 * k + 1) % (4 * filters)) / (2 * filters), &sine, &cosine);
      table.push_back(static_cast<float>(cosine * __builtin_sqrt((c == 0 ? 1.0 : 2.0) / filters)));
    }
  return table;
}

edge_impulse::Tables mfcc_tables(const PreprocessingStep &step, const Shape &) {
  const edge_impulse::MelFilters mel = edge_impulse::mel_filters(step);
  return {{"quarter", edge_impulse::quarter_wave(step.attrs.integer("fft_length"))},
          {"mel_bins", mel.bins},
          {"mel_weights", mel.weights},
          {"cosines", cosines_of(cepstra_of(step), step.attrs.integer("num_filters"))}};
}

MfccParams mfcc_params(const PreprocessingStep &step, const Shape &in, const int16_t *bins) {
  const edge_impulse::Frames frames = edge_impulse::frames_of(step, in);
  return {.samples = frames.samples,
          .frames = frames.frames,
          .stride = frames.stride,
          .length = frames.length,
          .fft_length = step.attrs.integer("fft_length"),
          .filters = step.attrs.integer("num_filters"),
          .cepstra = cepstra_of(step),
          .shift = static_cast<int32_t>(step.attrs.integer("pre_shift") % in[0]),
          .factor = static_cast<float>(step.attrs.number("pre_cof")),
          .around = step.attrs.integer("win_size"),
          .quarter = step.table("quarter").data(),
          .mel_bins = bins,
          .mel_weights = step.table("mel_weights").data(),
          .cosines = step.table("cosines").data()};
}

FeatureCall mfcc_call(const PreprocessingStep &step, const Shape &in) {
  const auto bins = edge_impulse::whole<int16_t>(step.table("mel_bins"));
  return feature_call<MfccParams>("edge_impulse_mfcc",
                                  {{"samples", &MfccParams::samples},
                                   {"frames", &MfccParams::frames},
                                   {"stride", &MfccParams::stride},
                                   {"length", &MfccParams::length},
                                   {"fft_length", &MfccParams::fft_length},
                                   {"filters", &MfccParams::filters},
                                   {"cepstra", &MfccParams::cepstra},
                                   {"shift", &MfccParams::shift},
                                   {"factor", &MfccParams::factor},
                                   {"around", &MfccParams::around},
                                   {"quarter", &MfccParams::quarter},
                                   {"mel_bins", &MfccParams::mel_bins},
                                   {"mel_weights", &MfccParams::mel_weights},
                                   {"cosines", &MfccParams::cosines}},
                                  mfcc_params(step, in, bins.data()));
}

std::vector<AttrSpec> mfcc_attrs() {
  std::vector<AttrSpec> attrs = edge_impulse::sound_attrs(0.02, 256);
  for (const AttrSpec &spec : edge_impulse::mel_attrs(32)) attrs.push_back(spec);
  attrs.push_back({"num_cepstral", int64_t{13}, "cepstra of a frame", {}, 1, 4096});
  attrs.push_back({"win_size",
                   int64_t{101},
                   "frames around of the mean and deviation; 0: no normalization",
                   {},
                   0,
                   4095});
  attrs.push_back({"pre_cof", 0.98, "factor of the pre-emphasis", {}, -10, 10});
  attrs.push_back({"pre_shift", int64_t{1}, "samples back of the pre-emphasis", {}, 1, 1 << 24});
  return attrs;
}

Facet<FrameGrid> mfcc_frames(const PreprocessingStep &step, const Shape &in) {
  if (step.attrs.integer("win_size") > 0) return NotSupported{"normalizes by the frames around"};
  if (step.attrs.number("pre_cof") != 0)
    return NotSupported{"takes the window's last sample for the one before its first, in its pre-emphasis"};
  const edge_impulse::Frames frames = edge_impulse::frames_of(step, in);
  return FrameGrid{frames.whole, frames.stride};
}

}  // namespace

const FeatureDef &edge_impulse_mfcc_feature() {
  static const FeatureDef kDef = edge_impulse::with_tables(
      {.name = "edge_impulse_mfcc",
       .formula =
           "the cosine transform of ln(mel energy), the first value ln(energy); less the mean of the frames "
           "around, by their deviation",
       .attrs = mfcc_attrs(),
       .tables = {{"quarter"}, {"mel_bins", "int16_t", true}, {"mel_weights"}, {"cosines"}},
       .shape = mfcc_shape,
       .fit = NotSupported{""},
       .apply =
           [](const PreprocessingStep &step, const Shape &in, const float *x, float *work, float *y) {
             const auto bins = edge_impulse::whole<int16_t>(step.table("mel_bins"));
             const MfccParams p = mfcc_params(step, in, bins.data());
             mote_edge_impulse_mfcc(&p, x, work, y);
           },
       .c = mfcc_call,
       .with_quantization = NotSupported{"gives other values than it takes"},
       .frames = mfcc_frames,
       .work_floats =
           [](const PreprocessingStep &step, const Shape &in) {
             const size_t transform =
                 step.attrs.integer("fft_length") + 2 + step.attrs.integer("num_filters");
             return std::max<size_t>(transform, 2 * edge_impulse::frames_of(step, in).frames);
           },
       .doc = "mel cepstra of sound, as Edge Impulse's MFCC block has them"},
      mfcc_tables);
  return kDef;
}

}  // namespace mote::features
