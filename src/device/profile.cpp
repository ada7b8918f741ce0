// Puts a profile together: measured where compiler and emulator are there, else estimated, and the text of
// `mote profile`.
//
// Measuring is emulator.cpp, estimating instruction_estimate.cpp and latency.cpp, what helps a model that
// does not fit codegen/c/fit.cpp. Report pages show the same values (report/profile_record.cpp).
#include "mote/device.h"

#include <fmt/format.h>

#include <unistd.h>
#include <algorithm>
#include <cmath>
#include <filesystem>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "codegen/c/fit.h"
#include "codegen/c/row_plan.h"
#include "device/block_profile.h"
#include "device/instruction_estimate.h"
#include "device/latency.h"
#include "device/measured_profile.h"
#include "device/push_on_core.h"
#include "features/preprocessing.h"
#include "graph/cost.h"
#include "graph/op_def.h"
#include "mote/host_program.h"
#include "program/storage.h"

namespace mote {

namespace {

std::string commas(double value) { return with_commas(std::llround(value)); }

// The call that a layer which runs row by row makes for each row of its output.
CCall call_of_row(const StreamedLayer &s, size_t elements) {
  CCall call = s.call;
  if (!s.rows.fields.empty()) call.fields = s.rows.fields;
  for (CField &f : call.fields) {
    if (f.name == s.rows.out_rows) f.values = {1};
    if (f.name == s.rows.in_rows) f.values = {s.rows.span};
    if (f.name == s.rows.pad_field) f.values = {0};
    if (f.name == s.rows.count) f.values.back() = static_cast<int64_t>(elements);
  }
  return call;
}

// What a call does; where its layer runs row by row, all of them, and what it takes to keep count of rows.
Work work_of_layer(const CCall &call, size_t layer, const RowPlan &rows, Products products, double macs,
                   double outputs) {
  for (const StreamedLayer &s : rows.layers) {
    if (s.layer != layer || s.call.routine != call.routine) continue;
    const StreamedTensor &out = rows.tensors[s.output];
    const auto times = static_cast<double>(out.rows);
    Work work = work_of(call_of_row(s, out.row_elements), products, macs / times, outputs / times);
    for (auto &[part, count] : work) count *= times;
    return work;
  }
  return work_of(call, products, macs, outputs);
}

// What can be known without compiling: layers, their costs, the plan.
void describe_layers(const IntegerProgram &p, Profile &r, size_t ram_bytes) {
  r.model = p.name;
  r.rate_hz = p.front_end.rate_hz;
  RowPlan rows;
  if (ram_bytes > 0) {
    rows = plan_rows(p, ram_bytes);
    r.plan = rows.memory;
    r.streamed_layers = rows.count;
    r.moved_bytes = rows.moved_bytes;
  } else {
    r.plan = plan_memory(p);
  }
  r.buffer_bytes = r.plan.bytes;
  const Preprocessing &f = p.front_end;
  for (const PlacedTensor &item : r.plan.items) r.plan_names.push_back(p.tensor(item.tensor).name);
  r.call = f.is_set() ? "predict" : "invoke";
  for (const auto *ports : {&p.inputs, &p.outputs})
    for (int t : *ports) r.call_values += p.tensor(t).shape.elements();
  const CountEstimate around = estimate_call(r.core, r.call, work_around(p));
  r.call_instructions = r.instructions = around.instructions;
  describe_blocks(p, r);
  double uncertain = around.instructions * around.error;
  for (const BlockProfile &b : r.blocks) {
    r.call_instructions += b.instructions;
    r.instructions += b.instructions;
    uncertain += b.instructions * b.instructions_error;
  }
  bool is_known = around.is_known;
  for (size_t i = 0; i < p.layers.size(); ++i) {
    const ProgramLayer &l = p.layers[i];
    const OpDef &op = op_by_name(l.op);
    if (!op.c.is_given()) throw Error(ErrorCode::kUnsupported, in_layer(l.op, l.name), op.c.why());
    const Shape &out = p.tensor(l.outputs[0]).shape;
    const Cost cost = cost_of(p, l);
    LayerProfile layer{l.name, l.op, out.text()};
    layer.macs = cost.macs;
    layer.weight_bytes = cost.weight_bytes;
    for (const CCall &call : op.c.get()(p, l)) {
      if (call.is_copy) continue;
      if (layer.routine.empty()) layer.routine = call.routine;
      for (const CArray &a : call.arrays)
        if (a.is_quantization) layer.weight_bytes += a.values.size() * dtype_bytes(a.dtype);
      const Work work = work_of_layer(call, i, rows, products_of_core(r.core),
                                      static_cast<double>(layer.macs), static_cast<double>(out.elements()));
      const CountEstimate e = estimate_call(r.core, call.routine, work);
      layer.instructions += e.instructions;
      layer.is_guessed |= e.is_guessed;
      uncertain += e.instructions * e.error;
      is_known &= e.is_known;
    }
    layer.alive_bytes = r.plan.alive[i];
    r.instructions += layer.instructions;
    r.layers.push_back(std::move(layer));
  }
  r.instructions_error = !is_known ? -1 : r.instructions > 0 ? uncertain / r.instructions : 0;
  // what keeps count of the rows is not counted: up to 7 % of a small convolution over time
  constexpr double kErrorOfRows = 0.1;
  if (is_known && r.streamed_layers > 0) r.instructions_error = std::max(r.instructions_error, kErrorOfRows);
}

// Flash without a compiler: the tables are known, code is that of the routines as measured.
void estimate_footprint(const IntegerProgram &p, Profile &r) {
  constexpr size_t kBytesOfRows = 150;  // what calls a layer row by row
  r.code_bytes =
      static_cast<size_t>(std::llround(estimate_code_bytes(r.core, p) + estimate_block_code(r.core, p))) +
      kBytesOfRows * r.streamed_layers;
  r.weight_bytes = table_bytes(p.front_end);
  for (const LayerProfile &l : r.layers) r.weight_bytes += l.weight_bytes;
  // the bounds that the routines keep: 1 KB, with vectors a little more
  r.stack_bytes = r.core == "cortex-m55" ? 1280 : 1024;
  size_t more = 0;
  if (products_of_core(r.core) == Products::kDual)
    for (const ProgramTensor &t : p.tensors) more = std::max(more, more_stack(*t.storage));
  r.stack_bytes += more;
  r.ram_bytes = r.buffer_bytes;
}

// From one run of the model to the next, at least: the hop of push(), or where a trigger opens its next
// window at once, with as many rows before it as there can be.
double least_period_ms(const IntegerProgram &p, const ExportCOptions &o) {
  const Preprocessing &f = p.front_end;
  if (!f.is_set() || f.rate_hz <= 0) return 0;
  const DecisionRule rule = decision_rule(p, o);
  const int pause = std::max(1, rule.refractory);  // one row below the onset
  const int rows = rule.policy == DecisionPolicy::kTrigger ? pause + f.window - std::min(rule.pre_roll, pause)
                                                           : rule.stride;
  return 1e3 * rows / f.rate_hz;
}

void check_fit(const IntegerProgram &p, Profile &r) {
  if (!r.board) return;
  const size_t ram = r.all_ram_bytes() + r.stack_bytes;
  // what is left for activations and for weights
  const auto left = [](size_t all, size_t other) { return all > other ? all - other : 0; };
  const auto add = [&](const char *memory, size_t needs, size_t there_is, const std::vector<WayToFit> &ways,
                       size_t wanted) {
    r.problems.push_back(fmt::format("{}: {} bytes too many.\n  {}", memory, with_commas(needs - there_is),
                                     listed(ways, wanted, "\n  ")));
  };
  if (ram > r.board->ram_bytes) {
    const size_t wanted = left(r.board->ram_bytes, ram - r.buffer_bytes);
    add("RAM", ram, r.board->ram_bytes, ways_to_less_ram(p, wanted), wanted);
  }
  if (r.flash_bytes() > r.board->flash_bytes) {
    const size_t wanted = left(r.board->flash_bytes, r.code_bytes);
    add("Flash", r.flash_bytes(), r.board->flash_bytes, ways_to_less_flash(p, wanted), wanted);
  }
}

}  // namespace

Profile profile(const IntegerProgram &program, const ProfileOptions &o) {
  Profile r;
  r.board = o.board;
  r.core = !o.core.empty() ? core_by_name(o.core).name : o.board ? emulated_core(*o.board) : "cortex-m4";
  describe_layers(program, r, o.ram_bytes);
  r.period_ms = least_period_ms(program, o.c);
  const Core *core = r.core.empty() ? nullptr : find_core(r.core);
  if (core == nullptr)
    r.why_estimated =
        fmt::format("there is neither a compiler nor an emulator for {} that mote knows", o.board->core);
  else if (o.is_emulated)
    r.why_estimated = missing_tools(*core);
  else
    r.why_estimated = "not asked for: --emulate measures";
  if (!o.is_emulated || !r.why_estimated.empty()) estimate_footprint(program, r);
  describe_push(program, o.c, r);
  if (o.is_emulated && r.why_estimated.empty()) {
    MeasureOptions m{o.c, o.flags, true};
    m.c.ram_bytes = o.ram_bytes;
    const Measurement found = measure(program, *core, m);
    if (found.wrong > 0)
      throw Error(ErrorCode::kDataFormat, program.name,
                  fmt::format("{} of {} golden vectors differ on the emulated {}", found.wrong, found.vectors,
                              core->title));
    m.has_layers = false;
    if (auto pushed = measure_push(program, *core, m)) r.push = pushed;
    r.is_measured = true;
    r.compiler = found.compiler;
    r.emulator = found.emulator;
    r.flags = found.flags;
    r.instructions = found.instructions;
    r.instructions_error = 0;
    r.stack_bytes = found.stack_bytes;
    r.code_bytes = found.footprint.code_bytes;
    r.weight_bytes = found.footprint.weight_bytes;
    r.ram_bytes = found.footprint.ram_bytes;
    r.buffer_bytes = found.footprint.buffer_bytes;
    r.call_instructions = r.instructions;
    add_measured_blocks(found, r);
    for (size_t i = 0; i < r.layers.size() && i < found.layer_instructions.size(); ++i) {
      r.layers[i].instructions = found.layer_instructions[i];
      r.layers[i].is_guessed = false;
      r.call_instructions -= r.layers[i].instructions;
    }
  }
  estimate_cycles(program, o, r);
  check_fit(program, r);
  return r;
}

bool Profile::has_guesses() const {
  return std::any_of(layers.begin(), layers.end(), [](const LayerProfile &l) { return l.is_guessed; });
}

static std::string plan_picture(const Profile &p) {
  std::string text;
  const int layers = p.layers.size();
  std::vector<size_t> order(p.plan.items.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return std::make_pair(p.plan.items[a].first, p.plan.items[a].offset) <
           std::make_pair(p.plan.items[b].first, p.plan.items[b].offset);
  });
  for (size_t i : order) {
    const PlacedTensor &item = p.plan.items[i];
    std::string bar;
    for (int l = -1; l <= layers; ++l) bar += item.first <= l && l <= item.last ? "\u2588" : "\u00b7";
    std::string name = p.plan_names[i];
    if (name.size() > 28) name = "..." + name.substr(name.size() - 25);
    text += fmt::format("  {} {:>8} .. {:>8}  {}\n", bar, item.offset, item.offset + item.bytes, name);
  }
  return text;
}

std::string profile_text(const Profile &p) {
  std::string text = fmt::format("Model '{}'", p.model);
  if (p.board)
    text += fmt::format(" on {} ({}, {:g} MHz)", p.board->title, p.board->core, p.board->mhz);
  else
    text += fmt::format(" on {}", p.core);
  text += "\n";
  const char *how = p.is_measured ? "measured" : "estimated";
  const auto row = [&](const char *what, size_t needs, size_t there_is, const std::string &note) {
    const std::string rest = with_commas(needs <= there_is ? there_is - needs : needs - there_is);
    if (p.board)
      text += fmt::format(
          "  {:<8} {:>12} of {:>12} bytes  {}; {}\n", what, with_commas(needs), with_commas(there_is),
          needs <= there_is ? "fits, " + rest + " left" : "DOES NOT FIT, " + rest + " too many", note);
    else
      text += fmt::format("  {:<8} {:>12} bytes  {}\n", what, with_commas(needs), note);
  };
  row("flash", p.flash_bytes(), p.board ? p.board->flash_bytes : 0,
      fmt::format("code {} ({}) + weights {}", commas(p.code_bytes), how, commas(p.weight_bytes)));
  row("RAM", p.all_ram_bytes() + p.stack_bytes, p.board ? p.board->ram_bytes : 0,
      fmt::format("buffer {}{} + stack {} ({})", commas(p.buffer_bytes),
                  p.stream_bytes > 0 ? fmt::format(" + push() {}", commas(p.stream_bytes)) : "",
                  commas(p.stack_bytes), p.is_measured ? "measured" : "bound"));
  text += fmt::format(
      "  {:<8} {:>12}  {}\n", "instr.", p.has_instructions() ? commas(p.instructions) : "?",
      p.is_measured ? fmt::format("measured: {}, {}, {}", p.emulator, p.compiler, fmt::join(p.flags, " "))
      : !p.has_instructions() ? "no estimate"
      : p.has_guesses()
          ? "estimated; a guess for the layers marked ~, of whose kind none was measured"
          : fmt::format("estimated, within {:.0f} % for 8 of 10 networks", 100 * p.instructions_error));
  if (!p.is_measured) text += fmt::format("           {}\n", p.why_estimated);
  if (p.cycles && p.board) {
    text += fmt::format(
        "  {:<8} {:>12}  {:.3g} to {:.3g} ms; estimated: {:.2f} cycles per instruction, from {}\n", "time",
        fmt::format("{:.3g} ms", p.ms(p.cycles->cycles)), p.ms(p.cycles->low), p.ms(p.cycles->high),
        p.cycles->cycles_per_instruction, p.cycles->basis);
    if (p.period_ms > 0)
      text += fmt::format("           {} a window every {:.4g} ms{}\n",
                          p.ms(p.cycles->high) <= p.period_ms ? "fits"
                          : p.ms(p.cycles->low) > p.period_ms ? "DOES NOT FIT"
                                                              : "may not fit",
                          p.period_ms,
                          p.ms(p.cycles->high) <= p.period_ms
                              ? fmt::format(": busy for {:.2g} % of the time, at most {:.2g} %",
                                            100 * p.ms(p.cycles->cycles) / p.period_ms,
                                            100 * p.ms(p.cycles->high) / p.period_ms)
                              : std::string());
    if (p.board->power_mw)
      text += fmt::format("  {:<8} {:>12}  {:.3g} to {:.3g} mJ; estimated: {:g} mW ({})\n", "energy",
                          fmt::format("{:.3g} mJ", *p.board->power_mw * p.ms(p.cycles->cycles) / 1e3),
                          *p.board->power_mw * p.ms(p.cycles->low) / 1e3,
                          *p.board->power_mw * p.ms(p.cycles->high) / 1e3, *p.board->power_mw,
                          p.board->power_source);
    else
      text +=
          fmt::format("  {:<8} {:>12}  no figure of this board's active power\n", "energy", "no estimate");
  } else if (p.board) {
    text += fmt::format("  {:<8} {:>12}  {}\n", "time", "no estimate", p.why_no_latency);
  }
  text += push_text(p);
  for (const std::string &problem : p.problems) text += problem + "\n";
  text += fmt::format("\n  {:>3}  {:<24} {:<18} {:>12} {:>9} {:>9} {:>13}\n", "#", "layer", "output", "MACs",
                      "weights", "activ.", fmt::format("instr.{}", p.is_measured ? "" : " (est.)"));
  for (size_t i = 0; i < p.layers.size(); ++i) {
    const LayerProfile &l = p.layers[i];
    std::string name = l.name;
    if (name.size() > 24) name = "..." + name.substr(name.size() - 21);
    text += fmt::format("  {:>3}  {:<24} {:<18} {:>12} {:>9} {:>9} {:>13}{}\n", i, name, l.output,
                        commas(l.macs), commas(l.weight_bytes), commas(l.alive_bytes),
                        p.has_instructions() ? (l.is_guessed ? "~" : "") + commas(l.instructions) : "?",
                        static_cast<int>(i) == p.plan.peak_layer ? "  <- sets the peak" : "");
  }
  double of_blocks = 0;
  for (const BlockProfile &b : p.blocks) of_blocks += b.instructions;
  text += fmt::format("       {:<76} {:>13}\n",
                      p.call == "predict" ? "front end and decision" : "values copied in and out",
                      p.has_instructions() ? commas(p.call_instructions - of_blocks) : "?");
  text += blocks_text(p);
  text += timing_text(p);
  text +=
      fmt::format("\nMemory plan: {} bytes{} (columns: the input, then the layers)\n{}", commas(p.plan.bytes),
                  p.plan.bytes <= (p.plan.lower_bound + 3) / 4 * 4
                      ? ", the least possible in this order of layers"
                      : fmt::format("; no plan has fewer than {}", commas(p.plan.lower_bound)),
                  plan_picture(p));
  if (p.streamed_layers > 0)
    text += fmt::format(
        "The first {} layers run row by row: {} bytes are moved per invocation; the instructions above are "
        "those of "
        "rows.\n",
        p.streamed_layers, commas(p.moved_bytes));
  return text;
}

}  // namespace mote
