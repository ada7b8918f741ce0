// Blocks over many windows, on all threads; and the last step of a preprocessing fitted on what they gave.
//
// One window: preprocessing.cpp.
#include "features/window_features.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "features/preprocessing.h"
#include "mote_runtime.h"

namespace mote {

WindowFeatures::WindowFeatures(Preprocessing blocks, std::shared_ptr<const float> rows,
                               std::vector<uint32_t> places)
    : blocks_(std::move(blocks)),
      floats_(output_shape(blocks_).elements()),
      rows_(std::move(rows)),
      places_(std::move(places)) {}

bool WindowFeatures::are_of(const Preprocessing &blocks) const {
  const auto is_same = [](const PreprocessingStep &a, const PreprocessingStep &b) {
    return a.chain == b.chain && a.block == b.block && a.arithmetic == b.arithmetic &&
           a.exponents == b.exponents && a.attrs == b.attrs && a.tables == b.tables;
  };
  return blocks.window == blocks_.window && blocks.channels == blocks_.channels &&
         blocks.image.height == blocks_.image.height && blocks.image.width == blocks_.image.width &&
         std::equal(blocks.steps.begin(), blocks.steps.end(), blocks_.steps.begin(), blocks_.steps.end(),
                    is_same);
}

std::shared_ptr<const WindowFeatures> WindowFeatures::picked(const std::vector<size_t> &windows) const {
  std::vector<uint32_t> places;
  places.reserve(windows.size());
  for (const size_t w : windows) places.push_back(places_[w]);
  return std::make_shared<WindowFeatures>(blocks_, rows_, std::move(places));
}

Preprocessing blocks_of(const Preprocessing &p) {
  Preprocessing blocks = p;
  if (!blocks.steps.empty()) blocks.steps.pop_back();
  return blocks;
}

void fit_blocks(Preprocessing &blocks) { fit(blocks, nullptr, 0); }

void check_finite(const std::string &block, const float *features, size_t count, size_t window) {
  const float *bad = std::find_if(features, features + count, [](float v) { return !std::isfinite(v); });
  if (bad == features + count) return;
  throw Error(ErrorCode::kDataFormat, in_layer("preprocessing", block),
              fmt::format("feature {} of window {} is not finite", bad - features, window),
              "bring the channels to another unit, or leave that recording out");
}

void fit_last(Preprocessing &p, const WindowFeatures &features) {
  MOTE_CHECK(p.steps.size() > 1);
  const Preprocessing blocks = blocks_of(p);
  for (size_t w = 0; w < features.size(); ++w)
    check_finite(blocks.steps.back().block, features.of(w), features.floats(), w);
  PreprocessingStep &last = p.steps.back();
  const FeatureDef &block = feature_of(last);
  MOTE_CHECK(block.fit_rows != nullptr);
  block.fit_rows(
      last, output_shape(blocks), [&](size_t w) { return features.of(w); }, features.size());
}

void apply_last(const Preprocessing &p, const Shape &in, const float *features, float *out) {
  const PreprocessingStep &last = p.steps.back();
  const FeatureDef &block = feature_of(last);
  std::vector<float> work(block.work_floats(last, in));
  block.apply.get()(last, in, features, work.data(), out);
}

void quantize_last(const Preprocessing &fixed, const Shape &in, const float *features, int8_t *out) {
  if (is_fixed(fixed)) {
    const std::vector<int> exponents = result_exponents(fixed);
    std::vector<int32_t> values;
    for (size_t i = 0; i < in.elements(); ++i)
      values.push_back(mote_round(std::ldexp(features[i], exponents[i % exponents.size()])));
    return fixed_quantization(fixed).apply(values.data(), values.size(), out);
  }
  const InputQuantization q = input_quantization(fixed);
  mote_front_end_f32(features, in.elements(), q.offset.data(), q.gain.data(), q.offset.size(), q.zero_point,
                     out);
}

void compute_features(const Preprocessing &blocks, size_t count, const WindowRows &window,
                      const std::function<float *(size_t)> &to, ThreadPool &pool, const WindowsDone &done) {
  constexpr size_t kAtATime = 8;  // windows of a thread
  const FrontEnd front_end(blocks);
  const size_t of_round = kAtATime * static_cast<size_t>(pool.threads()) * 4;
  for (size_t from = 0; from < count; from += of_round) {
    const size_t end = std::min(count, from + of_round), slices = (end - from + kAtATime - 1) / kAtATime;
    pool.run(static_cast<int>(slices), [&](int slice) {
      const size_t first = from + static_cast<size_t>(slice) * kAtATime;
      for (size_t i = first; i < std::min(end, first + kAtATime); ++i) front_end.apply(window(i), to(i));
    });
    if (done) done(end, count);
  }
}

}  // namespace mote
