// Settings of the blocks of sound that are ours: spectrogram.cpp, mfe.cpp, mfcc.cpp.
#include "features/audio_energies.h"

#include <list>
#include <mutex>

namespace mote::features {

namespace {

// Added to an energy in front of its logarithm, as in the examples of tf.signal.
constexpr double kLeastEnergy = 1e-6;

}  // namespace

std::vector<AttrSpec> frame_attrs() {
  return {rate_attr(),
          {"frame_ms", 30.0, "milliseconds of sound in one frame", {}, 0, 1e6},
          {"step_ms", 20.0, "milliseconds from one frame to the next", {}, 0, 1e6},
          {"fft_length",
           int64_t{0},
           "samples of the Fourier transform; 0: the power of two that holds a frame",
           {},
           0,
           32768},
          window_attr("hann"),
          {"pre_emphasis", 0.0, "times the sample before is subtracted from each; 0: none", {}, 0, 1},
          {"log",
           std::string("ln"),
           "of each energy plus 1e-6: natural, 10 log10, or none",
           {"ln", "db", "none"}}};
}

std::vector<AttrSpec> filter_attrs(int filters) {
  return {{"filters", int64_t{filters}, "mel filters", {}, 1, 512},
          {"low_hz", 20.0, "where the first filter begins", {}, 0, 1e6},
          {"high_hz", 0.0, "where the last filter ends; 0: half of the rate", {}, 0, 1e6}};
}

AudioPlan framed_plan(const PreprocessingStep &step, const Shape &in) {
  AudioPlan plan = audio_plan(step, in, samples_of(step, "frame_ms"), samples_of(step, "step_ms"),
                              step.attrs.integer("fft_length"));
  plan.window = audio_window(step.attrs.text("window"), plan.p.frame, WindowPeriod::kTensorFlow);
  plan.p.pre_emphasis = static_cast<float>(step.attrs.number("pre_emphasis"));
  const std::string &log = step.attrs.text("log");
  if (log != "none") set_logarithm(plan, MOTE_AUDIO_LOG_OF_SUM, kLeastEnergy, log == "db" ? decibels() : 1);
  return plan;
}

void set_mel_filters(const PreprocessingStep &step, AudioPlan &plan) {
  set_filters(step, plan, step.attrs.integer("filters"),
              {.low_hz = step.attrs.number("low_hz"), .high_hz = step.attrs.number("high_hz")});
  plan.needs_every_filter = true;
}

FeatureDef in_both_arithmetics(const std::string &name, const std::string &formula, const std::string &doc,
                               const std::vector<AttrSpec> &attrs, PlanOf plan_of) {
  static std::list<FeatureDef> fixed;
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  fixed.push_back(fixed_audio_feature(name, formula, doc, attrs, plan_of));
  return audio_feature(name, formula, doc, attrs, plan_of, &fixed.back());
}

}  // namespace mote::features
