// librosa 0.10: feature.melspectrogram, power_to_db and feature.mfcc, as far as `output` goes.
//
// Settings are named and preset as the arguments of those functions, but that sound is in int16 samples,
// which become -1 to 1 as librosa.load makes them. With top_db a value depends on the loudest one of the
// window, so then it cannot go along with a stream. Source: librosa/feature/spectral.py, filters.py (mel),
// core/spectrum.py (stft, power_to_db).
#include <fmt/format.h>
#include <algorithm>

#include "base/math.h"
#include "features/audio_support.h"

namespace mote::features {

namespace {

// Frames are fft samples around t * hop, of which the window covers those in the middle.
void set_librosa_frames(const PreprocessingStep &step, AudioPlan &plan) {
  const bool is_centered = is_true(step, "center"), is_mirrored = step.attrs.text("pad_mode") == "reflect";
  const int fft = plan.p.fft, around = is_centered ? fft / 2 : 0, length = plan.p.samples + 2 * around;
  if (is_centered && is_mirrored && plan.p.samples <= around)
    refuse(step, fmt::format("its window of {} samples cannot be mirrored for {}", plan.p.samples, around),
           "make windows longer, or pad_mode \"constant\"");
  if (length < fft)
    refuse(step, fmt::format("its window has {} samples, the Fourier transform {}", length, fft),
           "make windows longer or n_fft shorter");
  const int left = (fft - plan.p.frame) / 2;
  plan.p.start = left - around;
  plan.is_framed_by_fft = true;
  plan.p.frames = (length - fft) / plan.p.step + 1;
  plan.p.is_mirrored = is_centered && is_mirrored;
}

void set_librosa_decibels(const PreprocessingStep &step, AudioPlan &plan) {
  const double amin = step.attrs.number("amin"), reference = std::max(amin, step.attrs.number("ref"));
  set_logarithm(plan, MOTE_AUDIO_LOG_OF_LARGER, amin, decibels(), -decibels() * exact_log(reference));
  plan.p.range = static_cast<float>(step.attrs.number("top_db"));
}

AudioPlan librosa_plan(const PreprocessingStep &step, const Shape &in) {
  const int fft = step.attrs.integer("n_fft"), given_frame = step.attrs.integer("win_length"),
            frame = given_frame == 0 ? fft : given_frame, hop = step.attrs.integer("hop_length");
  AudioPlan plan =
      audio_plan(step, in, frame, hop == 0 ? std::max(1, frame / 4) : hop, fft, AudioEnds::kPadded);
  set_librosa_frames(step, plan);
  plan.window = audio_window(step.attrs.text("window"), frame, WindowPeriod::kFrame);
  plan.p.is_power = step.attrs.text("power") == "2";
  const bool is_htk = is_true(step, "htk");
  set_filters(step, plan, step.attrs.integer("n_mels"),
              {.scale = is_htk ? MelBank::Scale::kLogarithmic : MelBank::Scale::kSlaney,
               .slopes = MelBank::Slopes::kInHertz,
               .low_hz = step.attrs.number("fmin"),
               .high_hz = step.attrs.number("fmax"),
               .has_unit_area = step.attrs.text("norm") == "slaney"});
  const std::string &output = step.attrs.text("output");
  if (output == "melspectrogram") return plan;
  set_librosa_decibels(step, plan);
  if (output == "mfcc")
    set_coefficients(step, plan, step.attrs.integer("n_mfcc"),
                     {.is_orthonormal = true, .lifter = step.attrs.integer("lifter")});
  return plan;
}

std::vector<AttrSpec> librosa_attrs() {
  AttrSpec power{"power", std::string("2"), "exponent of the magnitudes", {"1", "2"}};
  power.other_choices = {{"1.0", "1"}, {"2.0", "2"}};
  return {
      rate_attr(22050),
      {"n_fft", int64_t{2048}, "samples of the Fourier transform, a power of two", {}, 4, 32768},
      {"hop_length",
       int64_t{512},
       "samples from one frame to the next; 0: a quarter of win_length",
       {},
       0,
       1e6},
      {"win_length", int64_t{0}, "samples that the window covers; 0: n_fft", {}, 0, 32768},
      window_attr("hann"),
      truth_attr("center", true, "frames lie around their time and go beyond the ends of the sound"),
      {"pad_mode",
       std::string("constant"),
       "what is beyond the ends: zeros, or the sound mirrored",
       {"constant", "reflect"}},
      power,
      {"n_mels", int64_t{128}, "mel filters", {}, 1, 512},
      {"fmin", 0.0, "Hz where the first filter begins", {}, 0, 1e6},
      {"fmax", 0.0, "Hz where the last filter ends; 0: half of the rate", {}, 0, 1e6},
      truth_attr("htk", false, "the mel scale of HTK and not Slaney's"),
      {"norm", std::string("slaney"), "filters of equal area, or of equal height", {"slaney", "none"}},
      {"output", std::string("mfcc"), "where to stop", {"melspectrogram", "db", "mfcc"}},
      {"amin", 1e-10, "smallest power in front of the logarithm", {}, 1e-30, 1e6},
      {"ref", 1.0, "the power that is 0 dB", {}, 0, 1e30},
      {"top_db", 80.0, "decibels below the window's loudest value that are told apart; 0: all", {}, 0, 1e6},
      {"n_mfcc", int64_t{20}, "cepstral coefficients, from the first", {}, 1, 512},
      {"lifter", int64_t{0}, "liftering of the coefficients; 0: none", {}, 0, 1e6}};
}

}  // namespace

const FeatureDef &librosa_feature() {
  static const FeatureDef kDef = audio_feature(
      "librosa", "orthonormal DCT-II of 10 log10(max(mel |STFT|^power, amin) / max(ref, amin))",
      "librosa's mel spectrogram, in decibels, and its cepstral coefficients", librosa_attrs(), librosa_plan);
  return kDef;
}

}  // namespace mote::features
