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
#include "features/feature_def.h"
#include "mote_runtime.h"

namespace mote {

namespace {

using Steps = std::vector<PreprocessingStep>;

const FeatureDef &block_of(const PreprocessingStep &step) { return feature_by_name(step.block); }

size_t before_last(const Preprocessing &p) { return p.steps.empty() ? 0 : p.steps.size() - 1; }

// The first `count` steps, float to float; the last of them writes to `out`, the others to memory of their
// own. Returns where the result is; `values`: how many there are.
const float *run_steps(const Preprocessing &p, size_t count, const float *x, float *out,
                       size_t *values = nullptr) {
  Shape shape = window_shape(p);
  std::vector<float> before, y, work;
  for (size_t i = 0; i < count; ++i) {
    const PreprocessingStep &step = p.steps[i];
    const FeatureDef &block = block_of(step);
    const Shape next = block.shape(step, shape);
    const bool is_last = i + 1 == count;
    if (!is_last) y.resize(next.elements());
    work.resize(block.work_floats(step, shape));
    block.apply.get()(step, shape, x, work.data(), is_last ? out : y.data());
    if (!is_last) {
      std::swap(before, y);
      x = before.data();
    }
    shape = next;
  }
  if (values) *values = shape.elements();
  return count == 0 ? x : out;
}

// Of what comes to each step, and behind the last one.
std::vector<Shape> shapes_of(const Preprocessing &p) {
  std::vector<Shape> shapes = {window_shape(p)};
  for (const PreprocessingStep &step : p.steps) shapes.push_back(block_of(step).shape(step, shapes.back()));
  return shapes;
}

void check_order(const Steps &steps) {
  for (size_t i = 0; i + 1 < steps.size(); ++i)
    if (const FeatureDef &block = block_of(steps[i]); !block.c.is_given())
      throw Error(ErrorCode::kUnsupported, in_layer("preprocessing", block.name), block.c.why());
  if (steps.empty()) return;
  const FeatureDef &last = block_of(steps.back());
  if (!last.c.is_given() && !last.with_quantization.is_given())
    throw Error(ErrorCode::kUnsupported, in_layer("preprocessing", last.name), last.c.why());
}

}  // namespace

Shape window_shape(const Preprocessing &p) { return {p.window, p.channels}; }
Shape output_shape(const Preprocessing &p) { return shapes_of(p).back(); }

static constexpr const char *kRate = "rate_hz";

static std::string where_of(size_t i, const PreprocessingStep &step) {
  return fmt::format("features.blocks[{}] ({})", i, step.block);
}

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

std::vector<PreprocessingStep> resolved(std::vector<PreprocessingStep> blocks, double rate_hz) {
  for (size_t i = 0; i < blocks.size(); ++i) {
    PreprocessingStep &step = blocks[i];
    const FeatureDef &block = block_of(step);
    const std::string where = where_of(i, step);
    if (block.stands_flat)
      throw Error(ErrorCode::kInvalidArgument, where, "is no block of features", "train.normalize sets it");
    const auto spec = std::find_if(block.attrs.begin(), block.attrs.end(),
                                   [&](const AttrSpec &s) { return s.name == kRate; });
    if (spec != block.attrs.end()) set_rate(step, *spec, where, rate_hz, i == 0);
    step.attrs = complete_attrs(where, block.attrs, step.attrs);
    rate_hz = block.rate_behind ? block.rate_behind(step, rate_hz) : 0;
  }
  return blocks;
}

static Shape checked_shape(const PreprocessingStep &step, const Shape &in) {
  const Shape shape = block_of(step).shape(step, in);
  if (shape.elements() > kMostFeatures)
    throw Error(ErrorCode::kInvalidArgument, step.block,
                fmt::format("gives {} values of a window", shape.elements()),
                fmt::format("at most {} can be kept", kMostFeatures));
  return shape;
}

Shape feature_shape(const std::vector<PreprocessingStep> &blocks, const Shape &window, double rate_hz) {
  Shape shape = window;
  const std::vector<PreprocessingStep> steps = resolved(blocks, rate_hz);
  for (size_t i = 0; i < steps.size(); ++i) try {
      shape = checked_shape(steps[i], shape);
    } catch (const Error &e) {
      throw Error(e.code(), where_of(i, steps[i]), e.message(), e.hint());
    }
  return !blocks.empty() && shape.rank() == 2 && shape[0] == 1 ? Shape{shape[1]} : shape;
}

// What is not finite would make every weight so.
static void check_finite(const FeatureDef &block, const std::vector<float> &features, size_t of_window) {
  const auto bad = std::find_if(features.begin(), features.end(), [](float v) { return !std::isfinite(v); });
  if (bad == features.end()) return;
  const auto at = static_cast<size_t>(bad - features.begin());
  throw Error(ErrorCode::kDataFormat, in_layer("preprocessing", block.name),
              fmt::format("feature {} of window {} is not finite", at % of_window, at / of_window),
              "bring the channels to another unit, or leave that recording out");
}

void fit(Preprocessing &p, const float *windows, size_t examples) {
  check_order(p.steps);
  std::vector<float> values, next, work;
  Shape shape = window_shape(p);
  for (size_t i = 0; i < p.steps.size(); ++i) {
    PreprocessingStep &step = p.steps[i];
    const FeatureDef &block = block_of(step);
    if (!block.fit.is_given())
      throw Error(ErrorCode::kUnsupported, in_layer("preprocessing", block.name), block.fit.why());
    block.fit.get()(step, shape, i == 0 ? windows : values.data(), examples);
    if (i + 1 == p.steps.size()) break;
    const Shape out = block.shape(step, shape);
    const size_t from = shape.elements(), to = out.elements();
    next.resize(examples * to);
    work.resize(block.work_floats(step, shape));
    for (size_t e = 0; e < examples; ++e)
      block.apply.get()(step, shape, (i == 0 ? windows : values.data()) + e * from, work.data(),
                        next.data() + e * to);
    check_finite(block, next, to);
    std::swap(values, next);
    shape = out;
  }
}

void apply(const Preprocessing &p, const float *window, float *out) {
  if (const float *result = run_steps(p, p.steps.size(), window, out); result != out)
    std::copy_n(result, window_shape(p).elements(), out);
}

namespace {

bool stays_small(const PreprocessingStep &step, const Shape &shape) {
  const Shape out = block_of(step).shape(step, shape);
  return out.elements() > 0 && out.elements() <= kMostFeatures;
}

}  // namespace

void check_fits(const Preprocessing &p, const std::string &where, size_t inputs, bool is_fixed) {
  bool fits = p.window > 0 && p.channels > 0 && p.is_set();
  Shape shape = window_shape(p);
  for (size_t i = 0; fits && i < p.steps.size(); ++i) {
    const FeatureDef &block = block_of(p.steps[i]);
    const bool is_quantization = &block == &features::quantization_feature();
    fits = step_fits(p.steps[i], shape) && stays_small(p.steps[i], shape) &&
           is_quantization == (is_fixed && i + 1 == p.steps.size());
    if (fits) shape = block.shape(p.steps[i], shape);
  }
  if (!fits || shape.elements() != inputs)
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

void quantize_window(const Preprocessing &fixed, const float *window, float *work, int8_t *out) {
  const InputQuantization q = input_quantization(fixed);
  size_t count = window_shape(fixed).elements();
  window = run_steps(fixed, before_last(fixed), window, work, &count);
  mote_front_end_f32(window, count, q.offset.data(), q.gain.data(), q.offset.size(), q.zero_point, out);
}

WorkParts work_parts(const Preprocessing &fixed) {
  WorkParts parts;
  if (before_last(fixed) == 0) return parts;
  const std::vector<Shape> shapes = shapes_of(fixed);
  parts.second = shapes[0].elements();
  for (size_t i = 0; i < before_last(fixed); ++i) {
    size_t &part = i % 2 == 0 ? parts.first : parts.second;
    part = std::max(part, shapes[i + 1].elements());
  }
  return parts;
}

size_t work_floats(const Preprocessing &fixed) {
  const std::vector<Shape> shapes = shapes_of(fixed);
  size_t most = 0;
  for (size_t i = 0; i < before_last(fixed); ++i)
    most = std::max(most, block_of(fixed.steps[i]).work_floats(fixed.steps[i], shapes[i]));
  const WorkParts parts = work_parts(fixed);
  return parts.first + parts.second + most;
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

double feature_operations(const Preprocessing &fixed) {
  const std::vector<Shape> shapes = shapes_of(fixed);
  double count = 0;
  for (size_t i = 0; i < before_last(fixed); ++i) {
    const PreprocessingStep &step = fixed.steps[i];
    const FeatureDef &block = block_of(step);
    count +=
        block.operations ? block.operations(step, shapes[i]) : guessed_operations(block, step, shapes[i]);
  }
  return count;
}

size_t table_bytes(const Preprocessing &fixed) {
  size_t bytes = 0;
  for (const PreprocessingStep &step : fixed.steps)
    for (const FeatureTable &table : block_of(step).tables)
      bytes += step.table(table.name).size() * (table.c_type.find("16") != std::string::npos ? 2 : 4);
  return bytes;
}

std::vector<std::string> runtime_sources(const Preprocessing &fixed) {
  const std::vector<Shape> shapes = shapes_of(fixed);
  std::vector<std::string> sources;
  for (size_t i = 0; i < before_last(fixed); ++i)
    sources.push_back(block_of(fixed.steps[i]).c.get()(fixed.steps[i], shapes[i]).source());
  if (fixed.is_set()) sources.push_back("front_end.c");
  return sources;
}

}  // namespace mote
