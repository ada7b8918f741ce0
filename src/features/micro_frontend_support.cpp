// Settings, shapes and calls of the micro front end. The arithmetic of a window is mote_micro_frontend of
// runtime/features, which the host calls too.
#include "features/micro_frontend_support.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <list>
#include <mutex>
#include <numeric>

#include "base/error.h"
#include "mote_micro_frontend.h"

namespace mote::features {

namespace {

constexpr int kLeastWindow = 8, kMostFft = 32768, kQ14Bits = 14, kSnrBits = 12;

const OtherNames kYesNo = {{"1", "true"}, {"0", "false"}, {"yes", "true"}, {"no", "false"}};

std::vector<AttrSpec> micro_attrs() {
  return {{"rate_hz", 16000.0, "samples per second", {}, 1000, 96000},
          {"window_ms", int64_t{30}, "length of a frame", {}, 1, 1000},
          {"step_ms", int64_t{20}, "from frame to frame; microWakeWord has 10", {}, 1, 1000},
          {"channels", int64_t{40}, "mel bands", {}, 1, 256},
          {"low_hz", 125.0, "where the first band begins", {}, 0, 48000},
          {"high_hz", 7500.0, "where the last band ends", {}, 1, 48000},
          {"smoothing_bits", int64_t{10}, "bits behind the point of the noise", {}, 0, 16},
          {"even_smoothing", 0.025, "how fast the noise of channels 0, 2, ... follows", {}, 0, 1},
          {"odd_smoothing", 0.06, "the same of channels 1, 3, ...", {}, 0, 1},
          {"min_signal_remaining", 0.05, "share of a signal that is never taken for noise", {}, 0, 1},
          {"enable_pcan",
           std::string("true"),
           "gain control by the noise",
           {"true", "false"},
           -1e300,
           1e300,
           kYesNo},
          {"pcan_strength", 0.95, "0: none, 1: full", {}, 0, 1},
          {"pcan_offset", 80.0, "added to the noise", {}, 1e-3, 1e6},
          {"gain_bits", int64_t{21}, "bits behind the point of the gain", {}, 0, 30},
          {"enable_log",
           std::string("true"),
           "logarithm of the result",
           {"true", "false"},
           -1e300,
           1e300,
           kYesNo},
          {"log_scale_shift", int64_t{6}, "the logarithm is multiplied by 2 to the power of it", {}, 0, 11}};
}

// A share, 0 .. 1, in Q14. The library keeps it in float32 before.
int q14(double share, MicroTables made_by) {
  const double kept = made_by != MicroTables::kSignalOps ? double{static_cast<float>(share)} : share;
  return static_cast<int>(kept * (1 << kQ14Bits));
}

Error misfit(const std::string &block, const std::string &setting, const std::string &what,
             const std::string &fix) {
  return Error(ErrorCode::kInvalidArgument, in_layer("preprocessing", block), setting + " " + what, fix);
}

void check_settings(const std::string &block, const MicroSettings &s, MicroTables made_by) {
  if (s.window < kLeastWindow || s.window > kMostFft)
    throw misfit(block, "window_ms", fmt::format("gives frames of {} samples", s.window),
                 fmt::format("frames have {} to {}", kLeastWindow, kMostFft));
  if (s.step < 1 || s.step > s.window)
    throw misfit(block, "step_ms", fmt::format("gives steps of {} samples", s.step),
                 fmt::format("a step is from 1 sample to a frame, which is {}", s.window));
  if (s.low_hz >= s.high_hz)
    throw misfit(block, "low_hz", "is not below high_hz", "bands go from low_hz to high_hz");
  if (s.high_hz > s.rate_hz / 2.0 || micro_bank(s, made_by).end_bin() > s.fft_size / 2)
    throw misfit(block, "high_hz",
                 fmt::format("of {} is above what {} samples a second show", s.high_hz, s.rate_hz),
                 fmt::format("at most {}", (s.rate_hz / 2.0) * (1 - 4.0 / s.fft_size)));
  if (!s.has_pcan) return;
  if (s.smoothing_bits < s.correction_bits())
    throw misfit(block, "smoothing_bits",
                 fmt::format("of {} is too small for these frames", s.smoothing_bits),
                 fmt::format("at least {}", s.correction_bits()));
  const int least = s.correction_bits() + kSnrBits + (made_by == MicroTables::kSignalOps ? 1 : 0);
  if (s.gain_bits < least)
    throw misfit(block, "gain_bits", fmt::format("of {} is too small for these frames", s.gain_bits),
                 fmt::format("at least {}", least));
}

Shape micro_shape(const std::string &block, MicroTables made_by, const PreprocessingStep &step,
                  const Shape &in) {
  const MicroSettings s = micro_settings(step);
  check_settings(block, s, made_by);
  const int samples = static_cast<int>(in.elements());
  if (in.rank() > 1 && in[-1] != 1)
    throw misfit(block, "the window", fmt::format("has {} channels", in[-1]),
                 "it takes one channel of sound");
  if (samples < s.window)
    throw misfit(block, "window_ms",
                 fmt::format("gives frames of {} samples, which the window of {} has not", s.window, samples),
                 "use a longer window, or shorter frames");
  return {(samples - s.window) / s.step + 1, s.channels};
}

void fit_micro(MicroTables made_by, PreprocessingStep &step) {
  const MicroSettings s = micro_settings(step);
  check_settings(step.block, s, made_by);
  const auto keep = [&](const std::string &name, const auto &values) {
    step.tables[name].assign(values.begin(), values.end());
  };
  const MicroBank bank = micro_bank(s, made_by);
  keep("window", micro_window(s.window, made_by));
  keep("quarter", micro_quarter_wave(s.fft_size));
  keep("widths", bank.widths);
  keep("weights", bank.weights);
  keep("unweights", bank.unweights);
  keep("gains", s.has_pcan ? micro_gains(s) : std::vector<int16_t>());
  keep("logarithms", s.has_log ? micro_logarithms() : std::vector<uint16_t>());
}

const std::vector<FeatureMember<mote_micro_frontend_params>> kMembers = {
    {"frames", &mote_micro_frontend_params::frames},
    {"window_size", &mote_micro_frontend_params::window_size},
    {"step", &mote_micro_frontend_params::step},
    {"fft_size", &mote_micro_frontend_params::fft_size},
    {"channels", &mote_micro_frontend_params::channels},
    {"first_bin", &mote_micro_frontend_params::first_bin},
    {"end_bin", &mote_micro_frontend_params::end_bin},
    {"smoothing_bits", &mote_micro_frontend_params::smoothing_bits},
    {"even_smoothing", &mote_micro_frontend_params::even_smoothing},
    {"odd_smoothing", &mote_micro_frontend_params::odd_smoothing},
    {"min_signal", &mote_micro_frontend_params::min_signal},
    {"snr_shift", &mote_micro_frontend_params::snr_shift},
    {"correction_bits", &mote_micro_frontend_params::correction_bits},
    {"log_shift", &mote_micro_frontend_params::log_shift},
    {"window", &mote_micro_frontend_params::window},
    {"quarter", &mote_micro_frontend_params::quarter},
    {"widths", &mote_micro_frontend_params::widths},
    {"weights", &mote_micro_frontend_params::weights},
    {"unweights", &mote_micro_frontend_params::unweights},
    {"gains", &mote_micro_frontend_params::gains},
    {"logarithms", &mote_micro_frontend_params::logarithms}};

// A step's tables as the routine has them.
struct MicroNumbers {
  std::vector<int16_t> window, quarter, widths, weights, unweights, gains;
  std::vector<uint16_t> logarithms;
  mote_micro_frontend_params params{};
};

MicroNumbers micro_numbers(MicroTables made_by, const PreprocessingStep &step, const Shape &in) {
  const MicroSettings s = micro_settings(step);
  MicroNumbers n;
  const auto take = [&](const char *name, auto &values) {
    const std::vector<float> &table = step.table(name);
    values.assign(table.begin(), table.end());
    return values.empty() ? nullptr : values.data();
  };
  mote_micro_frontend_params &p = n.params;
  p = {(static_cast<int32_t>(in.elements()) - s.window) / s.step + 1,
       s.window,
       s.step,
       s.fft_size,
       s.channels,
       micro_first_bin(s, made_by),
       0,
       s.smoothing_bits,
       q14(s.even_smoothing, made_by),
       q14(s.odd_smoothing, made_by),
       q14(s.min_signal_remaining, made_by),
       s.snr_shift(made_by),
       s.correction_bits(),
       s.log_shift,
       take("window", n.window),
       take("quarter", n.quarter),
       take("widths", n.widths),
       take("weights", n.weights),
       take("unweights", n.unweights),
       take("gains", n.gains),
       take("logarithms", n.logarithms)};
  p.end_bin = p.first_bin + static_cast<int32_t>(n.weights.size());
  return n;
}

}  // namespace

int MicroSettings::correction_bits() const {
  int bits = -6;
  while (fft_size >> (bits + 7)) ++bits;
  return bits;
}

// The signal ops always shift by 6, whatever the frames.
int MicroSettings::snr_shift(MicroTables made_by) const {
  return made_by == MicroTables::kSignalOps ? 6 : gain_bits - correction_bits() - kSnrBits;
}

MicroSettings micro_settings(const PreprocessingStep &step) {
  const Attrs &a = step.attrs;
  MicroSettings s{};
  s.rate_hz = static_cast<int>(a.number("rate_hz"));
  if (s.rate_hz != a.number("rate_hz"))
    throw misfit(step.block, "rate_hz", fmt::format("of {} is no whole number", a.number("rate_hz")),
                 "resample the recordings");
  s.window = static_cast<int>(int64_t{a.integer("window_ms")} * s.rate_hz / 1000);
  s.step = static_cast<int>(int64_t{a.integer("step_ms")} * s.rate_hz / 1000);
  for (s.fft_size = 1; s.fft_size < s.window;) s.fft_size *= 2;
  s.channels = a.integer("channels");
  s.low_hz = a.number("low_hz");
  s.high_hz = a.number("high_hz");
  s.smoothing_bits = a.integer("smoothing_bits");
  s.even_smoothing = a.number("even_smoothing");
  s.odd_smoothing = a.number("odd_smoothing");
  s.min_signal_remaining = a.number("min_signal_remaining");
  s.has_pcan = a.text("enable_pcan") == "true";
  s.pcan_strength = a.number("pcan_strength");
  s.pcan_offset = a.number("pcan_offset");
  s.gain_bits = a.integer("gain_bits");
  s.has_log = a.text("enable_log") == "true";
  s.log_shift = a.integer("log_scale_shift");
  return s;
}

// Of the library's tables a setting says the precision.
static MicroTables tables_of(MicroTables made_by, const PreprocessingStep &step) {
  const bool is_double = step.attrs.contains("tables") && step.attrs.text("tables") == "double";
  return is_double ? MicroTables::kLibraryInDouble : made_by;
}

// What both arithmetics have.
static FeatureDef micro_block(const std::string &name, MicroTables made_by, const std::string &doc) {
  FeatureDef def = {
      .name = name,
      .formula = "y = log(gain(denoise(sqrt(mel(|FFT(window * x)|^2))))), integers of the micro front end",
      .attrs = micro_attrs(),
      .tables = {{"window", "int16_t"},
                 {"quarter", "int16_t"},
                 {"widths", "int16_t", true},
                 {"weights", "int16_t"},
                 {"unweights", "int16_t"},
                 {"gains", "int16_t"},
                 {"logarithms", "uint16_t"}},
      .shape = [=](const PreprocessingStep &s,
                   const Shape &in) { return micro_shape(name, tables_of(made_by, s), s, in); },
      .fit = [=](PreprocessingStep &s, const Shape &, const float *,
                 size_t) { fit_micro(tables_of(made_by, s), s); },
      .apply = NotSupported{"computes with integers"},
      .c = NotSupported{""},
      .with_quantization = NotSupported{"a quantization comes behind it"},
      .frames = NotSupported{"begins its estimate of the noise anew with each window"},
      .work_floats =
          [](const PreprocessingStep &s, const Shape &) {
            const MicroSettings settings = micro_settings(s);
            return static_cast<size_t>(settings.fft_size / 2 + 1 + settings.channels);
          },
      .array_type = "<u2",
      .doc = doc};
  if (made_by == MicroTables::kLibrary)
    def.attrs.push_back({"tables",
                         std::string("float32"),
                         "float32: as common builds of the library compute them; double: as builds with "
                         "other mathematics do, which moves a few values by 1",
                         {"float32", "double"}});
  return def;
}

static FeatureDef fixed_micro_feature(const std::string &name, MicroTables made_by, const std::string &doc) {
  FeatureDef def = micro_block(name, made_by, doc);
  def.c = [=](const PreprocessingStep &s, const Shape &in) {
    return feature_call("fixed_micro_frontend", kMembers, micro_numbers(tables_of(made_by, s), s, in).params);
  };
  def.apply_fixed = [=](const PreprocessingStep &s, const Shape &in, const int16_t *x, int32_t *work,
                        int32_t *y) {
    const MicroNumbers numbers = micro_numbers(tables_of(made_by, s), s, in);
    mote_micro_frontend_s16(&numbers.params, x, work, y);
  };
  def.result_exponents = [](const PreprocessingStep &, const Shape &) { return std::vector<int>{0}; };
  def.takes_samples = true;
  return def;
}

FeatureDef micro_feature(const std::string &name, MicroTables made_by, const std::string &doc) {
  static std::mutex mutex;  // blocks may be asked for by several threads
  static std::list<FeatureDef> in_integers;
  const std::lock_guard lock(mutex);
  FeatureDef def = micro_block(name, made_by, doc);
  def.apply = [=](const PreprocessingStep &s, const Shape &in, const float *x, float *work, float *y) {
    const MicroNumbers numbers = micro_numbers(tables_of(made_by, s), s, in);
    mote_micro_frontend(&numbers.params, x, work, y);
  };
  def.c = [=](const PreprocessingStep &s, const Shape &in) {
    return feature_call("micro_frontend", kMembers, micro_numbers(tables_of(made_by, s), s, in).params);
  };
  def.fixed = &in_integers.emplace_back(fixed_micro_feature(name, made_by, doc));
  return def;
}

}  // namespace mote::features
