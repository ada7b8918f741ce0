// Sources: Microsoft, Multimedia Programming Interface 1.0 (RIFF; RIFX is big-endian); EBU Tech 3306 (RF64);
// Apple, AIFF 1.3.
#include "data/sound_header.h"

#include <algorithm>

#include "base/text.h"

namespace mote {

namespace {

constexpr size_t kFormHead = 12, kChunkHead = 8;
constexpr uint64_t kUnknown =
    0xffffff00;  // from here on no length: the program could not go back to write it

bool is_riff(std::string_view bytes) { return bytes.starts_with("RIFF") || bytes.starts_with("RIFX"); }
bool is_aiff(std::string_view bytes) { return bytes.starts_with("FORM"); }
bool is_big_endian(std::string_view bytes) { return is_aiff(bytes) || bytes.starts_with("RIFX"); }

uint64_t number(std::string_view bytes, size_t at, size_t width, bool is_big) {
  uint64_t value = 0;
  for (size_t i = 0; i < width; ++i)
    value = value << 8 | static_cast<uint64_t>(byte_of(bytes[at + (is_big ? i : width - 1 - i)]));
  return value;
}

// Of four printable letters, and within the file but for a byte that fills it up.
bool is_chunk(std::string_view bytes, uint64_t at) {
  if (at + kChunkHead > bytes.size()) return false;
  const std::string_view name = bytes.substr(at, 4);
  return std::all_of(name.begin(), name.end(), [](char c) { return c >= ' ' && c <= '~'; }) &&
         at + kChunkHead + number(bytes, at + 4, 4, is_big_endian(bytes)) <= bytes.size() + 1;
}

// What recorders fill a sector up with says nothing.
size_t stray_bytes(std::string_view bytes, uint64_t at) {
  while (is_chunk(bytes, at)) {
    const uint64_t size = number(bytes, at + 4, 4, is_big_endian(bytes));
    at += kChunkHead + size + size % 2;
  }
  if (at >= bytes.size()) return 0;
  const std::string_view rest = bytes.substr(at);
  const bool is_filling = std::all_of(rest.begin(), rest.end(), [](char c) { return c == '\0'; });
  return rest.size() < kChunkHead || is_filling ? 0 : rest.size();
}

// Where the head of the chunk with the samples is; 0: there is none.
size_t samples_head(std::string_view bytes, uint64_t &told) {
  const bool is_big = is_big_endian(bytes);
  uint64_t long_size = 0;  // of RF64, whose 32 bits cannot hold it
  for (uint64_t at = kFormHead; at + kChunkHead <= bytes.size();) {
    const std::string_view name = bytes.substr(at, 4);
    const uint64_t size = number(bytes, at + 4, 4, is_big);
    constexpr size_t kLongSizeAt = 8;
    if (name == "ds64" && at + kChunkHead + 2 * kLongSizeAt <= bytes.size())
      long_size = number(bytes, at + kChunkHead + kLongSizeAt, 8, false);
    if (name == "data" || name == "SSND") {
      told = long_size > 0 && size >= kUnknown ? long_size : size;
      return at;
    }
    at += kChunkHead + size + size % 2;
  }
  return 0;
}

}  // namespace

ToldSamples told_samples(std::string_view bytes) {
  ToldSamples told;
  uint64_t size = 0;
  if (bytes.size() < kFormHead || !(is_riff(bytes) || is_aiff(bytes) || bytes.starts_with("RF64")))
    return told;
  const size_t head = samples_head(bytes, size);
  const bool is_unknown = size >= kUnknown && !bytes.starts_with("RF64");
  if (head == 0 || is_unknown || size > uint64_t{1} << 62) return told;
  told.end = head + kChunkHead + size;
  // the byte that makes an odd length even is often forgotten
  if (told.end < bytes.size())
    told.stray = std::min(stray_bytes(bytes, told.end), stray_bytes(bytes, told.end + size % 2));
  told.is_never_told = size == 0 && told.stray > 0 && is_riff(bytes);
  told.is_told = size > 0;
  return told;
}

std::string with_all_samples(std::string_view bytes) {
  uint64_t told = 0;
  const size_t head = samples_head(bytes, told);
  std::string whole(bytes);
  const auto put = [&](size_t at, size_t value) {
    for (size_t i = 0; i < 4; ++i)
      whole[at + (is_big_endian(bytes) ? 3 - i : i)] = static_cast<char>(value >> 8 * i);
  };
  put(4, std::min<size_t>(bytes.size() - 8, kUnknown));
  put(head + 4, std::min<size_t>(bytes.size() - head - kChunkHead, kUnknown));
  return whole;
}

}  // namespace mote
