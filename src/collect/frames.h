// Frames of a board: numbered and with a checksum, so that what is lost or damaged is seen. Byte by byte they
// are described in docs/collect.md; boards write them with mote_frames.h (src/codegen/c/templates/collect).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mote {

enum class FrameType : uint8_t { kDescription = 1, kInt16Rows = 2, kFloatRows = 3, kPicture = 4 };

struct Frame {
  FrameType type = FrameType::kDescription;
  uint32_t first = 0;    // number of its first row, or of its picture, since the board started
  uint32_t time_us = 0;  // of the board's clock, when that row was taken; goes round
  std::string payload;
};

// Finds frames among bytes that come in any pieces.
class FrameReader {
 public:
  void add(std::string_view bytes) { pending_ += bytes; }
  std::optional<Frame> next();
  // What waits for the rest of a frame is given up, as behind a break of the line.
  void give_up();

  size_t skipped_bytes() const { return skipped_; }   // that belong to no whole frame
  size_t damaged_frames() const { return damaged_; }  // whose checksum is not that of their bytes

 private:
  void skip(size_t bytes);

  std::string pending_;
  size_t at_ = 0, skipped_ = 0, damaged_ = 0;
};

}  // namespace mote
