// What the commands do with runs, projects and model files, for programs of your own.
//
//   const auto target = mote::find_run_or_model("runs/20261122-134000-wave");
//   const auto ran = mote::run_samples(target.program(), samples, "samples.bin");
#pragma once

#include "workflow/run_or_model.h"
#include "workflow/samples.h"
#include "workflow/workflow.h"
