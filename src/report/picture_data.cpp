// An SVG as an address in a page: an image of its own, so that ids in one drawing cannot clash with
// another's.
#include "report/picture_data.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace mote {

std::string picture_data(const std::string &svg) {
  std::string data = "data:image/svg+xml,";
  for (char c : svg) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                          std::string_view("-_.!~*()/:;=").find(c) != std::string_view::npos;
    if (is_plain)
      data += c;
    else
      data += fmt::format("%{:02X}", byte_of(c));
  }
  return data;
}

std::string base64(const std::string &bytes) {
  constexpr const char *kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    unsigned group = 0;
    for (size_t k = 0; k < 3; ++k)
      group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    for (size_t k = 0; k < 4; ++k) out += i + k > bytes.size() ? '=' : kDigits[group >> (18 - 6 * k) & 63];
  }
  return out;
}

std::string png_data(const std::string &png) { return "data:image/png;base64," + base64(png); }

int png_width(const std::string &png) {
  constexpr size_t kAt = 16;  // big-endian, behind the signature, the length and the name of the first chunk
  if (png.size() < kAt + 4) return 0;
  int width = 0;
  for (size_t i = 0; i < 4; ++i) width = width << 8 | byte_of(png[kAt + i]);
  return width;
}

double picture_width(const std::string &svg) {
  constexpr std::string_view kName = " width=\"";
  constexpr double kWidest = 40000;
  const size_t at = svg.find(kName);
  if (at == svg.npos) return 0;
  const size_t begin = at + kName.size(), end = svg.find_first_not_of("0123456789.", begin);
  const auto width = parse_number(svg.substr(begin, std::min(end, svg.size()) - begin));
  return width && *width > 0 && *width < kWidest ? *width : 0;
}

}  // namespace mote
