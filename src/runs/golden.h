// Windows that a run keeps, so that it can be exported without its recordings.
#pragma once

#include <string>

#include "base/staged_folder.h"
#include "mote/recordings.h"
#include "mote/runs.h"

namespace mote {

// Writes up to 256 windows, fewer where they are large (4 MiB in all, but never fewer than 16), spread evenly
// over the test windows, or over the training windows where there is no test part.
void add_golden(StagedFolder &staged, const Splits &splits);

// What it wrote; empty where the run has none (made by a mote before format 2). Errors: kDataFormat.
Dataset golden_windows(const Run &run);

}  // namespace mote
