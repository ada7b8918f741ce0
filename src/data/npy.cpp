// .npy and .npz of NumPy, read within the sizes that their headers promise, and float32 written. Types
// are converted to double; text stays text.
//
// No pickles: objects are refused. Source: NEP 1 and numpy.lib.format.
#include "data/npy.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "base/zip.h"
#include "data/text_lines.h"

namespace mote {

size_t NpyArray::row_size() const {
  size_t n = 1;
  for (size_t i = 1; i < shape.size(); ++i) n *= shape[i];
  return n;
}

namespace {

class Reader {
 public:
  Reader(std::string_view bytes, std::string where, NpyTexts texts)
      : bytes_(bytes), where_(std::move(where)), texts_(texts) {}

  [[noreturn]] void fail(const std::string &message) const {
    throw Error(ErrorCode::kDataFormat, where_, message);
  }

  // The value text after 'key': in the header's Python dictionary.
  std::string_view entry(std::string_view header, const char *key) const {
    size_t at = header.find(fmt::format("'{}'", key));
    if (at == std::string_view::npos) fail(fmt::format(".npy header has no '{}'", key));
    at = header.find(':', at);
    if (at == std::string_view::npos) fail(".npy header is damaged");
    return trim(header.substr(at + 1));
  }

  NpyArray read() const {
    if (bytes_.size() < 10 || bytes_.substr(0, 6) != "\x93NUMPY")
      fail("is not an .npy file (its first bytes are not \\x93NUMPY)");
    const int major = byte_of(bytes_[6]);
    if (major < 1 || major > 3) fail(fmt::format("has .npy version {}; versions 1 to 3 are read", major));
    const size_t prefix = major == 1 ? 10 : 12;
    if (bytes_.size() < prefix) fail("is truncated in the header");
    size_t length = 0;
    for (size_t i = prefix; i > 8; --i) length = length << 8 | byte_of(bytes_[i - 1]);
    if (length > bytes_.size() - prefix) fail("is truncated in the header");
    const std::string_view header = bytes_.substr(prefix, length), body = bytes_.substr(prefix + length);
    const std::string_view descr = entry(header, "descr");
    if (descr.size() < 2 || (descr[0] != '\'' && descr[0] != '"'))
      fail("holds records or objects; only plain numbers are read");
    const std::string type(descr.substr(1, descr.find(descr[0], 1) - 1));
    const bool is_fortran = entry(header, "fortran_order").substr(0, 4) == "True";
    NpyArray array;
    array.shape = parse_shape(entry(header, "shape"));
    convert(type, body, array);
    if (is_fortran && array.texts.empty()) to_c_order(array);
    return array;
  }

 private:
  std::vector<size_t> parse_shape(std::string_view text) const {
    const size_t close = text.find(')');
    if (text.empty() || text[0] != '(' || close == std::string_view::npos)
      fail(".npy header has a damaged shape");
    text = text.substr(1, close - 1);
    std::vector<size_t> shape;
    while (!trim(text).empty()) {
      const size_t comma = text.find(',');
      const auto value = parse_number(text.substr(0, comma));
      if (!value || *value < 0 || *value > 1e12 || *value != std::floor(*value))
        fail(".npy header has a damaged shape");
      shape.push_back(static_cast<size_t>(*value));
      if (comma == std::string_view::npos) break;
      text.remove_prefix(comma + 1);
    }
    return shape;
  }

  template <class T>
  static void copy(std::string_view body, bool is_swapped, std::vector<double> &values) {
    for (size_t i = 0; i < values.size(); ++i) {
      unsigned char raw[sizeof(T)];
      std::memcpy(raw, body.data() + i * sizeof(T), sizeof(T));
      if (is_swapped)
        for (size_t k = 0; k < sizeof(T) / 2; ++k) std::swap(raw[k], raw[sizeof(T) - 1 - k]);
      T value;
      std::memcpy(&value, raw, sizeof(T));
      values[i] = value;
    }
  }

  // U5: five characters of four bytes, S5: five bytes; shorter ones are filled up with zeros.
  void convert_texts(const std::string &type, std::string_view body, NpyArray &array) const {
    const auto length = parse_number(std::string_view(type).substr(2));
    if (!length || *length < 1 || *length > 1e4 || *length != std::floor(*length))
      fail(fmt::format("has elements of type '{}'", type));
    const size_t width = type[1] == 'U' ? 4 : 1, size = width * *length;
    const size_t count = checked_count(array, size, body);
    if (array.shape.size() > 2 || (array.shape.size() == 2 && array.shape[1] != 1))
      fail("holds text in more than one column");
    for (size_t i = 0; i < count; ++i) {
      const std::string_view cell = body.substr(i * size, size);
      std::string text;
      for (size_t k = 0; k < size; k += width) {
        uint32_t c = 0;
        for (size_t b = 0; b < width; ++b)
          c = c << 8 | byte_of(cell[k + (type[0] == '>' ? b : width - 1 - b)]);
        if (c == 0) break;
        if (width == 1)
          text.push_back(c);
        else
          put_utf8(text, c > 0x10FFFF || (c >= 0xD800 && c < 0xE000) ? 0xFFFD : c);
      }
      array.texts.push_back(text);
    }
  }

  size_t checked_count(const NpyArray &array, size_t size, std::string_view body) const {
    size_t count = 1;
    for (size_t d : array.shape)
      if (__builtin_mul_overflow(count, d, &count))
        fail(".npy header promises more values than any file holds");
    if (count > body.size() / size || count * size != body.size())
      fail(fmt::format("header promises {} values of {} bytes, the file holds {} bytes of data", count, size,
                       body.size()));
    return count;
  }

  void convert(const std::string &type, std::string_view body, NpyArray &array) const {
    static const std::map<std::string,
                          std::pair<size_t, void (*)(std::string_view, bool, std::vector<double> &)>>
        kTypes = {{"f4", {4, copy<float>}},    {"f8", {8, copy<double>}},   {"i1", {1, copy<int8_t>}},
                  {"i2", {2, copy<int16_t>}},  {"i4", {4, copy<int32_t>}},  {"i8", {8, copy<int64_t>}},
                  {"u1", {1, copy<uint8_t>}},  {"u2", {2, copy<uint16_t>}}, {"u4", {4, copy<uint32_t>}},
                  {"u8", {8, copy<uint64_t>}}, {"b1", {1, copy<uint8_t>}}};
    const std::string kind = type.empty() ? "" : type.substr(1);
    if (texts_ == NpyTexts::kAllowed && (kind.starts_with("U") || kind.starts_with("S")) &&
        std::strchr("<>|=", type[0]))
      return convert_texts(type, body, array);
    if (kind == "O")
      throw Error(ErrorCode::kDataFormat, where_,
                  fmt::format("has elements of type '{}', Python objects, which are not read", type),
                  "save labels with y.astype(str), numbers with X.astype(\"float32\")");
    const auto found = kTypes.find(kind);
    if (found == kTypes.end() || !std::strchr("<>|=", type[0]))
      fail(fmt::format("has elements of type '{}'; float32, float64 and integers are read", type));
    const size_t count = checked_count(array, found->second.first, body);
    array.values.resize(count);
    found->second.second(body, type[0] == '>', array.values);
  }

  static void to_c_order(NpyArray &array) {
    std::vector<double> out(array.values.size());
    const size_t rank = array.shape.size();
    std::vector<size_t> index(rank);
    for (size_t f = 0; f < out.size(); ++f) {
      size_t c = 0;
      for (size_t d = 0; d < rank; ++d) c = c * array.shape[d] + index[d];
      out[c] = array.values[f];
      for (size_t d = 0; d < rank && ++index[d] == array.shape[d]; ++d) index[d] = 0;
    }
    array.values = std::move(out);
  }

  std::string_view bytes_;
  std::string where_;
  NpyTexts texts_;
};

}  // namespace

NpyArray parse_npy(std::string_view bytes, const std::string &where, NpyTexts texts) {
  return Reader(bytes, where, texts).read();
}

std::string format_npy_f32(const std::vector<size_t> &shape, const float *values) {
  size_t count = 1;
  for (size_t d : shape) count *= d;
  return format_npy("<f4", shape, {reinterpret_cast<const char *>(values), count * sizeof(float)});
}

std::string format_npy(const std::string &type, const std::vector<size_t> &shape, std::string_view values) {
  std::string dims;
  for (size_t d : shape) dims += fmt::format("{}, ", d);
  if (shape.size() > 1) dims.resize(dims.size() - 2);
  if (shape.size() == 1) dims.pop_back();
  std::string header = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}", type, dims);
  header.append(63 - (10 + header.size()) % 64, ' ');
  header += '\n';
  std::string bytes = "\x93NUMPY\x01";
  bytes += '\0';
  bytes.push_back(header.size() & 0xFF);
  bytes.push_back(header.size() >> 8);
  bytes += header;
  bytes += values;
  return bytes;
}

std::map<std::string, NpyArray> read_npz(const std::string &path) { return parse_npz(read_file(path), path); }

std::map<std::string, NpyArray> parse_npz(std::string_view archive, const std::string &where,
                                          NpyTexts texts) {
  std::map<std::string, NpyArray> arrays;
  for (const auto &[name, bytes] : parse_zip(archive, where)) {
    if (name.size() < 4 || name.substr(name.size() - 4) != ".npy") continue;
    const std::string key = name.substr(0, name.size() - 4);
    arrays[key] = parse_npy(bytes, where + "/" + name, texts);
  }
  return arrays;
}

}  // namespace mote
