// push(): stream.c (templates/stream.c.in), and in model.c the features of one frame and what comes of the
// kept ones (templates/front_end.c.in).
//
// What is computed frame by frame is features/stream_plan.h, what is kept push_layout.h.
#include <fmt/format.h>

#include "base/error.h"
#include "codegen/c/c_text.h"
#include "codegen/c/exporter.h"
#include "codegen/c/feature_calls.h"
#include "features/feature_def.h"
#include "features/preprocessing.h"
#include "host/trigger_gains.h"
#include "ops/integer_support.h"

namespace mote {

// The calls for one frame of a chain, the last of which writes to `frame`.
std::string Exporter::chain_frame(size_t index, FrameCode &out) const {
  const StreamPlan &frames = frames_.chains.empty() ? push_->plan : frames_;
  const StreamedChain &chain = frames.chains[index];
  const Preprocessing alone = frame_alone(p_.front_end, chain);
  const FeaturePlan plan(alone);
  MOTE_CHECK(plan.floats <= window_work(p_.front_end));
  const bool is_quantized = frames.is_quantized;
  std::string calls;
  for (size_t i = 0; i < plan.steps.size(); ++i) {
    const PlannedStep &s = plan.steps[i];
    const FeatureCall call = s.block->c.get()(*s.step, s.in);
    const std::string name = fmt::format("frame{}", chain.begin + i);
    const bool is_last = i + 1 == plan.steps.size() && !is_quantized;
    out.params += step_params(call, name, step_name(chain.begin + i));
    calls += fmt::format("  MOTE_BLOCK({})\n", p_.layers.size() + chain.begin + i);
    calls += step_call(s, name, plan.block_work, "", is_last ? "frame" : "");
  }
  calls += "  MOTE_BLOCK(-1)\n";
  if (!is_quantized) return calls;
  const InputQuantization q = input_quantization(p_.front_end);
  if (is_fixed(p_.front_end))
    return calls +
           fmt::format(
               "  mote_front_end_s32({0}, {1}, offset + {2}, multiplier + {2}, shift + {2}, {3}, {4}, "
               "frame);\n",
               feature_place(plan.result), chain.values, chain.quantized_by,
               fixed_quantization(p_.front_end).offset.size() == 1 ? 1 : chain.values, q.zero_point);
  return calls + fmt::format("  mote_front_end_f32({0}, {1}, offset + {2}, gain + {2}, {3}, {4}, frame);\n",
                             feature_place(plan.result), chain.values, chain.quantized_by,
                             q.offset.size() == 1 ? 1 : chain.values, q.zero_point);
}

// The blocks of a chain that run once a window, on features[index], and its place in the result.
void Exporter::add_rest(size_t index, FrameCode &out) const {
  const FeaturePlan plan(p_.front_end);
  const StreamedChain &chain = push_->plan.chains[index];
  std::string at = fmt::format("features[{}]", index);
  for (size_t i = chain.streamed; i < chain.end; ++i) {
    const PlannedStep &s = plan.steps[i];
    MOTE_CHECK(!is_fixed(p_.front_end) || chain.streamed == chain.begin);  // kept frames are not of int16
    out.rest += step_call(s, step_name(i), plan.block_work, at);
    at = feature_place(s.to);
  }
  const PlannedStep &last = plan.steps[chain.end - 1];
  const bool is_joined = push_->plan.chains.size() > 1;
  if (!is_joined) {
    out.result = (is_fixed(p_.front_end) ? "(const int32_t *)" : "") + at;
    return;
  }
  out.result = feature_place(plan.result);
  const size_t count = last.out.elements();
  if (last.is_copied)
    out.rest += join_call(last, at);
  else if (chain.is_by_frame_only())
    out.rest += fmt::format("  {3}{0}, 1, {1}, {1}, {2});\n", at, count, feature_place(last.to),
                            is_fixed(p_.front_end) ? "mote_join_s32((const int32_t *)" : "mote_join(");
  out.has_join = true;
}

Exporter::FrameCode Exporter::frame_code() const {
  FrameCode code;
  const bool is_pushed = push_ && push_->is_by_frame;
  if (!is_pushed && frames_.chains.empty()) return code;
  const std::vector<StreamedChain> &chains = is_pushed ? push_->plan.chains : frames_.chains;
  for (size_t i = 0; i < chains.size(); ++i) {
    if (chains[i].is_by_frame()) {
      const std::string calls = chain_frame(i, code);
      code.calls += chains.size() == 1 ? "  (void)chain;\n" + calls
                                       : fmt::format("  if (chain == {}) {{\n{}  }}\n", i, calls);
    }
    if (is_pushed && !push_->plan.is_quantized) add_rest(i, code);
  }
  return code;
}

namespace {

// What stream.c says of the lanes and chains of a layout.
struct LaneCode {
  std::string lanes, begin, take_row, next_window;
};

std::string frame_at(const StreamedChain &c, size_t index) {
  return fmt::format("kept.frames + {} + kept.made{} * {}", c.place, index, c.stride);
}

// A lane's rows are whole: the frames of its chains, and on.
std::string frames_of_lane(const std::string &model, const PushLayout &l, size_t lane) {
  std::string text = fmt::format(
      "  if (mote_lane_takes{1}(&lane{0}, &kept.lane{0}, row, kept.samples{0})) {{\n", lane, l.lane_type());
  for (size_t i = 0; i < l.plan.chains.size(); ++i)
    if (l.lane_of[i] == lane && l.columns)
      text += fmt::format(
          "    {0}_frame({1}, kept.samples{2}, next_column());\n    {0}_take_column(kept.columns);\n", model,
          i, lane);
    else if (l.lane_of[i] == lane)
      text += fmt::format(
          "    if (kept.made{0} >= 0) {1}_frame({0}, kept.samples{2}, {3});\n    ++kept.made{0};\n", i, model,
          lane, frame_at(l.plan.chains[i], i));
  return text + fmt::format("    mote_lane_goes_on{1}(&lane{0}, &kept.lane{0}, kept.samples{0});\n  }}\n",
                            lane, l.lane_type());
}

std::string frames_go_on(const PushLayout &l, size_t index) {
  const StreamedChain &c = l.plan.chains[index];
  const int gone = l.rule.stride / c.hop;
  std::string text;
  if (gone < c.frames)
    text += fmt::format("  mote_frames_go_on_{}(kept.frames + {}, {}, {}, {}, {});\n",
                        l.plan.is_quantized ? "s8"
                        : l.is_fixed        ? "s32"
                                            : "f32",
                        c.place, c.frames, gone, c.values, c.stride);
  return text + fmt::format("  kept.made{} -= {};\n", index, gone);
}

LaneCode lane_code(const std::string &model, const std::string &upper, const PushLayout &l,
                   bool is_restarted) {
  LaneCode code;
  code.begin = "  static const mote_lane_state begun = {0, 0};\n";
  for (size_t i = 0; i < l.lanes.size(); ++i) {
    const PushLane &lane = l.lanes[i];
    code.lanes += fmt::format("static const mote_lane lane{} = {{{}, {}, {}_CHANNELS}};\n", i, lane.length,
                              lane.hop, upper);
    code.begin += fmt::format("  kept.lane{} = begun;\n", i);
    if (!lane.is_window) {
      code.take_row += frames_of_lane(model, l, i);
      continue;
    }
    code.take_row += fmt::format("  mote_lane_takes{1}(&lane{0}, &kept.lane{0}, row, kept.samples{0});\n", i,
                                 l.lane_type());
    code.next_window +=
        fmt::format("  mote_lane_goes_on{1}(&lane{0}, &kept.lane{0}, kept.samples{0});\n", i, l.lane_type());
  }
  std::string features;
  for (size_t i = 0; i < l.plan.chains.size(); ++i) {
    const StreamedChain &c = l.plan.chains[i];
    if (l.columns) continue;
    features += i == 0 ? "" : ", ";
    features += c.is_by_frame() ? fmt::format("kept.frames + {}", c.place)
                                : fmt::format("kept.samples{}", l.lane_of[i]);
    if (!c.is_by_frame()) continue;
    code.begin += fmt::format("  kept.made{} = 0;\n", i);
    code.next_window += frames_go_on(l, i);
  }
  if (!l.plan.is_quantized)
    code.lanes += fmt::format("static const {} *const features[{}] = {{{}}};\n",
                              l.is_fixed ? "void" : "float", l.plan.chains.size(), features);
  if (is_restarted) code.next_window = "  begin_lanes();\n";
  return code;
}

}  // namespace

static std::string exponent_list(const Preprocessing &p) {
  const std::vector<int> &exponents = p.steps.front().exponents;
  return int_list({exponents.begin(), exponents.end()});
}

// Where normalization is the same for every row, rows are kept as int8; frames likewise.
std::string Exporter::stream_c() const {
  const InputQuantization f = input_quantization(p_.front_end);
  const PushLayout &l = *push_;
  const DecisionRule &rule = l.rule;
  const bool is_single = output().shape.elements() == 1;  // the second of two classes, or else the first
  const LaneCode code =
      l.is_by_frame ? lane_code(name_, upper_, l, rule.stride >= p_.front_end.window) : LaneCode{};
  const std::string call = l.columns         ? "predict_columns(kept.columns"
                           : l.is_by_channel ? "invoke(kept.rows"
                           : !l.is_by_frame ? (l.is_fixed ? "predict_samples(kept.rows" : "predict(kept.rows")
                           : l.plan.is_quantized ? "invoke(kept.frames"
                                                 : "predict_frames(features";
  return filled("stream.c.in", {{"is_by_channel", l.is_by_channel},
                                {"is_by_frame", l.is_by_frame},
                                {"is_by_column", l.columns.has_value()},
                                {"columns", l.columns ? l.columns->tensors.size() : 0},
                                {"counters", l.columns ? l.columns->counters : 0},
                                {"column_bytes", l.columns ? l.columns->tensors[0].column_bytes : 0},
                                {"is_fixed", l.is_fixed},
                                {"is_plain", !l.is_fixed && p_.front_end.running_mean == 0},
                                {"is_followed", p_.front_end.running_mean > 0},
                                {"is_raw_s16", l.is_fixed && rule.policy != DecisionPolicy::kTrigger &&
                                                   p_.front_end.running_mean == 0},
                                {"running_mean", p_.front_end.running_mean},
                                {"is_fixed_stream", l.is_fixed && rule.policy != DecisionPolicy::kTrigger},
                                {"sample", l.is_fixed ? "int16_t" : "float"},
                                {"exponents", l.is_fixed ? exponent_list(p_.front_end) : ""},
                                {"period", f.offset.size()},
                                {"offsets", float_list(f.offset)},
                                {"gains", float_list(f.gain)},
                                {"zero_point", f.zero_point},
                                {"members", l.members},
                                {"lanes", code.lanes},
                                {"begin_lanes", code.begin},
                                {"take_row", code.take_row},
                                {"next_window", code.next_window},
                                {"call", call},
                                {"is_trigger", rule.policy == DecisionPolicy::kTrigger},
                                {"onset_gains", float_list(trigger_gains(rule.onset))},
                                {"level_shift", rule.onset.level_shift},
                                {"rest", rule.rest},
                                {"boundary", is_single ? decision_threshold(output()) : 0}});
}

}  // namespace mote
