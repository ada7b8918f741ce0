// How the parts of an Error become one sentence, and the places that stand in front of it: a file with
// its line, a layer.
//
// What no input can break throws InternalError here (MOTE_CHECK). Nothing prints; the programs of apps/
// do.
#include "base/error.h"

#include <fmt/format.h>

namespace mote {

static std::string compose(const std::string &where, const std::string &message, const std::string &hint) {
  std::string text = where;
  if (!where.empty()) text += where.back() == ']' ? " " : ": ";
  text += message;
  if (!hint.empty()) text += "; " + hint;
  return text;
}

Error::Error(ErrorCode code, std::string where, std::string message, std::string hint)
    : std::runtime_error(compose(where, message, hint)),
      code_(code),
      where_(std::move(where)),
      message_(std::move(message)),
      hint_(std::move(hint)) {}

std::string at_line(std::string_view path, long line) {
  return line > 0 ? fmt::format("{}:{}", path, line) : std::string(path);
}

std::string in_layer(std::string_view op, std::string_view name) {
  return fmt::format("[{} '{}']", op, name);
}

void check_failed(const char *expression, const char *file, int line) {
  throw InternalError(
      fmt::format("internal error: {} does not hold at {}:{}; please report this", expression, file, line));
}

}  // namespace mote
