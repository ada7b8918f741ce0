// The templates of what is written: src/codegen/c/templates, embedded at build time. base/template.h fills
// them.
#pragma once

#include <string_view>

namespace mote {

std::string_view c_template(
    std::string_view file);  // "arduino/README.md.in"; InternalError for an unknown name

}  // namespace mote
