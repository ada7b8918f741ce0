// Tables of a plan for sound, computed in double precision by routines that give the same bits everywhere,
// and the facets that every block of sound has.
//
// Sources: tf.signal (linear_to_mel_weight_matrix, mfccs_from_log_mel_spectrograms), librosa.filters.mel.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/math.h"
#include "features/audio_support.h"
#include "features/sound_frames.h"

namespace mote::features {

namespace {

constexpr double kAudioPi = 3.14159265358979323846;

double audio_cosine(double x) {
  double sine, result;
  exact_sincos(x, &sine, &result);
  return result;
}

double audio_sine(double x) {
  double result, cosine;
  exact_sincos(x, &result, &cosine);
  return result;
}

// Slaney's scale: 3 mel per 200 Hz up to 1 kHz, then 27 mel for a factor of 6.4.
constexpr double kSlaneyKnee = 1000, kSlaneyHertzPerMel = 200.0 / 3, kSlaneyKneeMel = 15;
double slaney_step() { return exact_log(6.4) / 27; }

double to_mel(MelBank::Scale scale, double hz) {
  if (scale == MelBank::Scale::kLogarithmic) return 1127 * exact_log(1 + hz / 700);
  if (hz < kSlaneyKnee) return hz / kSlaneyHertzPerMel;
  return kSlaneyKneeMel + exact_log(hz / kSlaneyKnee) / slaney_step();
}

double to_hertz(MelBank::Scale scale, double mel) {
  if (scale == MelBank::Scale::kLogarithmic) return 700 * (exact_exp(mel / 1127) - 1);
  if (mel < kSlaneyKneeMel) return mel * kSlaneyHertzPerMel;
  return kSlaneyKnee * exact_exp((mel - kSlaneyKneeMel) * slaney_step());
}

// Corners of the filters in Hz and in what slopes are linear in; bins likewise.
struct MelAxis {
  std::vector<double> corners, corners_hz, bins;
};

MelAxis mel_axis(const AudioPlan &plan) {
  const MelBank &mel = plan.mel;
  const bool is_in_mel = mel.slopes == MelBank::Slopes::kInMel;
  MelAxis axis;
  const double low = to_mel(mel.scale, mel.low_hz), high = to_mel(mel.scale, mel.high_hz);
  for (int k = 0; k < plan.p.filters + 2; ++k) {
    const double corner = low + (high - low) * k / (plan.p.filters + 1);
    axis.corners_hz.push_back(to_hertz(mel.scale, corner));
    axis.corners.push_back(is_in_mel ? corner : axis.corners_hz.back());
  }
  for (int bin = 0; bin <= plan.p.fft / 2; ++bin) {
    const double hz = bin * plan.rate_hz / plan.p.fft;
    axis.bins.push_back(is_in_mel ? to_mel(mel.scale, hz) : hz);
  }
  return axis;
}

void fill_filters(const PreprocessingStep &asked, const AudioPlan &plan, std::vector<float> &first,
                  std::vector<float> &count, std::vector<float> &weights) {
  if (plan.p.filters == 0) return;
  const MelAxis axis = mel_axis(plan);
  const int bins = static_cast<int>(axis.bins.size());
  for (int f = 0; f < plan.p.filters; ++f) {
    const double left = axis.corners[f], top = axis.corners[f + 1], right = axis.corners[f + 2];
    const double height = plan.mel.has_unit_area ? 2 / (axis.corners_hz[f + 2] - axis.corners_hz[f]) : 1;
    const int start = plan.mel.slopes == MelBank::Slopes::kInMel ? 1 : 0;
    int from = 0, used = 0;
    for (int bin = start; bin < bins; ++bin) {
      const double up = (axis.bins[bin] - left) / (top - left),
                   down = (right - axis.bins[bin]) / (right - top);
      const double weight = std::min(up, down) * height;
      if (weight <= 0) continue;
      if (used++ == 0) from = bin;
      weights.push_back(static_cast<float>(weight));
    }
    if (used == 0 && plan.needs_every_filter)
      refuse(asked,
             fmt::format("filter {} of {}, from {:.0f} to {:.0f} Hz, has no bin of a Fourier transform of {} "
                         "samples",
                         f + 1, plan.p.filters, axis.corners_hz[f], axis.corners_hz[f + 2], plan.p.fft),
             "use fewer filters or a longer transform");
    first.push_back(static_cast<float>(from));
    count.push_back(static_cast<float>(used));
  }
}

std::vector<float> taper(const AudioPlan &plan) {
  std::vector<float> values;
  if (plan.window.a == 1) return values;
  for (int i = 0; i < plan.p.frame; ++i) values.push_back(static_cast<float>(window_value(plan.window, i)));
  return values;
}

std::vector<float> cosine_transform(const AudioPlan &plan) {
  std::vector<float> values;
  const int n = plan.p.filters, lifter = plan.cosine.lifter;
  for (int k = 0; k < plan.p.coefficients; ++k) {
    double height = __builtin_sqrt((k == 0 && plan.cosine.is_orthonormal ? 1.0 : 2.0) / n);
    if (lifter > 0) height *= 1 + lifter / 2.0 * audio_sine(kAudioPi * (k + 1) / lifter);
    for (int i = 0; i < n; ++i)
      values.push_back(static_cast<float>(height * audio_cosine(kAudioPi * k * (2 * i + 1) / (2 * n))));
  }
  return values;
}

// A step's numbers and tables as the routine takes them.
struct AudioParams {
  std::vector<int16_t> first, count;
  mote_audio_frames_params p;

  AudioParams(const PreprocessingStep &step, const AudioPlan &plan)
      : first(step.table("first").begin(), step.table("first").end()),
        count(step.table("count").begin(), step.table("count").end()),
        p(plan.p) {
    const auto given = [&](const char *name) {
      const std::vector<float> &table = step.table(name);
      return table.empty() ? nullptr : table.data();
    };
    p.taper = given("taper");
    p.quarter = given("quarter");
    p.weights = given("weights");
    p.dct = given("dct");
    p.first = first.empty() ? nullptr : first.data();
    p.count = count.empty() ? nullptr : count.data();
  }
};

const std::vector<FeatureMember<mote_audio_frames_params>> &audio_members() {
  using P = mote_audio_frames_params;
  static const std::vector<FeatureMember<P>> kMembers = {
      {"samples", &P::samples},
      {"frame", &P::frame},
      {"step", &P::step},
      {"fft", &P::fft},
      {"frames", &P::frames},
      {"start", &P::start},
      {"is_mirrored", &P::is_mirrored},
      {"scaling", &P::scaling},
      {"scale", &P::scale},
      {"pre_emphasis", &P::pre_emphasis},
      {"is_power", &P::is_power},
      {"power_scale", &P::power_scale},
      {"filters", &P::filters},
      {"log_kind", &P::log_kind},
      {"floor", &P::floor},
      {"gain", &P::gain},
      {"offset", &P::offset},
      {"range", &P::range},
      {"low", &P::low},
      {"high", &P::high},
      {"coefficients", &P::coefficients},
      {"stacked", &P::stacked},
      {"taper", &P::taper},
      {"quarter", &P::quarter},
      {"first", &P::first},
      {"count", &P::count},
      {"weights", &P::weights},
      {"dct", &P::dct},
  };
  return kMembers;
}

void fill_tables(PreprocessingStep &step, const AudioPlan &plan) {
  std::vector<float> first, count, weights;
  fill_filters(step, plan, first, count, weights);
  step.tables = {{"taper", taper(plan)},          {"quarter", quarter_wave(plan.p.fft)},
                 {"first", std::move(first)},     {"count", std::move(count)},
                 {"weights", std::move(weights)}, {"dct", cosine_transform(plan)}};
}

}  // namespace

MelSlopes mel_slopes(const PreprocessingStep &asked, const AudioPlan &plan) {
  MelSlopes made;
  std::vector<float> first, count, weights;
  fill_filters(asked, plan, first, count, weights);
  if (plan.p.filters == 0) return made;
  const MelAxis axis = mel_axis(plan);
  size_t bin = 1;  // as in linear_to_mel_weight_matrix, which leaves out that of 0 Hz
  while (axis.bins[bin] <= axis.corners[0]) ++bin;
  made.widths.push_back(static_cast<float>(bin));
  for (size_t corner = 1; corner < axis.corners.size(); ++corner) {
    const double from = axis.corners[corner - 1], to = axis.corners[corner];
    const size_t begin = bin;
    for (; bin < axis.bins.size() && axis.bins[bin] < to; ++bin)
      made.slopes.push_back(q15((axis.bins[bin] - from) / (to - from)));
    made.widths.push_back(static_cast<float>(bin - begin));
  }
  return made;
}

Shape audio_shape(const AudioPlan &plan) {
  const mote_audio_frames_params &p = plan.p;
  const int values = p.coefficients ? p.coefficients : p.filters ? p.filters : p.fft / 2 + 1;
  return {p.frames - p.stacked + 1, p.stacked * values};
}

double audio_operations(const mote_audio_frames_params &p) {
  constexpr double kOfButterfly = 2.5, kOfSample = 4, kOfBin = 3, kOfLevel = 30;
  const double fft = p.fft, values = p.filters ? p.filters : fft / 2 + 1;
  const double of_frame =
      kOfButterfly * fft * std::log2(fft) + kOfSample * fft + kOfBin * fft / 2 + (p.filters ? 2 * fft : 0) +
      (p.log_kind == MOTE_AUDIO_NO_LOG ? 4 : kOfLevel) * values + 2.0 * p.coefficients * values;
  return p.frames * (p.range != 0 ? 2 : 1) * of_frame;
}

// A window of one frame is as short as the block takes it: the frame, or the transform around it.
Facet<FrameGrid> audio_frames(const AudioPlan &plan) {
  const mote_audio_frames_params &p = plan.p;
  if (p.scaling == MOTE_AUDIO_BY_MAXIMUM || p.scaling == MOTE_AUDIO_BY_MAGNITUDE)
    return NotSupported{"divides by the window's largest sample"};
  if (p.range != 0) return NotSupported{"has a floor that the window's loudest value sets"};
  if (p.pre_emphasis != 0) return NotSupported{"takes 0 for the sample before a window, in its pre-emphasis"};
  if (p.stacked > 1) return NotSupported{"puts several frames into one row"};
  if (p.start < 0 || p.start + (p.frames - 1) * p.step + p.frame > p.samples)
    return NotSupported{"has frames that go beyond the window"};
  return FrameGrid{plan.is_framed_by_fft ? p.fft : p.start + p.frame, p.step};
}

FeatureDef audio_feature(const std::string &name, const std::string &formula, const std::string &doc,
                         std::vector<AttrSpec> attrs, PlanOf plan_of, const FeatureDef *fixed) {
  return {.name = name,
          .formula = formula,
          .attrs = std::move(attrs),
          .tables = {{"taper"},
                     {"quarter"},
                     {"first", "int16_t", true},
                     {"count", "int16_t", true},
                     {"weights"},
                     {"dct"}},
          .shape = [=](const PreprocessingStep &s, const Shape &in) { return audio_shape(plan_of(s, in)); },
          .fit = [=](PreprocessingStep &s, const Shape &in, const float *,
                     size_t) { fill_tables(s, plan_of(s, in)); },
          .apply =
              [=](const PreprocessingStep &s, const Shape &in, const float *x, float *work, float *y) {
                const AudioParams params(s, plan_of(s, in));
                sound_frames(params.p, x, work, y);
              },
          .c =
              [=](const PreprocessingStep &s, const Shape &in) {
                const AudioParams params(s, plan_of(s, in));
                return feature_call("audio_frames", audio_members(), params.p);
              },
          .with_quantization = NotSupported{"is a step of its own in front of the quantization"},
          .frames = [=](const PreprocessingStep &s, const Shape &in) { return audio_frames(plan_of(s, in)); },
          .fixed = fixed != nullptr ? Facet<const FeatureDef *>(fixed)
                                    : NotSupported{"has no routine in integers"},
          .work_floats =
              [=](const PreprocessingStep &s, const Shape &in) {
                const mote_audio_frames_params p = plan_of(s, in).p;
                return static_cast<size_t>(std::max(p.fft + 2, p.fft / 2 + 1 + p.filters));
              },
          .operations = [=](const PreprocessingStep &s,
                            const Shape &in) { return audio_operations(plan_of(s, in).p); },
          .doc = doc};
}

}  // namespace mote::features
