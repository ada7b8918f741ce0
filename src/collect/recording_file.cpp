// Sources: the chunks of RIFF (Microsoft, Multimedia Programming Interface 1.0: LIST INFO) and of PNG (W3C,
// Portable Network Graphics: tEXt).
#include "collect/recording_file.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <png.h>

#include <algorithm>
#include <chrono>

#include "base/checksum.h"
#include "base/error.h"
#include "base/escape.h"
#include "base/text.h"
#include "data/column_names.h"
#include "data/wav.h"

namespace mote {

namespace {

std::string head_text(const RecordingHead &head, const char *mark) {
  std::string text;
  for (const auto &[key, value] : head) text += fmt::format("{}{}: {}\n", mark, key, value);
  return text;
}

std::string bytes_of(uint32_t value, bool is_big_endian) {
  std::string bytes;
  for (int i = 0; i < 4; ++i) bytes += static_cast<char>(value >> 8 * (is_big_endian ? 3 - i : i));
  return bytes;
}

// Of RIFF: an even number of bytes, and how many of them count.
std::string riff_chunk(const std::string &name, std::string content) {
  const std::string length = bytes_of(static_cast<uint32_t>(content.size()), false);
  if (content.size() % 2 != 0) content += '\0';
  return name + length + content;
}

}  // namespace

std::string table_text(const RecordedRows &rows, const StreamDescription &d, const RecordingHead &head,
                       double rate_hz) {
  const bool has_time = std::any_of(d.channels.begin(), d.channels.end(), is_time_name);
  fmt::memory_buffer text;
  const auto out = fmt::appender(text);
  fmt::format_to(out, "{}", head_text(head, "# "));
  if (!has_time) fmt::format_to(out, "time,");
  const size_t width = d.channels.size();
  for (size_t c = 0; c < width; ++c)
    fmt::format_to(out, "{}{}", escaped(Language::kCsv, d.channels[c]), c + 1 < width ? "," : "\n");
  for (size_t r = 0; r < rows.rows(); ++r) {
    if (!has_time) fmt::format_to(out, "{:.6f},", static_cast<double>(rows.places[r]) / rate_hz);
    for (size_t c = 0; c < width; ++c)
      fmt::format_to(out, "{}{}", rows.values[r * width + c], c + 1 < width ? "," : "\n");
  }
  return fmt::to_string(text);
}

std::string sound_bytes(const RecordedRows &rows, const StreamDescription &d, const RecordingHead &head,
                        double rate_hz) {
  std::string bytes =
      format_wav(rows.values.data(), rows.rows(), static_cast<int>(d.channels.size()), rate_hz).bytes;
  bytes += riff_chunk("LIST", "INFO" + riff_chunk("ICMT", head_text(head, "") + '\0'));
  constexpr size_t kLengthAt = 4, kBehind = 8;
  return bytes.replace(kLengthAt, 4, bytes_of(static_cast<uint32_t>(bytes.size() - kBehind), false));
}

std::string picture_bytes(std::string_view pixels, const StreamDescription &d, const RecordingHead &head) {
  png_image image = {};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(d.width);
  image.height = static_cast<png_uint_32>(d.height);
  image.format = PNG_FORMAT_GRAY;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  std::string png(size, '\0');
  MOTE_CHECK(png_image_write_to_memory(&image, png.data(), &size, 0, pixels.data(), 0, nullptr) != 0);
  png.resize(size);
  std::string content = "tEXtComment";
  content += '\0' + head_text(head, "");
  constexpr size_t kBehindHeader = 33, kName = 4;  // the signature, and the chunk IHDR
  return png.insert(kBehindHeader, bytes_of(static_cast<uint32_t>(content.size() - kName), true) + content +
                                       bytes_of(checksum(content), true));
}

void check_label(const std::string &label) {
  const auto refuse = [&](const char *why) {
    throw Error(ErrorCode::kInvalidArgument, "label",
                fmt::format("'{}' {}", escaped(Language::kTerminal, label), why),
                "it becomes the name of a folder: letters, digits, '-', '_', blanks within");
  };
  constexpr size_t kLongest = 100;
  if (trim(label).empty()) refuse("is empty");
  if (!is_utf8(label)) refuse("is not UTF-8");
  if (label.size() > kLongest) refuse("is longer than 100 bytes");
  if (label.find_first_of("/\\") != std::string::npos) refuse("holds a separator of folders");
  if (label[0] == '.') refuse("begins with a dot, so its folder would be hidden");
  if (trim(label).size() != label.size()) refuse("begins or ends with a blank");
  if (std::any_of(label.begin(), label.end(), [](char c) { return byte_of(c) < ' ' || c == '\x7f'; }))
    refuse("holds a control character");
}

fs::path free_name(const fs::path &folder, const std::string &ending) {
  const auto now = std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
  const std::string time = fmt::format("{:%Y%m%d-%H%M%S}", fmt::gmtime(now));
  for (int number = 1;; ++number) {
    const fs::path path = folder / fmt::format("{}-{:02}{}", time, number, ending);
    if (!fs::exists(path) && !fs::exists(path.string() + ".incomplete")) return path;
  }
}

std::string utc_time() {
  const auto now = std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(now));
}

}  // namespace mote
