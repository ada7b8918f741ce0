// Fuzzes what a board may send, in pieces: whatever comes, rows have the width that was described, what is
// said of a board is printable, and what is written of the rows is a whole table.
//
// Seeds: make_seeds.cpp.
#include <cctype>
#include <cmath>

#include "base/checksum.h"
#include "base/text.h"
#include "collect/recording_file.h"
#include "collect/stream.h"

namespace {

class Kept : public mote::SampleTaker {
 public:
  void row(const float *values) override {
    rows.values.insert(rows.values.end(), values, values + stream.description().channels.size());
    rows.places.push_back(place++);
    width = stream.description().channels.size();
  }
  void picture(std::string_view pixels) override {
    const auto &d = stream.description();
    if (pixels.size() != static_cast<size_t>(d.width) * static_cast<size_t>(d.height)) __builtin_trap();
    mote::picture_bytes(pixels, d, {{"board", d.board}});
  }
  void lost(uint64_t count) override { place += count; }
  void damaged() override {}
  void broke(const char *) override { rows = {}; }

  mote::SampleStream stream{*this};
  mote::RecordedRows rows;
  uint64_t place = 0;
  size_t width = 0;
};

void add_number(std::string &to, uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) to += static_cast<char>(value >> (8 * i));
}

// No mutation guesses a checksum: the bytes are cut into payloads of frames. Each begins with its type, its
// number and its length.
std::string framed(std::string_view bytes) {
  std::string frames;
  while (bytes.size() > 3) {
    const uint32_t type = 1 + mote::byte_of(bytes[0]) % 4, first = mote::byte_of(bytes[1]);
    const std::string payload(bytes.substr(3, mote::byte_of(bytes[2])));
    bytes.remove_prefix(3 + payload.size());
    std::string summed = {static_cast<char>(type), 1};
    add_number(summed, static_cast<uint32_t>(payload.size()), 2);
    add_number(summed, first, 4);
    add_number(summed, 1000 * first, 4);
    summed += payload;
    frames += "\xA5M" + summed;
    add_number(frames, mote::checksum(summed), 4);
  }
  return frames;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  Kept kept;
  const std::string_view given(reinterpret_cast<const char *>(data), size);
  if (given.empty()) return 0;
  const size_t piece = 1 + data[0];
  const std::string bytes = data[0] % 2 == 0 ? std::string(given.substr(1)) : framed(given.substr(1));
  for (size_t at = 0; at < bytes.size(); at += piece)
    kept.stream.add(std::string_view(bytes).substr(at, piece), 0.01 * static_cast<double>(at));
  if (!kept.stream.is_known()) return 0;
  const mote::StreamDescription &d = kept.stream.description();
  for (const char c : d.board + d.sketch)
    if (std::isprint(mote::byte_of(c)) == 0) __builtin_trap();
  if (d.scale.size() != d.channels.size() || !std::isfinite(d.rate_hz)) __builtin_trap();
  if (kept.rows.values.size() != kept.rows.rows() * kept.width) __builtin_trap();
  if (d.kind != mote::SampleKind::kPicture && kept.width == d.channels.size())
    mote::table_text(kept.rows, d, {{"board", d.board}}, 100);
  return 0;
}
