// Butterworth filters of each channel, causal, as a device runs them.
//
// Where float32 would lose more than a hundred thousandth, the routine works with pairs of floats.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "features/block_routine.h"
#include "features/filter_design.h"
#include "mote_filter.h"
#include "mote_fixed_filter.h"

namespace mote::features {

namespace {

struct FilterPlan {
  FilterBand band = FilterBand::kLow;
  double low = 0, high = 0;  // in parts of half the rate
};

// Errors: kInvalidArgument.
double checked_edge(const PreprocessingStep &step, const std::string &name, const char *kind) {
  constexpr double kLeastPart = 1e-4;
  const double rate = rate_of(step), edge = step.attrs.number(name);
  if (edge == 0)
    refuse(step, fmt::format("a {} filter needs {}", kind, name), fmt::format("set {} in Hz", name));
  if (!(edge < rate / 2))
    refuse(step, fmt::format("{} is {:g} Hz, but half the rate is {:g} Hz", name, edge, rate / 2),
           "choose a lower one");
  if (edge < kLeastPart * rate)
    refuse(step, fmt::format("{} is {:g} Hz, less than a ten thousandth of the rate", name, edge),
           "choose a higher one, or resample in front of it");
  return edge / (rate / 2);
}

FilterPlan filter_plan(const PreprocessingStep &step) {
  const std::string &kind = step.attrs.text("kind");
  const bool is_band = kind == "bandpass" || kind == "notch";
  for (const char *name : {"cutoff_hz", "low_hz", "high_hz"})
    if (is_band == (name == std::string("cutoff_hz")) && step.attrs.number(name) != 0)
      refuse(step, fmt::format("{} says nothing of a {} filter", name, kind),
             is_band ? "its edges are low_hz and high_hz" : "its edge is cutoff_hz");
  if (step.attrs.integer("order") % 2 != 0)
    refuse(step, fmt::format("order is {}", step.attrs.integer("order")), "use 2, 4, 6 or 8");
  if (!is_band)
    return {kind == "high" ? FilterBand::kHigh : FilterBand::kLow,
            checked_edge(step, "cutoff_hz", kind.c_str())};
  const double low = checked_edge(step, "low_hz", kind.c_str()),
               high = checked_edge(step, "high_hz", kind.c_str());
  if (!(high - low >= 1e-4))
    refuse(step,
           fmt::format("low_hz is {:g}, high_hz {:g}", step.attrs.number("low_hz"),
                       step.attrs.number("high_hz")),
           "the second is the larger one, by a ten thousandth of the rate at least");
  return {kind == "notch" ? FilterBand::kBandStop : FilterBand::kBandPass, low, high};
}

std::vector<FilterSection> designed(const PreprocessingStep &step) {
  const FilterPlan plan = filter_plan(step);
  return filter_sections(butterworth_prototype(step.attrs.integer("order")), plan.band, plan.low, plan.high);
}

// Errors of numbers and states grow by about the inverse of a pole's distance from the unit circle times the
// sine of its angle.
bool needs_pairs(const std::vector<FilterSection> &sections) {
  constexpr double kLeast = 0.01;
  return std::any_of(sections.begin(), sections.end(), [](const FilterSection &s) {
    const double radius = __builtin_sqrt(s.a2), cosine = s.a1 / (2 * radius);
    return (1 - radius) * __builtin_sqrt(std::max(0.0, 1 - cosine * cosine)) < kLeast;
  });
}

Tables filter_tables(const PreprocessingStep &step, const Shape &) {
  std::vector<float> table;
  double size = 1;  // of what comes to a section when the input has always been 1
  for (const FilterSection &s : designed(step)) {
    const double gain = (s.b0 + s.b1 + s.b2) / (1 + s.a1 + s.a2);
    const double numbers[] = {
        s.b0, s.b1, s.b2, s.a1, s.a2, size * (gain - s.b0), size * (s.b2 - s.a2 * gain)};
    for (const double value : numbers) table.push_back(static_cast<float>(value));
    for (const double value : numbers) table.push_back(static_cast<float>(value - static_cast<float>(value)));
    size *= gain;
  }
  return {{"filter", std::move(table)}};
}

mote_filter_params filter_numbers(const PreprocessingStep &step, const Shape &in) {
  const std::vector<FilterSection> sections = designed(step);
  return {rows_of(in),
          channels_of(in),
          static_cast<int32_t>(sections.size()),
          needs_pairs(sections),
          step.attrs.text("initial") == "steady",
          nullptr};
}

RoutineBlock filter_block() {
  return {.name = "filter",
          .formula = "Butterworth filter by the bilinear transform, in sections of second order",
          .doc =
              "a Butterworth filter of each channel: low, high, bandpass or notch, as scipy.signal.butter "
              "designs and sosfilt runs it",
          .attrs = {rows_rate_attr(),
                    {"kind",
                     std::string("low"),
                     "what passes",
                     {"low", "high", "bandpass", "notch"},
                     -1e300,
                     1e300,
                     {{"lowpass", "low"}, {"highpass", "high"}, {"band", "bandpass"}, {"bandstop", "notch"}}},
                    {"order", int64_t{4}, "2, 4, 6 or 8; bands have twice as many poles", {}, 2, 8},
                    {"cutoff_hz", 0.0, "low, high: where the gain is -3 dB", {}, 0, 1e9},
                    {"low_hz", 0.0, "bandpass, notch: the lower edge", {}, 0, 1e9},
                    {"high_hz", 0.0, "bandpass, notch: the upper edge", {}, 0, 1e9},
                    {"initial",
                     std::string("zero"),
                     "what was before the window: zeros, or its first row",
                     {"zero", "steady"}}},
          .tables = {{"filter"}},
          .shape =
              [](const PreprocessingStep &step, const Shape &in) {
                filter_plan(step);
                return in;
              },
          .frames = NotSupported{"begins anew with each window"},
          .tables_of = filter_tables,
          .operations =
              [](const PreprocessingStep &step, const Shape &in) {
                const std::vector<FilterSection> sections = designed(step);
                return static_cast<double>(in.elements() * sections.size()) *
                       (needs_pairs(sections) ? 200 : 10);
              },
          .rate_behind = same_rate};
}

// In integers ---------------------------------------------------------------------------------------------

// Sections whose numbers are such that whatever comes, none gives more than has come.
struct BoundedFilter {
  std::vector<FilterSection> sections;
  double gain = 1;  // behind them
};

// `signal` through a section, and the sum of the sizes of what comes out until it fades.
double size_behind(const FilterSection &s, std::vector<double> &signal) {
  double first = 0, second = 0, size = 0;
  for (double &v : signal) {
    const double out = s.b0 * v + first;
    first = s.b1 * v - s.a1 * out + second;
    second = s.b2 * v - s.a2 * out;
    v = out;
    size += std::fabs(out);
  }
  return size;
}

// Poles of a wide notch are at both of its sides: with all of one side first, hardly anything of the other
// one would be left in between.
std::vector<FilterSection> interleaved(const std::vector<FilterSection> &sections) {
  std::vector<FilterSection> made;
  for (size_t i = 0; i < sections.size(); ++i)
    made.push_back(i % 2 == 0 ? sections[i / 2] : sections[sections.size() - 1 - i / 2]);
  return made;
}

BoundedFilter bounded(const std::vector<FilterSection> &designed) {
  constexpr double kRoom = 1.001, kFaded = 1e-9, kMostNumber = 1.99;
  double radius = 0;
  for (const FilterSection &s : designed) {
    const double root = __builtin_sqrt(std::max(0.0, s.a1 * s.a1 / 4 - s.a2));
    radius = std::max(radius, root > 0 ? std::fabs(s.a1 / 2) + root : __builtin_sqrt(s.a2));
  }
  std::vector<double> response(static_cast<size_t>(std::ceil(std::log(kFaded) / std::log(radius)) + 16));
  response[0] = 1;
  BoundedFilter made;
  for (FilterSection s : designed) {
    const double largest = std::max({std::fabs(s.b0), std::fabs(s.b1), std::fabs(s.b2)}),
                 size = std::max(kRoom * size_behind(s, response), largest / kMostNumber);
    for (double &v : response) v /= size;
    s.b0 /= size;
    s.b1 /= size;
    s.b2 /= size;
    made.sections.push_back(s);
    made.gain *= size;
  }
  return made;
}

void add_parts(std::vector<float> &table, int32_t number) {
  table.push_back(static_cast<float>(number >> 15));
  table.push_back(static_cast<float>(number & 0x7fff));
}

constexpr int kGainBits = 20, kMostGain = 1 << 9;

constexpr const char *kCoarse =
    "use a higher cutoff or a wider band, decimate in front of it, or set features.arithmetic = \"float\"";

Tables fixed_filter_tables(const PreprocessingStep &step, const Shape &) {
  constexpr int kBits = 29;
  const auto rounded = [](double v) { return static_cast<int32_t>(std::llround(std::ldexp(v, kBits))); };
  const BoundedFilter filter = bounded(interleaved(designed(step)));
  if (filter.gain >= kMostGain) refuse(step, "makes too little of what comes in between", kCoarse);
  std::vector<float> table;
  double steady = 1;
  for (const FilterSection &s : filter.sections) {
    const int32_t a1 = rounded(s.a1), a2 = rounded(s.a2);
    const double below = 1 + s.a1 + s.a2, above = s.b0 + s.b1 + s.b2,
                 below_rounded = 1 + std::ldexp(a1, -kBits) + std::ldexp(a2, -kBits);
    // what passes at 0 Hz passes as it did, whatever poles near to 1 lost in rounding
    const double again =
        std::fabs(above) > 0.5 * (std::fabs(s.b0) + std::fabs(s.b2)) ? below_rounded / below : 1;
    steady *= again * above / below_rounded;
    for (const int32_t number :
         {rounded(again * s.b0), rounded(again * s.b1), rounded(again * s.b2), a1, a2, rounded(steady)})
      add_parts(table, number);
  }
  add_parts(table, static_cast<int32_t>(std::lround(std::ldexp(filter.gain, kGainBits))));
  return {{"filter", std::move(table)}};
}

// Numbers of 29 bits move poles by 2^-30 of their distance from 1 and -1, squared.
Shape fixed_filter_shape(const PreprocessingStep &step, const Shape &in) {
  constexpr double kLeast = 4e-6, kLeastRadius = 1e-5;
  filter_plan(step);
  for (const FilterSection &s : designed(step))
    if (1 + s.a1 + s.a2 < kLeast || 1 - s.a1 + s.a2 < kLeast || 1 - s.a2 < kLeastRadius)
      refuse(step, "has poles that integers are too coarse for", kCoarse);
  return in;
}

mote_fixed_filter_params fixed_filter_numbers(const PreprocessingStep &step, const Shape &in) {
  const mote_filter_params p = filter_numbers(step, in);
  return {p.rows, p.channels, p.sections, p.is_steady, nullptr};
}

const FeatureDef &fixed_filter() {
  using P = mote_fixed_filter_params;
  static const FeatureDef kDef = [] {
    RoutineBlock block = filter_block();
    block.shape = fixed_filter_shape;
    block.tables = {{"filter", "int16_t"}};
    block.tables_of = fixed_filter_tables;
    block.gives_signal = true;
    return fixed_feature<P>(block, {"fixed_filter",
                                    mote_fixed_filter,
                                    {{"rows", &P::rows},
                                     {"channels", &P::channels},
                                     {"sections", &P::sections},
                                     {"is_steady", &P::is_steady},
                                     {"filter", &P::filter}},
                                    fixed_filter_numbers,
                                    signal_exponents});
  }();
  return kDef;
}

}  // namespace

const FeatureDef &filter_feature() {
  using P = mote_filter_params;
  static const FeatureDef kDef = [] {
    RoutineBlock block = filter_block();
    block.fixed = &fixed_filter();
    return routine_feature<P>(block, {"filter",
                                      mote_filter,
                                      {{"rows", &P::rows},
                                       {"channels", &P::channels},
                                       {"sections", &P::sections},
                                       {"is_precise", &P::is_precise},
                                       {"is_steady", &P::is_steady},
                                       {"filter", &P::filter}},
                                      filter_numbers});
  }();
  return kDef;
}

}  // namespace mote::features
