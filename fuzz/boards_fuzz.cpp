// Fuzzes files of boards, `--boards mine.toml`: any bytes give boards and what was measured on them, or an
// Error.
//
// What a profile makes of a board is facets_fuzz.cpp's. Seeds: make_seeds.cpp.
#include <cstdlib>

#include "base/error.h"
#include "device/board_measurements.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const std::string text(reinterpret_cast<const char *>(data), size);
  try {
    for (const mote::Board &board : mote::parse_boards(text, "boards.toml")) mote::emulated_core(board);
  } catch (const mote::Error &) {
  }
  try {
    const auto measured = mote::measured_cycles(mote::parse_measurements(text, "boards.toml"), 1000);
    if (measured && !(measured->low <= measured->cycles && measured->cycles <= measured->high)) std::abort();
  } catch (const mote::Error &) {
  }
  return 0;
}
