// A hash of 32 bits for loops over numbered values: "lowbias32", C. Wellons, 2018.
#pragma once

#include <cstdint>

namespace mote {

inline uint32_t mix32(uint32_t h) {
  h = (h ^ (h >> 16)) * 0x7FEB352Du;
  h = (h ^ (h >> 15)) * 0x846CA68Bu;
  return h ^ (h >> 16);
}

}  // namespace mote
