// What a board sends, as one line of a terminal: state, rate, and a small curve of each channel.
#pragma once

#include <string>

#include "mote/collect.h"
#include "terminal.h"

namespace mote::cli {

// Nothing of it in a pipe.
class LiveTrace {
 public:
  LiveTrace(bool is_quiet, int count) : is_on_(!is_quiet && can_overwrite(Stream::kErr)), count_(count) {}
  void show(const CollectView &view);
  void clear() { line_.clear(); }

 private:
  bool is_on_;
  int count_;
  StatusLine line_;
};

}  // namespace mote::cli
