// A Preprocessing at work: its steps fitted in turn, each on what those before make of the windows,
// applied to a window, and brought into the fixed form.
//
// Knows no block by name; each is a FeatureDef. As text: preprocessing_json.cpp. Where windows are cut:
// data/.
#include "features/preprocessing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "features/channel_ranges.h"
#include "features/feature_def.h"
#include "features/fixed_arithmetic.h"
#include "features/window_features.h"
#include "mote_fixed.h"

namespace mote {

namespace {

using Steps = std::vector<PreprocessingStep>;

const FeatureDef &block_of(const PreprocessingStep &step) { return feature_of(step); }

void check_order(const Steps &steps) {
  for (size_t i = 0; i + 1 < steps.size(); ++i)
    if (const FeatureDef &block = block_of(steps[i]); !block.c.is_given())
      throw Error(ErrorCode::kUnsupported, in_layer("preprocessing", block.name), block.c.why());
  if (steps.empty()) return;
  const FeatureDef &last = block_of(steps.back());
  if (!last.c.is_given() && !last.with_quantization.is_given())
    throw Error(ErrorCode::kUnsupported, in_layer("preprocessing", last.name), last.c.why());
}

// What is behind the blocks: the step that learns, or the quantization.
const PreprocessingStep *step_behind(const Preprocessing &p) {
  return p.is_set() && block_of(p.steps.back()).stands_flat ? &p.steps.back() : nullptr;
}

}  // namespace

Shape window_shape(const Preprocessing &p) { return {p.window, p.channels}; }

Shape output_shape(const Preprocessing &p) {
  const Shape shape = FeaturePlan(p).shape;
  const PreprocessingStep *last = step_behind(p);
  return last == nullptr ? shape : block_of(*last).shape(*last, shape);
}

static constexpr const char *kRate = "rate_hz";

// `rate_hz`: of the rows that come; 0: not known.
static void set_rate(PreprocessingStep &step, const AttrSpec &spec, const std::string &where, double rate_hz,
                     bool is_first) {
  constexpr double kAlike = 1e-3;
  if (step.attrs.contains(kRate)) {
    const double given = step.attrs.number(kRate);
    if (rate_hz > 0 && std::fabs(given - rate_hz) > kAlike * rate_hz)
      throw Error(ErrorCode::kInvalidArgument, where,
                  fmt::format("rate_hz is {:g}, the {} {:g} rows a second", given,
                              is_first ? "recordings have" : "block before it gives", rate_hz),
                  fmt::format("leave it out: the rate of the {} is taken",
                              is_first ? "recordings" : "block before it"));
    return;
  }
  const bool is_needed = spec.low > 0;
  if (rate_hz > 0)
    step.attrs[kRate] = rate_hz;
  else if (is_first && is_needed)
    throw Error(ErrorCode::kInvalidArgument, where, "needs the rate of the recordings, which do not say it",
                "set data.rate_hz");
  else if (is_needed)
    throw Error(ErrorCode::kInvalidArgument, where,
                "works on what the block before it gives, whose rows have another rate than the recordings",
                "set its rate_hz");
}

// As a project's file has it.
static std::string place_of(const std::vector<PreprocessingStep> &blocks, size_t i) {
  const auto begin = std::find_if(blocks.begin(), blocks.end(),
                                  [&](const PreprocessingStep &s) { return s.chain == blocks[i].chain; });
  const size_t at = i - static_cast<size_t>(begin - blocks.begin());
  return blocks.back().chain == 0
             ? fmt::format("features.blocks[{}] ({})", at, blocks[i].block)
             : fmt::format("features.blocks[{}][{}] ({})", blocks[i].chain, at, blocks[i].block);
}

std::vector<PreprocessingStep> resolved(std::vector<PreprocessingStep> blocks, double rate_hz) {
  double rate = rate_hz;  // of the rows that come to a block
  const bool in_integers = !blocks.empty() && blocks.front().arithmetic == Arithmetic::kFixed;
  if (const std::string why = in_integers ? why_not_fixed(blocks) : ""; !why.empty())
    throw Error(ErrorCode::kInvalidArgument, "features.arithmetic", "is fixed, and " + why,
                "set it to float, or leave that block out");
  for (size_t i = 0; i < blocks.size(); ++i) {
    PreprocessingStep &step = blocks[i];
    const std::string where = place_of(blocks, i);
    const FeatureDef &block = feature_by_name(step.block);
    const bool is_first = begins_chain(blocks, i);
    if (is_first) rate = rate_hz;
    if (block.stands_flat)
      throw Error(ErrorCode::kInvalidArgument, where, "is no block of features", "train.normalize sets it");
    const auto spec = std::find_if(block.attrs.begin(), block.attrs.end(),
                                   [&](const AttrSpec &s) { return s.name == kRate; });
    if (spec != block.attrs.end()) set_rate(step, *spec, where, rate, is_first);
    step.attrs = complete_attrs(where, block.attrs, step.attrs);
    rate = block.rate_behind ? block.rate_behind(step, rate) : 0;
  }
  return blocks;
}

// A block's own words, said of its place in the file.
static Shape shape_in(const std::vector<PreprocessingStep> &blocks, size_t i, const Shape &in) {
  Shape shape;
  try {
    shape = block_of(blocks[i]).shape(blocks[i], in);
  } catch (const Error &e) {
    throw Error(e.code(), place_of(blocks, i), e.message(), e.hint());
  }
  if (shape.elements() > kMostFeatures)
    throw Error(ErrorCode::kInvalidArgument, place_of(blocks, i),
                fmt::format("gives {} values of a window", shape.elements()),
                fmt::format("at most {} can be kept", kMostFeatures));
  return shape;
}

Shape feature_shape(const std::vector<PreprocessingStep> &blocks, const Shape &window, double rate_hz,
                    const ImageInput &image) {
  if (blocks.empty()) return window;
  Preprocessing p{window[0], window[1], rate_hz, {}, resolved(blocks, rate_hz)};
  p.image = image;
  Shape at;
  for (size_t i = 0; i < p.steps.size(); ++i)
    at = shape_in(p.steps, i, begins_chain(p.steps, i) ? chain_input(p, block_of(p.steps[i])) : at);
  const Shape shape = FeaturePlan(p).shape;
  if (shape.elements() > kMostFeatures)
    throw Error(ErrorCode::kInvalidArgument, "features.blocks",
                fmt::format("give {} values of a window together", shape.elements()),
                fmt::format("at most {} can be kept", kMostFeatures));
  return shape.rank() == 2 && shape[0] == 1 ? Shape{shape[1]} : shape;
}

std::string how_joined(const Preprocessing &p) {
  const FeaturePlan plan(p);
  std::vector<std::string> shapes;
  size_t with_frames = 0;
  for (size_t i = 0; i < plan.steps.size(); ++i) {
    const PlannedStep &s = plan.steps[i];
    if (i + 1 < plan.steps.size() && !begins_chain(p.steps, i + 1)) continue;
    shapes.push_back(s.out.text());
    with_frames += s.out.rank() > 1 && s.out[0] > 1;
  }
  if (with_frames < 2 || plan.shape[0] > 1) return "";
  return fmt::format(
      "the chains of features.blocks give {}: these frames cannot stand side by side, so the network gets "
      "one list of {} values; blocks of equal frames and steps keep them",
      fmt::join(shapes, " and "), plan.shape.elements());
}

static void fit_tables(Preprocessing &p) {
  MOTE_CHECK(!is_fixed(p) || has_exponents(p));
  Shape shape;
  for (size_t i = 0; i < p.steps.size(); ++i) {
    PreprocessingStep &step = p.steps[i];
    const FeatureDef &block = block_of(step);
    if (!block.fit.is_given())
      throw Error(ErrorCode::kUnsupported, in_layer("preprocessing", block.name), block.fit.why());
    if (block.stands_flat) break;
    if (begins_chain(p.steps, i)) shape = chain_input(p, block);
    block.fit.get()(step, shape, nullptr, 0);
    shape = block.shape(step, shape);
  }
}

void fit(Preprocessing &p, const float *windows, size_t examples) {
  check_order(p.steps);
  if (is_fixed(p) && !has_exponents(p))
    set_exponents(p, channel_ranges({{windows, examples * window_shape(p).elements()}},
                                    static_cast<size_t>(p.channels)));
  fit_tables(p);
  if (step_behind(p) == nullptr) return;
  const FeaturePlan plan(p);
  PreprocessingStep &last = p.steps.back();
  const auto &learn = block_of(last).fit.get();
  if (plan.steps.empty()) return learn(last, plan.shape, windows, examples);
  const size_t from = window_shape(p).elements(), to = plan.shape.elements();
  std::vector<float> values(examples * to), work(plan.floats);
  if (is_fixed(p)) {
    const FrontEnd front_end(p);
    for (size_t e = 0; e < examples; ++e) front_end.features(windows + e * from, values.data() + e * to);
    return learn(last, plan.shape, values.data(), examples);
  }
  for (size_t e = 0; e < examples; ++e) {
    const float *made = plan.run(windows + e * from, work.data(), [&](const PlannedStep &s, const float *y) {
      check_finite(s.block->name, y, s.out.elements(), e);
    });
    std::copy_n(made, to, values.data() + e * to);
  }
  learn(last, plan.shape, values.data(), examples);
}

FrontEnd::FrontEnd(const Preprocessing &p) : p_(&p), plan_(p) {
  if (!is_fixed(p) || !has_exponents(p)) return;
  exponents_ = result_exponents(p);
  if (&block_of(p.steps.back()) == &features::quantization_feature()) quantization_ = fixed_quantization(p);
}

// `work` holds 4 bytes a place, whatever is in them.
const int32_t *FrontEnd::run_fixed(const float *window, void *work) const {
  auto *places = static_cast<int32_t *>(work);
  auto *samples = reinterpret_cast<int16_t *>(places + plan_.window_at);
  const std::vector<int> &exponents = p_->steps.front().exponents;
  const size_t count = window_shape(*p_).elements(), channels = exponents.size();
  for (size_t i = 0; i < count; ++i) samples[i] = mote_sense_s16(window[i], exponents[i % channels]);
  return plan_.run_fixed(samples, places);
}

void FrontEnd::features(const float *window, float *out) const {
  const size_t count = plan_.shape.elements();
  if (!is_fixed(*p_)) {
    std::vector<float> work(plan_.floats);
    std::copy_n(plan_.run(window, work.data()), count, out);
    return;
  }
  std::vector<int32_t> work(plan_.floats);
  const int32_t *values = run_fixed(window, work.data());
  for (size_t i = 0; i < count; ++i)
    out[i] = std::ldexp(static_cast<float>(values[i]), -exponents_[i % exponents_.size()]);
}

void FrontEnd::apply(const float *window, float *out) const {
  if (step_behind(*p_) == nullptr) return features(window, out);
  std::vector<float> values(plan_.shape.elements());
  features(window, values.data());
  apply_last(*p_, plan_.shape, values.data(), out);
}

void FrontEnd::quantize(const float *window, float *work, int8_t *out) const {
  if (is_fixed(*p_))
    quantization_.apply(run_fixed(window, work), plan_.shape.elements(), out);
  else
    quantize_last(*p_, plan_.shape, plan_.run(window, work), out);
}

namespace {

bool stays_small(const PreprocessingStep &step, const Shape &shape) {
  const Shape out = block_of(step).shape(step, shape);
  return out.elements() > 0 && out.elements() <= kMostFeatures;
}

// Chains are numbered from 0, and only the last step is none of their blocks.
bool blocks_fit(const Preprocessing &p) {
  Shape shape;
  int chain = -1;
  for (const PreprocessingStep &step : p.steps) {
    const FeatureDef &block = block_of(step);
    if (block.stands_flat) return &step == &p.steps.back() && step.chain == 0;
    if (step.chain != chain) {
      if (step.chain != ++chain) return false;
      shape = chain_input(p, block);
    }
    if (!step_fits(step, shape) || !stays_small(step, shape)) return false;
    shape = block.shape(step, shape);
  }
  return true;
}

bool last_fits(const Preprocessing &p) {
  const PreprocessingStep *last = step_behind(p);
  const Shape shape = FeaturePlan(p).shape;
  return shape.elements() <= kMostFeatures &&
         (last == nullptr || (step_fits(*last, shape) && stays_small(*last, shape)));
}

}  // namespace

void check_fits(const Preprocessing &p, const std::string &where, size_t inputs, bool is_fixed) {
  const bool fits = p.window > 0 && p.channels > 0 && p.is_set() && exponents_fit(p) && blocks_fit(p) &&
                    is_fixed == (&block_of(p.steps.back()) == &features::quantization_feature()) &&
                    last_fits(p);
  if (!fits || output_shape(p).elements() != inputs)
    throw Error(ErrorCode::kDataFormat, where, "its preprocessing does not fit its input");
  for (const PreprocessingStep &step : p.steps)
    for (const auto &[name, table] : step.tables)
      for (float value : table)
        if (!std::isfinite(value))
          throw Error(ErrorCode::kDataFormat, where, "its preprocessing holds a value that is not finite");
}

Preprocessing fixed_form(const Preprocessing &p, const QuantParams &input) {
  Preprocessing fixed = p;
  if (!p.is_set()) return fixed;
  const PreprocessingStep &last = p.steps.back();
  if (const FeatureDef &block = block_of(last); block.with_quantization.is_given())
    fixed.steps.back() = block.with_quantization.get()(last, input);
  else
    fixed.steps.push_back(quantization({0}, {1 / input.scale[0]}, input.zero_point[0]));
  return fixed;
}

Preprocessing real_form(const Preprocessing &fixed, const QuantParams &input) {
  const InputQuantization q = input_quantization(fixed);
  std::vector<float> gain = q.gain;
  for (float &g : gain) g *= input.scale[0];
  Preprocessing real = fixed;
  real.steps.back() = normalization("channel", q.offset, std::move(gain));
  return real;
}

InputQuantization input_quantization(const Preprocessing &fixed) {
  MOTE_CHECK(fixed.is_set());
  const PreprocessingStep &last = fixed.steps.back();
  return {last.table("offset"), last.table("gain"), last.attrs.integer("zero_point")};
}

// A block of frames transforms each, in memory of about the transform's length; one of a single row works on
// every value.
static double guessed_operations(const FeatureDef &block, const PreprocessingStep &step, const Shape &in) {
  constexpr double kOfValue = 40, kOfFeature = 25, kOfSample = 6, kOfButterfly = 2.5;
  const Shape out = block.shape(step, in);
  if (out[0] == 1) return kOfValue * static_cast<double>(in.elements());
  const auto n = static_cast<double>(std::max<size_t>(block.work_floats(step, in), 2));
  const double features = static_cast<double>(out.elements()) / out[0];
  return out[0] * (kOfButterfly * n * std::log2(n) + kOfSample * n + kOfFeature * features);
}

double block_operations(const PlannedStep &s) {
  return s.block->operations ? s.block->operations(*s.step, s.in)
                             : guessed_operations(*s.block, *s.step, s.in);
}

double feature_operations(const Preprocessing &p) {
  double count = 0;
  for (const PlannedStep &s : FeaturePlan(p).steps) count += block_operations(s);
  return count;
}

size_t bytes_of_table(const FeatureTable &table, const PreprocessingStep &step) {
  return step.table(table.name).size() * (table.c_type.find("16") != std::string::npos ? 2 : 4);
}

size_t table_bytes(const Preprocessing &fixed) {
  size_t bytes = 0;
  for (const PreprocessingStep &step : fixed.steps)
    for (const FeatureTable &table : block_of(step).tables) bytes += bytes_of_table(table, step);
  return bytes;
}

std::vector<std::string> runtime_sources(const Preprocessing &fixed) {
  std::vector<std::string> sources;
  for (const PlannedStep &s : FeaturePlan(fixed).steps)
    sources.push_back(s.block->c.get()(*s.step, s.in).source());
  if (fixed.is_set()) sources.push_back(is_fixed(fixed) ? "front_end_fixed.c" : "front_end.c");
  return sources;
}

}  // namespace mote
