#include "collect/frames.h"

#include "base/checksum.h"
#include "base/text.h"

namespace mote {

namespace {

constexpr std::string_view kSync = "\xA5M";
constexpr uint8_t kVersion = 1;
constexpr size_t kHeaderBytes = 14, kChecksumBytes = 4;
constexpr size_t kTypeAt = 2, kVersionAt = 3, kLengthAt = 4, kFirstAt = 6, kTimeAt = 10;
constexpr size_t kLargestPayload = size_t{1} << 15;

uint32_t little_endian(std::string_view bytes, size_t at, int count) {
  uint32_t value = 0;
  for (int i = 0; i < count; ++i) value |= static_cast<uint32_t>(byte_of(bytes[at + i])) << (8 * i);
  return value;
}

bool is_header(std::string_view bytes) {
  const uint8_t type = byte_of(bytes[kTypeAt]);
  return type >= static_cast<uint8_t>(FrameType::kDescription) &&
         type <= static_cast<uint8_t>(FrameType::kPicture) && byte_of(bytes[kVersionAt]) == kVersion &&
         little_endian(bytes, kLengthAt, 2) <= kLargestPayload;
}

}  // namespace

void FrameReader::skip(size_t bytes) {
  at_ += bytes;
  skipped_ += bytes;
}

std::optional<Frame> FrameReader::next() {
  while (true) {
    const size_t sync = pending_.find(kSync, at_);
    if (sync == std::string::npos) {
      const bool may_begin = pending_.size() > at_ && pending_.back() == kSync[0];
      skip(pending_.size() - at_ - (may_begin ? 1 : 0));
      break;
    }
    skip(sync - at_);
    const std::string_view rest = std::string_view(pending_).substr(at_);
    if (rest.size() < kHeaderBytes) break;
    if (!is_header(rest)) {
      skip(kSync.size());
      continue;
    }
    const size_t length = little_endian(rest, kLengthAt, 2), end = kHeaderBytes + length;
    if (rest.size() < end + kChecksumBytes) break;
    if (checksum(rest.substr(kTypeAt, end - kTypeAt)) != little_endian(rest, end, 4)) {
      ++damaged_;
      skip(kSync.size());
      continue;
    }
    Frame frame{static_cast<FrameType>(rest[kTypeAt]), little_endian(rest, kFirstAt, 4),
                little_endian(rest, kTimeAt, 4), std::string(rest.substr(kHeaderBytes, length))};
    at_ += end + kChecksumBytes;
    return frame;
  }
  pending_.erase(0, at_);
  at_ = 0;
  return std::nullopt;
}

void FrameReader::give_up() {
  skip(pending_.size() - at_);
  pending_.clear();
  at_ = 0;
}

}  // namespace mote
