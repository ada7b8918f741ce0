// Runs another program and waits for it.
#pragma once

#include <string>
#include <vector>

namespace mote {

struct ProcessResult {
  int status = -1;  // exit status; -1: could not be started
  std::string output;
};
ProcessResult run_process(const std::vector<std::string> &command);  // no shell; stdout and stderr together

}  // namespace mote
