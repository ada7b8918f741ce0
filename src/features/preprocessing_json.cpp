// A preprocessing to JSON and back, in the two formats of the header: where it can be, it is written as
// format 1, which older programs read.
//
// The settings and tables of a step are named by its block; this knows none. What is inconsistent is
// found by check_fits(), not here.
#include "features/preprocessing_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "features/decision_json.h"
#include "features/feature_def.h"
#include "features/quantization.h"

namespace mote {

using nlohmann::json;

namespace {

bool stands_flat(const Preprocessing &p) { return feature_by_name(p.steps.back().block).stands_flat; }

constexpr const char *kChain = "chain";  // left out where it is the first
constexpr const char *kArithmetic = "arithmetic", *kExponents = "exponents";  // of floats: left out

void write_step(const PreprocessingStep &step, json &to) {
  if (step.chain > 0) to[kChain] = step.chain;
  if (step.arithmetic != Arithmetic::kFloat) {
    to[kArithmetic] = arithmetic_names().name_of(step.arithmetic);
    to[kExponents] = step.exponents;
  }
  for (const auto &[key, value] : step.attrs)
    std::visit([&, &name = key](const auto &v) { to[name] = v; }, value);
  for (const auto &[name, table] : step.tables) to[name] = table;
}

bool is_in_integers(const json &step) {
  return step.contains(kArithmetic) && step.at(kArithmetic) == arithmetic_names().name_of(Arithmetic::kFixed);
}

// Of the arithmetic that the step names.
const FeatureDef &block_in(const json &step) {
  PreprocessingStep named{step.at("block"), {}, {}};
  if (is_in_integers(step)) named.arithmetic = Arithmetic::kFixed;
  return feature_of(named);
}

PreprocessingStep read_step(const FeatureDef &block, const json &from) {
  PreprocessingStep step{block.name, {}, {}};
  if (from.contains(kChain) && !block.stands_flat) step.chain = from.at(kChain);
  if (is_in_integers(from)) {
    step.arithmetic = Arithmetic::kFixed;
    step.exponents = from.at(kExponents).get<std::vector<int>>();
  }
  for (const AttrSpec &spec : block.attrs)
    std::visit(
        [&](const auto &fallback) {
          step.attrs[spec.name] = from.at(spec.name).get<std::decay_t<decltype(fallback)>>();
        },
        spec.fallback);
  for (const FeatureTable &table : block.tables)
    step.tables[table.name] = from.at(table.name).get<std::vector<float>>();
  return step;
}

// A list per figure; an older reader passes over the field.
constexpr const char *kRanges = "channel_ranges";
constexpr std::pair<const char *, float ChannelRange::*> kFigures[] = {
    {"mean", &ChannelRange::mean},
    {"deviation", &ChannelRange::deviation},
    {"low", &ChannelRange::low},
    {"high", &ChannelRange::high}};

constexpr const char *kRunningMean = "running_mean";  // left out where it is 0
constexpr int kMostRunning = 1 << 24;
constexpr const char *kImage = "image";  // an older reader passes over it, too

// Errors: kDataFormat for a size that is not that of a window.
ImageInput read_image(const json &from, int window) {
  if (!from.contains(kImage)) return {};
  const json &j = from.at(kImage);
  const ImageFit *fit = image_fit_names().find(j.at("fit").get<std::string>());
  const ImageInput image{j.at("height"), j.at("width"), fit ? *fit : ImageFit::kNone};
  if (fit == nullptr)
    throw Error(ErrorCode::kDataFormat, "preprocessing",
                "its pictures are fitted in a way that this version of mote does not know");
  if (image.height < 1 || int64_t{image.height} * image.width != window)
    throw Error(ErrorCode::kDataFormat, "preprocessing",
                "its preprocessing does not fit its input: its windows are no images of that size");
  return image;
}

void write_ranges(const std::vector<ChannelRange> &channels, json &to) {
  if (channels.empty()) return;
  for (const auto &[name, figure] : kFigures)
    for (const ChannelRange &c : channels) to[kRanges][name].push_back(c.*figure);
}

// Errors: kDataFormat for a list that is not one finite figure per channel.
std::vector<ChannelRange> read_ranges(const json &from, int channels) {
  if (!from.contains(kRanges)) return {};
  std::vector<ChannelRange> all;
  for (const auto &[name, figure] : kFigures) {
    const auto list = from.at(kRanges).at(name).get<std::vector<float>>();
    if (std::ssize(list) != channels ||
        !std::all_of(list.begin(), list.end(), [](float v) { return std::isfinite(v); }))
      throw Error(
          ErrorCode::kDataFormat, "preprocessing",
          fmt::format("its preprocessing does not fit its input: channel_ranges.{} must be {} finite numbers",
                      name, channels));
    all.resize(list.size());
    for (size_t c = 0; c < list.size(); ++c) all[c].*figure = list[c];
  }
  for (const ChannelRange &c : all)
    if (c.low > c.high || c.deviation < 0)
      throw Error(ErrorCode::kDataFormat, "preprocessing",
                  "its preprocessing does not fit its input: in channel_ranges a low is above its high, or a "
                  "deviation "
                  "is negative");
  return all;
}

Form form_of(const AttrSpec &spec) {
  constexpr int64_t kFar = int64_t{1} << 53;
  const auto bound = [](double limit) {
    return limit < -kFar ? -kFar : limit > kFar ? kFar : std::llround(limit);
  };
  const Form integer = form::integer(bound(spec.low), bound(spec.high));
  if (std::holds_alternative<int64_t>(spec.fallback)) return integer;
  if (std::holds_alternative<double>(spec.fallback)) return form::number(spec.low, spec.high);
  if (std::holds_alternative<std::string>(spec.fallback)) return form::text();
  return form::list(integer);
}

// The settings and tables of a step.
Form form_of(const FeatureDef &block) {
  constexpr int64_t kMostChains = 1 << 16;
  std::vector<form::Field> fields = {form::optional(kChain, form::integer(0, kMostChains)),
                                     form::optional(kArithmetic, form::text()),
                                     form::optional(kExponents, form::list(form::integer(-1000, 1000)))};
  for (const AttrSpec &spec : block.attrs) fields.push_back({spec.name, form_of(spec)});
  for (const FeatureTable &table : block.tables)
    fields.push_back({table.name, form::list(form::number(-1e300, 1e300))});
  return form::object(std::move(fields));
}

std::optional<Misfit> step_misfit(const json &step) {
  static const Form kNamed = form::object({{"block", form::text()}});
  static const Form kArithmetics = form::object({form::optional(kArithmetic, form::text())});
  if (std::optional<Misfit> misfit = kNamed(step)) return misfit;
  if (std::optional<Misfit> misfit = kArithmetics(step)) return misfit;
  if (step.contains(kArithmetic) != step.contains(kExponents))
    return Misfit{kExponents, "belongs to a step in integers, and to none else"};
  if (step.contains(kArithmetic) && !is_in_integers(step))
    return Misfit{kArithmetic, "is not known to this version of mote"};
  return form_of(block_in(step))(step);
}

}  // namespace

std::optional<Misfit> preprocessing_misfit(const json &j) {
  constexpr int64_t kMost = int64_t{1} << 24;
  static const Form kFigures = form::list(form::number(-1e300, 1e300));
  static const Form kAll = form::object(
      {{"window", form::integer(-kMost, kMost)},  // what does not fit is said by check_fits()
       {"channels", form::integer(-kMost, kMost)},
       {"rate_hz", form::number(0, 1e12)},
       {"channel_names", form::list(form::text())},
       form::optional("steps", form::list(step_misfit)),
       form::optional(kRunningMean, form::integer(1, kMostRunning)),
       form::optional(kImage, form::object({{"height", form::integer(1, kMost)},
                                            {"width", form::integer(1, kMost)},
                                            {"fit", form::text()}})),
       form::optional(
           kRanges,
           form::object(
               {{"mean", kFigures}, {"deviation", kFigures}, {"low", kFigures}, {"high", kFigures}}))});
  if (std::optional<Misfit> misfit = kAll(j)) return misfit;
  for (const FeatureDef *block : all_features())
    if (block->stands_flat && j.contains(block->tables[0].name)) return form_of(*block)(j);
  if (!j.contains("steps")) return Misfit{features::normalization_feature().tables[0].name, "is missing"};
  return {};
}

json preprocessing_json(const Preprocessing &p) {
  json j = {{"window", p.window},
            {"channels", p.channels},
            {"rate_hz", p.rate_hz},
            {"channel_names", p.channel_names}};
  write_ranges(p.channel_ranges, j);
  if (p.decision.is_set()) j["decision"] = decision_json(p.decision);
  if (!p.is_set()) {  // a program that starts at its int8 input
    write_step(quantization({}, {}, 0), j);
    return j;
  }
  if (p.running_mean > 0) j[kRunningMean] = p.running_mean;
  if (p.image.is_set())
    j[kImage] = {{"height", p.image.height},
                 {"width", p.image.width},
                 {"fit", image_fit_names().name_of(p.image.fit)}};
  const bool is_flat = stands_flat(p);
  if (is_flat) write_step(p.steps.back(), j);
  for (size_t i = 0; i + (is_flat ? 1 : 0) < p.steps.size(); ++i) {
    json step = {{"block", p.steps[i].block}, {"formula", feature_by_name(p.steps[i].block).formula}};
    write_step(p.steps[i], step);
    j["steps"].push_back(step);
  }
  return j;
}

int preprocessing_format(const Preprocessing &p) {
  constexpr int kWithChains = 4, kInIntegers = 5, kWithRunningMean = 6;
  if (p.running_mean > 0) return kWithRunningMean;
  if (std::any_of(p.steps.begin(), p.steps.end(),
                  [](const PreprocessingStep &s) { return s.arithmetic == Arithmetic::kFixed; }))
    return kInIntegers;
  const bool has_chains =
      std::any_of(p.steps.begin(), p.steps.end(), [](const PreprocessingStep &s) { return s.chain > 0; });
  if (has_chains) return kWithChains;
  return !p.is_set() || (p.steps.size() == 1 && stands_flat(p)) ? 1 : 2;
}

Preprocessing preprocessing_from(const json &j) {
  Preprocessing p{j.at("window"), j.at("channels"), j.at("rate_hz"), j.at("channel_names"), {}};
  p.channel_ranges = read_ranges(j, p.channels);
  p.image = read_image(j, p.window);
  p.running_mean = j.value(kRunningMean, 0);
  if (j.contains("decision")) p.decision = decision_from(j.at("decision"), p.window, p.channels);
  if (j.contains("steps"))
    for (const json &item : j.at("steps")) {
      const FeatureDef &block = block_in(item);
      p.steps.push_back(read_step(block, item));
      Attrs &attrs = p.steps.back().attrs;
      attrs = complete_attrs(in_layer("preprocessing", block.name), block.attrs, attrs);
    }
  for (const FeatureDef *block : all_features()) {
    if (!block->stands_flat || !j.contains(block->tables[0].name)) continue;
    PreprocessingStep step = read_step(*block, j);
    const bool is_absent = block == &features::quantization_feature() && step.table("offset").empty();
    if (!is_absent) p.steps.push_back(std::move(step));
    return p;
  }
  return p;
}

}  // namespace mote
