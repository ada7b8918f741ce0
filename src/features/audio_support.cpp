// Plans of the blocks of sound: lengths, frames, filters and logarithm, checked where a user's settings meet
// a window.
//
// Their tables: audio_tables.cpp.
#include "features/audio_support.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/math.h"

namespace mote::features {

namespace {

constexpr int kLargestFft = 32768, kMostFilters = 4096;
constexpr float kNoLimit = 3.0e38f;

int power_of_two_from(int samples) {
  int fft = 4;
  while (fft < samples && fft <= kLargestFft) fft *= 2;
  return fft;
}

}  // namespace

double decibels() {
  static const double kDecibels = 10 / exact_log(10);
  return kDecibels;
}

AudioPlan audio_plan(const PreprocessingStep &step, const Shape &in, int frame, int hop, int fft,
                     AudioEnds ends) {
  if (in[-1] != 1)
    refuse(step, fmt::format("its window has {} channels", in[-1]), "sound has one: give it that channel");
  const double rate_hz = step.attrs.number("rate_hz");
  if (!(rate_hz > 0 && rate_hz <= 1e6))
    refuse(step, fmt::format("{:g} readings per second", rate_hz), "rate_hz is above 0 and at most 1e6");
  if (fft == 0) fft = power_of_two_from(frame);
  if (frame < 1 || hop < 1)
    refuse(step, fmt::format("frames of {} samples every {} samples", frame, hop), "both are at least 1");
  if (!is_power_of_two(fft) || fft < 4 || fft > kLargestFft)
    refuse(step, fmt::format("a Fourier transform of {} samples", fft),
           fmt::format("use a power of two from 4 to {}", kLargestFft));
  if (frame > fft)
    refuse(step, fmt::format("a frame has {} samples, the Fourier transform {}", frame, fft),
           fmt::format("make that at least {}, or frames shorter", power_of_two_from(frame)));
  AudioPlan plan;
  plan.rate_hz = rate_hz;
  plan.p.samples = static_cast<int32_t>(in.elements());
  plan.p.frame = frame;
  plan.p.step = hop;
  plan.p.fft = fft;
  plan.p.scale = 1.0f / 32768;
  plan.p.is_power = 1;
  plan.p.power_scale = 1;
  plan.p.gain = 1;
  plan.p.low = -kNoLimit;
  plan.p.high = kNoLimit;
  plan.p.stacked = 1;
  if (ends == AudioEnds::kWithin)
    set_frames(step, plan, 0, plan.p.samples);
  else
    plan.p.frames = (plan.p.samples - 1) / hop + 1;
  return plan;
}

void set_frames(const PreprocessingStep &step, AudioPlan &plan, int start, int length) {
  mote_audio_frames_params &p = plan.p;
  if (length < p.frame)
    refuse(step, fmt::format("its window has {} samples, a frame {}", length, p.frame),
           "make windows longer or frames shorter");
  p.start = start;
  p.frames = (length - p.frame) / p.step + 1;
}

void set_filters(const PreprocessingStep &step, AudioPlan &plan, int filters, const MelBank &mel) {
  const double half = plan.rate_hz / 2;
  plan.mel = mel;
  if (plan.mel.high_hz == 0) plan.mel.high_hz = half;
  if (filters < 1 || filters > kMostFilters)
    refuse(step, fmt::format("{} filters", filters), fmt::format("use 1 to {}", kMostFilters));
  if (!(plan.mel.high_hz <= half))
    refuse(step, fmt::format("its filters end at {:g} Hz", plan.mel.high_hz),
           fmt::format("sound at {:g} readings per second holds nothing above {:g} Hz", plan.rate_hz, half));
  if (!(plan.mel.low_hz >= 0 && plan.mel.low_hz < plan.mel.high_hz))
    refuse(step, fmt::format("its filters begin at {:g} Hz and end at {:g} Hz", mel.low_hz, plan.mel.high_hz),
           "the first is at least 0 and the smaller one");
  plan.p.filters = filters;
}

void set_coefficients(const PreprocessingStep &step, AudioPlan &plan, int coefficients,
                      const CosineTransform &cosine) {
  if (coefficients < 0 || coefficients > plan.p.filters)
    refuse(step, fmt::format("{} coefficients of {} filters", coefficients, plan.p.filters),
           "ask for as many as there are filters, or fewer");
  plan.p.coefficients = coefficients;
  plan.cosine = cosine;
}

void set_logarithm(AudioPlan &plan, int log_kind, double floor, double gain, double offset) {
  plan.p.log_kind = log_kind;
  plan.p.floor = static_cast<float>(floor);
  plan.p.gain = static_cast<float>(gain);
  plan.p.offset = static_cast<float>(offset);
}

int samples_of(const PreprocessingStep &step, const std::string &setting) {
  const double rate_hz = step.attrs.number("rate_hz"), samples = step.attrs.number(setting) * rate_hz / 1000;
  if (!(samples >= 0.5 && samples <= kLargestFft))
    refuse(step, fmt::format("{} at {:g} readings per second is {:g} samples", setting, rate_hz, samples),
           fmt::format("choose it so that they are 1 to {}", kLargestFft));
  return static_cast<int>(samples + 0.5);
}

AttrSpec rate_attr(double fallback) {
  return {"rate_hz", fallback, "readings per second of the sound", {}, 1, 1e6};
}

AttrSpec preset_rate_attr() {
  return {"rate_hz", 16000.0, "readings per second of the sound, of which there must be 16000",
          {},        16000,   16000};
}

AttrSpec window_attr(const std::string &fallback) {
  return {"window", fallback, "what each frame is multiplied by", {"hann", "hamming", "none"}};
}

AudioWindow audio_window(const std::string &name, int frame, WindowPeriod period) {
  if (name == "none" || frame == 1) return {};
  const bool is_symmetric =
      period == WindowPeriod::kSymmetric || (period == WindowPeriod::kTensorFlow && frame % 2 == 1);
  return {name == "hann" ? 0.5 : 0.54, is_symmetric ? frame - 1 : frame};
}

double window_value(const AudioWindow &window, int i) {
  double sine, cosine;
  exact_sincos(2 * M_PI * i / window.period, &sine, &cosine);
  return window.a - (1 - window.a) * cosine;
}

}  // namespace mote::features
