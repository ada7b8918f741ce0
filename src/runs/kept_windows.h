// Windows in a pair of files of a run: a record that says what they are of, and their values.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "mote/dataset.h"
#include "mote/runs.h"

namespace mote {

// How many of so many windows are kept: 4 MiB at most, but never fewer than `least`.
size_t windows_to_keep(const Dataset &from, size_t most, size_t least);

// The windows `which` of a set: shape, channels, labels, classes and sources; and their values, as .npy.
std::pair<nlohmann::json, std::string> kept_windows(const Dataset &from, const std::vector<size_t> &which);

// What these wrote; empty where the run has none. Errors: kDataFormat, with what to do.
Dataset read_windows(const Run &run, const char *record, const char *values, const char *hint);

}  // namespace mote
