// The one struct of stream.c, member by member, with its size.
#include "codegen/c/push_layout.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "features/preprocessing.h"

namespace mote {

namespace {

// Members in an order without gaps: those of 4 bytes, then bytes.
class PushMembers {
 public:
  void add(const std::string &type, const std::string &name, size_t bytes) {
    text_ += fmt::format("  {} {};\n", type, name);
    bytes_ += bytes;
  }
  void add_floats(const std::string &name, size_t count) {
    if (count > 0) add("float", fmt::format("{}[{}]", name, count), 4 * count);
  }
  void add_values(const std::string &type, size_t size, const std::string &name, size_t count) {
    if (count > 0) add(type, fmt::format("{}[{}]", name, count), (size * count + 3) / 4 * 4);
  }
  void add_bytes(const std::string &name, size_t count, const std::string &shape = "") {
    if (count == 0) return;
    small_ += fmt::format("  int8_t {}{};\n", name, shape.empty() ? fmt::format("[{}]", count) : shape);
    small_bytes_ += count;
  }
  std::string text() const { return text_ + small_; }
  size_t bytes() const { return bytes_ + (small_bytes_ + 3) / 4 * 4; }

 private:
  std::string text_, small_;
  size_t bytes_ = 0, small_bytes_ = 0;
};

void add_columns(PushMembers &m, const ColumnPlan &plan) {
  m.add_values("int32_t", 4, "columns", plan.bytes / 4);
}

void add_rows(PushMembers &m, const PushLayout &l, size_t window_values) {
  if (l.columns)
    add_columns(m, *l.columns);
  else if (l.is_by_channel)
    m.add_bytes("rows", window_values);
  else if (l.is_fixed)
    m.add_values("int16_t", 2, "rows", window_values);
  else
    m.add_floats("rows", window_values);
}

void add_trigger(PushMembers &m, size_t channels, size_t outputs) {
  m.add("mote_trigger_state", "state", 16);
  m.add("int32_t", fmt::format("level[{}]", channels), 4 * channels);
  m.add_bytes("scores", outputs);
}

void add_frames(PushMembers &m, const PushLayout &l, size_t channels) {
  for (size_t i = 0; i < l.lanes.size(); ++i)
    m.add_values(l.is_fixed ? "int16_t" : "float", l.is_fixed ? 2 : 4, fmt::format("samples{}", i),
                 static_cast<size_t>(l.lanes[i].length) * channels);
  if (l.columns) {
    add_columns(m, *l.columns);
  } else if (l.plan.is_quantized)
    m.add_bytes("frames", l.plan.kept);
  else
    m.add_values(l.is_fixed ? "int32_t" : "float", 4, "frames", l.plan.kept);
  for (size_t i = 0; i < l.lanes.size(); ++i) m.add("mote_lane_state", fmt::format("lane{}", i), 8);
  for (size_t i = 0; i < l.plan.chains.size(); ++i)
    if (!l.columns && l.plan.chains[i].is_by_frame()) m.add("int32_t", fmt::format("made{}", i), 4);
}

void add_stream(PushMembers &m, int smoothing, size_t outputs) {
  m.add("int32_t", "filled, windows, skip", 12);
  m.add("mote_told", "told", 12);
  m.add_bytes("scores", static_cast<size_t>(smoothing) * outputs,
              fmt::format("[{}][{}]", smoothing, outputs));
}

void find_lanes(PushLayout &l) {
  for (const StreamedChain &c : l.plan.chains) {
    const bool is_window = !c.is_by_frame();
    const auto found = std::find_if(l.lanes.begin(), l.lanes.end(), [&](const PushLane &lane) {
      return lane.length == c.length && lane.hop == c.hop && lane.is_window == is_window;
    });
    l.lane_of.push_back(static_cast<size_t>(found - l.lanes.begin()));
    if (found == l.lanes.end()) l.lanes.push_back({c.length, c.hop, is_window});
  }
}

void choose_features(const IntegerProgram &program, const ExportCOptions &o, PushLayout &l) {
  const bool is_trigger = l.rule.policy == DecisionPolicy::kTrigger;
  if (!program.front_end.has_blocks()) {
    l.why = "there are no blocks of features";
  } else if (is_trigger) {
    l.why = "a trigger opens windows at any row, not at those where frames begin";
  } else {
    l.plan = plan_stream(program.front_end, l.rule.stride);
    l.why = l.plan.why;
  }
  if (o.push_features == PushFeatures::kFrames && !l.why.empty())
    throw Error(ErrorCode::kUnsupported, program.name,
                "its features cannot be computed frame by frame: " + l.why,
                "auto computes frame by frame what can be, and the rest of whole windows");
  l.is_by_frame = o.push_features != PushFeatures::kWindows && l.plan.is_by_frame;
  // Some chains by frame need memory for the windows of the others, which predict() does without.
  if (!l.plan.is_quantized && !plan_window(program.front_end).chains.empty()) l.is_by_frame = false;
  if (o.push_features == PushFeatures::kWindows && l.why.empty()) l.why = "asked for";
  if (l.is_by_frame) find_lanes(l);
}

// Columns of the network's input are rows of the sensor, or frames of one chain of blocks.
void choose_columns(const IntegerProgram &program, PushLayout &l) {
  const auto refuse = [&](const std::string &why, const std::string &hint) {
    return Error(ErrorCode::kUnsupported, program.name, "its layers cannot stream: " + why, hint);
  };
  const Preprocessing &f = program.front_end;
  if (l.rule.policy == DecisionPolicy::kTrigger)
    throw refuse("a trigger opens windows at any row, so that they share no columns",
                 "set decision.policy = \"stream\" and decision.hop");
  int columns = f.window, hop = l.rule.stride;
  if (f.has_blocks()) {
    if (!l.is_by_frame || !l.plan.is_quantized || l.plan.chains.size() != 1)
      throw refuse(
          l.plan.chains.size() > 1 ? "they take features of several chains"
          : l.why.empty()          ? "frames of features are normalized each in its own way"
                                   : "the features are not computed frame by frame: " + l.why,
          "a block that makes frames of the signal, at a hop that is a multiple of theirs, allows it");
    columns = l.plan.chains[0].frames;
    hop = l.rule.stride / l.plan.chains[0].hop;
  } else if (!l.is_by_channel) {
    throw refuse("each row of a window is normalized in its own way", "set train.normalize = \"channel\"");
  }
  l.columns = plan_columns(program, hop);
  if (l.columns->tensors[0].columns != columns)
    throw refuse("they do not take the window's rows one after the other", "begin with a layer over time");
}

}  // namespace

PushLayout push_layout(const IntegerProgram &program, const ExportCOptions &o) {
  PushLayout l;
  const Preprocessing &f = program.front_end;
  l.rule = decision_rule(program, o);
  l.is_by_channel = !f.has_blocks() && std::ssize(input_quantization(f).offset) <= f.channels;
  l.is_fixed = is_fixed(f);
  choose_features(program, o, l);
  if (o.is_streaming) choose_columns(program, l);
  const size_t channels = static_cast<size_t>(f.channels),
               outputs = program.tensor(program.outputs[0]).shape.elements();
  PushMembers m;
  if (l.is_by_frame)
    add_frames(m, l, channels);
  else
    add_rows(m, l, window_shape(f).elements());
  if (l.rule.policy == DecisionPolicy::kTrigger)
    add_trigger(m, channels, outputs);
  else
    add_stream(m, l.rule.smoothing, outputs);
  if (f.running_mean > 0) {
    m.add("int32_t", "seen", 4);
    m.add_values("float", 4, "running", channels);
  }
  l.members = m.text();
  l.bytes = m.bytes();
  return l;
}

static std::string names_of(const Preprocessing &p, size_t begin, size_t end) {
  std::vector<std::string> names;
  for (size_t i = begin; i < end; ++i) names.push_back(p.steps[i].block);
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string push_features_text(const IntegerProgram &program, const PushLayout &l) {
  const Preprocessing &p = program.front_end;
  if (!p.has_blocks()) return "";
  if (!l.is_by_frame)
    return fmt::format("computes the features of a whole window where one is due: {}", l.why);
  std::string text;
  for (const StreamedChain &c : l.plan.chains) {
    text += text.empty() ? "" : "; ";
    if (c.is_by_frame())
      text += fmt::format("computes {} frame by frame, of {} row{} every {}",
                          names_of(p, c.begin, c.streamed), c.length, c.length == 1 ? "" : "s", c.hop);
    if (c.is_by_frame_only()) continue;
    text += fmt::format("{}{} once a window: {}", c.is_by_frame() ? ", and " : "computes ",
                        names_of(p, c.streamed, c.end), c.why);
  }
  return text;
}

}  // namespace mote
