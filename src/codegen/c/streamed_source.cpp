// The first layers of model.c where they run row by row: a loop over the rows of what they give, in which
// each layer runs as soon as its rows are wanted and its inputs are there.
//
// The texts are templates/streamed_layers.c.in and streamed_layer.c.in. Mirrors simulate() in row_plan.cpp,
// which decides how many rows of each value are kept; docs/decisions/0014-rows.md says why rows.
#include <fmt/format.h>

#include "codegen/c/c_text.h"
#include "codegen/c/emitted.h"
#include "codegen/c/exporter.h"

namespace mote {

// Rows of value `tensor` that were computed and are still kept.
static std::string kept_rows(size_t tensor) { return fmt::format("have[{}] - base[{}]", tensor, tensor); }

// Input rows of value `input` that `rows` rows of the layer's output need.
static std::string rows_wanted(const std::string &rows, const CRows &r, const StreamedTensor &input) {
  return fmt::format("smaller({} * {} + {}, {})", rows, r.stride, r.span - r.pad, input.rows);
}

// A row of a streamed value as an argument; the whole window where `row` is empty.
std::string Exporter::rows_at(size_t tensor, const std::string &row, bool is_input) const {
  const StreamedTensor &v = rows_.tensors[tensor];
  std::string place = fmt::format("buffer + {}", offset(v.tensor));
  if (!row.empty()) place += fmt::format(" + ({}) * {}", row, v.row_bytes);
  return pointer_to(p_.tensor(v.tensor).dtype, place, is_input);
}

// The first row of the layer's output that a layer behind it still reads; "" of the result, which is kept
// whole.
std::string Exporter::first_needed(const StreamedLayer &s) {
  if (s.output + 1 == rows_.tensors.size()) return "";
  sources_.insert("copy.c");
  std::string keep = fmt::format("have[{}]", s.output);
  for (const StreamedLayer &reader : rows_.layers)
    for (size_t i : reader.inputs)
      if (i == s.output)
        keep = fmt::format("smaller({}, have[{}] * {} - {})", keep, reader.output, reader.rows.stride,
                           reader.rows.pad);
  return keep;
}

std::string Exporter::streamed_layer(const StreamedLayer &s, Emitted &out) {
  const ProgramLayer &l = p_.layers[s.layer];
  const StreamedTensor &t = rows_.tensors[s.output];
  const std::string prefix = fmt::format("layer{}", s.layer);
  const bool is_window = !s.rows.in_rows.empty();
  add_source(s.call);
  out.tables +=
      tables_of(s.call, s.rows.fields.empty() ? s.call.fields : s.rows.fields, prefix, weight_bytes_) + "\n";
  std::string is_ready = fmt::format("have[{}] < need[{}]", s.output, s.output);
  for (size_t i : s.inputs)
    if (i != 0)
      is_ready += fmt::format(" && have[{}] >= {}", i,
                              rows_wanted(fmt::format("have[{}]", s.output), s.rows, rows_.tensors[i]));
  std::string counts;
  for (const CField &f : s.call.fields)
    if (f.name == s.rows.count)
      counts += fmt::format("        params->{}{} = {};\n", f.name,
                            f.is_array ? fmt::format("[{}]", f.values.size() - 1) : "", t.row_elements);
  std::vector<std::string> arguments;
  for (const std::string &a : s.call.arguments) {
    if (std::ssize(arguments) == s.rows.count_argument) {
      arguments.push_back(std::to_string(t.row_elements));
    } else if (a == "params") {
      arguments.push_back("params");
    } else if (const auto from = numbered(a, "in")) {
      size_t which = 0;
      while (rows_.tensors[which].tensor != l.inputs[*from]) ++which;
      // windows begin where the input's rows do; elementwise layers at the row they compute
      const std::string row = fmt::format("have[{}] - base[{}]", s.output, which);
      arguments.push_back(rows_at(which, is_window ? "" : row, true));
    } else if (numbered(a, "out")) {
      arguments.push_back(rows_at(s.output, kept_rows(s.output), false));
    } else {
      arguments.push_back(literal_of(s.call, a, prefix));
    }
  }
  return filled("streamed_layer.c.in", {{"comment", layer_comment(p_, l, s.layer)},
                                        {"is_ready", is_ready},
                                        {"layer", s.layer},
                                        {"params_type", s.call.params_type},
                                        {"count", rows_.tensors.size()},
                                        {"prefix", prefix},
                                        {"first_needed", first_needed(s)},
                                        {"output", s.output},
                                        {"capacity", t.capacity},
                                        {"place", offset(t.tensor)},
                                        {"row_bytes", t.row_bytes},
                                        {"is_window", is_window},
                                        {"in_rows", s.rows.in_rows},
                                        {"out_rows", s.rows.out_rows},
                                        {"pad_field", s.rows.pad_field},
                                        {"pad", s.rows.pad},
                                        {"stride", s.rows.stride},
                                        {"input", s.inputs.empty() ? 0 : s.inputs[0]},
                                        {"row_counts", counts},
                                        {"routine", s.call.routine},
                                        {"arguments", fmt::format("{}", fmt::join(arguments, ", "))}});
}

void Exporter::emit_streamed(Emitted &out) {
  const size_t result = rows_.tensors.size() - 1;
  std::string needs, layers;
  // from the last layer to the first; of a value that several layers read: the most
  std::set<size_t> has_need{result};
  for (auto l = rows_.layers.rbegin(); l != rows_.layers.rend(); ++l)
    for (size_t i : l->inputs) {
      if (i == 0) continue;
      const std::string rows =
          rows_wanted(fmt::format("(need[{}] - 1)", l->output), l->rows, rows_.tensors[i]);
      const std::string need = fmt::format("need[{}]", i);
      needs += has_need.insert(i).second ? fmt::format("    {} = {};\n", need, rows)
                                         : fmt::format("    if ({} < {}) {} = {};\n", need, rows, need, rows);
    }
  for (const StreamedLayer &s : rows_.layers) layers += streamed_layer(s, out);
  out.calls += filled("streamed_layers.c.in", {{"last", rows_.count - 1},
                                               {"state", rows_.state_offset},
                                               {"count", rows_.tensors.size()},
                                               {"input_rows", rows_.tensors[0].rows},
                                               {"result", result},
                                               {"result_rows", rows_.tensors[result].rows},
                                               {"needs", needs},
                                               {"layers", layers}});
}

}  // namespace mote
