// Values and names as C source: numbers that compilers read back to the same bits, text that ends no literal
// or comment.
//
// Where they stand is the templates' (templates/) and the exporter's (exporter.h).
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
    case DType::kUint8:
      return "uint8_t";
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
    if (line.size() + item.size() > 110) {
      out += line + "\n";
      line = "  ";
    }
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

template <class T>
static std::vector<T> values_of(const uint8_t *bytes, size_t count) {
  std::vector<T> values(count);
  std::memcpy(values.data(), bytes, count * sizeof(T));
  return values;
}
template <class T>
static std::string integers(const uint8_t *bytes, size_t count) {
  const std::vector<T> values = values_of<T>(bytes, count);
  return int_list({values.begin(), values.end()});
}

std::string value_list(DType dtype, const uint8_t *bytes, size_t count) {
  switch (dtype) {
    case DType::kFloat32:
      return float_list(values_of<float>(bytes, count));
    case DType::kInt8:
      return integers<int8_t>(bytes, count);
    case DType::kUint8:
      return integers<uint8_t>(bytes, count);
    case DType::kInt16:
      return integers<int16_t>(bytes, count);
    default:
      return integers<int32_t>(bytes, count);
  }
}

}  // namespace mote
