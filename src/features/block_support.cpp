// Refusals, settings of several forms, and tables, once for all blocks.
#include "features/block_support.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/math.h"
#include "base/text.h"

namespace mote::features {

void refuse(const PreprocessingStep &step, const std::string &message, const std::string &hint) {
  throw Error(ErrorCode::kInvalidArgument, in_layer("preprocessing", step.block), message, hint);
}

AttrSpec truth_attr(const std::string &name, bool fallback, const std::string &doc, const OtherNames &more) {
  AttrSpec spec{name, std::string(fallback ? "true" : "false"), doc, {"false", "true"}};
  spec.other_choices = {{"0", "false"}, {"1", "true"}};
  spec.other_choices.insert(spec.other_choices.end(), more.begin(), more.end());
  return spec;
}

bool is_true(const PreprocessingStep &step, const std::string &name) {
  return step.attrs.text(name) == "true";
}

void refuse_idle(const PreprocessingStep &step, const std::string &setting, bool is_set, bool is_wanted,
                 const std::string &value) {
  if (is_set && !is_wanted)
    refuse(step, fmt::format("{} says nothing: values does not list {}", setting, value),
           fmt::format("add it to values, or leave {} out", setting));
}

void refuse_long(const PreprocessingStep &step, int32_t rows) {
  constexpr int32_t kMostRows = 65535;
  if (rows > kMostRows)
    refuse(step, fmt::format("a window of {} rows is too long for integers", rows),
           fmt::format("use at most {} rows, or features.arithmetic = \"float\"", kMostRows));
}

AttrSpec rows_rate_attr() { return {"rate_hz", 0.0, "rows per second", {}, 0, 1e9}; }

double rate_of(const PreprocessingStep &step) {
  const double rate = step.attrs.number("rate_hz");
  if (!(rate > 0)) refuse(step, "the rate of the samples is not known", "set rate_hz to rows per second");
  return rate;
}

std::vector<std::string> listed(const std::string &text) {
  std::vector<std::string> words;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find(',', at), text.size());
    words.emplace_back(trim(std::string_view(text).substr(at, end - at)));
    at = end + 1;
  }
  return words;
}

std::vector<double> listed_numbers(const PreprocessingStep &step, const std::string &name) {
  const std::string &text = step.attrs.text(name);
  std::vector<double> numbers;
  for (const std::string &word : listed(text)) {
    const std::optional<double> number = parse_number(word);
    if (!number || !std::isfinite(*number))
      refuse(step, fmt::format("{} '{}' is no list of numbers", name, text),
             "write them with commas: \"0.1, 0.5, 1.0\"");
    numbers.push_back(*number);
  }
  return numbers;
}

std::string all_names(const NamedBits &table) {
  std::string names;
  for (const auto &[name, bit] : table) names += (names.empty() ? "" : ",") + name;
  return names;
}

int32_t listed_bits(const PreprocessingStep &step, const NamedBits &table, const std::string &what) {
  int32_t bits = 0;
  for (const std::string &word : listed(step.attrs.text("values"))) {
    const auto found =
        std::find_if(table.begin(), table.end(), [&](const auto &entry) { return entry.first == word; });
    if (found == table.end())
      refuse(step, fmt::format("there is no {} '{}'", what, word), "there are " + all_names(table));
    bits |= found->second;
  }
  return bits;
}

AttrSpec axes_attr() {
  return {"axes", std::vector<int64_t>{}, "channels, counted from 0; empty: all", {}, 0, 32767};
}

std::vector<float> chosen_axes(const PreprocessingStep &step, const Shape &in) {
  const std::vector<int64_t> &axes = step.attrs.list("axes");
  std::vector<float> chosen;
  for (int32_t c = 0; axes.empty() && c < channels_of(in); ++c) chosen.push_back(static_cast<float>(c));
  for (const int64_t axis : axes) {
    if (axis >= channels_of(in))
      refuse(step, fmt::format("there is no axis {} in windows of {} channels", axis, channels_of(in)),
             "axes are counted from 0");
    if (std::find(chosen.begin(), chosen.end(), static_cast<float>(axis)) != chosen.end())
      refuse(step, fmt::format("axis {} is listed twice", axis), "name each axis once");
    chosen.push_back(static_cast<float>(axis));
  }
  return chosen;
}

bool is_power_of_two(int64_t n) { return n > 0 && (n & (n - 1)) == 0; }

std::vector<float> quarter_wave(int n) {
  std::vector<float> table;
  for (int k = 0; k <= n / 4; ++k) {
    double sine, cosine;
    exact_sincos(2 * M_PI * k / n, &sine, &cosine);
    table.push_back(4 * k == n ? 0 : static_cast<float>(cosine));
  }
  return table;
}

float q15(double value) {
  return static_cast<float>(std::clamp(std::lround(std::ldexp(value, 15)), -32767L, 32767L));
}

std::vector<float> turns(int n) {
  std::vector<float> table;
  for (int k = 0; k < 3 * n / 4; ++k) {
    double sine, cosine;
    exact_sincos(2 * M_PI * k / n, &sine, &cosine);
    table.insert(table.end(), {q15(cosine), q15(sine)});
  }
  return table;
}

ScaledNumber scaled_number(double v, int bits) {
  ScaledNumber made{0, 0};
  const double significand = std::frexp(v, &made.exponent);
  made.significand = static_cast<int32_t>(std::lround(std::ldexp(significand, bits)));
  made.exponent -= bits;
  return made;
}

FeatureDef with_tables(FeatureDef def, TablesOf tables_of) {
  def.fit = [shape = def.shape, tables_of](PreprocessingStep &step, const Shape &in, const float *, size_t) {
    shape(step, in);
    for (auto &[name, table] : tables_of(step, in)) step.tables[name] = table;
  };
  return def;
}

}  // namespace mote::features
