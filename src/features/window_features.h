// WindowFeatures: what the blocks of a preprocessing make of windows, in memory or in a mapped file, so that
// it is computed once. The normalization behind the blocks is not in it: it is fitted by each training.
//
// Which windows: whoever makes one knows (Dataset::features). Files: train/feature_file.h.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/threads.h"
#include "features/feature_def.h"
#include "mote/preprocessing.h"
#include "mote/shape.h"

namespace mote {

class WindowFeatures {
 public:
  // `rows`: as many values each as output_shape(blocks) has; places[window] says which one is of a window.
  WindowFeatures(Preprocessing blocks, std::shared_ptr<const float> rows, std::vector<uint32_t> places);

  size_t size() const { return places_.size(); }
  size_t floats() const { return floats_; }  // of a window
  const float *of(size_t window) const { return rows_.get() + places_[window] * floats_; }
  bool are_of(const Preprocessing &blocks) const;
  std::shared_ptr<const WindowFeatures> picked(const std::vector<size_t> &windows) const;

 private:
  Preprocessing blocks_;
  size_t floats_;
  std::shared_ptr<const float> rows_;
  std::vector<uint32_t> places_;
};

// The steps before the last, which say what is computed of a window.
Preprocessing blocks_of(const Preprocessing &p);
// What is not finite would make every weight so. Errors: kDataFormat.
void check_finite(const std::string &block, const float *features, size_t count, size_t window);
// Tables of blocks that have settings alone.
void fit_blocks(Preprocessing &blocks);
// The last step, from what the blocks made of the windows. Errors: kDataFormat where that is not finite.
void fit_last(Preprocessing &p, const WindowFeatures &features);

// The last step of what the blocks, whose result has the shape `in`, made of one window: to the network's
// real input, or by the routine of the device to its int8 input.
void apply_last(const Preprocessing &p, const Shape &in, const float *features, float *out);
void quantize_last(const Preprocessing &fixed, const Shape &in, const float *features, int8_t *out);

// Told now and then how many windows are done; what it throws ends the computing.
using WindowsDone = std::function<void(size_t done, size_t windows)>;
// What the blocks make of `count` windows, each to its place. The caller's thread is one of the pool's.
void compute_features(const Preprocessing &blocks, size_t count, const WindowRows &window,
                      const std::function<float *(size_t)> &to, ThreadPool &pool, const WindowsDone &done);

}  // namespace mote
