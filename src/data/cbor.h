// CBOR (RFC 8949) as the same values that JSON has.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace mote {

// Typed arrays (RFC 8746) become lists of numbers, other tags are passed over, bytes stay bytes. Errors:
// kDataFormat naming `where` for what is no whole item of CBOR, is nested deeper than any recording, or has
// keys that are no text.
nlohmann::json parse_cbor(std::string_view bytes, const std::string &where);

}  // namespace mote
