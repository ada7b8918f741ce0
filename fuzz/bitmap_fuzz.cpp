// Fuzzes the readers of pictures: any bytes give an image whose pixels are as many as it says, or an Error.
//
// Folders of pictures and archives are archive_fuzz.cpp's. Seeds: make_seeds.cpp.
#include "base/error.h"
#include "data/image.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  using namespace mote;
  try {
    const Image image = parse_image({reinterpret_cast<const char *>(data), size}, "f",
                                    size % 3 == 2 ? 3 : static_cast<int>(size % 3));
    if (image.pixels.size() != static_cast<size_t>(image.height) * static_cast<size_t>(image.width) *
                                   static_cast<size_t>(image.channels))
      __builtin_trap();
  } catch (const Error &) {
  }
  return 0;
}
