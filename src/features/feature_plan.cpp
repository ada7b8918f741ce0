#include "features/feature_plan.h"

#include <algorithm>

#include "base/error.h"
#include "features/feature_def.h"
#include "features/fixed_arithmetic.h"
#include "features/preprocessing.h"
#include "mote_fixed.h"
#include "mote_join.h"

namespace mote {

bool begins_chain(const std::vector<PreprocessingStep> &steps, size_t step) {
  return step == 0 || steps[step - 1].chain != steps[step].chain;
}

Shape chain_input(const Preprocessing &p, const FeatureDef &block) {
  return block.takes_pictures && p.image.is_set() ? Shape{p.image.height, p.image.width, p.channels}
                                                  : window_shape(p);
}

namespace {

struct Chain {
  size_t begin, end;  // among the plan's steps
};

// Steps with what they take and give; their places are not known yet.
std::vector<Chain> chains_of(const Preprocessing &p, std::vector<PlannedStep> &steps) {
  std::vector<Chain> chains;
  for (size_t i = 0; i < p.steps.size(); ++i) {
    const PreprocessingStep &step = p.steps[i];
    const FeatureDef &block = feature_of(step);
    if (block.stands_flat) {
      MOTE_CHECK(i + 1 == p.steps.size());
      break;
    }
    const bool is_first = begins_chain(p.steps, i);
    if (is_first) chains.push_back({steps.size(), steps.size()});
    const Shape in = is_first ? chain_input(p, block) : steps.back().out;
    steps.push_back({&step, &block, in, block.shape(step, in), FeaturePlan::kWindow, 0});
    ++chains.back().end;
  }
  return chains;
}

size_t rows_of(const Shape &shape) { return shape.elements() / static_cast<size_t>(shape[-1]); }

std::vector<int> all_but_last(const Shape &shape) { return {shape.dims().begin(), shape.dims().end() - 1}; }

Shape joined(const std::vector<Shape> &parts) {
  std::vector<int> dims = all_but_last(parts[0]);
  const bool is_by_row =
      std::all_of(parts.begin(), parts.end(), [&](const Shape &s) { return all_but_last(s) == dims; });
  if (!is_by_row) dims = {1};
  int last = 0;
  for (const Shape &part : parts) last += is_by_row ? part[-1] : static_cast<int>(part.elements());
  dims.push_back(last);
  return Shape(std::move(dims));
}

}  // namespace

FeaturePlan::FeaturePlan(const Preprocessing &p) : shape(window_shape(p)) {
  const std::vector<Chain> chains = chains_of(p, steps);
  if (chains.empty()) return;
  // of a window of int16 in room for half as many
  const size_t window = is_fixed(p) ? (shape.elements() + 1) / 2 : shape.elements();
  std::vector<Shape> ends;
  for (const Chain &c : chains) ends.push_back(steps[c.end - 1].out);
  const bool is_joined = chains.size() > 1;
  shape = is_joined ? joined(ends) : ends[0];
  const size_t rows = rows_of(shape), stride = shape.elements() / rows;

  // Ends of chains that lie in the result as they come need no room beside it.
  const auto is_direct = [&](const Chain &c, size_t i) { return is_joined && rows == 1 && i + 1 == c.end; };
  size_t part[2] = {0, is_joined ? 0 : window}, work = 0;
  for (const Chain &c : chains)
    for (size_t i = c.begin; i < c.end; ++i) {
      work = std::max(work, steps[i].block->work_floats(*steps[i].step, steps[i].in));
      size_t &room = part[(i - c.begin) % 2];
      if (!is_direct(c, i)) room = std::max(room, steps[i].out.elements());
    }
  const size_t begin[2] = {0, part[0]}, result_at = part[0] + part[1];
  window_at = is_joined ? result_at + shape.elements() : begin[1];
  block_work = is_joined ? window_at + window : result_at;
  floats = block_work + work;

  size_t at = 0;  // in the joined row
  for (const Chain &c : chains) {
    for (size_t i = c.begin; i < c.end; ++i) {
      steps[i].from = i == c.begin ? kWindow : steps[i - 1].to;
      steps[i].to = is_direct(c, i) ? result_at + at : begin[(i - c.begin) % 2];
    }
    for (size_t i = c.begin; i + 1 < c.end; ++i) steps[i].is_narrowed = is_fixed(p);
    PlannedStep &last = steps[c.end - 1];
    const size_t row = last.out.elements() / rows;
    if (is_joined && rows > 1) {
      last.is_copied = true;
      last.joined_at = result_at + at;
      last.row = row;
      last.stride = stride;
    }
    at += row;
  }
  result = is_joined ? result_at : steps.back().to;
}

const int32_t *FeaturePlan::run_fixed(const int16_t *window, int32_t *work) const {
  for (const PlannedStep &s : steps) {
    const auto *from = s.from == kWindow ? window : reinterpret_cast<const int16_t *>(work + s.from);
    s.block->apply_fixed(*s.step, s.in, from, work + block_work, work + s.to);
    if (s.is_narrowed) mote_narrow_s16(work + s.to, static_cast<int32_t>(s.out.elements()));
    if (s.is_copied)
      mote_join_s32(work + s.to, static_cast<int32_t>(s.out.elements() / s.row), static_cast<int32_t>(s.row),
                    static_cast<int32_t>(s.stride), work + s.joined_at);
  }
  return work + result;
}

const float *FeaturePlan::run(const float *window, float *work, const Seen &seen) const {
  const auto at = [&](size_t place) -> const float * { return place == kWindow ? window : work + place; };
  for (const PlannedStep &s : steps) {
    s.block->apply.get()(*s.step, s.in, at(s.from), work + block_work, work + s.to);
    if (seen) seen(s, work + s.to);
    if (s.is_copied)
      mote_join(work + s.to, static_cast<int32_t>(s.out.elements() / s.row), static_cast<int32_t>(s.row),
                static_cast<int32_t>(s.stride), work + s.joined_at);
  }
  return at(result);
}

}  // namespace mote
