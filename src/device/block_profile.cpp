// Estimates of blocks: instructions by the operations that a block says it does, code as it was measured of
// each source on the core (blocks.toml, written by bench/device/block_code).
#include "device/block_profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/text.h"
#include "base/toml.h"
#include "codegen/c/push_layout.h"
#include "codegen/c/runtime_names.h"
#include "device/device_files.h"
#include "device/instruction_estimate.h"
#include "features/feature_def.h"
#include "features/preprocessing.h"

namespace mote {

namespace {

const toml::table &blocks_table() {
  static const toml::table kTable = parse_toml(std::string(device_file("blocks.toml")), "blocks.toml");
  return kTable;
}

std::string measured_core(const std::string &core) {
  return blocks_table()["core"][core].is_table() ? core : "cortex-m4";
}

std::string with_thousands(double value) { return with_commas(std::llround(value)); }

// The block's source and those whose routines it calls.
std::set<std::string> sources_of(const std::string &source) {
  std::set<std::string> files = {source};
  for (const std::string &file : runtime_needs(source))
    if (file.ends_with(".c")) files.insert(file);
  return files;
}

// A guess, which --emulate replaces: a value that becomes an input passes through about eight operations.
void estimate_block(const std::string &core, BlockProfile &b) {
  b.instructions = b.operations * estimate_call(core, "predict", {{"in", 1.0}}).instructions / 8;
  b.instructions_error = 1;
  b.is_guessed = true;
}

double instructions_of(const std::vector<BlockProfile> &blocks, size_t begin, size_t end) {
  double sum = 0;
  for (size_t i = begin; i < end; ++i) sum += blocks[i].instructions;
  return sum;
}

}  // namespace

void describe_blocks(const IntegerProgram &program, Profile &r) {
  const Preprocessing &f = program.front_end;
  const FeaturePlan plan(f);
  for (const PlannedStep &s : plan.steps) {
    BlockProfile b;
    b.name = s.block->name;
    b.output = s.out.text();
    b.chain = s.step->chain;
    b.routine = s.block->c.get()(*s.step, s.in).name;
    b.operations = block_operations(s);
    for (const FeatureTable &table : s.block->tables) b.table_bytes += bytes_of_table(table, *s.step);
    estimate_block(r.core, b);
    r.blocks.push_back(b);
  }
  const auto ram_of = [](const PlannedStep &s) {
    return sizeof(float) * (s.out.elements() + s.block->work_floats(*s.step, s.in));
  };
  for (size_t i = 0; i < plan.steps.size(); ++i) r.blocks[i].ram_bytes = ram_of(plan.steps[i]);
  for (const StreamedChain &c : plan_window(f).chains) {  // only one frame at a time
    const Preprocessing alone = frame_alone(f, c);
    const FeaturePlan of_frame(alone);
    for (size_t i = 0; i < of_frame.steps.size(); ++i)
      r.blocks[c.begin + i].ram_bytes = ram_of(of_frame.steps[i]);
  }
  std::set<std::string> counted;
  for (BlockProfile &b : r.blocks)
    for (const std::string &source : sources_of(b.routine + ".c"))
      if (counted.insert(source).second)
        b.code_bytes +=
            static_cast<size_t>(blocks_table()["core"][measured_core(r.core)][source].value_or(int64_t{0}));
}

void add_measured_blocks(const Measurement &found, Profile &r) {
  std::set<std::string> counted;
  for (size_t i = 0; i < r.blocks.size() && i < found.block_instructions.size(); ++i) {
    BlockProfile &b = r.blocks[i];
    b.instructions = static_cast<double>(found.block_instructions[i]);
    b.instructions_error = 0;
    b.is_guessed = false;
    b.code_bytes = 0;
    for (const std::string &source : sources_of(b.routine + ".c"))
      if (const auto file = found.footprint.file_code.find(source);
          file != found.footprint.file_code.end() && counted.insert(source).second)
        b.code_bytes += file->second;
  }
}

double estimate_block_code(const std::string &core, const IntegerProgram &program) {
  const auto code = blocks_table()["core"][measured_core(core)];
  constexpr double kNeverMeasured = 1000, kOfField = 4, kOfCall = 20;
  double bytes = 0;
  std::set<std::string> sources;
  for (const PlannedStep &s : FeaturePlan(program.front_end).steps) {
    const FeatureCall call = s.block->c.get()(*s.step, s.in);
    sources.merge(sources_of(call.source()));
    bytes += kOfField * static_cast<double>(call.fields.size()) + kOfCall;  // its parameters, and the call
  }
  for (const std::string &source : sources) bytes += code[source].value_or(kNeverMeasured);
  return bytes;
}

namespace {

// What a row takes beside features and network: the call, and keeping its values.
constexpr double kOfRow = 30, kOfValue = 8, kOfMovedValue = 5;

// Instructions of all blocks that run frame by frame in a window, and per row of a stream.
struct FrameCost {
  double of_window = 0, of_row = 0;
};
FrameCost frame_cost(const PushLayout &l, const Profile &r) {
  FrameCost cost;
  if (!l.is_by_frame) return cost;
  for (const StreamedChain &c : l.plan.chains) {
    const double blocks = instructions_of(r.blocks, c.begin, c.streamed);
    cost.of_window += blocks;
    cost.of_row += blocks / c.frames / c.hop;
  }
  return cost;
}

double moved_columns(const ColumnPlan &plan) {
  double moved = 0;
  for (const ColumnTensor &t : plan.tensors)
    moved += std::max(0, t.capacity - t.hop) * static_cast<double>(t.column_elements);
  return moved;
}

// Values that move, so that what is kept stays in one piece.
double moved_per_row(const PushLayout &l, const Preprocessing &f) {
  const auto channels = static_cast<double>(f.channels);
  const double stride = l.rule.stride;
  if (l.columns) return moved_columns(*l.columns) / stride;
  if (!l.is_by_frame) return std::max(0.0, f.window - stride) * channels / stride;
  double moved = 0;
  for (const PushLane &lane : l.lanes) moved += std::max(0, lane.length - lane.hop) * channels / lane.hop;
  for (const StreamedChain &c : l.plan.chains)
    if (c.is_by_frame())
      moved += std::max(0.0, c.frames - stride / c.hop) * static_cast<double>(c.values) / stride;
  return moved;
}

// What a window does not compute anew: of each layer over time the share of its columns.
double instructions_of_shared_columns(const ColumnPlan &plan, const Profile &r) {
  double shared = 0;
  for (const StreamedLayer &s : plan.layers) {
    const ColumnTensor &y = plan.tensors[s.output];
    shared += r.layers[s.layer].instructions * (1 - static_cast<double>(y.hop) / y.columns);
  }
  return shared;
}

}  // namespace

void describe_push(const IntegerProgram &program, const ExportCOptions &options, Profile &r) {
  if (!has_push(program)) return;
  const PushLayout l = push_layout(program, options);
  r.stream_bytes = l.bytes;
  r.push_features = push_features_text(program, l);
  if (l.columns) {
    r.push_layers = columns_text(program, *l.columns);
    r.hop_macs = l.columns->hop_macs;
  }
  if (!r.has_instructions()) return;
  PushCost cost;
  cost.is_measured = false;
  cost.policy = l.rule.policy;
  cost.ram_bytes = r.all_ram_bytes();
  const double row = kOfRow + kOfValue * program.front_end.channels;
  cost.window_instructions = row + r.instructions;
  cost.row_instructions = cost.rest_instructions = row;
  if (l.rule.policy == DecisionPolicy::kStream) {
    const FrameCost frames = frame_cost(l, r);
    const double moved = kOfMovedValue * moved_per_row(l, program.front_end), stride = l.rule.stride;
    cost.hop = l.rule.stride;
    cost.window_instructions -= frames.of_window;
    if (l.columns) {  // values are normalized as they come, not with the window
      const double around = r.call_instructions - instructions_of(r.blocks, 0, r.blocks.size());
      cost.window_instructions -= around + instructions_of_shared_columns(*l.columns, r);
      cost.row_instructions += around / program.front_end.window;
    }
    cost.row_instructions += frames.of_row + moved;
    cost.rest_instructions = cost.row_instructions + (cost.window_instructions - row) / stride;
  }
  r.push = cost;
}

std::string blocks_text(const Profile &p) {
  if (p.blocks.empty()) return "";
  std::string text =
      fmt::format("\n  {:>3}  {:<24} {:<18} {:>12} {:>9} {:>9} {:>13}\n", "", "block of features", "output",
                  "code", "tables", "RAM", fmt::format("instr.{}", p.is_measured ? "" : " (est.)"));
  for (const BlockProfile &b : p.blocks)
    text +=
        fmt::format("  {:>3}  {:<24} {:<18} {:>12} {:>9} {:>9} {:>13}\n", b.chain, b.name, b.output,
                    with_commas(b.code_bytes), with_commas(b.table_bytes), with_commas(b.ram_bytes),
                    p.has_instructions() ? (b.is_guessed ? "~" : "") + with_thousands(b.instructions) : "?");
  return text;
}

std::string push_text(const Profile &p) {
  std::string text;
  if (p.push) {
    const PushCost &c = *p.push;
    const std::string rest = with_thousands(c.rest_instructions),
                      window = with_thousands(c.window_instructions);
    text = fmt::format("  {:<8} {:>12}  instr. a row while nothing happens, {}; ", "push()", rest,
                       c.is_measured ? "measured" : "estimated");
    if (c.policy == DecisionPolicy::kTrigger)
      text += fmt::format("{} with the row that ends the window of an event", window);
    else
      text += fmt::format("{} with a row that ends a window, one in {}, and {} with others", window,
                          with_commas(c.hop), with_thousands(c.row_instructions));
    if (p.rate_hz > 0)
      text += fmt::format("\n           {} instr. per second of signal, {:g} rows",
                          with_thousands(c.rest_instructions * p.rate_hz), p.rate_hz);
    text += "\n";
  }
  if (!p.push_layers.empty()) text += fmt::format("           {}\n", p.push_layers);
  if (!p.push_features.empty()) text += fmt::format("           {}\n", p.push_features);
  return text;
}

}  // namespace mote
