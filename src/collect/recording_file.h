// A recording as a file that `mote data` reads: a table, a sound or a picture, with what is known of it in
// its head.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/files.h"
#include "collect/stream.h"
#include "mote/collect.h"

namespace mote {

struct RecordedRows {
  std::vector<float> values;     // [rows, channels]
  std::vector<uint64_t> places;  // of each row, counted from the first, with those that are lost
  uint64_t lost = 0, damaged = 0;
  size_t rows() const { return places.size(); }
};

using RecordingHead = std::vector<std::pair<std::string, std::string>>;  // "board": "Nano 33 BLE"

// A table has a column "time" in seconds unless a channel counts time; lost rows are a gap in it.
std::string table_text(const RecordedRows &rows, const StreamDescription &d, const RecordingHead &head,
                       double rate_hz);
std::string sound_bytes(const RecordedRows &rows, const StreamDescription &d, const RecordingHead &head,
                        double rate_hz);
std::string picture_bytes(std::string_view pixels, const StreamDescription &d, const RecordingHead &head);

// A class by its folder: errors say what a name may be.
void check_label(const std::string &label);
// In `folder`, of no file that is there; "20261130-113000-01.csv" with this ending.
fs::path free_name(const fs::path &folder, const std::string &ending);
std::string utc_time();  // "2026-11-30T11:30:00Z"

}  // namespace mote
