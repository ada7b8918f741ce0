// The program in a terminal of its own (a pseudo-terminal), and the screen that a person would see.
#pragma once

#include <pty.h>
#include <sys/ioctl.h>

#include <csignal>
#include <functional>

#include "base/terminal_lines.h"
#include "base/text.h"
#include "cli/command.h"

namespace mote::test {

struct Shown {
  int status = -1;                  // of exit, or -1
  int ended_by = 0;                 // the signal
  size_t wraps = 0;                 // lines that the terminal itself had to break
  std::string raw;                  // what was written
  std::vector<std::string> screen;  // what is seen of it, from the first line to the last
  std::string text() const {
    std::string all;
    for (const std::string &line : screen) all += line + "\n";
    return all;
  }
};

// Carriage returns, line ends, "clear to the end of the line" and colours; all else is a letter in its place.
inline void look(Shown &shown, size_t columns) {
  std::vector<std::string> line;
  size_t at = 0;
  const auto end_line = [&] {
    std::string text;
    for (const std::string &c : line) text += c;
    text.resize(text.find_last_not_of(' ') + 1);
    shown.screen.push_back(text);
    line.clear();
    at = 0;
  };
  const std::string &raw = shown.raw;
  for (size_t i = 0; i < raw.size();) {
    if (raw[i] == '\r') {
      at = 0;
      ++i;
    } else if (raw[i] == '\n') {
      end_line();
      ++i;
    } else if (raw.compare(i, 2, "\033[") == 0) {
      size_t end = i + 2;
      while (end < raw.size() && (std::isdigit(byte_of(raw[end])) || raw[end] == ';')) ++end;
      if (raw[end] == 'K') line.resize(std::min(line.size(), at));
      EXPECT_TRUE(raw[end] == 'K' || raw[end] == 'm') << raw.substr(i, end - i + 1);
      i = end + 1;
    } else {
      const size_t length = std::max<size_t>(1, utf8_length(std::string_view(raw).substr(i)));
      const std::string letter = raw.substr(i, length);
      const size_t width = columns_of(letter);
      if (at + width > columns) {
        ++shown.wraps;
        end_line();
      }
      line.resize(std::max(line.size(), at + width), " ");
      for (size_t k = 0; k < width; ++k) line[at + k] = k == 0 ? letter : "";
      at += width;
      i += length;
    }
  }
  if (!line.empty()) end_line();
}

// `during` gets what was written so far, the child and the terminal, each time that there is more.
using During = std::function<void(const std::string &, pid_t, int)>;
inline Shown mote_on_terminal(const fs::path &folder, size_t columns,
                              const std::vector<std::string> &arguments,
                              const std::map<std::string, std::string> &environment = {},
                              const During &during = nullptr) {
  Shown shown;
  std::string program = MOTE_BINARY;
  std::vector<std::string> copies = arguments;
  std::vector<char *> argv = {program.data()};
  for (std::string &a : copies) argv.push_back(a.data());
  argv.push_back(nullptr);
  winsize size = {};
  size.ws_row = 40;
  size.ws_col = columns;
  int terminal = -1;
  const pid_t child = ::forkpty(&terminal, nullptr, nullptr, &size);
  if (child == 0) {
    for (const char *name : {"COLUMNS", "NO_COLOR", "CLICOLOR_FORCE"}) ::unsetenv(name);
    ::setenv("TERM", "xterm", 1);
    for (const auto &[name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
    if (::chdir(folder.c_str()) == 0) ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  char bytes[4096];
  for (ssize_t n = 0; (n = ::read(terminal, bytes, sizeof bytes)) > 0;) {
    shown.raw.append(bytes, n);
    if (during) during(shown.raw, child, terminal);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ::close(terminal);
  if (WIFEXITED(status)) shown.status = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) shown.ended_by = WTERMSIG(status);
  look(shown, columns);
  return shown;
}

}  // namespace mote::test
