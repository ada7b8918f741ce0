// What the blocks of sound share: each makes a plan from its settings, and the routine of
// runtime/features/audio_frames.c does the rest.
//
// A plan holds no table; they are computed from it in double precision, once, when the block is fitted.
#pragma once

#include <string>
#include <vector>

#include "features/block_support.h"
#include "mote_audio_frames.h"

namespace mote::features {

// w[i] = a - (1 - a) cos(2 pi i / period), i < frame
struct AudioWindow {
  double a = 1;  // Hann 0.5, Hamming 0.54; 1: none
  int period = 1;
};
enum class WindowPeriod { kFrame, kSymmetric, kTensorFlow };
// `name`: "hann", "hamming" or "none". Of kTensorFlow the period is the frame if that is even, else
// symmetric, as tf.signal.hann_window has it.
AudioWindow audio_window(const std::string &name, int frame, WindowPeriod period);

double window_value(const AudioWindow &window, int i);

// Triangles whose corners are equally spaced in mel.
struct MelBank {
  // 1127 ln(1 + f / 700); the second is linear below 1 kHz (Slaney, Auditory Toolbox, 1998).
  enum class Scale { kLogarithmic, kSlaney } scale = Scale::kLogarithmic;
  // In mel and without the bin of 0 Hz: tf.signal.linear_to_mel_weight_matrix; in Hz: librosa.filters.mel.
  enum class Slopes { kInMel, kInHertz } slopes = Slopes::kInMel;
  double low_hz = 0, high_hz = 0;
  bool has_unit_area = false;  // weights times 2 / width in Hz
};

struct CosineTransform {
  bool is_orthonormal = false;  // else all rows are times sqrt(2 / filters), the first one too
  int lifter = 0;               // row k times 1 + lifter / 2 sin(pi (k + 1) / lifter)
};

struct AudioPlan {
  mote_audio_frames_params p{};  // without its tables
  double rate_hz = 16000;
  AudioWindow window;
  MelBank mel;
  CosineTransform cosine;
  bool needs_every_filter = false;  // one without a bin is refused
  bool is_framed_by_fft = false;    // a frame lies in the middle of samples for the transform
};

// The first within the window only, or as many as begin in it and go on with zeros.
enum class AudioEnds { kWithin, kPadded };
// Of int16 samples as -1 to 1: frames of |X|^2, no filters, no logarithm, no limits. fft 0: the power of two
// that holds a frame. Errors: kInvalidArgument for a window with several channels and for lengths that do not
// go together.
AudioPlan audio_plan(const PreprocessingStep &step, const Shape &in, int frame, int hop, int fft,
                     AudioEnds ends = AudioEnds::kWithin);
// All that lie within samples start .. start + length - 1, which may be beyond the window.
// Errors: kInvalidArgument when there is none.
void set_frames(const PreprocessingStep &step, AudioPlan &plan, int start, int length);
// high_hz 0: half of the rate. Errors: kInvalidArgument.
void set_filters(const PreprocessingStep &step, AudioPlan &plan, int filters, const MelBank &mel);
// Errors: kInvalidArgument for more coefficients than filters.
void set_coefficients(const PreprocessingStep &step, AudioPlan &plan, int coefficients,
                      const CosineTransform &cosine);
// gain times ln of what log_kind says, plus offset.
void set_logarithm(AudioPlan &plan, int log_kind, double floor, double gain = 1, double offset = 0);
double decibels();  // 10 / ln 10

// Samples of a time at the setting rate_hz, rounded. Errors: kInvalidArgument for none.
int samples_of(const PreprocessingStep &step, const std::string &setting);

AttrSpec rate_attr(double fallback = 16000);
AttrSpec preset_rate_attr();  // of blocks that are for 16 kHz alone
AttrSpec window_attr(const std::string &fallback);

// The filters by their slopes: bins in front of the first one and from each corner to the next, and what each
// bin weighs in the filter that rises there, in Q15; in the one that falls it weighs the rest.
// Errors: kInvalidArgument for a filter without a bin.
struct MelSlopes {
  std::vector<float> widths, slopes;
};
MelSlopes mel_slopes(const PreprocessingStep &asked, const AudioPlan &plan);

using PlanOf = AudioPlan (*)(const PreprocessingStep &, const Shape &);
FeatureDef audio_feature(const std::string &name, const std::string &formula, const std::string &doc,
                         std::vector<AttrSpec> attrs, PlanOf plan_of, const FeatureDef *fixed = nullptr);
// The same in integers, for plans of frames within the window, powers and filters whose slopes are in mel.
FeatureDef fixed_audio_feature(const std::string &name, const std::string &formula, const std::string &doc,
                               std::vector<AttrSpec> attrs, PlanOf plan_of);
Shape audio_shape(const AudioPlan &plan);
double audio_operations(const mote_audio_frames_params &p);
Facet<FrameGrid> audio_frames(const AudioPlan &plan);

}  // namespace mote::features
