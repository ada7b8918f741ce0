// Fuzzes files of boards, `--boards mine.toml`: any bytes give boards or an Error.
//
// What a profile makes of a board is facets_fuzz.cpp's. Seeds: make_seeds.cpp.
#include "base/error.h"
#include "mote/device.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  try {
    for (const mote::Board &board :
         mote::parse_boards({reinterpret_cast<const char *>(data), size}, "boards.toml"))
      mote::emulated_core(board);
  } catch (const mote::Error &) {
  }
  return 0;
}
