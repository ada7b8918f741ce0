// The handler only sets flags and writes a sentence that stands ready: nothing else is allowed in it
// (signal-safety(7)).
//
// Why a program ends by the signal and not by exit(130): a shell that runs a loop goes on with it otherwise.
// What is kept is the training's: TrainOptions::on_step and save.
#include "interrupt.h"

#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <string>

#include "base/terminal_lines.h"
#include "terminal.h"

namespace mote::cli {

namespace {

constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP};
constexpr const char *kStopping = "\nStopping; Ctrl-C again ends at once.\n";

volatile std::sig_atomic_t asked = 0, is_asking = 0;
const char *volatile sentence = nullptr;

// Made ready in the width of the terminal. Two, so that a signal in between still finds the old one whole.
void prepare(const std::string &text) {
  static std::array<std::string, 2> kept;
  static size_t next = 0;
  std::string &place = kept[next];
  place = fitted(text, columns_now(Stream::kErr)) + "\n";
  sentence = place.c_str();
  next = 1 - next;
}

void say(const char *text) {
  ssize_t ignored = ::write(STDERR_FILENO, text, std::strlen(text));
  (void)ignored;
}

void on_signal(int number) {
  if (is_asking != 0 && asked == 0) {
    asked = number;
    say(kStopping);
    return;
  }
  say("\n");
  if (sentence != nullptr) say(sentence);
  std::signal(number, SIG_DFL);
  std::raise(number);  // delivered when the handler is left
}

}  // namespace

Interruptible::Interruptible(const std::string &text) {
  prepare(text);
  for (const int number : kSignals) {
    struct sigaction before = {};
    ::sigaction(number, nullptr, &before);
    if (before.sa_handler == SIG_IGN) continue;
    struct sigaction action = {};
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;  // files go on being read
    ::sigaction(number, &action, nullptr);
  }
}

Interruptible::~Interruptible() {
  for (const int number : kSignals) {
    struct sigaction now = {};
    ::sigaction(number, nullptr, &now);
    if (now.sa_handler == on_signal) std::signal(number, SIG_DFL);
  }
  is_asking = 0;
  sentence = nullptr;
}

void ask_before_ending(const std::string &text) {
  prepare(text);
  is_asking = 1;
}

bool is_end_asked() { return asked != 0; }

void end_as_asked() {
  if (asked == 0) return;
  std::signal(asked, SIG_DFL);
  std::raise(asked);
}

}  // namespace mote::cli
