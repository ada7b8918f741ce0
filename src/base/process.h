// Runs another program and waits for it.
#pragma once

#include <string>
#include <vector>

namespace mote {

struct ProcessResult {
  int status = -1;    // exit status, 128 + the signal that ended it; -1: it could not be started
  std::string error;  // why it could not be: "Permission denied"
  std::string output;
};
// No shell; stdout and stderr together. `folder`: where it runs; "": here.
ProcessResult run_process(const std::vector<std::string> &command, const std::string &folder = "");

}  // namespace mote
