// SHA-256 of bytes, through libcrypto: how a run knows its recordings and its models again.
#pragma once

#include <string>
#include <string_view>

namespace mote {

std::string sha256(std::string_view bytes);  // 64 hexadecimal digits

}  // namespace mote
