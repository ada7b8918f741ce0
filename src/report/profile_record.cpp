// A profile on a target as JSON, and the forms of weights: what `mote profile --json` prints.
#include "mote/report.h"

namespace mote {

using nlohmann::json;

static json timing_json(const Profile &p) {
  const BoardTiming &t = *p.timing;
  json layers = json::array();
  for (double seconds : t.layers_s) layers.push_back(1e3 * seconds);
  json j = {{"file", t.file},       {"ms", 1e3 * t.call_s}, {"layers_ms", layers}, {"spread", t.spread},
            {"repeats", t.repeats}, {"broken", t.broken},   {"calls", t.calls}};
  if (p.fit) {
    j["cycles_per_instruction"] = p.fit->cycles_per_instruction;
    j["error"] = p.fit->error;
    j["basis"] = p.fit->basis;
  }
  return j;
}

json profile_json(const Profile &p) {
  json layers = json::array(), blocks = json::array(), plan = json::array();
  for (const BlockProfile &b : p.blocks)
    blocks.push_back({{"name", b.name},
                      {"chain", b.chain},
                      {"routine", b.routine},
                      {"output", b.output},
                      {"code_bytes", b.code_bytes},
                      {"table_bytes", b.table_bytes},
                      {"ram_bytes", b.ram_bytes},
                      {"operations", b.operations},
                      {"instructions", b.instructions},
                      {"is_guessed", b.is_guessed}});
  for (const LayerProfile &l : p.layers)
    layers.push_back({{"name", l.name},
                      {"op", l.op},
                      {"routine", l.routine},
                      {"output", l.output},
                      {"macs", l.macs},
                      {"weight_bytes", l.weight_bytes},
                      {"activation_bytes", l.alive_bytes},
                      {"instructions", l.instructions},
                      {"is_guessed", l.is_guessed}});
  for (size_t i = 0; i < p.plan.items.size(); ++i)
    plan.push_back({{"tensor", p.plan_names[i]},
                    {"offset", p.plan.items[i].offset},
                    {"bytes", p.plan.items[i].bytes},
                    {"first_layer", p.plan.items[i].first},
                    {"last_layer", p.plan.items[i].last}});
  json j = {{"model", p.model},
            {"core", p.core},
            {"is_measured", p.is_measured},
            {"code_bytes", p.code_bytes},
            {"weight_bytes", p.weight_bytes},
            {"flash_bytes", p.flash_bytes()},
            {"buffer_bytes", p.buffer_bytes},
            {"ram_bytes", p.ram_bytes},
            {"stack_bytes", p.stack_bytes},
            {"stream_bytes", p.stream_bytes},
            {"layers", layers},
            {"blocks", blocks},
            {"call", {{"name", p.call}, {"values", p.call_values}, {"instructions", p.call_instructions}}},
            {"plan", plan},
            {"plan_lower_bound", p.plan.lower_bound},
            {"peak_layer", p.plan.peak_layer},
            {"streamed_layers", p.streamed_layers},
            {"moved_bytes", p.moved_bytes},
            {"problems", p.problems}};
  if (p.has_instructions()) j["instructions"] = p.instructions;
  if (p.push) {
    j["push"] = {{"policy", decision_policy_names().name_of(p.push->policy)},
                 {"rest_instructions", p.push->rest_instructions},
                 {"row_instructions", p.push->row_instructions},
                 {"window_instructions", p.push->window_instructions},
                 {"ram_bytes", p.push->ram_bytes}};
    if (p.push->hop > 0) j["push"]["hop"] = p.push->hop;
    j["push"]["is_measured"] = p.push->is_measured;
    if (p.rate_hz > 0) j["push"]["instructions_per_second"] = p.push->rest_instructions * p.rate_hz;
  }
  if (!p.push_layers.empty()) {
    j["push_layers"] = p.push_layers;
    j["hop_macs"] = p.hop_macs;
  }
  if (!p.push_features.empty()) j["push_features"] = p.push_features;
  if (p.is_measured) {
    j["compiler"] = p.compiler;
    j["emulator"] = p.emulator;
    j["flags"] = p.flags;
  } else {
    j["why_estimated"] = p.why_estimated;
    j["instructions_error"] = p.instructions_error;
  }
  if (p.timing) j["measured"] = timing_json(p);
  if (p.board) {
    j["target"] = p.board->name;
    j["title"] = p.board->title;
    if (p.board->power_mw) {
      j["power_mw"] = *p.board->power_mw;
      j["power_source"] = p.board->power_source;
    }
    j["fits"] = p.problems.empty();
    if (p.cycles) {
      j["latency_ms"] = p.ms(p.cycles->cycles);
      if (p.period_ms > 0) j["period_ms"] = p.period_ms;
      j["latency_ms_low"] = p.ms(p.cycles->low);
      j["latency_ms_high"] = p.ms(p.cycles->high);
      j["latency_basis"] = p.cycles->basis;
      if (p.board->power_mw) j["energy_mj"] = *p.board->power_mw * p.ms(p.cycles->cycles) / 1e3;
    } else {
      j["why_no_latency"] = p.why_no_latency;
    }
  }
  return j;
}

json forms_json(const ChosenForms &chosen) {
  json layers = json::array();
  for (const LayerForm &f : chosen.layers)
    layers.push_back({{"layer", f.layer},
                      {"form", f.form},
                      {"bytes", f.bytes},
                      {"plain_bytes", f.plain_bytes},
                      {"instructions", f.instructions},
                      {"plain_instructions", f.plain_instructions},
                      {"why", f.why}});
  json totals = json::array();
  for (const FormTotal &t : form_totals(chosen))
    totals.push_back({{"form", t.form},
                      {"layers", t.layers},
                      {"plain_bytes", t.plain_bytes},
                      {"bytes", t.bytes},
                      {"cut_percent", t.cut_percent()}});
  return {{"core", chosen.options.core},       {"totals", totals},     {"slowdown", chosen.options.slowdown},
          {"saved_bytes", chosen.saved_bytes}, {"is_measured", false}, {"layers", layers}};
}

}  // namespace mote
