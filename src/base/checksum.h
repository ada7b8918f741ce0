// CRC-32 of bytes, through zlib.
#pragma once

#include <cstdint>
#include <string_view>

namespace mote {

uint32_t checksum(std::string_view bytes);

}  // namespace mote
