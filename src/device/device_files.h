// Files of src/device that the program carries inside: firmware of the emulator, boards, published timings.
#pragma once

#include <string_view>

namespace mote {

std::string_view device_file(std::string_view name);  // Errors: InternalError for an unknown name

}  // namespace mote
