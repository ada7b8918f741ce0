// The recordings that a run was made with, known by their content, wherever in the data folder they are now.
#pragma once

#include <string>
#include <vector>

#include "runs/run.h"

namespace mote {

// Which windows a run is judged on. By default its own: the recordings and the split that it recorded.
struct JudgedOn {
  std::string data = "";    // the recordings of this folder or file instead
  bool is_resplit = false;  // a new split of what lies in the data folder now
  bool is_own() const { return data.empty() && !is_resplit; }
};

struct RunData {
  Recordings recordings;
  Splits splits;
  std::string digest;  // of files and parts, as in run.json
  std::vector<std::string>
      notes;           // sentences: files that are new and left out, files that were found elsewhere
  bool is_own = true;  // no window of val and test was trained on
};

// Reads each file once. Errors: kDataFormat naming the files that have changed or are missing, and the ways
// out; else as load_recordings() and split().
RunData load_run_data(const Run &run, const JudgedOn &on = {});

}  // namespace mote
