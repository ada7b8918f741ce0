// model.c: tables, the calls of the layers, and invoke. The text around them is templates/model.c.in.
//
// What a layer's calls are, each op says (OpDef::c); this loops over layers and knows no op by name. Layers
// that run row by row: streamed_source.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/checksum.h"
#include "base/error.h"
#include "base/escape.h"
#include "base/text.h"
#include "codegen/c/c_text.h"
#include "codegen/c/emitted.h"
#include "codegen/c/exporter.h"
#include "graph/cost.h"
#include "host/detector_program.h"
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
  return pointer_to(t.dtype, fmt::format("buffer + {}", offset(tensor)), is_input);
}

std::string pointer_to(DType dtype, const std::string &place, bool is_input) {
  if (dtype == DType::kInt8) return place;
  return fmt::format("({}{} *)({})", is_input ? "const " : "", c_type(dtype), place);
}

std::optional<size_t> numbered(const std::string &argument, const char *word) {
  if (!argument.starts_with(word)) return {};
  const auto number = parse_number(argument.substr(std::strlen(word)));
  return number ? std::optional<size_t>(*number) : std::nullopt;
}

std::string literal_of(const CCall &call, const std::string &argument, const std::string &prefix) {
  const auto is_suffix = [&](const CArray &a) { return a.suffix == argument; };
  if (argument == "NULL") return "0";
  return std::any_of(call.arrays.begin(), call.arrays.end(), is_suffix) ? prefix + "_" + argument : argument;
}

std::string Exporter::argument_of(const ProgramLayer &l, const CCall &call, const std::string &argument,
                                  const std::string &prefix, Emitted &out) {
  if (argument == "params") return "&" + prefix + "_params";
  if (const auto in = numbered(argument, "in")) return place(l.inputs[*in], true, out);
  if (const auto to = numbered(argument, "out")) return place(l.outputs[*to], false, out);
  return literal_of(call, argument, prefix);
}

static std::string initializer(const CField &f) {
  const std::string values = fmt::format("{}", fmt::join(f.values, ", "));
  return fmt::format("{} /* {} */", f.is_array ? "{" + values + "}" : values, f.name);
}

std::string tables_of(const CCall &call, const std::vector<CField> &fields, const std::string &prefix,
                      size_t &weight_bytes) {
  std::string tables;
  for (const CArray &a : call.arrays) {
    weight_bytes += a.values.size() * dtype_bytes(a.dtype);
    // avr-gcc cannot read 64 bits at once from flash
    const char *const place = a.dtype == DType::kInt64 ? "" : "MOTE_FLASH ";
    tables += fmt::format("static const {}{} {}_{}[{}] = {{\n{}}};\n", place, c_type(a.dtype), prefix,
                          a.suffix, a.values.size(), int_list(a.values));
  }
  if (call.params_type.empty()) return tables;
  std::vector<std::string> list;
  for (const CField &f : fields) list.push_back(initializer(f));
  return tables + fmt::format("static const {} {}_params = {{{}}};\n", call.params_type, prefix,
                              fmt::join(list, ", "));
}

void Exporter::add_source(const CCall &call) {
  sources_.insert(call.source);
  if (!call.header.empty()) headers_.insert(call.header);
}

void Exporter::emit_call(const ProgramLayer &l, const CCall &call, const std::string &prefix, Emitted &out) {
  add_source(call);
  out.tables += tables_of(call, call.fields, prefix, weight_bytes_);
  std::vector<std::string> arguments;
  for (const std::string &a : call.arguments) arguments.push_back(argument_of(l, call, a, prefix, out));
  out.calls += fmt::format("  {}({});\n", call.routine, fmt::join(arguments, ", "));
  out.tables += "\n";
}

std::string layer_comment(const IntegerProgram &p, const ProgramLayer &l, size_t index) {
  const Shape &out = p.tensor(l.outputs[0]).shape;
  const uint64_t macs = cost_of(p, l).macs;
  return fmt::format("/* {}: {} {} -> {}{} */", index, escaped(Language::kC, l.name),
                     p.tensor(l.inputs[0]).shape.text(), out.text(),
                     macs ? fmt::format(", {} multiply-adds", with_commas(macs)) : "");
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

// Byte i of an output: in the buffer, or of a table where the model returns a constant.
std::string Exporter::output_byte(const Port &port) const {
  if (tensor_of(port).is_constant) return fmt::format("((const int8_t *)tensor{})[i]", port.tensor);
  return fmt::format("buffer[{} + i]", offset(port.tensor));
}

std::string Exporter::model_c() {
  Emitted e;
  if (rows_.count > 0) emit_streamed(e);
  for (size_t i = rows_.count; i < p_.layers.size(); ++i) emit(p_.layers[i], i, e);
  for (const Port &port : outputs_)
    if (tensor_of(port).is_constant) place(port.tensor, false, e);
  hash_ = fmt::format("{:08x}", checksum(e.tables + e.calls));
  const auto each_byte = [&](const Port &port) {
    return fmt::format("  for (i = 0; i < (int32_t)({}_{}_SIZE * sizeof(*{})); ++i) ", upper_, port.upper,
                       port.name);
  };
  std::string copies_in, copies_out;
  for (const Port &port : inputs_)
    copies_in += each_byte(port) + (tensor_of(port).is_uint8_port
                                        ? fmt::format("buffer[{} + i] = (int8_t)({}[i] - {});\n",
                                                      offset(port.tensor), port.name, kUint8Offset)
                                        : fmt::format("buffer[{} + i] = ((const int8_t *){})[i];\n",
                                                      offset(port.tensor), port.name));
  for (const Port &port : outputs_)
    copies_out +=
        each_byte(port) +
        (tensor_of(port).is_uint8_port
             ? fmt::format("{}[i] = (uint8_t)({} + {});\n", port.name, output_byte(port), kUint8Offset)
             : fmt::format("((int8_t *){})[i] = {};\n", port.name, output_byte(port)));
  const std::string columns = columns_c(e);  // behind the checksum: the same layers
  std::vector<std::string> labels;
  for (const std::string &label : p_.labels)
    labels.push_back("\"" + escaped(Language::kCString, label) + "\"");
  constexpr size_t kMostOfAvr =
      0xF000;  // of the 64 KB that its 16-bit pointers reach; the rest is for vectors
  std::string headers;
  for (const std::string &header : headers_) headers += fmt::format("#include \"{}\"\n", header);
  return filled("model.c.in", {{"tables", e.tables},
                               {"headers", headers},
                               {"is_beyond_avr", weight_bytes_ > kMostOfAvr},
                               {"weight_bytes", weight_bytes_},
                               {"is_streamed", rows_.count > 0},
                               {"calls", e.calls},
                               {"signature", signature()},
                               {"copies_in", copies_in},
                               {"copies_out", copies_out},
                               {"call_arguments", call_arguments()},
                               {"labels", fmt::format("{}", fmt::join(labels, ", "))},
                               {"front_end", has_front_end() ? front_end_c() : ""},
                               {"is_detector", is_detector_program(p_)},
                               {"columns", columns}});
}

}  // namespace mote
