// golden.h, model_selftest.c and selftest.c: that a device gives the bytes of the desk; benchmark.c: in which
// time.
//
// Golden vectors are windows of the data with what HostProgram makes of them, or pseudo-random inputs where
// there are none. The texts are in templates/; the self-test for devices has no stdio, the one for computers
// calls it.
#include <fmt/format.h>

#include <algorithm>

#include "base/random.h"
#include "codegen/c/c_text.h"
#include "codegen/c/exporter.h"
#include "features/preprocessing.h"

namespace mote {

int Exporter::golden_count() const {
  const int64_t count =
      o_.golden_from ? std::min<int64_t>(o_.golden_count, o_.golden_from->size()) : o_.golden_count;
  if (!p_.front_end.has_blocks()) return static_cast<int>(count);
  // windows of sound are long, and the vectors lie in flash
  constexpr size_t kMostBytes = 128 * 1024;
  const size_t room = kMostBytes / (sizeof(float) * window_shape(p_.front_end).elements());
  return static_cast<int>(std::min<int64_t>(count, std::max<size_t>(room, 1)));
}

// Inputs with the outputs that this program gives for them on the desk.
std::string Exporter::golden_h() {
  const bool is_raw = has_front_end();
  const size_t count = golden_count();
  const std::vector<Port> inputs = tested(inputs_), outputs = tested(outputs_);
  std::vector<std::string> in(inputs.size()), out(outputs.size());
  for (size_t n = 0; n < count; ++n) {
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
  std::string vectors;
  for (size_t i = 0; i < in.size(); ++i)
    vectors += golden_array(inputs[i], is_raw ? "float" : c_type(tensor_of(inputs[i]).port_dtype()), in[i]);
  for (size_t i = 0; i < out.size(); ++i)
    vectors += golden_array(outputs[i], c_type(tensor_of(outputs[i]).port_dtype()), out[i]);
  return filled("golden.h.in",
                {{"golden_count", count},
                 {"vectors", vectors},
                 {"needs_math", vectors.find("INF") != vectors.npos || vectors.find("NAN") != vectors.npos}});
}

std::string Exporter::size_name(const Port &port) const {
  return fmt::format("{}_{}_SIZE", upper_, port.upper);
}

// Of sensor values: blocks of features make another number of inputs of them.
std::string Exporter::window_size() const {
  return p_.front_end.has_blocks() ? fmt::format("{0}_WINDOW * {0}_CHANNELS", upper_)
                                   : fmt::format("{}_INPUT_SIZE", upper_);
}

std::string Exporter::golden_array(const Port &port, const std::string &type,
                                   const std::string &vectors) const {
  return fmt::format("static const MOTE_FLASH {} golden_{}[GOLDEN_COUNT][{}] = {{\n{}}};\n", type, port.name,
                     type == "float" && has_front_end() ? window_size() : size_name(port), vectors);
}

// One vector of each port, in braces.
void Exporter::append_values(const std::vector<Port> &list, const std::vector<uint8_t> &bytes,
                             std::vector<std::string> &texts) const {
  const uint8_t *at = bytes.data();
  for (size_t i = 0; i < list.size(); ++i) {
    const ProgramTensor &t = p_.tensor(list[i].tensor);
    texts[i] += "{\n" + value_list(t.port_dtype(), at, t.shape.elements()) + "},\n";
    at += plain_storage().bytes(t);
  }
}

// What a block would make of noise in any unit: that of the channels, where it is known.
static std::vector<float> random_window(const Preprocessing &p, Random &random) {
  std::vector<float> raw(window_shape(p).elements());
  const size_t channels = static_cast<size_t>(p.channels);
  for (size_t i = 0; i < raw.size(); ++i) {
    const ChannelRange range =
        p.channel_ranges.size() == channels ? p.channel_ranges[i % channels] : ChannelRange{0, 1, 0, 0};
    raw[i] = range.mean + static_cast<float>(random.normal()) * range.deviation;
  }
  return raw;
}

// Windows are spread over the whole data set, not its first file only.
std::vector<float> Exporter::golden_window(size_t n, size_t count) const {
  std::vector<float> raw(window_shape(p_.front_end).elements());
  if (o_.golden_from && !p_.states.empty()) {  // one row after the other
    const size_t rows = o_.golden_from->values.size() / raw.size(), row = n % rows;
    std::copy_n(o_.golden_from->values.data() + row * raw.size(), raw.size(), raw.begin());
    return raw;
  }
  if (o_.golden_from) {
    const float *window = o_.golden_from->example(n * o_.golden_from->size() / count);
    std::copy_n(window, raw.size(), raw.begin());
    return raw;
  }
  Random random(1, {0x474F4C44, n});
  if (p_.front_end.has_blocks()) return random_window(p_.front_end, random);
  const InputQuantization f = input_quantization(p_.front_end);
  const size_t period = f.offset.size();
  for (size_t i = 0; i < raw.size(); ++i) {
    const float normal = random.normal();
    raw[i] = f.offset[i % period] + normal * 40.0f / f.gain[i % period];
  }
  return raw;
}

std::vector<uint8_t> Exporter::golden_bytes(size_t n) const {
  std::vector<uint8_t> bytes;
  Random random(1, {0x474F4C44, n});
  for (const Port &port : inputs_) {
    const ProgramTensor &t = p_.tensor(port.tensor);
    if (t.dtype != DType::kFloat32) {
      for (size_t i = 0; i < t.bytes(); ++i) bytes.push_back(random.below(256));
      continue;
    }
    for (size_t i = 0; i < t.shape.elements(); ++i) {
      const float value = random.normal();
      const auto *raw = reinterpret_cast<const uint8_t *>(&value);
      bytes.insert(bytes.end(), raw, raw + sizeof value);
    }
  }
  return bytes;
}

std::string Exporter::port_arrays(const std::vector<Port> &list, bool is_raw) const {
  std::string arrays;
  for (const Port &port : list)
    arrays += fmt::format("  static {} {}[{}];\n", is_raw ? "float" : c_type(tensor_of(port).port_dtype()),
                          port.name, is_raw ? window_size() : size_name(port));
  return arrays;
}

std::string Exporter::model_selftest_c() const {
  std::vector<std::string> arguments, comparisons;
  for (const Port &port : tested(inputs_)) arguments.push_back(fmt::format("GOLDEN({})", port.name));
  for (const Port &port : tested(outputs_)) {
    const std::string &y = port.name;
    arguments.push_back(y);
    comparisons.push_back(fmt::format("differs({}, golden_{}[n], sizeof({}))", y, y, y));
  }
  return filled("model_selftest.c.in", {{"inputs", port_arrays(tested(inputs_), has_front_end())},
                                        {"outputs", port_arrays(tested(outputs_), false)},
                                        {"is_reset", has_front_end() && has_states()},
                                        {"call", has_front_end() ? "predict" : "invoke"},
                                        {"arguments", fmt::format("{}", fmt::join(arguments, ", "))},
                                        {"differs", fmt::format("{}", fmt::join(comparisons, " || "))}});
}

std::string Exporter::benchmark_c() const {
  std::vector<std::string> arguments;
  std::string copies;
  for (const Port &port : tested(inputs_)) {
    arguments.push_back(fmt::format("BENCH_INPUT({})", port.name));
    copies += fmt::format("  (void)GOLDEN({});\n", port.name);
  }
  for (const Port &port : tested(outputs_)) arguments.push_back(port.name);
  return filled("benchmark.c.in", {{"hash", hash_},
                                   {"layers", p_.layers.size()},
                                   {"inputs", port_arrays(tested(inputs_), has_front_end())},
                                   {"outputs", port_arrays(tested(outputs_), false)},
                                   {"copies", copies},
                                   {"call", has_front_end() ? "predict" : "invoke"},
                                   {"arguments", fmt::format("{}", fmt::join(arguments, ", "))}});
}

}  // namespace mote
