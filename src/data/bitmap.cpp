// PGM, PPM and BMP by hand, for they are headers with pixels behind them. The size is checked before
// memory is taken.
//
// Compressed formats go through libraries: image.cpp.
#include "data/bitmap.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/text.h"

namespace mote {

namespace {

constexpr size_t kLargestPicture = size_t{1} << 26;

[[noreturn]] void bad_picture(const std::string &where, const std::string &message) {
  throw Error(ErrorCode::kDataFormat, where, message);
}

// The header of a PNM file: numbers between blanks, with comments.
class PnmHeader {
 public:
  PnmHeader(std::string_view rest, const std::string &where) : rest_(rest), where_(where) {}
  size_t number() {
    while (!rest_.empty() && (is_blank(rest_.front()) || rest_.front() == '#')) {
      if (rest_.front() == '#')
        while (!rest_.empty() && rest_.front() != '\n') rest_.remove_prefix(1);
      else
        rest_.remove_prefix(1);
    }
    size_t value = 0, digits = 0;
    for (; !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9' && digits < 9; ++digits) {
      value = value * 10 + (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    if (digits == 0) bad_picture(where_, "is a damaged PNM (a number is missing)");
    return value;
  }
  // What follows the one blank after the header.
  std::string_view data() const { return rest_.empty() ? rest_ : rest_.substr(1); }

 private:
  static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
  std::string_view rest_;
  const std::string &where_;
};

uint8_t scaled(size_t value, size_t most) { return (value * 255 + most / 2) / most; }

}  // namespace

void check_picture_size(size_t height, size_t width, const std::string &where) {
  if (height == 0 || width == 0 || height > kLargestPicture / width)
    bad_picture(where, fmt::format("is an image of {} x {} pixels", width, height));
}

Image image_of_size(size_t height, size_t width, int channels) {
  Image image;
  image.height = height;
  image.width = width;
  image.channels = channels;
  return image;
}

Image parse_pnm(std::string_view bytes, const std::string &where) {
  const char kind = bytes.size() > 1 ? bytes[1] : '0';
  if (kind != '2' && kind != '3' && kind != '5' && kind != '6')
    bad_picture(where, "is no PGM or PPM (P2, P3, P5, P6)");
  PnmHeader header(bytes.substr(2), where);
  const size_t width = header.number(), height = header.number(), most = header.number();
  check_picture_size(height, width, where);
  if (most == 0 || most > 65535) bad_picture(where, fmt::format("is a damaged PNM (largest value {})", most));
  const bool is_color = kind == '3' || kind == '6', is_text = kind < '5';
  const size_t count = height * width * (is_color ? 3 : 1), size = most > 255 ? 2 : 1;
  const std::string_view data = header.data();
  // a number takes at least a digit and a blank, so that a wrong header cannot ask for memory
  if (is_text ? data.size() + 1 < 2 * count : data.size() < count * size)
    bad_picture(where, "is a damaged PNM (it ends early)");
  Image image = image_of_size(height, width, is_color ? 3 : 1);
  image.pixels.resize(count);
  for (size_t i = 0; i < count; ++i) {
    size_t value = 0;
    if (is_text)
      value = header.number();
    else
      for (size_t k = 0; k < size; ++k) value = value << 8 | byte_of(data[i * size + k]);
    if (value > most)
      bad_picture(where, fmt::format("is a damaged PNM ({} is above its largest value {})", value, most));
    image.pixels[i] = scaled(value, most);
  }
  return image;
}

Image parse_bmp(std::string_view bytes, const std::string &where) {
  const auto at = [&](size_t offset, size_t size) {
    if (offset + size > bytes.size()) bad_picture(where, "is a damaged BMP (it ends early)");
    uint32_t value = 0;
    for (size_t k = size; k > 0; --k) value = value << 8 | byte_of(bytes[offset + k - 1]);
    return value;
  };
  const uint32_t start = at(10, 4), header = at(14, 4), bits = at(28, 2), compression = at(30, 4);
  if (header < 40) bad_picture(where, "is a BMP of an old kind; save it as PNG");
  const int32_t width = at(18, 4), height = at(22, 4);
  const bool is_top_down = height < 0;
  if (width <= 0 || height == INT32_MIN) bad_picture(where, "is a damaged BMP (its size)");
  const size_t rows = is_top_down ? -height : height, columns = width;
  check_picture_size(rows, columns, where);
  if ((bits != 8 && bits != 24 && bits != 32) || (compression != 0 && !(compression == 3 && bits == 32)))
    bad_picture(where,
                fmt::format("is a BMP of {} bits or compressed, which is not read; save it as PNG", bits));
  std::vector<std::array<uint8_t, 3>> palette;
  bool is_color = bits != 8;
  if (bits == 8) {
    const uint32_t given = at(46, 4), colors = given == 0 ? 256 : std::min<uint32_t>(given, 256);
    for (size_t i = 0; i < colors; ++i) {
      const uint32_t bgr = at(14 + header + 4 * i, 4);
      palette.push_back(
          {static_cast<uint8_t>(bgr >> 16), static_cast<uint8_t>(bgr >> 8), static_cast<uint8_t>(bgr)});
      is_color |= palette[i][0] != palette[i][1] || palette[i][1] != palette[i][2];
    }
  }
  const size_t stride = (columns * bits / 8 + 3) / 4 * 4;
  if (start > bytes.size() || bytes.size() - start < stride * rows - (stride - columns * bits / 8))
    bad_picture(where, "is a damaged BMP (it ends early)");
  Image image = image_of_size(rows, columns, is_color ? 3 : 1);
  image.pixels.reserve(rows * columns * (is_color ? 3 : 1));
  for (size_t y = 0; y < rows; ++y)
    for (size_t x = 0; x < columns; ++x) {
      const size_t from = start + (is_top_down ? y : rows - 1 - y) * stride + x * bits / 8;
      std::array<uint8_t, 3> rgb{};
      if (bits == 8) {
        const auto index = byte_of(bytes[from]);
        if (index >= palette.size()) bad_picture(where, "is a damaged BMP (a colour beyond its palette)");
        rgb = palette[index];
      } else {
        for (size_t k = 0; k < 3; ++k) rgb[k] = byte_of(bytes[from + 2 - k]);
      }
      image.pixels.insert(image.pixels.end(), rgb.begin(), rgb.begin() + (is_color ? 3 : 1));
    }
  return image;
}

Image with_channels(Image image, int channels) {
  if (channels == 0 || channels == image.channels) return image;
  std::vector<uint8_t> pixels;
  const size_t count = image.pixels.size() / image.channels;
  pixels.reserve(count * channels);
  for (size_t i = 0; i < count; ++i) {
    if (channels == 3) {
      pixels.insert(pixels.end(), 3, image.pixels[i]);
      continue;
    }
    const uint32_t r = image.pixels[3 * i], g = image.pixels[3 * i + 1], b = image.pixels[3 * i + 2];
    // ITU-R BT.601 in 16 bits, as PIL's convert("L")
    pixels.push_back((r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16);
  }
  image.pixels = std::move(pixels);
  image.channels = channels;
  return image;
}

}  // namespace mote
