// Ctrl-C (SIGINT), SIGTERM and SIGHUP: the command says what is kept, and ends by that signal, so that a
// shell sees 130, 143 or 129 and a script stops too.
#pragma once

#include <string>

namespace mote::cli {

// While it lives these signals end the program with a sentence of the command's. A signal that was ignored
// (nohup, a job in the background) stays so. There is one at a time.
class Interruptible {
 public:
  explicit Interruptible(const std::string &sentence);
  ~Interruptible();
  Interruptible(const Interruptible &) = delete;
  Interruptible &operator=(const Interruptible &) = delete;
};

// From here on the first signal only asks: somebody looks at is_end_asked() between two steps. The second
// ends the program at once, with this sentence.
void ask_before_ending(const std::string &sentence);
bool is_end_asked();

// Ends by the signal that asked, if one did; else returns.
void end_as_asked();

}  // namespace mote::cli
