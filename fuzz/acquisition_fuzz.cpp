// Fuzzes the reader of Edge Impulse's acquisition format: any bytes, JSON or CBOR, give whole rows of its
// channels, or an Error.
//
// Label files: labels_fuzz.cpp. Seeds: make_seeds.cpp.
#include "base/error.h"
#include "data/acquisition.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  using namespace mote;
  const std::string bytes(reinterpret_cast<const char *>(data), size);
  looks_like_acquisition(bytes);
  try {
    const Acquisition a = parse_acquisition(bytes, "f");
    if (a.channels.empty() || a.values.empty() || a.values.size() % a.channels.size() != 0 ||
        !(a.rate_hz > 0))
      __builtin_trap();
  } catch (const Error &) {
  }
  return 0;
}
