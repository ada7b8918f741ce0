// How mote's own code raises errors: places for their messages, and the check of what no input can break.
#pragma once

#include <string>
#include <string_view>

#include "mote/error.h"

namespace mote {

// "path:line" for errors in text files; line 0 means the whole file.
std::string at_line(std::string_view path, long line);

// "[conv2d 'stem']" for errors of one op or layer.
std::string in_layer(std::string_view op, std::string_view name);

// Throws InternalError.
[[noreturn]] void check_failed(const char *expression, const char *file, int line);

#define MOTE_CHECK(condition)                                               \
  do {                                                                      \
    if (!(condition)) ::mote::check_failed(#condition, __FILE__, __LINE__); \
  } while (false)

}  // namespace mote
