// The files of runtime/, embedded at build time so that the program needs nothing beside it.
#pragma once

#include <string_view>

namespace mote {

std::string_view runtime_source(std::string_view file);  // Errors: InternalError for an unknown name
bool has_runtime_source(std::string_view file);
std::string_view license_text();

}  // namespace mote
