#include "base/checksum.h"

#include <zlib.h>

namespace mote {

uint32_t checksum(std::string_view bytes) {
  return static_cast<uint32_t>(
      ::crc32_z(0, reinterpret_cast<const unsigned char *>(bytes.data()), bytes.size()));
}

}  // namespace mote
