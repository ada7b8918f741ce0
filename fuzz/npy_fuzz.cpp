// Fuzzes the reader of .npy arrays: any bytes give as many values as the shape says, or an Error.
//
// Arrays in .npz archives: archive_fuzz.cpp. Seeds: make_seeds.cpp.
#include "base/error.h"
#include "data/npy.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  try {
    const mote::NpyArray a = mote::parse_npy({reinterpret_cast<const char *>(data), size}, "x.npy");
    size_t n = 1;
    for (size_t d : a.shape) n *= d;
    if (n != a.values.size()) __builtin_trap();
  } catch (const mote::Error &) {
  }
  return 0;
}
