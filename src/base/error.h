// Error: the one exception type of mote for everything a user can cause.
//
// `where` says which file and line, or which op and layer; `message` what was found and what was expected;
// `hint` what to do about it. Bugs are InternalError, thrown by MOTE_CHECK: no input may reach one.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace mote {

enum class ErrorCode { kInvalidArgument, kNotFound, kDataFormat, kShape, kUnsupported, kIo, kVersion };

class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, std::string where, std::string message, std::string hint = "");

  ErrorCode code() const { return code_; }
  const std::string &where() const { return where_; }
  const std::string &message() const { return message_; }
  const std::string &hint() const { return hint_; }

 private:
  ErrorCode code_;
  std::string where_, message_, hint_;
};

class InternalError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

// "path:line" for errors in text files; line 0 means the whole file.
std::string at_line(std::string_view path, long line);

// "[conv2d 'stem']" for errors of one op or layer.
std::string in_layer(std::string_view op, std::string_view name);

[[noreturn]] void check_failed(const char *expression, const char *file, int line);

#define MOTE_CHECK(condition)                                               \
  do {                                                                      \
    if (!(condition)) ::mote::check_failed(#condition, __FILE__, __LINE__); \
  } while (false)

}  // namespace mote
