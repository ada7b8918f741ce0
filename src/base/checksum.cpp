// CRC-32 by zlib, in its form for lengths beyond 32 bits (crc32_z).
//
// It names the tables of an exported model and closes chunks of PNG. Where bytes must be known to be the
// same, digest.h has SHA-256.
#include "base/checksum.h"

#include <zlib.h>

namespace mote {

uint32_t checksum(std::string_view bytes) {
  return ::crc32_z(0, reinterpret_cast<const unsigned char *>(bytes.data()), bytes.size());
}

}  // namespace mote
