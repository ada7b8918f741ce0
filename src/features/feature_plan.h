// FeaturePlan: the blocks of a preprocessing with everything that follows from their settings alone: what
// each takes and gives, and where in memory. Training, desk and exported C go by it, so that they agree.
//
// Chains all begin at the window; one after the other they write to the two parts of `work` in turn. Where
// there are several, their results are joined: along the last axis where all other axes agree, else as one
// list.
#pragma once

#include <functional>
#include <vector>

#include "mote/preprocessing.h"
#include "mote/shape.h"

namespace mote {

struct FeatureDef;

// Whether a chain begins with this step: it takes the window.
bool begins_chain(const std::vector<PreprocessingStep> &steps, size_t step);

// What the first block of a chain takes.
Shape chain_input(const Preprocessing &p, const FeatureDef &block);

struct PlannedStep {
  const PreprocessingStep *step;
  const FeatureDef *block;
  Shape in, out;
  // The window (kWindow), or floats from the begin of the work.
  size_t from, to;
  // The end of one of several chains whose rows do not follow one another in the result: copied from `to`,
  // each row of `row` values to its place among `stride`.
  bool is_copied = false;
  size_t joined_at = 0, row = 0, stride = 0;
  // In integers, with another block of its chain behind it: what it gives is brought to int16 in its place.
  bool is_narrowed = false;
};

struct FeaturePlan {
  static constexpr size_t kWindow = static_cast<size_t>(-1);

  std::vector<PlannedStep> steps;  // blocks alone
  Shape shape;                     // of their result, of the window where there are none
  size_t result = kWindow;         // where it is
  size_t window_at = 0;            // room for a window of the sensor that the steps leave alone
  size_t block_work = 0;           // where what a block works with begins
  size_t floats = 0;               // of the work, in all

  // `p` must outlive the plan. Errors: those of the blocks' shapes.
  explicit FeaturePlan(const Preprocessing &p);

  // One window; `work`: `floats` values. Returns where the result is. `seen`, if given, is called with each
  // step and what it gave.
  using Seen = std::function<void(const PlannedStep &, const float *)>;
  const float *run(const float *window, float *work, const Seen &seen = nullptr) const;
  // Of blocks in integers; `work` as large.
  const int32_t *run_fixed(const int16_t *window, int32_t *work) const;
};

}  // namespace mote
