// Fuzzes the blocks of features: bytes choose chains of blocks, their settings, a window and its samples,
// also some that are not finite, in floats or in integers. What is not refused before it runs gives the same
// bits in whatever memory, fits its own tables, can be written to a model and read again, and finds its
// routines of C.
//
// Seeds: make_seeds.cpp.
#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "features/feature_def.h"
#include "features/fixed_arithmetic.h"
#include "features/preprocessing.h"
#include "features/preprocessing_json.h"
#include "features/window_features.h"
#include "mote_fixed.h"

namespace {

using namespace mote;

class Bytes {
 public:
  Bytes(const uint8_t *data, size_t size) : data_(data), size_(size) {}
  uint8_t one() { return at_ < size_ ? data_[at_++] : 0; }
  size_t below(size_t n) { return one() % n; }
  uint32_t four() {
    uint32_t value = 0;
    for (int i = 0; i < 4; ++i) value = value << 8 | one();
    return value;
  }

 private:
  const uint8_t *data_;
  size_t size_, at_ = 0;
};

double number(Bytes &bytes, const AttrSpec &spec, double fallback) {
  const auto within = [&](double share) { return spec.low + share * (spec.high - spec.low); };
  switch (bytes.below(10)) {
    case 0:
      return std::max(spec.low, -1e9);
    case 1:
      return std::min(spec.high, 1e9);
    case 2:
      return 0;
    case 3:
      return fallback * 2;
    case 4:
      return fallback / 2;
    case 5:
      return 1 << bytes.below(14);
    case 6:
      return bytes.one();
    case 7:
      return within(bytes.one() / 256.0);
    case 8:
      return bytes.one() / 256.0;
    default:
      return std::ldexp(static_cast<int32_t>(bytes.four()), static_cast<int>(bytes.below(64)) - 40);
  }
}

// Words of the default, numbers, or what is neither.
std::string text(Bytes &bytes, const AttrSpec &spec) {
  if (!spec.choices.empty()) return spec.choices[bytes.below(spec.choices.size())];
  const std::string &fallback = std::get<std::string>(spec.fallback);
  std::string list;
  for (size_t n = bytes.below(5); n-- > 0;) {
    if (!list.empty()) list += ',';
    const size_t from = fallback.empty() ? 0 : bytes.below(fallback.size()),
                 begin = fallback.rfind(',', from);
    const size_t word = begin == std::string::npos ? 0 : begin + 1;
    list += bytes.one() % 4 == 0 ? std::to_string(number(bytes, spec, bytes.one()))
            : fallback.empty()   ? std::to_string(bytes.one())
                                 : fallback.substr(word, fallback.find(',', word) - word);
  }
  return list;
}

int64_t integer(double value) {
  constexpr double kMost = 1e15;
  return static_cast<int64_t>(std::clamp(value, -kMost, kMost));
}

Attr setting(Bytes &bytes, const AttrSpec &spec) {
  if (std::holds_alternative<std::string>(spec.fallback)) return text(bytes, spec);
  if (const auto *value = std::get_if<double>(&spec.fallback)) return number(bytes, spec, *value);
  if (const auto *value = std::get_if<int64_t>(&spec.fallback))
    return integer(number(bytes, spec, static_cast<double>(*value)));
  std::vector<int64_t> list(spec.count > 0 ? spec.count : bytes.below(6));
  for (int64_t &item : list) item = integer(number(bytes, spec, bytes.below(4)));
  return list;
}

PreprocessingStep chosen_step(Bytes &bytes, int chain) {
  const FeatureDef &block = *all_features()[bytes.below(all_features().size())];
  PreprocessingStep step{block.name, {}, {}, chain};
  for (const AttrSpec &spec : block.attrs)
    if (bytes.one() % 4 == 1) step.attrs[spec.name] = setting(bytes, spec);
  return step;
}

Preprocessing chosen(Bytes &bytes) {
  constexpr double kRates[] = {0, 16000, 100, 8000, 62.5, 1, 44100, 1e-3};
  constexpr size_t kMostValues = 1 << 14;
  Preprocessing p;
  p.channels = static_cast<int>(1 + bytes.below(8));
  p.window = 1 + static_cast<int>(bytes.four() % (kMostValues / static_cast<size_t>(p.channels)));
  p.rate_hz = kRates[bytes.below(std::size(kRates))];
  if (bytes.one() % 4 == 1) {
    p.image.height = static_cast<int>(1 + bytes.below(64));
    p.image.width = static_cast<int>(1 + bytes.below(64));
    p.window = p.image.height * p.image.width;
  }
  const int chains = bytes.one() % 4 == 1 ? 2 : 1;
  for (int chain = 0; chain < chains; ++chain)
    for (size_t n = 1 + bytes.below(3) % 2; n-- > 0;) p.steps.push_back(chosen_step(bytes, chain));
  if (bytes.one() % 2 == 1)
    for (PreprocessingStep &step : p.steps) step.arithmetic = Arithmetic::kFixed;
  return p;
}

float sample(Bytes &bytes) {
  using Limits = std::numeric_limits<float>;
  switch (bytes.one() % 16) {
    case 0:
      return 0;
    case 1:
      return -1;
    case 2:
      return 32767;
    case 3:
      return -32768;
    case 4:
      return Limits::quiet_NaN();
    case 5:
      return Limits::infinity();
    case 6:
      return -Limits::infinity();
    case 7:
      return Limits::max();
    case 8:
      return -Limits::max();
    case 9:
      return Limits::denorm_min();
    case 10:
      return 1e30F;
    default:
      return static_cast<float>(static_cast<int16_t>(bytes.four()));
  }
}

// A few samples over and over, so that few bytes make a long window.
std::vector<float> chosen_window(Bytes &bytes, size_t count) {
  std::vector<float> period(1 + bytes.below(64)), window(count);
  const bool is_sound = bytes.one() % 2 == 0;
  for (float &v : period)
    v = is_sound ? static_cast<float>(static_cast<int16_t>(bytes.four())) : sample(bytes);
  for (size_t i = 0; i < count; ++i) window[i] = period[i % period.size()];
  return window;
}

bool are_same_bits(const std::vector<float> &a, const std::vector<float> &b) {
  for (size_t i = 0; i < a.size(); ++i)
    if (std::memcmp(&a[i], &b[i], sizeof(float)) != 0 && !(std::isnan(a[i]) && std::isnan(b[i])))
      return false;
  return true;
}

void run_in_integers(const Preprocessing &p, const std::vector<float> &window) {
  const FeaturePlan plan(p);
  const std::vector<int> &exponents = p.steps.front().exponents;
  std::vector<int16_t> samples;
  for (size_t i = 0; i < window.size(); ++i)
    samples.push_back(mote_sense_s16(window[i], exponents[i % exponents.size()]));
  const auto features = [&](int32_t memory) {
    std::vector<int32_t> work(plan.floats, memory);
    const int32_t *made = plan.run_fixed(samples.data(), work.data());
    return std::vector<int32_t>(made, made + plan.shape.elements());
  };
  const std::vector<int32_t> made = features(0);
  if (made != features(-7)) __builtin_trap();  // not all of it was written
  for (const int32_t v : made)
    if (v > MOTE_FIXED_MOST || v < -MOTE_FIXED_MOST) __builtin_trap();  // a float would not hold it
  if (result_exponents(p).empty()) __builtin_trap();
}

void run(const Preprocessing &p, const std::vector<float> &window) {
  if (is_fixed(p)) return run_in_integers(p, window);
  const FeaturePlan plan(p);
  const size_t count = plan.shape.elements();
  const auto features = [&](float memory) {
    std::vector<float> work(plan.floats, memory);
    const float *made = plan.run(window.data(), work.data());
    return std::vector<float>(made, made + count);
  };
  const std::vector<float> made = features(0);
  if (!are_same_bits(made, features(-7))) __builtin_trap();  // not all of it was written
  for (const float v : made) {
    if (std::isfinite(v)) continue;
    try {
      check_finite("block", made.data(), count, 0);
      __builtin_trap();
    } catch (const Error &) {
      break;
    }
  }
}

// What training refuses before it begins.
bool is_accepted(Preprocessing &p) {
  constexpr size_t kMostFloats = 1 << 22;
  try {
    p.steps = resolved(p.steps, p.rate_hz);
    const size_t count = feature_shape(p.steps, window_shape(p), p.rate_hz, p.image).elements();
    if (count > kMostFloats || FeaturePlan(p).floats > kMostFloats) return false;
    constexpr float kRanges[] = {1, 3000, 20000, 0, 1e-6F, 1e9F};
    const float most = kRanges[p.window % std::size(kRanges)];
    if (is_fixed(p))
      set_exponents(p,
                    std::vector<ChannelRange>(static_cast<size_t>(p.channels), {0, most / 3, -most, most}));
    fit_blocks(p);
    return true;
  } catch (const Error &) {
    return false;
  }
}

void use(Preprocessing p, Bytes &bytes) {
  run(p, chosen_window(bytes, window_shape(p).elements()));
  const double operations = feature_operations(p);
  if (!(operations >= 0) || std::isinf(operations)) __builtin_trap();
  table_bytes(p);
  runtime_sources(p);
  const size_t count = output_shape(p).elements(), channels = static_cast<size_t>(output_shape(p)[-1]);
  p.steps.push_back(normalization("channel", std::vector<float>(channels), std::vector<float>(channels, 1)));
  check_fits(p, "f", count, false);
  const nlohmann::json written = nlohmann::json::parse(preprocessing_json(p).dump());
  if (preprocessing_misfit(written)) __builtin_trap();
  const Preprocessing again = preprocessing_from(written);
  check_fits(again, "f", count, false);
  if (preprocessing_json(again) != written) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  Bytes bytes(data, size);
  Preprocessing p = chosen(bytes);
  if (!is_accepted(p)) return 0;
  try {
    use(std::move(p), bytes);
  } catch (const mote::Error &e) {
    std::fprintf(stderr, "%s: %s\n", e.where().c_str(), e.message().c_str());
    __builtin_trap();
  }
  return 0;
}
