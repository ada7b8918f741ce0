// The linker's names of the routines of the runtime, so that several models go into one firmware.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "codegen/c/runtime_sources.h"

namespace mote {

// Lines "#define mote_softmax_s8 mote_softmax_s8_1a2b3c4d" for each routine of these files of runtime/. The
// number is a checksum of all code that the routine consists of, comments and spaces aside: where two
// versions of mote agree in a routine, it has one name. `text`: what is in a file.
std::string runtime_names(const std::set<std::string> &files,
                          const std::function<std::string_view(std::string_view)> &text = runtime_source);
// The files of runtime/ that `file` includes, and the sources of the routines that these declare.
std::set<std::string> runtime_needs(const std::string &file);

}  // namespace mote
