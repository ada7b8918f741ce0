#include "export/c/export_c.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "base/random.h"
#include "base/text.h"
#include "base/version.h"
#include "export/c/runtime_sources.h"
#include "ops/host_program.h"
#include "ops/integer_support.h"

namespace mote {

namespace {

const char *c_type(DType dtype) {
  switch (dtype) {
    case DType::kFloat32:
      return "float";
    case DType::kInt8:
      return "int8_t";
    case DType::kInt16:
      return "int16_t";
    case DType::kInt64:
      return "int64_t";
    default:
      return "int32_t";
  }
}

template <class T, class Format>
std::string list(const std::vector<T> &values, Format format) {
  std::string out, line = "  ";
  for (const T &v : values) {
    std::string item = format(v) + ",";
    if (line.size() + item.size() > 110) out += line + "\n", line = "  ";
    line += (line.size() > 2 ? " " : "") + item;
  }
  return out + line + "\n";
}
std::string int_list(const std::vector<int64_t> &values) {
  return list(values, [](int64_t v) {
    return v == INT32_MIN ? std::string("(-2147483647 - 1)") : std::to_string(v);
  });
}
std::string float_list(const std::vector<float> &values) {
  return list(values, [](float v) { return c_float(v); });
}

std::string escaped(const std::string &text) {
  std::string out;
  for (char c : text) {
    if (c == '"' || c == '\\')
      out += '\\', out += c;
    else if (static_cast<unsigned char>(c) < 32 || static_cast<unsigned char>(c) > 126)
      out += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
    else if (c == '?')
      out += "\\?";  // no trigraphs
    else
      out += c;
  }
  return out;
}

// Text that may stand in a comment.
std::string commentable(std::string text) {
  for (char &c : text)
    if (static_cast<unsigned char>(c) < 32 || static_cast<unsigned char>(c) > 126 || c == '*' || c == '/' ||
        c == '\\' || c == '?')
      c = '_';
  return text;
}

// Values of a tensor's bytes as initializers.
std::string value_list(DType dtype, const uint8_t *bytes, size_t count) {
  if (dtype == DType::kFloat32) {
    std::vector<float> values(count);
    std::memcpy(values.data(), bytes, count * sizeof(float));
    return float_list(values);
  }
  std::vector<int64_t> values(count);
  for (size_t i = 0; i < count; ++i) {
    int16_t s16;
    int32_t s32;
    switch (dtype) {
      case DType::kInt8:
        values[i] = static_cast<int8_t>(bytes[i]);
        break;
      case DType::kInt16:
        std::memcpy(&s16, bytes + 2 * i, 2), values[i] = s16;
        break;
      default:
        std::memcpy(&s32, bytes + 4 * i, 4), values[i] = s32;
    }
  }
  return int_list(values);
}

// An input or output of the model as the interface names it: "input", or "input0", "input1" where there are
// several.
struct Port {
  int tensor;
  std::string name, upper;
};

class Exporter {
 public:
  Exporter(const IntegerProgram &program, const ExportCOptions &options)
      : p_(program), o_(options), host_(program), name_("mote_" + c_identifier(program.name)) {
    for (char c : name_) upper_ += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    inputs_ = ports(p_.inputs, "input", "before"), outputs_ = ports(p_.outputs, "output", "after");
    if (has_front_end() && (inputs_.size() > 1 + p_.states.size() || outputs_.size() > 1 + p_.states.size()))
      throw Error(ErrorCode::kUnsupported, p_.name, "has a front end and several inputs or outputs");
    for (const Port &port : inputs_) check_port(port);
    for (const Port &port : outputs_) check_port(port);
  }

  ExportedC write(const std::string &folder) {
    check_folder(folder);
    const std::string calls = model_c();
    StagedFolder staged(folder);
    std::map<std::string, std::string> files = {
        {"model.h", model_h()},   {"model.c", calls},
        {"golden.h", golden_h()}, {"selftest.c", selftest_c()},
        {"README.md", readme()},  {"LICENSE", std::string(license_text())},
        {"NOTICE", notice()},     {"mote_runtime.h", std::string(runtime_source("mote_runtime.h"))}};
    add_headers();
    for (const std::string &source : sources_) files[source] = std::string(runtime_source(source));
    ExportedC result{name_.substr(5), host_.plan().bytes, weight_bytes_, {}};
    for (const auto &[file, content] : files) staged.write(file, content), result.files.push_back(file);
    staged.commit();
    return result;
  }

 private:
  bool has_front_end() const { return p_.front_end.is_set(); }
  const ProgramTensor &input() const { return p_.tensor(p_.inputs[0]); }
  const ProgramTensor &output() const { return p_.tensor(p_.outputs[0]); }

  // Carried states stand behind the model's own: "input", "before0", "before1".
  std::vector<Port> ports(const std::vector<int> &tensors, const std::string &name,
                          const std::string &state) const {
    std::vector<Port> list;
    const size_t own = tensors.size() - p_.states.size();
    for (size_t i = 0; i < tensors.size(); ++i) {
      Port port{tensors[i], i < own ? name : state, ""};
      if (i >= own)
        port.name += std::to_string(i - own);
      else if (own > 1)
        port.name += std::to_string(i);
      for (char c : port.name) port.upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      list.push_back(port);
    }
    return list;
  }
  // What the self-test compares: predict() carries states itself.
  std::vector<Port> tested(const std::vector<Port> &list) const {
    const size_t hidden = has_front_end() ? p_.states.size() : 0;
    return {list.begin(), list.end() - static_cast<long>(hidden)};
  }
  void check_port(const Port &port) const {
    const DType dtype = p_.tensor(port.tensor).dtype;
    if (dtype != DType::kInt8 && dtype != DType::kInt16 && dtype != DType::kInt32 && dtype != DType::kFloat32)
      throw Error(ErrorCode::kUnsupported, p_.name,
                  fmt::format("has an {} of {}, for which no C is generated", port.name, dtype_name(dtype)));
  }
  // "const int8_t *input, int8_t *output"
  std::string signature() const {
    std::string text;
    for (const Port &port : inputs_)
      text += fmt::format("const {} *{}, ", c_type(p_.tensor(port.tensor).dtype), port.name);
    for (const Port &port : outputs_)
      text += fmt::format("{} *{}, ", c_type(p_.tensor(port.tensor).dtype), port.name);
    return text.substr(0, text.size() - 2);
  }

  // Runtime sources may include headers of the runtime, whose routines stand in a source of nearly that name.
  void add_headers() {
    for (std::vector<std::string> open(sources_.begin(), sources_.end()); !open.empty();) {
      const std::string_view text = runtime_source(open.back());
      open.pop_back();
      constexpr std::string_view kInclude = "#include \"";
      for (size_t at = text.find(kInclude); at != text.npos; at = text.find(kInclude, at)) {
        at += kInclude.size();
        const std::string header(text.substr(at, text.find('"', at) - at));
        if (header == "mote_runtime.h" || !sources_.insert(header).second) continue;
        open.push_back(header);
        const std::string source = header.substr(5, header.size() - 7) + ".c";  // mote_NAME.h
        if (has_runtime_source(source) && sources_.insert(source).second) open.push_back(source);
      }
    }
  }

  // A folder of ours holds model.h with our mark; anything else is left alone.
  void check_folder(const std::string &folder) const {
    std::error_code code;
    if (o_.force || !fs::is_directory(folder, code) || fs::is_empty(folder, code)) return;
    const fs::path header = fs::path(folder) / "model.h";
    if (fs::exists(header) && read_file(header).find("Generated by mote") != std::string::npos) return;
    throw Error(ErrorCode::kIo, folder, "is not empty and was not written by mote export",
                "choose another folder, or pass --force");
  }

  std::string banner(const std::string &what) const {
    return fmt::format(
        "/* Generated by mote {}: {} of the model '{}'. Do not edit; export again instead.\n * "
        "SPDX-License-Identifier: Apache-2.0 */\n",
        kVersion, what, commentable(p_.name));
  }

  std::string model_h() const {
    const FrontEnd &f = p_.front_end;
    std::string out = banner("interface");
    out += fmt::format(
        "#ifndef {0}_H\n#define {0}_H\n\n#include <stdint.h>\n\n#ifdef __cplusplus\nextern \"C\" "
        "{{\n#endif\n\n",
        upper_);
    for (const std::vector<Port> *list : {&inputs_, &outputs_})
      for (const Port &port : *list)
        out += fmt::format("#define {}_{}_SIZE {} /* {} */\n", upper_, port.upper,
                           p_.tensor(port.tensor).shape.elements(), describe(p_.tensor(port.tensor)));
    out += fmt::format("#define {}_BUFFER_BYTES {} /* all activations; the only RAM beside the stack */\n",
                       upper_, host_.plan().bytes);
    if (has_front_end())
      out += fmt::format(
          "#define {0}_WINDOW {1}   /* rows of one example{3} */\n#define {0}_CHANNELS {2} /* values per row "
          "*/\n",
          upper_, f.window, f.channels, f.rate_hz > 0 ? fmt::format(", at {:g} Hz", f.rate_hz) : "");
    if (output().quant.is_set()) {
      out += "\n/* real value of an output = SCALE * (q - ZERO_POINT) */\n";
      for (const Port &port : outputs_)
        if (const QuantParams &q = p_.tensor(port.tensor).quant; q.is_set())
          out += fmt::format("#define {0}_{1}_SCALE {2}\n#define {0}_{1}_ZERO_POINT ({3})\n", upper_,
                             port.upper, c_float(q.scale[0]), q.zero_point[0]);
    }
    if (!p_.labels.empty())
      out += fmt::format("\n#define {}_CLASSES {}\nextern const char *const {}_labels[{}_CLASSES];\n", upper_,
                         p_.labels.size(), name_, upper_);
    out += fmt::format("\n/* Runs the layers. */\nvoid {}_invoke({});\n", name_, signature());
    if (has_front_end()) {
      std::string channels;
      for (size_t i = 0; i < f.channel_names.size(); ++i)
        channels += (i ? ", " : "") + commentable(f.channel_names[i]);
      out += fmt::format(
          "\n/* {5} one window of sensor values, row by row ({0}), in the units of the training "
          "data.\n * scores: {1}_OUTPUT_SIZE values, or NULL. Returns {6}. */\nint {2}_predict(const "
          "float *raw, int8_t *scores);\n"
          "\n/* The same from raw sensor counts: value = counts[i] * unit[channel], {3} units. */\nint "
          "{2}_predict_s16(const int16_t *counts, const float *unit, int8_t *scores);\n"
          "\n/* The front end alone: {4} sensor values to the int8 input. */\nvoid {2}_front_end(const float "
          "*raw, int8_t *input);\n",
          channels, upper_, name_, f.channels, f.window * f.channels,
          p_.labels.empty() ? "Computes the values of" : "Classifies", p_.labels.empty() ? "0" : "the class");
      if (!p_.states.empty())
        out += fmt::format(
            "\n/* Each call goes on from the state that the one before left. This starts a new sequence. */\n"
            "void {}_reset(void);\n",
            name_);
    }
    return out + fmt::format("\n#ifdef __cplusplus\n}}\n#endif\n\n#endif /* {}_H */\n", upper_);
  }

  static std::string describe(const ProgramTensor &t) {
    return fmt::format("{} {}", dtype_name(t.dtype), t.shape.text());
  }

  struct Emitted {
    std::string tables, calls;
    std::set<int> constants;
  };

  // "buffer + 128", cast where the tensor is not int8; or the table of a constant.
  std::string place(int tensor, bool is_input, Emitted &out) {
    const ProgramTensor &t = p_.tensor(tensor);
    if (t.is_constant) {
      const std::string name = fmt::format("tensor{}", tensor);
      if (out.constants.insert(tensor).second) {
        weight_bytes_ += t.bytes();
        out.tables += fmt::format("static const {} {}[{}] = {{\n{}}};\n", c_type(t.dtype), name,
                                  t.shape.elements(), value_list(t.dtype, t.data.data(), t.shape.elements()));
      }
      return name;
    }
    const std::string at = fmt::format("buffer + {}", host_.plan().offset[static_cast<size_t>(tensor)]);
    if (t.dtype == DType::kInt8) return at;
    return fmt::format("({}{} *)({})", is_input ? "const " : "", c_type(t.dtype), at);
  }

  static std::string initializer(const CField &f) {
    std::string values;
    for (int64_t v : f.values) values += (values.empty() ? "" : ", ") + std::to_string(v);
    return fmt::format("{} /* {} */", f.is_array ? "{" + values + "}" : values, f.name);
  }

  void emit_call(const ProgramLayer &l, const CCall &call, const std::string &prefix, Emitted &out) {
    sources_.insert(call.source);
    for (const CArray &a : call.arrays) {
      weight_bytes_ += a.values.size() * dtype_bytes(a.dtype);
      out.tables += fmt::format("static const {} {}_{}[{}] = {{\n{}}};\n", c_type(a.dtype), prefix, a.suffix,
                                a.values.size(), int_list(a.values));
    }
    if (!call.params_type.empty()) {
      std::string fields;
      for (const CField &f : call.fields) fields += (fields.empty() ? "" : ", ") + initializer(f);
      out.tables += fmt::format("static const {} {}_params = {{{}}};\n", call.params_type, prefix, fields);
    }
    std::string arguments;
    for (const std::string &a : call.arguments) {
      if (!arguments.empty()) arguments += ", ";
      const bool is_array =
          std::any_of(call.arrays.begin(), call.arrays.end(), [&](const CArray &c) { return c.suffix == a; });
      const auto numbered = [&](const char *word) {
        return a.starts_with(word) && parse_number(a.substr(std::strlen(word))).has_value();
      };
      if (a == "params")
        arguments += "&" + prefix + "_params";
      else if (a == "NULL")
        arguments += "0";
      else if (numbered("in"))
        arguments += place(l.inputs[std::stoul(a.substr(2))], true, out);
      else if (numbered("out"))
        arguments += place(l.outputs[std::stoul(a.substr(3))], false, out);
      else
        arguments += is_array ? prefix + "_" + a : a;
    }
    out.calls += fmt::format("  {}({});\n", call.routine, arguments);
    out.tables += "\n";
  }

  void emit(const ProgramLayer &l, size_t index, Emitted &out) {
    const OpDef &op = op_by_name(l.op);
    if (!op.c.is_given()) throw Error(ErrorCode::kUnsupported, layer_where(l), op.c.why());
    std::vector<Shape> in;
    for (int t : l.inputs) in.push_back(t >= 0 ? p_.tensor(t).shape : Shape{});
    const uint64_t macs =
        op.cost.is_given() ? op.cost.get()(in, p_.tensor(l.outputs[0]).shape, l.attrs).macs : 0;
    out.calls +=
        fmt::format("  /* {}: {} {} -> {}{} */\n", index, commentable(l.name),
                    p_.tensor(l.inputs[0]).shape.text(), p_.tensor(l.outputs[0]).shape.text(),
                    macs ? fmt::format(", {} multiply-adds", with_commas(static_cast<long long>(macs))) : "");
    const CCalls calls = op.c.get()(p_, l);
    for (size_t k = 0; k < calls.size(); ++k) {
      if (!calls[k].is_copy) {
        emit_call(l, calls[k],
                  k == 0 ? fmt::format("layer{}", index) : fmt::format("layer{}_{}", index, k + 1), out);
        continue;
      }
      if (host_.plan().offset[static_cast<size_t>(l.inputs[0])] !=
          host_.plan().offset[static_cast<size_t>(l.outputs[0])])
        throw Error(ErrorCode::kUnsupported, layer_where(l), "copies a constant");
      out.calls += "  /* the same bytes under another shape */\n";
    }
  }

  // Byte i of an output: in the buffer, or of a table where the model returns a constant.
  std::string output_byte(const Port &port) const {
    if (p_.tensor(port.tensor).is_constant) return fmt::format("((const int8_t *)tensor{})[i]", port.tensor);
    return fmt::format("buffer[{} + i]", host_.plan().offset[static_cast<size_t>(port.tensor)]);
  }

  std::string model_c() {
    Emitted e;
    for (size_t i = 0; i < p_.layers.size(); ++i) emit(p_.layers[i], i, e);
    for (const Port &port : outputs_)
      if (p_.tensor(port.tensor).is_constant) place(port.tensor, false, e);
    std::string out =
        banner("weights and layers") + "#include \"model.h\"\n\n#include \"mote_runtime.h\"\n\n" + e.tables;
    out += fmt::format(
        "/* Every activation has its place in this buffer, planned ahead. int32_t for its alignment. "
        "*/\nstatic int32_t storage[{}_BUFFER_BYTES / 4];\n\n",
        upper_);
    out +=
        "static void run_layers(int8_t *buffer) {\n  (void)buffer; /* a model of views only uses none of it "
        "*/\n" +
        e.calls + "}\n\n";
    out += fmt::format("void {}_invoke({}) {{\n  int8_t *buffer = (int8_t *)storage;\n  int32_t i;\n", name_,
                       signature());
    for (const Port &port : inputs_)
      out += fmt::format(
          "  for (i = 0; i < (int32_t)({}_{}_SIZE * sizeof(*{})); ++i) buffer[{} + i] = ((const int8_t "
          "*){})[i];\n",
          upper_, port.upper, port.name, host_.plan().offset[static_cast<size_t>(port.tensor)], port.name);
    out += "  run_layers(buffer);\n";
    for (const Port &port : outputs_)
      out +=
          fmt::format("  for (i = 0; i < (int32_t)({}_{}_SIZE * sizeof(*{})); ++i) ((int8_t *){})[i] = {};\n",
                      upper_, port.upper, port.name, port.name, output_byte(port));
    out += "}\n";
    if (!p_.labels.empty()) {
      std::string labels;
      for (size_t i = 0; i < p_.labels.size(); ++i)
        labels += fmt::format("{}\"{}\"", i ? ", " : "", escaped(p_.labels[i]));
      out += fmt::format("\nconst char *const {}_labels[{}_CLASSES] = {{{}}};\n", name_, upper_, labels);
    }
    if (has_front_end()) out += front_end_c();
    return out;
  }

  std::string front_end_c() {
    const FrontEnd &f = p_.front_end;
    sources_.insert("front_end.c");
    weight_bytes_ += f.offset.size() * 8;
    const auto at = [&](int tensor) { return host_.plan().offset[static_cast<size_t>(tensor)]; };
    const std::string decision =
        p_.labels.empty() ? "  return 0;\n"
        : output().shape.elements() == 1
            ? fmt::format("  return output[0] > {};\n", decision_threshold(output()))
            : fmt::format(
                  "  for (i = 0; i < {}_OUTPUT_SIZE; ++i)\n    if (output[i] > output[best]) best = i;\n  "
                  "return (int)best;\n",
                  upper_);
    const bool is_choice = !p_.labels.empty() && output().shape.elements() > 1;
    std::string keep, restore, reset, states;
    for (size_t k = 0; k < p_.states.size(); ++k) {
      const CarriedState &s = p_.states[k];
      const ProgramTensor &t = p_.tensor(s.input);
      const std::string loop = fmt::format("  for (i = 0; i < {}; ++i) ", t.shape.elements());
      const auto typed = [&](int tensor) {
        return t.dtype == DType::kInt8 ? fmt::format("buffer[{} + i]", at(tensor))
                                       : fmt::format("((int16_t *)(buffer + {}))[i]", at(tensor));
      };
      states += fmt::format("static {} state{}[{}];\n", c_type(t.dtype), k, t.shape.elements());
      reset += fmt::format("{}state{}[i] = {};\n", loop, k,
                           t.quant.zero_point.empty() ? 0 : t.quant.zero_point[0]);
      restore += fmt::format("{}{} = state{}[i];\n", loop, typed(s.input), k);
      keep += fmt::format("{}state{}[i] = {};\n", loop, k, typed(s.output));
    }
    if (!states.empty())
      states = fmt::format(
          "\n{0}static int8_t is_started;\n\nvoid {1}_reset(void) {{\n  int32_t i;\n{2}  is_started = "
          "1;\n}}\n"
          "\nstatic void run(int8_t *buffer) {{\n  int32_t i;\n  if (!is_started) {1}_reset();\n{3}  "
          "run_layers(buffer);\n{4}}}\n",
          states, name_, reset, restore, keep);
    const char *run = states.empty() ? "run_layers" : "run";
    return states +
           fmt::format(
               "\n/* Normalization and input quantization in one: round((x - offset) * gain) + zero point. "
               "*/\nstatic const float offset[{0}] = {{\n{1}}};\nstatic const float gain[{0}] = {{\n{2}}};\n"
               "\nstatic int decide(int8_t *buffer, int8_t *scores) {{\n  const int8_t *output = buffer + "
               "{3};\n  "
               "int32_t i{9};\n  for (i = 0; scores && i < {4}_OUTPUT_SIZE; ++i) scores[i] = "
               "output[i];\n{8}}}\n"
               "\nvoid {5}_front_end(const float *raw, int8_t *input) {{\n  mote_front_end_f32(raw, "
               "{4}_INPUT_SIZE, "
               "offset, gain, {0}, {6}, input);\n}}\n"
               "\nint {5}_predict(const float *raw, int8_t *scores) {{\n  int8_t *buffer = (int8_t "
               "*)storage;\n  "
               "mote_front_end_f32(raw, {4}_INPUT_SIZE, offset, gain, {0}, {6}, buffer + {7});\n  "
               "{10}(buffer);\n  return decide(buffer, scores);\n}}\n"
               "\nint {5}_predict_s16(const int16_t *counts, const float *unit, int8_t *scores) {{\n  int8_t "
               "*buffer = (int8_t *)storage;\n  mote_front_end_s16(counts, {4}_INPUT_SIZE, unit, "
               "{4}_CHANNELS, "
               "offset, gain, {0}, {6}, buffer + {7});\n  {10}(buffer);\n  return decide(buffer, "
               "scores);\n}}\n",
               f.offset.size(), float_list(f.offset), float_list(f.gain), at(p_.outputs[0]), upper_, name_,
               f.zero_point, at(p_.inputs[0]), decision, is_choice ? ", best = 0" : "", run);
  }

  // Inputs with the outputs that this program gives for them on the desk.
  std::string golden_h() {
    const bool is_raw = has_front_end();
    int count = o_.golden_count;
    if (o_.golden_from) count = std::min<int>(count, static_cast<int>(o_.golden_from->size()));
    const std::vector<Port> inputs = tested(inputs_), outputs = tested(outputs_);
    std::vector<std::string> in(inputs.size()), out(outputs.size());
    for (int n = 0; n < count; ++n) {
      std::vector<uint8_t> result(host_.output_bytes());
      if (is_raw) {
        const std::vector<float> raw = golden_window(n, count);
        host_.predict(raw.data(), result.data());
        in[0] += "{\n" + float_list(raw) + "},\n";
      } else {
        const std::vector<uint8_t> bytes = golden_bytes(n);
        host_.invoke(bytes.data(), result.data());
        append_values(inputs, bytes, in);
      }
      append_values(outputs, result, out);
    }
    std::string text = banner("golden vectors") + "#include \"model.h\"\n\n" +
                       fmt::format(
                           "/* Inputs and the outputs that the host computed for them; every device "
                           "must give the same bytes. */\n#define GOLDEN_COUNT {}\n",
                           count);
    for (size_t i = 0; i < in.size(); ++i)
      text += golden_array(inputs[i], is_raw ? "float" : c_type(p_.tensor(inputs[i].tensor).dtype), in[i]);
    for (size_t i = 0; i < out.size(); ++i)
      text += golden_array(outputs[i], c_type(p_.tensor(outputs[i].tensor).dtype), out[i]);
    return text;
  }

  std::string golden_array(const Port &port, const std::string &type, const std::string &vectors) const {
    return fmt::format("static const {} golden_{}[GOLDEN_COUNT][{}_{}_SIZE] = {{\n{}}};\n", type, port.name,
                       upper_, port.upper, vectors);
  }

  // One vector of each port, in braces.
  void append_values(const std::vector<Port> &list, const std::vector<uint8_t> &bytes,
                     std::vector<std::string> &texts) const {
    const uint8_t *at = bytes.data();
    for (size_t i = 0; i < list.size(); ++i) {
      const ProgramTensor &t = p_.tensor(list[i].tensor);
      texts[i] += "{\n" + value_list(t.dtype, at, t.shape.elements()) + "},\n";
      at += t.bytes();
    }
  }

  // Windows are spread over the whole data set, not its first file only.
  std::vector<float> golden_window(int n, int count) const {
    const FrontEnd &f = p_.front_end;
    std::vector<float> raw(input().shape.elements());
    if (o_.golden_from && !p_.states.empty()) {  // one row after the other
      const size_t rows = o_.golden_from->values.size() / raw.size(), row = static_cast<size_t>(n) % rows;
      std::copy_n(o_.golden_from->values.data() + row * raw.size(), raw.size(), raw.begin());
      return raw;
    }
    if (o_.golden_from) {
      const float *window = o_.golden_from->example(static_cast<size_t>(n) * o_.golden_from->size() /
                                                    static_cast<size_t>(count));
      std::copy_n(window, raw.size(), raw.begin());
      return raw;
    }
    Random random(1, {0x474F4C44, static_cast<uint64_t>(n)});
    const size_t period = f.offset.size();
    for (size_t i = 0; i < raw.size(); ++i)
      raw[i] = f.offset[i % period] + static_cast<float>(random.normal()) * 40.0f / f.gain[i % period];
    return raw;
  }

  std::vector<uint8_t> golden_bytes(int n) const {
    std::vector<uint8_t> bytes;
    Random random(1, {0x474F4C44, static_cast<uint64_t>(n)});
    for (const Port &port : inputs_) {
      const ProgramTensor &t = p_.tensor(port.tensor);
      if (t.dtype != DType::kFloat32) {
        for (size_t i = 0; i < t.bytes(); ++i) bytes.push_back(static_cast<uint8_t>(random.below(256)));
        continue;
      }
      for (size_t i = 0; i < t.shape.elements(); ++i) {
        const auto value = static_cast<float>(random.normal());
        const auto *raw = reinterpret_cast<const uint8_t *>(&value);
        bytes.insert(bytes.end(), raw, raw + sizeof value);
      }
    }
    return bytes;
  }

  std::string selftest_c() const {
    std::string arguments, buffers, differs;
    for (const Port &port : tested(inputs_)) arguments += fmt::format("golden_{}[n], ", port.name);
    for (const Port &port : tested(outputs_)) {
      arguments += port.name + ", ";
      buffers += fmt::format("  static {} {}[{}_{}_SIZE];\n", c_type(p_.tensor(port.tensor).dtype), port.name,
                             upper_, port.upper);
      differs += fmt::format("{}memcmp({}, golden_{}[n], sizeof({})) != 0", differs.empty() ? "" : " || ",
                             port.name, port.name, port.name);
    }
    return banner("self-test") + fmt::format(
                                     "#include <stdio.h>\n#include <string.h>\n\n#include "
                                     "\"golden.h\"\n\nint main(void) {{\n{}  int "
                                     "n, failed = 0;\n  for (n = 0; n < GOLDEN_COUNT; ++n) {{\n    "
                                     "{}_{}({});\n    if ({}) {{\n      "
                                     "printf(\"golden vector %d differs\\n\", n);\n      ++failed;\n    }}\n "
                                     " }}\n  printf(\"{}: %d of "
                                     "%d golden vectors equal\\n\", GOLDEN_COUNT - failed, GOLDEN_COUNT);\n  "
                                     "return failed != 0;\n}}\n",
                                     buffers, name_, has_front_end() ? "predict" : "invoke",
                                     arguments.substr(0, arguments.size() - 2), differs, name_);
  }

  std::string readme() const {
    std::string sources = "model.c";
    for (const std::string &s : sources_)
      if (s.ends_with(".c")) sources += " " + s;
    std::string out = fmt::format(
        "# {}\n\nGenerated by mote {}. Standalone C99: no heap, no stdio, no libm, no other library.\n\n",
        p_.name, kVersion);
    out += fmt::format(
        "| | bytes |\n|---|---|\n| buffer (static RAM, all activations) | {} |\n| weights and tables (flash) "
        "| {} |\n\n",
        host_.plan().bytes, weight_bytes_);
    out += fmt::format("## Use\n\nAdd `{}` to your firmware.\n\n```c\n#include \"model.h\"\n\n", sources);
    if (has_front_end())
      out += fmt::format(
          "static float window[{0}_WINDOW * {0}_CHANNELS]; /* row by row, sensor units */\nint8_t "
          "scores[{0}_OUTPUT_SIZE];\n{2}",
          upper_, name_,
          p_.labels.empty()
              ? fmt::format("{1}_predict(window, scores); /* value = {0}_OUTPUT_SCALE * (score - "
                            "{0}_OUTPUT_ZERO_POINT) */\n```\n\n",
                            upper_, name_)
              : fmt::format("int c = {0}_predict(window, scores);\n/* {0}_labels[c] is its name */\n```\n\n",
                            name_));
    else
      out += fmt::format("{}_invoke({});\n```\n\n", name_, call_arguments());
    if (has_front_end())
      out += fmt::format(
          "{2}Normalization is inside: pass values in the units of the training data ({0}). "
          "`{1}_predict_s16` "
          "takes raw int16 counts and their scale.\n\n",
          fmt::join(p_.front_end.channel_names, ", "), name_,
          p_.states.empty()
              ? ""
              : fmt::format("Call it with one row at a time, as they come; it carries the state "
                            "from call to call. `{}_reset()` starts a new sequence. ",
                            name_));
    return out + fmt::format(
                     "## Check\n\n```sh\ncc -std=c99 -O2 -o selftest selftest.c {} && ./selftest\n```\n\nIt "
                     "runs {} golden vectors and compares every output byte with the host's.\n",
                     sources,
                     o_.golden_from ? std::min<int>(o_.golden_count, static_cast<int>(o_.golden_from->size()))
                                    : o_.golden_count);
  }

  std::string call_arguments() const {
    std::string text;
    for (const std::vector<Port> *list : {&inputs_, &outputs_})
      for (const Port &port : *list) text += (text.empty() ? "" : ", ") + port.name;
    return text;
  }

  static std::string notice() {
    return "This folder was generated by mote. The files of mote's runtime and the generated code are "
           "licensed under the Apache License 2.0\n(see LICENSE). The weights and golden vectors derive from "
           "the data the model was trained on; their licence is that of the data.\n";
  }

  const IntegerProgram &p_;
  const ExportCOptions &o_;
  HostProgram host_;
  std::string name_, upper_;
  std::vector<Port> inputs_, outputs_;
  std::set<std::string> sources_;
  size_t weight_bytes_ = 0;
};

}  // namespace

ExportedC export_c(const IntegerProgram &program, const std::string &folder, const ExportCOptions &options) {
  return Exporter(program, options).write(folder);
}

}  // namespace mote
