// Which blocks of a stream run frame by frame, from what each says of itself (FeatureDef::frames).
#include "features/stream_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <climits>
#include <numeric>

#include "base/error.h"
#include "features/feature_def.h"
#include "features/preprocessing.h"

namespace mote {

Preprocessing frame_alone(const Preprocessing &fixed, const StreamedChain &chain) {
  Preprocessing p = fixed;
  p.window = chain.length;
  p.steps.assign(fixed.steps.begin() + static_cast<long>(chain.begin),
                 fixed.steps.begin() + static_cast<long>(chain.streamed));
  for (PreprocessingStep &step : p.steps) step.chain = 0;
  p.steps.push_back(fixed.steps.back());
  return p;
}

namespace {

// A block is true to its word: of a frame's rows it makes one frame, with the tables that it has.
bool gives_one_frame(const Preprocessing &fixed, const StreamedChain &chain) {
  try {
    const Preprocessing alone = frame_alone(fixed, chain);
    const FeaturePlan plan(alone);
    for (const PlannedStep &s : plan.steps)
      if (!step_fits(*s.step, s.in)) return false;
    return plan.shape[0] == 1 && plan.shape.elements() == chain.values;
  } catch (const Error &) {
    return false;
  }
}

// The chain with one block more that makes frames; `why` where it does not.
StreamedChain with_frames_of(const PlannedStep &s, StreamedChain chain) {
  const bool has_frames = chain.length > 1 || chain.hop > 1;
  const auto ends_here = [&](const std::string &why) {
    chain.why = s.block->name + " " + why;
    return chain;
  };
  if (!s.block->frames.is_given()) return ends_here(s.block->frames.why());
  const Facet<FrameGrid> found = s.block->frames.get()(*s.step, s.in);
  if (!found.is_given()) return ends_here(found.why());
  const FrameGrid grid = found.get();
  if (has_frames && (grid.length > 1 || grid.hop > 1)) return ends_here("makes frames of frames");
  StreamedChain longer = chain;
  longer.length = chain.length + (grid.length - 1) * chain.hop;
  longer.hop = chain.hop * grid.hop;
  longer.frames = s.out[0];
  longer.values = s.out.elements() / static_cast<size_t>(s.out[0]);
  ++longer.streamed;
  return longer;
}

// The same of one that streams: with the frames of a stream.
StreamedChain with_block(const Preprocessing &fixed, const PlannedStep &s, const StreamedChain &chain) {
  const StreamedChain longer = with_frames_of(s, chain);
  if (!longer.why.empty()) return longer;
  const int whole = fixed.window < longer.length ? 0 : (fixed.window - longer.length) / longer.hop + 1;
  if (whole == longer.frames && gives_one_frame(fixed, longer)) return longer;
  StreamedChain ended = chain;
  ended.why = s.block->name + " has frames that are not those of a stream";
  return ended;
}

// Rows of a window as its only frame.
StreamedChain by_window(StreamedChain chain, const Preprocessing &fixed, int stride) {
  chain.streamed = chain.begin;
  chain.length = fixed.window;
  chain.hop = stride;
  chain.frames = 1;
  chain.values = window_shape(fixed).elements();
  return chain;
}

StreamedChain streamed_chain(const Preprocessing &fixed, const std::vector<PlannedStep> &steps, size_t begin,
                             size_t end, int stride) {
  StreamedChain chain;
  chain.begin = chain.streamed = begin;
  chain.end = end;
  chain.length = chain.hop = 1;
  while (chain.streamed < end && chain.why.empty()) chain = with_block(fixed, steps[chain.streamed], chain);
  const bool has_frames = chain.length > 1 || chain.hop > 1;
  // Values of each row by itself, only to compute from all of them: rather the rows.
  const bool is_worth_it = has_frames || chain.is_by_frame_only();
  if (chain.is_by_frame() && is_worth_it && stride < fixed.window && stride % chain.hop != 0) {
    const int below = stride / chain.hop * chain.hop;
    chain.why = fmt::format(
        "{} gives a frame every {} rows and a window begins every {}, which is no multiple of it ({}{} is)",
        steps[chain.streamed - 1].block->name, chain.hop, stride,
        below > 0 ? fmt::format("{} or ", below) : "", below + chain.hop);
    return by_window(chain, fixed, stride);
  }
  return chain.is_by_frame() && is_worth_it ? chain : by_window(chain, fixed, stride);
}

// Whether a frame's values have the same numbers of the quantization in every frame.
bool is_quantized_alike(const StreamedChain &c, size_t at, size_t row, size_t period) {
  return period == 1 || (at + c.values <= period && (c.frames == 1 || row == period));
}

}  // namespace

int frame_hop(const Preprocessing &blocks) {
  const FeaturePlan plan(blocks);
  int all = 1;
  for (size_t begin = 0; begin < plan.steps.size();) {
    StreamedChain chain;
    chain.length = chain.hop = 1;
    size_t end = begin;
    for (; end < plan.steps.size() && plan.steps[end].step->chain == plan.steps[begin].step->chain; ++end)
      if (chain.why.empty()) chain = with_frames_of(plan.steps[end], chain);
    all = static_cast<int>(std::min<int64_t>(std::lcm(int64_t{all}, int64_t{chain.hop}), INT_MAX));
    begin = end;
  }
  return all;
}

StreamPlan plan_stream(const Preprocessing &fixed, int stride) {
  StreamPlan made;
  const FeaturePlan plan(fixed);
  for (size_t begin = 0; begin < plan.steps.size();) {
    size_t end = begin;
    while (end < plan.steps.size() && plan.steps[end].step->chain == plan.steps[begin].step->chain) ++end;
    made.chains.push_back(streamed_chain(fixed, plan.steps, begin, end, stride));
    begin = end;
  }
  const size_t period =
      is_fixed(fixed) ? fixed_quantization(fixed).offset.size() : input_quantization(fixed).offset.size();
  made.is_quantized = !made.chains.empty();
  size_t at = 0;  // in the network's input, whose rows are joined where the chains have as many frames
  for (StreamedChain &c : made.chains) {
    const PlannedStep &last = plan.steps[c.end - 1];
    const bool is_joined_by_row = last.is_copied;
    const size_t row = is_joined_by_row ? last.stride : c.values;
    c.place = at;
    c.stride = row;
    c.quantized_by = period == 1 ? 0 : at;
    made.is_by_frame |= c.is_by_frame();
    made.is_quantized &= c.is_by_frame_only() && is_quantized_alike(c, at, row, period);
    if (made.why.empty()) made.why = c.why;
    at += is_joined_by_row ? last.row : last.out.elements();
  }
  made.kept = made.is_quantized ? plan.shape.elements() : 0;
  if (made.is_quantized) return made;
  for (StreamedChain &c : made.chains) {
    c.place = made.kept;
    c.stride = c.values;
    if (c.is_by_frame()) made.kept += c.values * static_cast<size_t>(c.frames);
  }
  return made;
}

StreamPlan plan_window(const Preprocessing &fixed) {
  if (fixed.image.is_set() || !fixed.has_blocks()) return {};
  StreamPlan plan = plan_stream(fixed, fixed.window);
  const auto has_frames = [](const StreamedChain &c) { return c.length > 1 || c.hop > 1; };
  const bool is_all = std::all_of(plan.chains.begin(), plan.chains.end(), has_frames);
  return is_all && plan.is_quantized ? plan : StreamPlan{};
}

size_t window_work(const Preprocessing &fixed) {
  const StreamPlan plan = plan_window(fixed);
  if (plan.chains.empty()) return FeaturePlan(fixed).floats;
  size_t most = 0;
  for (const StreamedChain &c : plan.chains) most = std::max(most, FeaturePlan(frame_alone(fixed, c)).floats);
  return most;
}

}  // namespace mote
