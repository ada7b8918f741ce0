// The front end of MLPerf Tiny's anomaly detection: 128 mel energies in decibels of each frame, five frames a
// row.
//
// As its data preparation does, the frames first_frame .. last_frame - 1 of a recording are kept and stacked,
// each row one frame later than the one before. Source: mlcommons/tiny,
// benchmark/training/anomaly_detection/common.py, with librosa 0.6.
#include <fmt/format.h>

#include "features/audio_support.h"

namespace mote::features {

static AudioPlan mlperf_ad_plan(const PreprocessingStep &step, const Shape &in) {
  constexpr int kFft = 1024, kHop = 512;
  AudioPlan plan = audio_plan(step, in, kFft, kHop, kFft, AudioEnds::kPadded);
  if (plan.p.samples <= kFft / 2)
    refuse(step, fmt::format("its window of {} samples cannot be mirrored for {}", plan.p.samples, kFft / 2),
           "make windows longer");
  set_frames(step, plan, -kFft / 2, plan.p.samples + kFft);
  plan.p.is_mirrored = 1;
  const int first = step.attrs.integer("first_frame"), given_last = step.attrs.integer("last_frame"),
            stacked = step.attrs.integer("stacked_frames"),
            last = given_last == 0 ? plan.p.frames : given_last;
  if (last > plan.p.frames)
    refuse(step, fmt::format("last_frame is {}, its window has {} frames", last, plan.p.frames),
           "make windows longer, or last_frame 0, which takes all");
  if (first < 0 || stacked < 1 || last - first < stacked)
    refuse(step, fmt::format("frames {} to {} make no row of {} frames", first, last, stacked),
           "take more frames or stack fewer");
  plan.p.start += first * kHop;
  plan.p.frames = last - first;
  plan.p.stacked = stacked;
  plan.window = audio_window("hann", kFft, WindowPeriod::kFrame);
  set_filters(step, plan, 128,
              {.scale = MelBank::Scale::kSlaney, .slopes = MelBank::Slopes::kInHertz, .has_unit_area = true});
  set_logarithm(plan, MOTE_AUDIO_LOG_OF_SUM, 0x1p-52, decibels());
  return plan;
}

const FeatureDef &mlperf_ad_feature() {
  static const FeatureDef kDef = audio_feature(
      "mlperf_ad", "10 log10(mel |STFT|^2 + 2^-52), 1024/512, 128 filters of librosa, frames stacked",
      "the front end of MLPerf Tiny's anomaly detection",
      {rate_attr(),
       {"first_frame", int64_t{50}, "the first frame that is kept", {}, 0, 1e6},
       {"last_frame", int64_t{250}, "the first one behind those that are kept; 0: all", {}, 0, 1e6},
       {"stacked_frames", int64_t{5}, "frames in one row", {}, 1, 100}},
      mlperf_ad_plan);
  return kDef;
}

}  // namespace mote::features
