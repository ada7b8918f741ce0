#include "codegen/c/c_text.h"

#include <fmt/format.h>

#include <cstring>

#include "ops/integer_support.h"

namespace mote {

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
static std::string list(const std::vector<T> &values, Format format) {
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

}  // namespace mote
