// Exponents of channels and of features, and the quantization as multiplications of integers.
#include "features/fixed_arithmetic.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "features/channel_ranges.h"
#include "features/feature_def.h"
#include "features/feature_plan.h"
#include "features/preprocessing.h"
#include "mote_fixed.h"

namespace mote {

namespace {

constexpr int kMostExponent = 100;  // of a channel: 2^100 is far from the ends of float
constexpr int kMostChange = 20;     // by blocks of a chain

// 14 bits for the largest value that was seen.
int exponent_of(const ChannelRange &range) {
  constexpr int kBits = 14;
  int bits = 0;
  if (std::frexp(magnitude(range), &bits) == 0) return 0;
  return std::clamp(kBits - bits, -kMostExponent, kMostExponent);
}

bool is_block(const PreprocessingStep &step) { return !feature_by_name(step.block).stands_flat; }

}  // namespace

bool is_fixed(const Preprocessing &p) {
  return p.is_set() && p.steps.front().arithmetic == Arithmetic::kFixed && is_block(p.steps.front());
}

bool has_exponents(const Preprocessing &p) { return p.is_set() && !p.steps.front().exponents.empty(); }

std::string why_not_fixed(const std::vector<PreprocessingStep> &blocks) {
  for (size_t i = 0; i < blocks.size(); ++i) {
    const FeatureDef &block = feature_by_name(blocks[i].block);
    if (!block.fixed.is_given()) return block.name + " " + block.fixed.why();
    const auto log = blocks[i].attrs.find("log");
    if (log != blocks[i].attrs.end() && log->second == Attr(std::string("none")))
      return block.name + " has no powers without a logarithm in integers";
    if (!begins_chain(blocks, i) && !feature_by_name(blocks[i - 1].block).fixed.get()->gives_signal)
      return fmt::format("{} takes samples in integers, and not what {} gives", block.name,
                         blocks[i - 1].block);
  }
  return "";
}

static bool are_whole(const std::vector<int> &exponents) {
  return std::all_of(exponents.begin(), exponents.end(),
                     [](int e) { return std::abs(e) <= kMostExponent + kMostChange; });
}

// Of each step, from those of the sensor: a block takes those of the one before it, less the bits that are
// cut off between them. Errors: those of the blocks' shapes.
static void pass_exponents(const Preprocessing &p, const std::vector<int> &sensor,
                           std::vector<PreprocessingStep> &steps) {
  Shape shape;  // of what the step before it takes
  for (size_t i = 0; i < steps.size() && is_block(steps[i]); ++i) {
    PreprocessingStep &step = steps[i];
    const FeatureDef &block = feature_of(step);
    if (begins_chain(steps, i)) {
      shape = window_shape(p);
      step.exponents = sensor;
    } else {
      const PreprocessingStep &before = steps[i - 1];
      const FeatureDef &gives = feature_of(before);
      const std::vector<int> own = gives.result_exponents(before, shape);
      shape = gives.shape(before, shape);
      step.exponents.clear();
      for (int c = 0; c < shape[-1]; ++c)
        step.exponents.push_back(own[static_cast<size_t>(c) % own.size()] - MOTE_SIGNAL_BITS);
    }
    if (!are_whole(step.exponents))
      throw Error(
          ErrorCode::kInvalidArgument, "features.arithmetic",
          fmt::format("is fixed, and what {} takes is too large or too small for integers", block.name),
          "set it to float, or bring the values nearer to 1");
    if (block.takes_samples &&
        std::any_of(step.exponents.begin(), step.exponents.end(), [](int e) { return e != 0; }))
      throw Error(
          ErrorCode::kInvalidArgument, "features.arithmetic",
          fmt::format("is fixed, and {} takes samples of sound as they are, and not in the unit that {} "
                      "gives",
                      block.name, begins_chain(steps, i) ? "the window" : steps[i - 1].block),
          "set it to float, or leave that block out");
  }
}

bool takes_samples(const Preprocessing &p) {
  return std::any_of(p.steps.begin(), p.steps.end(), [](const PreprocessingStep &step) {
    return is_block(step) && feature_of(step).takes_samples;
  });
}

void set_exponents(Preprocessing &p, const std::vector<ChannelRange> &ranges) {
  const bool are_samples = takes_samples(p);
  const auto refuse = [](const std::string &why, const char *hint) {
    throw Error(ErrorCode::kInvalidArgument, "features.arithmetic", "is fixed, and " + why, hint);
  };
  if (p.image.is_set())
    refuse("blocks in integers take signals, and these are pictures", "set features.arithmetic = \"float\"");
  for (const ChannelRange &range : ranges) {
    // of counts in 16 bits: less is lost in rounding, more is cut off
    constexpr double kLeast = 1 << 8, kMost = 1 << 16;
    const double largest = magnitude(range);
    if (are_samples && largest > 0 && (largest < kLeast || largest > kMost))
      refuse(fmt::format("takes samples as int16, of which the largest in training is {:.6g}", largest),
             "set features.arithmetic = \"float\", or bring the samples to -32768 .. 32767");
  }
  std::vector<int> exponents;
  for (const ChannelRange &range : ranges) exponents.push_back(are_samples ? 0 : exponent_of(range));
  pass_exponents(p, exponents, p.steps);
}

// Those of all steps are what those of the sensor make them.
static bool exponents_follow(const Preprocessing &p) {
  if (std::ssize(p.steps.front().exponents) != p.channels) return false;
  std::vector<PreprocessingStep> steps = p.steps;
  try {
    pass_exponents(p, p.steps.front().exponents, steps);
  } catch (const Error &) {
    return false;  // settings that do not fit
  }
  return std::equal(
      steps.begin(), steps.end(), p.steps.begin(),
      [](const PreprocessingStep &a, const PreprocessingStep &b) { return a.exponents == b.exponents; });
}

bool exponents_fit(const Preprocessing &p) {
  std::vector<PreprocessingStep> blocks;
  for (const PreprocessingStep &step : p.steps)
    if (is_block(step)) blocks.push_back(step);
  if (is_fixed(p) && (p.image.is_set() || !why_not_fixed(blocks).empty())) return false;
  const Arithmetic arithmetic = is_fixed(p) ? Arithmetic::kFixed : Arithmetic::kFloat;
  return std::all_of(p.steps.begin(), p.steps.end(),
                     [&](const PreprocessingStep &step) {
                       if (!is_block(step) || arithmetic == Arithmetic::kFloat)
                         return step.arithmetic == Arithmetic::kFloat && step.exponents.empty();
                       return step.arithmetic == arithmetic && are_whole(step.exponents) &&
                              !step.exponents.empty();
                     }) &&
         (arithmetic == Arithmetic::kFloat || exponents_follow(p));
}

std::vector<int> result_exponents(const Preprocessing &p) {
  const FeaturePlan plan(p);
  std::vector<int> all;
  for (size_t i = 0; i < plan.steps.size(); ++i) {
    const PlannedStep &s = plan.steps[i];
    if (i + 1 < plan.steps.size() && !begins_chain(p.steps, i + 1)) continue;
    const std::vector<int> own = s.block->result_exponents(*s.step, s.in);
    const auto of_row = static_cast<size_t>(plan.shape[-1]);
    const size_t count = s.is_copied ? s.row : std::min(s.out.elements(), of_row);
    for (size_t k = 0; k < count; ++k) all.push_back(own[k % own.size()]);
  }
  return all;
}

FixedQuantization fixed_quantization(const Preprocessing &fixed) {
  constexpr int kMultiplierBits = 31, kMostShift = 62;
  constexpr double kMostOffset = 1 << 30;
  const InputQuantization q = input_quantization(fixed);
  const std::vector<int> exponents = result_exponents(fixed);
  FixedQuantization made;
  made.zero_point = q.zero_point;
  for (size_t i = 0; i < std::lcm(q.offset.size(), exponents.size()); ++i) {
    const int exponent = exponents[i % exponents.size()];
    const double offset = std::ldexp(double{q.offset[i % q.offset.size()]}, exponent);
    made.offset.push_back(static_cast<int32_t>(std::lround(std::clamp(offset, -kMostOffset, kMostOffset))));
    int bits = 0;  // gain = significand * 2^bits
    const double significand = std::frexp(std::ldexp(double{q.gain[i % q.gain.size()]}, -exponent), &bits);
    auto multiplier = std::max(std::llround(std::ldexp(significand, kMultiplierBits)), 0LL);
    int shift = kMultiplierBits - bits;
    if (multiplier > INT32_MAX) {
      multiplier /= 2;
      --shift;
    }
    if (shift < 1) {  // any distance from the offset is beyond int8
      multiplier = INT32_MAX;
      shift = 1;
    }
    if (shift > kMostShift) {  // and here none is above a half
      multiplier = 0;
      shift = kMostShift;
    }
    made.multiplier.push_back(static_cast<int32_t>(multiplier));
    made.shift.push_back(shift);
  }
  return made;
}

void FixedQuantization::apply(const int32_t *values, size_t count, int8_t *out) const {
  mote_front_end_s32(values, static_cast<int32_t>(count), offset.data(), multiplier.data(), shift.data(),
                     static_cast<int32_t>(offset.size()), zero_point, out);
}

}  // namespace mote
