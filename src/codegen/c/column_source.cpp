// In model.c, what push() runs of layers over time: the columns that are new, and the layers behind them on
// the kept columns of a window.
//
// The texts are templates/columns.c.in and column_layer.c.in. Mirrors ColumnPlanner::simulate() in
// column_plan.cpp, which decides how many columns of each value are kept.
#include <fmt/format.h>

#include <algorithm>

#include "codegen/c/c_text.h"
#include "codegen/c/emitted.h"
#include "codegen/c/exporter.h"
#include "graph/op_def.h"

namespace mote {

static std::string smaller_of(const std::string &a, const std::string &b) {
  return a.empty() ? b : fmt::format("mote_smaller({}, {})", a, b);
}

// A column of a kept value, counted from the first of the window; all of them where `column` is empty.
std::string Exporter::column_at(size_t index, const std::string &column, bool is_input) const {
  const ColumnTensor &t = push_->columns->tensors[index];
  std::string at = fmt::format("columns + {}", t.place);
  if (!column.empty()) at += fmt::format(" + ({} - base[{}]) * {}", column, index, t.column_bytes);
  return pointer_to(p_.tensor(t.tensor).dtype, at, is_input);
}

std::string Exporter::column_layer(const StreamedLayer &s, std::string &tables) const {
  const ProgramLayer &l = p_.layers[s.layer];
  const ColumnPlan &plan = *push_->columns;
  const bool is_window = !s.rows.in_rows.empty();
  std::string prefix = fmt::format("layer{}", s.layer);
  std::string params = prefix;
  const auto is_same = [](const CField &a, const CField &b) {
    return a.name == b.name && a.values == b.values;
  };
  if (!std::equal(s.rows.fields.begin(), s.rows.fields.end(), s.call.fields.begin(), s.call.fields.end(),
                  is_same) &&
      !s.rows.fields.empty()) {  // the same tables, time elsewhere among the parameters
    params = fmt::format("columns{}", s.layer);
    CCall without_tables = s.call;
    without_tables.arrays.clear();
    size_t none = 0;
    tables += tables_of(without_tables, s.rows.fields, params, none);
  }
  std::string ready, counts;
  for (size_t i : s.inputs)
    ready = smaller_of(
        ready, is_window ? fmt::format("mote_columns_made(have[{}], {}, {})", i, s.rows.span, s.rows.stride)
                         : fmt::format("have[{}]", i));
  const std::string elements = fmt::format("more * {}", plan.tensors[s.output].column_elements);
  for (const CField &f : s.call.fields)
    if (f.name == s.rows.count)
      counts += fmt::format("    params->{}{} = {};\n", f.name,
                            f.is_array ? fmt::format("[{}]", f.values.size() - 1) : "", elements);
  std::vector<std::string> arguments;
  for (const std::string &a : s.call.arguments) {
    if (std::ssize(arguments) == s.rows.count_argument)
      arguments.push_back(elements);
    else if (a == "params")
      arguments.emplace_back("params");
    else if (const auto in = numbered(a, "in"))
      arguments.push_back(column_at(static_cast<size_t>(plan.of_tensor[static_cast<size_t>(l.inputs[*in])]),
                                    is_window ? fmt::format("have[{}] * {}", s.output, s.rows.stride)
                                              : fmt::format("have[{}]", s.output),
                                    true));
    else if (numbered(a, "out"))
      arguments.push_back(column_at(s.output, fmt::format("have[{}]", s.output), false));
    else
      arguments.push_back(literal_of(s.call, a, prefix));
  }
  return filled("column_layer.c.in", {{"comment", layer_comment(p_, l, s.layer)},
                                      {"ready", ready},
                                      {"output", s.output},
                                      {"params_type", s.call.params_type},
                                      {"params", params},
                                      {"params_at", 2 * plan.tensors.size()},
                                      {"is_window", is_window},
                                      {"in_rows", s.rows.in_rows},
                                      {"out_rows", s.rows.out_rows},
                                      {"stride", s.rows.stride},
                                      {"span", s.rows.span},
                                      {"counts", counts},
                                      {"routine", s.call.routine},
                                      {"arguments", fmt::format("{}", fmt::join(arguments, ", "))}});
}

// A layer that runs once a window: as in run_layers(), but that kept columns are where they are kept.
std::string Exporter::layer_behind(size_t index, Emitted &out) {
  const ProgramLayer &l = p_.layers[index];
  std::string text = fmt::format("  {}\n", layer_comment(p_, l, index));
  const CCalls calls = op_by_name(l.op).c.get()(p_, l);
  for (size_t k = 0; k < calls.size(); ++k) {
    if (calls[k].is_copy) continue;
    const std::string prefix =
        k == 0 ? fmt::format("layer{}", index) : fmt::format("layer{}_{}", index, k + 1);
    std::vector<std::string> arguments;
    for (const std::string &a : calls[k].arguments) {
      const auto in = numbered(a, "in");
      const int root =
          in && l.inputs[*in] >= 0 ? push_->columns->of_tensor[static_cast<size_t>(l.inputs[*in])] : -1;
      arguments.push_back(root >= 0 ? column_at(static_cast<size_t>(root), "", true)
                                    : argument_of(l, calls[k], a, prefix, out));
    }
    text += fmt::format("  {}({});\n", calls[k].routine, fmt::join(arguments, ", "));
  }
  return text;
}

std::string Exporter::columns_c(Emitted &out) {
  if (!push_ || !push_->columns) return "";
  const ColumnPlan &plan = *push_->columns;
  sources_.insert("copy.c");
  std::string tables, layers, rest, hops, drops;
  for (const StreamedLayer &s : plan.layers) layers += column_layer(s, tables);
  for (size_t i : plan.rest) rest += layer_behind(i, out);
  for (size_t i = 0; i < plan.tensors.size(); ++i) {
    const ColumnTensor &t = plan.tensors[i];
    hops += fmt::format("{}{}", i == 0 ? "" : ", ", t.hop);
    std::string first = t.is_whole ? "0" : fmt::format("have[{}]", i);
    for (const StreamedLayer &s : plan.layers)
      for (size_t input : s.inputs)
        if (input == i && !t.is_whole)
          first = smaller_of(first, fmt::format("have[{}] * {}", s.output, s.rows.stride));
    drops += fmt::format(
        "  base[{0}] += mote_drop_rows(columns + {1}, {2}, {3} - base[{0}], have[{0}] - base[{0}]);\n", i,
        t.place, t.column_bytes, first);
  }
  return filled("columns.c.in", {{"tables", tables},
                                 {"count", plan.tensors.size()},
                                 {"counters", plan.counters},
                                 {"window_columns", plan.tensors[0].columns},
                                 {"hop", plan.tensors[0].hop},
                                 {"layers", layers},
                                 {"rest", rest},
                                 {"hops", hops},
                                 {"drops", drops},
                                 {"output_offset", offset(p_.outputs[0])}});
}

}  // namespace mote
