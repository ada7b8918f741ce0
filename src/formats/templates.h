// Texts that go beside a file of a format, as templates, embedded at build time. base/template.h fills them.
#pragma once

#include <string_view>

namespace mote {

std::string_view format_template(
    std::string_view file);  // "tflite/README.md.in"; InternalError for an unknown name

}  // namespace mote
