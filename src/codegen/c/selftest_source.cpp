// golden.h, model_selftest.c and selftest.c: that a device gives the bytes of the desk.
#include <fmt/format.h>

#include <algorithm>

#include "base/random.h"
#include "codegen/c/c_text.h"
#include "codegen/c/exporter.h"
#include "features/preprocessing.h"

namespace mote {

int Exporter::golden_count() const {
  return o_.golden_from ? std::min<int>(o_.golden_count, static_cast<int>(o_.golden_from->size()))
                        : o_.golden_count;
}

// Inputs with the outputs that this program gives for them on the desk.
std::string Exporter::golden_h() {
  const bool is_raw = has_front_end();
  const int count = golden_count();
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

std::string Exporter::golden_array(const Port &port, const std::string &type,
                                   const std::string &vectors) const {
  return fmt::format("static const {} golden_{}[GOLDEN_COUNT][{}_{}_SIZE] = {{\n{}}};\n", type, port.name,
                     upper_, port.upper, vectors);
}

// One vector of each port, in braces.
void Exporter::append_values(const std::vector<Port> &list, const std::vector<uint8_t> &bytes,
                             std::vector<std::string> &texts) const {
  const uint8_t *at = bytes.data();
  for (size_t i = 0; i < list.size(); ++i) {
    const ProgramTensor &t = p_.tensor(list[i].tensor);
    texts[i] += "{\n" + value_list(t.dtype, at, t.shape.elements()) + "},\n";
    at += t.bytes();
  }
}

// Windows are spread over the whole data set, not its first file only.
std::vector<float> Exporter::golden_window(int n, int count) const {
  std::vector<float> raw(input().shape.elements());
  if (o_.golden_from && !p_.states.empty()) {  // one row after the other
    const size_t rows = o_.golden_from->values.size() / raw.size(), row = static_cast<size_t>(n) % rows;
    std::copy_n(o_.golden_from->values.data() + row * raw.size(), raw.size(), raw.begin());
    return raw;
  }
  if (o_.golden_from) {
    const float *window =
        o_.golden_from->example(static_cast<size_t>(n) * o_.golden_from->size() / static_cast<size_t>(count));
    std::copy_n(window, raw.size(), raw.begin());
    return raw;
  }
  Random random(1, {0x474F4C44, static_cast<uint64_t>(n)});
  const InputQuantization f = input_quantization(p_.front_end);
  const size_t period = f.offset.size();
  for (size_t i = 0; i < raw.size(); ++i)
    raw[i] = f.offset[i % period] + static_cast<float>(random.normal()) * 40.0f / f.gain[i % period];
  return raw;
}

std::vector<uint8_t> Exporter::golden_bytes(int n) const {
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

// Without stdio, for the device.
std::string Exporter::model_selftest_c() const {
  std::string arguments, buffers, differs;
  for (const Port &port : tested(inputs_)) arguments += fmt::format("golden_{}[n], ", port.name);
  for (const Port &port : tested(outputs_)) {
    arguments += port.name + ", ";
    buffers += fmt::format("  static {} {}[{}_{}_SIZE];\n", c_type(p_.tensor(port.tensor).dtype), port.name,
                           upper_, port.upper);
    differs += fmt::format("{}differs({}, golden_{}[n], sizeof({}))", differs.empty() ? "" : " || ",
                           port.name, port.name, port.name);
  }
  const bool is_raw = has_front_end();
  return banner("self-test") +
         "#include \"golden.h\"\n\nstatic int differs(const void *a, const void *b, unsigned count) {\n  "
         "const uint8_t "
         "*x = (const uint8_t *)a, *y = (const uint8_t *)b;\n  for (; count > 0; --count)\n    if (*x++ != "
         "*y++) return "
         "1;\n  return 0;\n}\n\n" +
         fmt::format(
             "int {}_selftest(void) {{\n{}  int n, failed = 0;\n{}  for (n = 0; n < GOLDEN_COUNT; ++n) {{\n  "
             "  "
             "{}_{}({});\n    if ({}) ++failed;\n  }}\n{}  return failed;\n}}\n",
             name_, buffers, p_.states.empty() || !is_raw ? "" : "  " + name_ + "_reset();\n", name_,
             is_raw ? "predict" : "invoke", arguments.substr(0, arguments.size() - 2), differs,
             p_.states.empty() || !is_raw ? "" : "  " + name_ + "_reset();\n");
}

std::string Exporter::selftest_c() const {
  return banner("self-test on a computer") + fmt::format(
                                                 "#include <stdio.h>\n\n#include \"model.h\"\n\nint "
                                                 "main(void) {{\n  const int failed = {0}_selftest();\n  "
                                                 "printf(\"{0}: %d of %d golden vectors equal\\n\", "
                                                 "{1}_GOLDEN_COUNT - failed, {1}_GOLDEN_COUNT);\n  return "
                                                 "failed != 0;\n}}\n",
                                                 name_, upper_);
}

}  // namespace mote
