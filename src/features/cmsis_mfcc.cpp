// Cepstral coefficients as arm_mfcc_f32 of CMSIS-DSP gives them with the tables of its own scripts.
//
// Each frame has the length of its Fourier transform and is divided by its largest magnitude.
// Source: ARM-software/CMSIS-DSP, arm_mfcc_f32.c and Testing/PatternGeneration/MFCC.py.
#include "features/audio_support.h"

namespace mote::features {

static AudioPlan cmsis_mfcc_plan(const PreprocessingStep &step, const Shape &in) {
  const int fft = step.attrs.integer("fft_length"), given_step = step.attrs.integer("frame_step");
  AudioPlan plan = audio_plan(step, in, fft, given_step == 0 ? fft : given_step, fft);
  plan.window = audio_window(step.attrs.text("window"), fft, WindowPeriod::kFrame);
  plan.p.scaling = MOTE_AUDIO_BY_FRAME;
  plan.p.is_power = 0;
  set_filters(step, plan, step.attrs.integer("filters"),
              {.low_hz = step.attrs.number("low_hz"), .high_hz = step.attrs.number("high_hz")});
  plan.needs_every_filter = true;
  set_logarithm(plan, MOTE_AUDIO_LOG_OF_SUM, 1e-6);
  set_coefficients(step, plan, step.attrs.integer("coefficients"), {});
  return plan;
}

const FeatureDef &cmsis_mfcc_feature() {
  static const FeatureDef kDef = audio_feature(
      "cmsis_mfcc", "sqrt(2 / F) DCT-II of ln(mel |FFT(w x / max |x|)| + 1e-6)",
      "cepstral coefficients as CMSIS-DSP's arm_mfcc_f32 gives them",
      {rate_attr(),
       {"fft_length", int64_t{1024}, "samples of a frame, a power of two", {}, 4, 32768},
       {"frame_step", int64_t{0}, "samples from one frame to the next; 0: fft_length", {}, 0, 1e6},
       window_attr("hamming"),
       {"filters", int64_t{20}, "mel filters", {}, 1, 512},
       {"low_hz", 64.0, "where the first filter begins", {}, 0, 1e6},
       {"high_hz", 0.0, "where the last filter ends; 0: half of the rate", {}, 0, 1e6},
       {"coefficients", int64_t{13}, "of the cosine transform, from the first", {}, 1, 512}},
      cmsis_mfcc_plan);
  return kDef;
}

}  // namespace mote::features
