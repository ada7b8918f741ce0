// The frame and the style sheet of pages, as templates, embedded at build time. base/template.h fills them.
#pragma once

#include <string_view>

namespace mote {

std::string_view report_template(std::string_view file);  // "page.html.in"; InternalError for an unknown name

}  // namespace mote
