// The index of a project's runs: what facts_of() says of each, kept in .mote/runs.sqlite so that thousands of
// runs are listed without opening one.
//
// A cache and nothing else (decision 0041): whatever it says of a run counts only while the run's files have
// the sizes and times that they had; it is made anew where it is absent, damaged or of another mote.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace mote {

struct IndexRequest {
  std::vector<std::string> names = {};  // of facts
  bool has_all = false;                 // of every fact that any run has
  std::function<void(size_t done, size_t of)> on_read = nullptr;
};
struct IndexedRuns {
  std::string runs_folder;
  std::vector<std::string> names;  // of runs, the newest first
  // By name of fact, [run]; null where a run has none.
  std::map<std::string, std::vector<nlohmann::json>> columns;
  std::vector<std::string> notes;
};

// Errors: kNotFound where the folder has no runs/.
IndexedRuns read_index(const std::string &project_folder, const IndexRequest &request);

// The project of what a user names: a project, or its runs/. Errors: kNotFound.
std::string project_of_runs(const std::string &given);

}  // namespace mote
