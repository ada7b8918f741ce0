// Asked for anew each time, because a window changes its width while a training runs.
//
// Sources: tty_ioctl(4), no-color.org, bixense.com/clicolors.
#include "terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <iostream>
#include <string_view>

#include "base/terminal_lines.h"

namespace mote::cli {

namespace {

constexpr size_t kUsualColumns = 80, kMostColumns = 10000;
constexpr const char *kBegin = "\r\033[K";  // to the beginning of the line, and clear it

std::string_view environment(const char *name) {
  const char *value = std::getenv(name);
  return value == nullptr ? std::string_view() : value;
}

int descriptor_of(Stream stream) { return stream == Stream::kOut ? STDOUT_FILENO : STDERR_FILENO; }
bool is_dumb() { return environment("TERM").empty() || environment("TERM") == "dumb"; }

}  // namespace

size_t columns_now(Stream stream) {
  const int descriptor = descriptor_of(stream);
  if (::isatty(descriptor) == 0) return 0;
  const std::string_view given = environment("COLUMNS");
  size_t columns = 0;
  const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), columns);
  if (error == std::errc() && end == given.data() + given.size() && columns > 0 && columns <= kMostColumns)
    return columns;
  winsize size = {};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return kUsualColumns;
}

bool can_overwrite(Stream stream) { return ::isatty(descriptor_of(stream)) != 0 && !is_dumb(); }

std::string painted(Paint paint, const std::string &word) {
  const std::string_view force = environment("CLICOLOR_FORCE");
  const bool is_forced = !force.empty() && force != "0";
  if (!environment("NO_COLOR").empty() || !(is_forced || can_overwrite(Stream::kErr))) return word;
  return (paint == Paint::kError ? "\033[1;31m" : "\033[1;33m") + word + "\033[0m";
}

void StatusLine::show(const std::string &line) {
  // one column stays free: a full line would leave some terminals in the next
  const size_t columns = columns_now(Stream::kErr);
  std::cerr << kBegin << shortened(line, columns > 1 ? columns - 1 : 1) << std::flush;
  is_shown_ = true;
}

void StatusLine::keep() {
  if (is_shown_) std::cerr << "\n";
  is_shown_ = false;
}

void StatusLine::clear() {
  if (is_shown_) std::cerr << kBegin << std::flush;
  is_shown_ = false;
}

}  // namespace mote::cli
