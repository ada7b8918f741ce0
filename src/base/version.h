#pragma once

namespace mote {

inline constexpr const char *kVersion = "0.1.0";

}  // namespace mote
