// Blocks of sound in integers: numbers and tables of runtime/features/fixed_audio.c, from the same plan as
// those in floats.
#include <cmath>

#include "base/math.h"
#include "features/audio_support.h"
#include "features/block_routine.h"
#include "mote_fixed_audio.h"

namespace mote::features {

namespace {

constexpr int kLogBits = 16;

// A sample times its taper has 30 bits; sums of a frame, times two, stay below 2^29.
int32_t samples_shift(const AudioPlan &plan) {
  int32_t shift = plan.p.pre_emphasis != 0 ? 3 : 2;
  for (int length = plan.p.fft; length > 1; length /= 2) ++shift;
  return shift;
}

// Of the logarithms of levels: natural ones have 15 bits behind the point, decibels 13.
int level_bits(const AudioPlan &plan) { return plan.p.gain == 1 ? 15 : 13; }

void fill_numbers(const AudioPlan &plan, mote_fixed_audio_params &p) {
  const mote_audio_frames_params &f = plan.p;
  p.frames = f.frames;
  p.frame = f.frame;
  p.step = f.step;
  p.fft = f.fft;
  p.shift = samples_shift(plan);
  p.pre_emphasis = static_cast<int32_t>(q15(double{f.pre_emphasis}));
  p.filters = f.filters;
  // |2 X|^2 of samples times 2^(15 - shift), where the float block has samples / 2^15
  const int bits = 62 - 2 * p.shift;
  p.level = bits * (1 << kLogBits);
  const ScaledNumber floor = scaled_number(std::ldexp(double{f.floor}, bits), 16);
  p.floor = floor.significand;
  p.floor_exponent = floor.exponent;
  p.log_gain = static_cast<int32_t>(std::lround(std::ldexp(exact_log(2) * double{f.gain}, level_bits(plan))));
  p.coefficients = f.coefficients;
  if (f.coefficients > 0) p.height = static_cast<int32_t>(q15(__builtin_sqrt(2.0 / f.filters)));
}

Tables fixed_audio_tables(const PreprocessingStep &step, const AudioPlan &plan) {
  MelSlopes filters = mel_slopes(step, plan);
  Tables tables = {{"turns", turns(plan.p.fft)},
                   {"taper", {}},
                   {"widths", std::move(filters.widths)},
                   {"slopes", std::move(filters.slopes)},
                   {"dct", {}}};
  for (int i = 0; i < plan.p.frame; ++i)
    tables["taper"].push_back(q15(plan.window.a == 1 ? 1 : window_value(plan.window, i)));
  const int n = plan.p.filters;
  for (int k = 0; k < plan.p.coefficients; ++k)
    for (int i = 0; i < n; ++i) {
      double sine, cosine;
      exact_sincos(M_PI * k * (2 * i + 1) / (2 * n), &sine, &cosine);
      tables["dct"].push_back(q15(cosine));
    }
  return tables;
}

const std::vector<FeatureMember<mote_fixed_audio_params>> &fixed_audio_members() {
  using P = mote_fixed_audio_params;
  static const std::vector<FeatureMember<P>> kMembers = {
      {"frames", &P::frames},     {"frame", &P::frame},
      {"step", &P::step},         {"fft", &P::fft},
      {"shift", &P::shift},       {"pre_emphasis", &P::pre_emphasis},
      {"filters", &P::filters},   {"level", &P::level},
      {"floor", &P::floor},       {"floor_exponent", &P::floor_exponent},
      {"log_gain", &P::log_gain}, {"coefficients", &P::coefficients},
      {"height", &P::height},     {"taper", &P::taper},
      {"turns", &P::turns},       {"widths", &P::widths},
      {"slopes", &P::slopes},     {"dct", &P::dct}};
  return kMembers;
}

// Errors: kInvalidArgument for settings that have no routine in integers.
AudioPlan checked(const PreprocessingStep &step, AudioPlan plan) {
  if (plan.p.log_kind == MOTE_AUDIO_NO_LOG)
    refuse(step, "log is none, and in integers the energies of loud and faint sounds have no unit in common",
           "set log to \"ln\" or \"db\", or features.arithmetic = \"float\"");
  return plan;
}

}  // namespace

FeatureDef fixed_audio_feature(const std::string &name, const std::string &formula, const std::string &doc,
                               std::vector<AttrSpec> attrs, PlanOf plan_of) {
  using P = mote_fixed_audio_params;
  const auto bound = [=](const PreprocessingStep &s, const Shape &in) {
    struct Numbers {
      AudioPlan plan;
      std::vector<FeatureMember<P>> members;
      P numbers(const PreprocessingStep &, const Shape &) const {
        P p{};
        fill_numbers(plan, p);
        return p;
      }
    };
    return BoundParams<P>(Numbers{plan_of(s, in), fixed_audio_members()}, s, in);
  };
  return {.name = name,
          .formula = formula,
          .attrs = std::move(attrs),
          .tables = {{"taper", "int16_t"},
                     {"turns", "int16_t", true},
                     {"widths", "int16_t", true},
                     {"slopes", "int16_t"},
                     {"dct", "int16_t"}},
          .shape = [=](const PreprocessingStep &s,
                       const Shape &in) { return audio_shape(checked(s, plan_of(s, in))); },
          .fit = [=](PreprocessingStep &s, const Shape &in, const float *,
                     size_t) { s.tables = fixed_audio_tables(s, checked(s, plan_of(s, in))); },
          .apply = NotSupported{"computes with integers"},
          .c =
              [=](const PreprocessingStep &s, const Shape &in) {
                return feature_call("fixed_audio", fixed_audio_members(), bound(s, in).params());
              },
          .with_quantization = NotSupported{"is a step of its own in front of the quantization"},
          .frames = [=](const PreprocessingStep &s, const Shape &in) { return audio_frames(plan_of(s, in)); },
          .apply_fixed =
              [=](const PreprocessingStep &s, const Shape &in, const int16_t *x, int32_t *work, int32_t *y) {
                const BoundParams<P> params = bound(s, in);
                mote_fixed_audio(&params.params(), x, work, y);
              },
          .result_exponents =
              [=](const PreprocessingStep &s, const Shape &in) {
                const AudioPlan plan = plan_of(s, in);
                return std::vector<int>{level_bits(plan) - (plan.p.coefficients > 0 ? 2 : 0)};
              },
          .takes_samples = true,
          .work_floats =
              [=](const PreprocessingStep &s, const Shape &in) {
                const mote_audio_frames_params p = plan_of(s, in).p;
                return static_cast<size_t>(p.fft + 2 + p.filters);
              },
          .operations = [=](const PreprocessingStep &s,
                            const Shape &in) { return audio_operations(plan_of(s, in).p); },
          .doc = doc};
}

}  // namespace mote::features
