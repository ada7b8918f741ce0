// The front end of MLPerf Tiny's streaming wake word: 40 mel energies of frames of 64 ms, each 32 ms later.
//
// The sample in front of a frame is remembered for its pre-emphasis; in front of the window there is 0.
// Source: mlcommons/tiny, benchmark/runner and reference_submissions, th_compute_lfbe_f32.
#include "features/audio_support.h"

namespace mote::features {

static AudioPlan mlperf_sww_plan(const PreprocessingStep &step, const Shape &in) {
  constexpr int kFrame = 1024;
  AudioPlan plan = audio_plan(step, in, kFrame, 512, kFrame);
  plan.window = audio_window("hamming", kFrame, WindowPeriod::kSymmetric);
  plan.p.pre_emphasis = 0.96875f;
  plan.p.power_scale = 1.0f / kFrame;
  set_filters(step, plan, 40, {.low_hz = 0, .high_hz = 8000});
  set_logarithm(plan, MOTE_AUDIO_LOG_OF_LARGER, 1e-30, decibels() / 64, 52.0 / 64);
  plan.p.low = 0;
  plan.p.high = 1;
  return plan;
}

const FeatureDef &mlperf_sww_feature() {
  static const FeatureDef kDef = audio_feature("mlperf_sww",
                                               "clamp((10 log10(max(mel |STFT|^2 / 1024, 1e-30)) + 52) / 64, "
                                               "0, 1), pre-emphasis 0.96875, 40 filters to 8 kHz",
                                               "the front end of MLPerf Tiny's streaming wake word",
                                               {preset_rate_attr()}, mlperf_sww_plan);
  return kDef;
}

}  // namespace mote::features
