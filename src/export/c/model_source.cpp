// model.c: tables, the calls of the layers, and invoke.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/checksum.h"
#include "base/error.h"
#include "base/text.h"
#include "export/c/c_text.h"
#include "export/c/exporter.h"
#include "graph/cost.h"
#include "ops/integer_support.h"

namespace mote {

// "buffer + 128", cast where the tensor is not int8; or the table of a constant.
std::string Exporter::place(int tensor, bool is_input, Emitted &out) {
  const ProgramTensor &t = p_.tensor(tensor);
  if (t.is_constant) {
    const std::string name = fmt::format("tensor{}", tensor);
    if (out.constants.insert(tensor).second) {
      weight_bytes_ += t.bytes();
      out.tables +=
          fmt::format("static const {} {}[{}] = {{\n{}}};\n", c_type(t.dtype), name, t.shape.elements(),
                      value_list(t.dtype, t.plain_bytes().data(), t.shape.elements()));
    }
    return name;
  }
  const std::string at = fmt::format("buffer + {}", offset(tensor));
  if (t.dtype == DType::kInt8) return at;
  return fmt::format("({}{} *)({})", is_input ? "const " : "", c_type(t.dtype), at);
}

static std::string initializer(const CField &f) {
  std::string values;
  for (int64_t v : f.values) values += (values.empty() ? "" : ", ") + std::to_string(v);
  return fmt::format("{} /* {} */", f.is_array ? "{" + values + "}" : values, f.name);
}

// The number behind "in" or "out".
static std::optional<size_t> numbered(const std::string &argument, const char *word) {
  if (!argument.starts_with(word)) return {};
  const auto number = parse_number(argument.substr(std::strlen(word)));
  return number ? std::optional<size_t>(static_cast<size_t>(*number)) : std::nullopt;
}

static bool is_array(const CCall &call, const std::string &argument) {
  return std::any_of(call.arrays.begin(), call.arrays.end(),
                     [&](const CArray &c) { return c.suffix == argument; });
}

std::string Exporter::arguments_of(const ProgramLayer &l, const CCall &call, const std::string &prefix,
                                   const std::string &params, Emitted &out) {
  std::string arguments;
  for (const std::string &a : call.arguments) {
    if (!arguments.empty()) arguments += ", ";
    if (a == "params")
      arguments += params;
    else if (a == "NULL")
      arguments += "0";
    else if (const auto in = numbered(a, "in"))
      arguments += place(l.inputs[*in], true, out);
    else if (const auto to = numbered(a, "out"))
      arguments += place(l.outputs[*to], false, out);
    else
      arguments += is_array(call, a) ? prefix + "_" + a : a;
  }
  return arguments;
}

// The tables of a call; its parameters in the order of `fields`.
static std::string tables_of(const CCall &call, const std::vector<CField> &fields, const std::string &prefix,
                             size_t &weight_bytes) {
  std::string tables;
  for (const CArray &a : call.arrays) {
    weight_bytes += a.values.size() * dtype_bytes(a.dtype);
    tables += fmt::format("static const {} {}_{}[{}] = {{\n{}}};\n", c_type(a.dtype), prefix, a.suffix,
                          a.values.size(), int_list(a.values));
  }
  if (call.params_type.empty()) return tables;
  std::string list;
  for (const CField &f : fields) list += (list.empty() ? "" : ", ") + initializer(f);
  return tables + fmt::format("static const {} {}_params = {{{}}};\n", call.params_type, prefix, list);
}

void Exporter::emit_call(const ProgramLayer &l, const CCall &call, const std::string &prefix, Emitted &out) {
  sources_.insert(call.source);
  out.tables += tables_of(call, call.fields, prefix, weight_bytes_);
  const std::string arguments = arguments_of(l, call, prefix, "&" + prefix + "_params", out);
  out.calls += fmt::format("  {}({});\n", call.routine, arguments);
  out.tables += "\n";
}

static std::string layer_comment(const IntegerProgram &p, const ProgramLayer &l, size_t index) {
  const uint64_t macs = cost_of(p, l).macs;
  return fmt::format(
      "/* {}: {} {} -> {}{} */", index, commentable(l.name), p.tensor(l.inputs[0]).shape.text(),
      p.tensor(l.outputs[0]).shape.text(),
      macs ? fmt::format(", {} multiply-adds", with_commas(static_cast<long long>(macs))) : "");
}

void Exporter::emit(const ProgramLayer &l, size_t index, Emitted &out) {
  const OpDef &op = op_by_name(l.op);
  if (!op.c.is_given()) throw Error(ErrorCode::kUnsupported, layer_where(l), op.c.why());
  out.calls += fmt::format("  {}\n  MOTE_LAYER({})\n", layer_comment(p_, l, index), index);
  const CCalls calls = op.c.get()(p_, l);
  for (size_t k = 0; k < calls.size(); ++k) {
    if (!calls[k].is_copy) {
      emit_call(l, calls[k], k == 0 ? fmt::format("layer{}", index) : fmt::format("layer{}_{}", index, k + 1),
                out);
      continue;
    }
    if (offset(l.inputs[0]) != offset(l.outputs[0]))
      throw Error(ErrorCode::kUnsupported, layer_where(l), "copies a constant");
    out.calls += "  /* the same bytes under another shape */\n";
  }
}

// One row of a streamed layer, when it is wanted and its inputs are there.
std::string Exporter::streamed_row(const StreamedLayer &s, Emitted &out) {
  const size_t result = rows_.tensors.size() - 1;
  const ProgramLayer &l = p_.layers[s.layer];
  const StreamedTensor &t = rows_.tensors[s.output];
  const std::string prefix = fmt::format("layer{}", s.layer);
  sources_.insert(s.call.source);
  out.tables +=
      tables_of(s.call, s.rows.fields.empty() ? s.call.fields : s.rows.fields, prefix, weight_bytes_) + "\n";
  std::string ready = fmt::format("have[{0}] < need[{0}]", s.output);
  for (size_t i : s.inputs)
    if (i != 0)
      ready += fmt::format(" && have[{}] >= smaller(have[{}] * {} + {}, {})", i, s.output, s.rows.stride,
                           s.rows.span - s.rows.pad, rows_.tensors[i].rows);
  std::string text = fmt::format("      {}\n      if ({}) {{\n        MOTE_LAYER({})\n",
                                 layer_comment(p_, l, s.layer), ready, s.layer);
  if (!s.call.params_type.empty())
    text += fmt::format(
        "        {0} *const params = ({0} *)(void *)(need + {1});\n        *params = {2}_params;\n",
        s.call.params_type, rows_.tensors.size(), prefix);
  if (s.output != result) {
    std::string keep = fmt::format("have[{}]", s.output);
    for (const StreamedLayer &reader : rows_.layers)
      for (size_t i : reader.inputs)
        if (i == s.output)
          keep = fmt::format("smaller({}, have[{}] * {} - {})", keep, reader.output, reader.rows.stride,
                             reader.rows.pad);
    sources_.insert("copy.c");
    text += fmt::format(
        "        if (have[{0}] - base[{0}] == {1})\n          base[{0}] += mote_drop_rows(buffer + {2}, {3}, "
        "{4} "
        "- base[{0}], have[{0}] - base[{0}]);\n",
        s.output, t.capacity, offset(t.tensor), t.row_bytes, keep);
  }
  const bool is_window = !s.rows.in_rows.empty();
  if (is_window)
    text += fmt::format(
        "        params->{0} = have[{1}] - base[{1}];\n        params->{2} = 1;\n        params->{3} = {4} + "
        "base[{1}] "
        "- have[{5}] * {6};\n",
        s.rows.in_rows, s.inputs[0], s.rows.out_rows, s.rows.pad_field, s.rows.pad, s.output, s.rows.stride);
  for (const CField &f : s.call.fields)
    if (f.name == s.rows.count)
      text += fmt::format("        params->{}{} = {};\n", f.name,
                          f.is_array ? fmt::format("[{}]", f.values.size() - 1) : "", t.row_elements);
  const auto at = [&](size_t tensor, const std::string &row, bool is_input) {
    const StreamedTensor &v = rows_.tensors[tensor];
    const DType dtype = p_.tensor(v.tensor).dtype;
    const std::string place = fmt::format("buffer + {}", offset(v.tensor)) +
                              (row.empty() ? "" : fmt::format(" + ({}) * {}", row, v.row_bytes));
    return dtype == DType::kInt8
               ? place
               : fmt::format("({}{} *)({})", is_input ? "const " : "", c_type(dtype), place);
  };
  std::string arguments;
  int position = 0;
  for (const std::string &a : s.call.arguments) {
    if (position > 0) arguments += ", ";
    if (position++ == s.rows.count_argument) {
      arguments += std::to_string(t.row_elements);
    } else if (a == "params") {
      arguments += "params";
    } else if (a == "NULL") {
      arguments += "0";
    } else if (const auto from = numbered(a, "in")) {
      size_t which = 0;
      while (rows_.tensors[which].tensor != l.inputs[*from]) ++which;
      // windows begin where the input's rows do; elementwise layers at the row they compute
      arguments += at(which, is_window ? "" : fmt::format("have[{}] - base[{}]", s.output, which), true);
    } else if (numbered(a, "out")) {
      arguments += at(s.output, fmt::format("have[{0}] - base[{0}]", s.output), false);
    } else {
      arguments += is_array(s.call, a) ? prefix + "_" + a : a;
    }
  }
  return text +
         fmt::format("        {}({});\n        ++have[{}];\n      }}\n", s.call.routine, arguments, s.output);
}

// The loop over the rows of what the streamed layers give. Mirrors simulate() in row_plan.cpp.
void Exporter::emit_streamed(Emitted &out) {
  const size_t result = rows_.tensors.size() - 1;
  out.calls += fmt::format(
      "  /* Layers 0 to {0} run row by row. have: rows that were computed; base: the first that is kept;\n   "
      "* "
      "need: rows wanted next. */\n  int32_t *const have = (int32_t *)(void *)(buffer + {1}), *const base = "
      "have + "
      "{2}, *const need = base + {2}, row;\n"
      "  for (row = 0; row < {2}; ++row) have[row] = base[row] = 0;\n  have[0] = {3};\n"
      "  for (row = 1; row <= {4}; ++row) {{\n    need[{5}] = row;\n",
      rows_.count - 1, rows_.state_offset, result + 1, rows_.tensors[0].rows, rows_.tensors[result].rows,
      result);
  // from the last layer to the first; of a value that several layers read: the most
  std::set<size_t> has_need{result};
  for (auto l = rows_.layers.rbegin(); l != rows_.layers.rend(); ++l)
    for (size_t i : l->inputs) {
      if (i == 0) continue;
      const std::string rows = fmt::format("smaller((need[{}] - 1) * {} + {}, {})", l->output, l->rows.stride,
                                           l->rows.span - l->rows.pad, rows_.tensors[i].rows);
      out.calls += has_need.insert(i).second
                       ? fmt::format("    need[{}] = {};\n", i, rows)
                       : fmt::format("    if (need[{0}] < {1}) need[{0}] = {1};\n", i, rows);
    }
  out.calls += fmt::format("    while (have[{}] < row) {{\n", result);
  for (const StreamedLayer &s : rows_.layers) {
    const std::string text = streamed_row(s, out);
    out.calls += text;
  }
  out.calls += "    }\n  }\n";
}

// Byte i of an output: in the buffer, or of a table where the model returns a constant.
std::string Exporter::output_byte(const Port &port) const {
  if (p_.tensor(port.tensor).is_constant) return fmt::format("((const int8_t *)tensor{})[i]", port.tensor);
  return fmt::format("buffer[{} + i]", offset(port.tensor));
}

std::string Exporter::model_c() {
  Emitted e;
  const size_t streamed = rows_.count;
  if (streamed > 0) emit_streamed(e);
  for (size_t i = streamed; i < p_.layers.size(); ++i) emit(p_.layers[i], i, e);
  for (const Port &port : outputs_)
    if (p_.tensor(port.tensor).is_constant) place(port.tensor, false, e);
  hash_ = fmt::format("{:08x}", checksum(e.tables + e.calls));
  std::string out = banner("weights and layers") +
                    "#include \"model.h\"\n\n#include \"mote_runtime.h\"\n\n#ifndef MOTE_LAYER\n"
                    "#define MOTE_LAYER(i) /* of measurements: layer i begins */\n#endif\n\n" +
                    e.tables;
  if (streamed > 0) out += "static int32_t smaller(int32_t a, int32_t b) { return a < b ? a : b; }\n\n";
  out += "static void run_layers(int8_t *buffer) {\n" + e.calls +
         "  (void)buffer; /* a model of views only uses none of it */\n}\n\n";
  std::string copies_in, copies_out;
  for (const Port &port : inputs_)
    copies_in += fmt::format(
        "  for (i = 0; i < (int32_t)({}_{}_SIZE * sizeof(*{})); ++i) buffer[{} + i] = ((const int8_t "
        "*){})[i];\n",
        upper_, port.upper, port.name, offset(port.tensor), port.name);
  for (const Port &port : outputs_)
    copies_out +=
        fmt::format("  for (i = 0; i < (int32_t)({}_{}_SIZE * sizeof(*{})); ++i) ((int8_t *){})[i] = {};\n",
                    upper_, port.upper, port.name, port.name, output_byte(port));
  out += fmt::format(
      "void {}_invoke_in(void *memory, {}) {{\n  int8_t *const buffer = (int8_t *)memory;\n  int32_t i;\n{}  "
      "run_layers(buffer);\n{}}}\n\n"
      "/* Every activation has its place in this buffer, planned ahead. int32_t for its alignment. */\n"
      "static int32_t storage[{}_BUFFER_BYTES / 4];\n\nvoid {}_invoke({}) {{ {}_invoke_in(storage, {}); }}\n",
      name_, signature(), copies_in, copies_out, upper_, name_, signature(), name_, call_arguments());
  if (!p_.labels.empty()) {
    std::string labels;
    for (size_t i = 0; i < p_.labels.size(); ++i)
      labels += fmt::format("{}\"{}\"", i ? ", " : "", escaped(p_.labels[i]));
    out += fmt::format("\nconst char *const {}_labels[{}_CLASSES] = {{{}}};\n", name_, upper_, labels);
  }
  if (has_front_end()) out += front_end_c();
  return out;
}

}  // namespace mote
