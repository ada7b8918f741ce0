// The front end of MLPerf Tiny's keyword spotting: 49 frames of 10 cepstral coefficients from a second of
// sound.
//
// It divides by the largest sample of the clip, so it needs the whole clip: it cannot go along with a stream.
// A clip whose largest sample is 0 stays as it is, where the original divides by 0. Source: mlcommons/tiny,
// benchmark/training/keyword_spotting/get_dataset.py.
#include <fmt/format.h>

#include "features/audio_support.h"

namespace mote::features {

static AudioPlan mlperf_kws_plan(const PreprocessingStep &step, const Shape &in) {
  constexpr int kClip = 16000, kFrame = 480;
  AudioPlan plan = audio_plan(step, in, kFrame, 320, 512, AudioEnds::kPadded);
  if (plan.p.samples > kClip)
    refuse(step, fmt::format("its window has {} samples", plan.p.samples),
           "it takes clips of one second, 16000 samples, and fills shorter ones up with zeros");
  set_frames(step, plan, 0, kClip);
  plan.window = audio_window("hann", kFrame, WindowPeriod::kFrame);
  plan.p.scaling = MOTE_AUDIO_BY_MAXIMUM;
  plan.p.is_power = 0;
  set_filters(step, plan, 40, {.low_hz = 20, .high_hz = 4000});
  set_logarithm(plan, MOTE_AUDIO_LOG_OF_SUM, 1e-6);
  set_coefficients(step, plan, 10, {});
  return plan;
}

const FeatureDef &mlperf_kws_feature() {
  static const FeatureDef kDef = audio_feature(
      "mlperf_kws",
      "10 of sqrt(2 / 40) DCT-II of ln(mel |STFT(x / max x)| + 1e-6), 480/320/512, 40 filters to 4 kHz",
      "the front end of MLPerf Tiny's keyword spotting, which needs the whole clip", {preset_rate_attr()},
      mlperf_kws_plan);
  return kDef;
}

}  // namespace mote::features
