// A training that has not come to its end, as a file beside the runs: runs/<run>.unfinished.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mote/runs.h"
#include "train/state.h"

namespace mote {

struct Unfinished {
  std::string toml;                      // the project's file when the training began
  std::vector<std::string> assignments;  // beside it
  uint64_t seed = 0, split_seed = 0;
  int epochs = 0;
  uint32_t digest = 0;  // of the windows
  std::string parent;   // the run whose weights it began with, or ""
  std::string series;   // the name of the series of seeds that it belongs to, or ""
  TrainingState state;
};

uint32_t digest_of(const Splits &splits);  // of values and classes
// And of what else changes every step to come: blocks in integers, sounds of the background.
uint32_t digest_of(const Splits &splits, const TrainOptions &options);

std::string series_path(const std::string &run_path);  // what a series of seeds has still to do

void save_unfinished(const std::string &path, const Unfinished &unfinished);  // Errors: kIo
Unfinished load_unfinished(const std::string &path);  // Errors: kNotFound, kDataFormat

// The run paths of those of a project, the newest first. Some may be at work in another process.
std::vector<std::string> unfinished_runs(const std::string &project_folder);

}  // namespace mote
